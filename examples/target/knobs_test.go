package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// turn posts to the knobs and returns the status.
func turn(shop http.Handler, form string) int {
	r := httptest.NewRequest(http.MethodPost, "/knobs", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	shop.ServeHTTP(w, r)
	return w.Code
}

// get returns an answer and the time it took.
func get(shop http.Handler, path string) (*httptest.ResponseRecorder, time.Duration) {
	begin := time.Now()
	w := httptest.NewRecorder()
	shop.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w, time.Since(begin)
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := newShop(settings{delay: 20 * time.Millisecond}, 10)
		if w, d := get(shop, "/"); d != 20*time.Millisecond || w.Header().Get("Server-Timing") != "total;dur=20.000000" {
			t.Errorf("a page took %v and says %q, want 20ms", d, w.Header().Get("Server-Timing"))
		}
		if status := turn(shop, "delay=1s&jitter=500ms"); status != 200 {
			t.Fatalf("knobs: status %d", status)
		}
		for range 100 {
			if _, d := get(shop, "/items"); d < time.Second || d >= 1500*time.Millisecond {
				t.Fatalf("a page took %v, want 1s to 1.5s", d)
			}
		}
		if _, d := get(shop, "/count"); d != 0 {
			t.Errorf("the count took %v, want no delay", d)
		}
	})
}

func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := newShop(settings{}, 10)
		turn(shop, "stall=2s")
		time.Sleep(500 * time.Millisecond)
		turn(shop, "version=2") // another knob leaves it
		if _, d := get(shop, "/"); d != 1500*time.Millisecond {
			t.Errorf("half a second into the stall: %v, want 1.5s", d)
		}
		turn(shop, "version=3")
		if _, d := get(shop, "/"); d != 0 {
			t.Errorf("after the stall: %v; it must not begin again", d)
		}
		turn(shop, "stall=2s")
		turn(shop, "stall=0s")
		if _, d := get(shop, "/"); d != 0 {
			t.Errorf("a stall that was ended: %v", d)
		}
	})
}

func TestErrorRate(t *testing.T) {
	shop := newShop(settings{failing: 0.25}, 10)
	failed := 0
	for range 4000 {
		if w, _ := get(shop, "/"); w.Code == http.StatusServiceUnavailable {
			failed++
		}
	}
	if failed < 800 || failed > 1200 {
		t.Errorf("%d of 4000 failed, want about a quarter", failed)
	}
	if c := countsOf(t, shop); c.Paths["GET /{$}"] != 4000 {
		t.Errorf("counted %v: failures are answers too", c.Paths)
	}
}

func TestKnobsShow(t *testing.T) {
	shop := newShop(settings{version: "1.2.3"}, 10)
	turn(shop, "error-rate=0.5")
	w, _ := get(shop, "/knobs")
	want := `{"delay":"0s","error-rate":"0.5","jitter":"0s","stall":"0s","version":"1.2.3"}`
	if got := strings.TrimSpace(w.Body.String()); got != want {
		t.Errorf("knobs: %s\nwant %s", got, want)
	}
	if w, _ := get(shop, "/version"); strings.TrimSpace(w.Body.String()) != `{"version":"1.2.3"}` {
		t.Errorf("version: %s", w.Body)
	}
}

func TestBadKnobs(t *testing.T) {
	shop := newShop(settings{version: "1"}, 10)
	for _, form := range []string{"delay=20", "delay=-1s", "error-rate=2", "error-rate=few", "error-rate=NaN", "speed=9", "version=2&stall=x", "%"} {
		if status := turn(shop, form); status != 400 {
			t.Errorf("%s: status %d, want 400", form, status)
		}
	}
	if w, _ := get(shop, "/version"); !strings.Contains(w.Body.String(), `"1"`) {
		t.Errorf("a refused form changed the version to %s", w.Body)
	}
}

func TestRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := newShop(settings{delay: time.Millisecond}, 3)
		begin := time.Now()
		for _, path := range []string{"/", "/items/1", "/fail", "/nowhere"} {
			get(shop, path)
		}
		type visits struct {
			Forgotten int
			Visits    []visit
		}
		read := func(query string) (v visits) {
			w, _ := get(shop, "/record"+query)
			if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
				t.Fatalf("%s: %v", w.Body, err)
			}
			return v
		}
		if v := read(""); v.Forgotten != 1 || len(v.Visits) != 3 {
			t.Fatalf("%+v, want 3 of 4 visits", v)
		}
		from := begin.Add(2 * time.Millisecond)
		v := read("?from=" + url.QueryEscape(from.Format(time.RFC3339Nano)) +
			"&to=" + url.QueryEscape(from.Add(time.Millisecond/2).Format(time.RFC3339Nano)))
		if len(v.Visits) != 1 || v.Visits[0].Path != "GET /fail" || v.Visits[0].Status != 500 ||
			v.Visits[0].Seconds != 0.001 || !v.Visits[0].At.Equal(from) {
			t.Errorf("%+v, want the visit of /fail alone", v.Visits)
		}
		if w, _ := get(shop, "/record?from=yesterday"); w.Code != 400 {
			t.Errorf("from=yesterday: status %d, want 400", w.Code)
		}
	})
}
