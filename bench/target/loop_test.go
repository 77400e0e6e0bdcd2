//go:build linux

package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// served starts a loop, which runs until the test binary ends, and sleeps when the test has
// ended: it polls while anyone is connected.
func served(t *testing.T, l *loop) (url string) {
	t.Helper()
	address, err := l.open()
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = l.run() }()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return "http://" + address
}

func get(t *testing.T, url string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != "Hello, world!" {
		t.Fatalf("body %q, error %v", body, err)
	}
}

func counted(t *testing.T, l *loop) (c count) {
	t.Helper()
	w := httptest.NewRecorder()
	controls(l).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/count", nil))
	if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCountsAnswers(t *testing.T) {
	l := new(loop)
	url := served(t, l)
	for range 5 {
		get(t, url)
	}
	if c := counted(t, l); c.Requests != 5 || c.Connections < 1 {
		t.Errorf("counted %+v, want 5 requests", c)
	}
}

func TestRequestInPieces(t *testing.T) {
	l := new(loop)
	conn, err := net.Dial("tcp", served(t, l)[len("http://"):])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, piece := range []string{"GET / HTTP/1.1\r\nHo", "st: x\r\n\r", "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"} {
		if _, err := conn.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
	}
	got := make([]byte, 2*len(answer))
	if _, err := io.ReadFull(conn, got); err != nil || string(got) != answer+answer {
		t.Errorf("answers %q, error %v", got, err)
	}
}

func TestHoldsAnswersBack(t *testing.T) {
	l := &loop{minDelay: 20 * time.Millisecond, maxDelay: 22 * time.Millisecond}
	url := served(t, l)
	begin := time.Now()
	get(t, url)
	if took := time.Since(begin); took < l.minDelay {
		t.Errorf("answered after %v, want at least %v", took, l.minDelay)
	}
	// The answer is on its way before it is in the record.
	for counted(t, l).Times.Count == 0 && time.Since(begin) < time.Minute {
		<-time.After(time.Millisecond)
	}
	if c := counted(t, l); c.Times.P50 < 20 {
		t.Errorf("recorded %+v, want at least 20 ms", c.Times)
	}
	l.times.Reset()
	if c := counted(t, l); c.Times.Count != 0 {
		t.Errorf("recorded %+v after a reset", c.Times)
	}
}
