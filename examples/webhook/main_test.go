package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestReceiver(t *testing.T) {
	const firing = `{"version": "4", "receiver": "on-call", "status": "firing", "alerts": [
		{"status": "firing", "labels": {"alertname": "LoadTestNoRequests"}, "annotations": {"summary": "…"}, "startsAt": "2026-01-02T03:04:05Z"},
		{"status": "resolved", "labels": {"alertname": "LoadTestLinkDown"}, "startsAt": "2026-01-02T03:04:05Z"}]}`
	for _, test := range []struct {
		method, path, body string
		status             int
		lines              string
	}{
		{"POST", "/on-call", firing, http.StatusOK, `{"receiver":"on-call","path":"/on-call","status":"firing","labels":{"alertname":"LoadTestNoRequests"},"annotations":{"summary":"…"},"startsAt":"2026-01-02T03:04:05Z"}
{"receiver":"on-call","path":"/on-call","status":"resolved","labels":{"alertname":"LoadTestLinkDown"},"annotations":null,"startsAt":"2026-01-02T03:04:05Z"}
`},
		{"POST", "/", `{}`, http.StatusOK, ""},
		{"POST", "/", `hello`, http.StatusBadRequest, ""},
		{"POST", "/", `{"x": "` + strings.Repeat("x", maxMessage) + `"}`, http.StatusBadRequest, ""},
		{"GET", "/healthy", "", http.StatusOK, ""},
		{"GET", "/", "", http.StatusMethodNotAllowed, ""},
	} {
		var out strings.Builder
		w := httptest.NewRecorder()
		newReceiver(&out).ServeHTTP(w, httptest.NewRequest(test.method, test.path, strings.NewReader(test.body)))
		if w.Code != test.status || out.String() != test.lines {
			t.Errorf("%s %s: %d, printed %q; want %d, %q", test.method, test.path, w.Code, out.String(), test.status, test.lines)
		}
	}
}
