package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestProbe(t *testing.T) {
	pages := http.NewServeMux()
	pages.HandleFunc("/ready", func(http.ResponseWriter, *http.Request) {})
	pages.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	server := httptest.NewServer(pages)
	if err := probe(server.URL + "/ready"); err != nil {
		t.Error(err)
	}
	if err := probe(server.URL + "/busy"); err == nil {
		t.Error("a 503 is healthy")
	}
	server.Close()
	if err := probe(server.URL + "/ready"); err == nil {
		t.Error("nobody is healthy")
	}
}
