package source_test

import (
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/locust"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

const table = `Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%
GET,/,200,20,10,12.5,1,90.5,100,5,0.5,10,11,12,13,20,30,40,50,90,90,90
GET,/never,0,0,0,0,0,0,0,0,0,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A,N/A
,Aggregated,200,20,10,12.5,1,90.5,100,5,0.5,10,11,12,13,20,30,40,50,90,90,90
`

func TestMasterTable(t *testing.T) {
	reset := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/stats/reset":
			reset = true
			_, _ = w.Write([]byte("ok"))
		case "/stats/requests/csv":
			_, _ = w.Write([]byte(table))
		}
	}))
	defer server.Close()
	m, err := locust.New(locust.Config{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	s := source.NewMaster(m, server.URL)
	before, err := s.Begin(t.Context())
	if err != nil || !reset {
		t.Fatalf("reset %t, error %v", reset, err)
	}
	after, err := s.After(t.Context(), time.Now().Add(-time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	totals, err := after.Since(before)
	if err != nil {
		t.Fatal(err)
	}
	f := totals.Total
	if f.Requests != 200 || f.Failures != 20 || f.Bytes != 20000 || math.Abs(f.Avg-0.0125) > 1e-9 || len(totals.Names) != 1 || totals.Facts {
		t.Errorf("totals %+v", totals)
	}
	for q, want := range map[float64]float64{0.5: 0.010, 0.9: 0.020, 0.95: 0.030, 0.99: 0.050} {
		if got, _ := f.ResponseTime.Quantile(q); math.Abs(got/want-1) > 0.022 {
			t.Errorf("p%v: %v, want %v", 100*q, got, want)
		}
	}
	if math.Abs(f.Min/0.001-1) > 0.022 || math.Abs(f.Max/0.0905-1) > 0.022 {
		t.Errorf("from %v to %v, want 1 ms to 90.5 ms", f.Min, f.Max)
	}
	if s.Origin().Resolution != record.Locust {
		t.Errorf("origin %+v", s.Origin())
	}
}

// ofTable is what a source makes of a master's table of requests.
func ofTable(t *testing.T, text string) *source.Totals {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, text)
	}))
	defer server.Close()
	m, err := locust.New(locust.Config{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	s, err := source.NewMaster(m, server.URL).After(t.Context(), time.Now().Add(-time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	totals, err := s.Since(&source.Sample{At: s.At.Add(-time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	return totals
}

// p99.9 of a thousand requests is the time that 999 of them did not exceed.
func TestMasterPercentiles(t *testing.T) {
	totals := ofTable(t, "Type,Name,Request Count,Failure Count,Average Response Time,Min Response Time,Max Response Time,50%,99%,99.9%,99.99%,100%\n"+
		",Aggregated,1000,0,12,10,5000,10,20,30,5000,5000\n")
	for text, want := range map[string]float64{"p99.9 < 31ms": 0.030, "p99 < 21ms": 0.020, "min > 9ms": 0.010, "max < 6s": 5} {
		x, err := threshold.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if c := x.Judge(totals.Total); c.Result != record.Passed || math.Abs(*c.Seen/want-1) > 0.022 {
			t.Errorf("%s", c.Text)
		}
	}
}
