package source_test

import (
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/source"
)

// What calls itself a worker may answer anything: it is an error, and neither a panic nor all
// of the memory.
func TestHostileWorkers(t *testing.T) {
	const delimited = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
	for name, test := range map[string]struct {
		kind, body string
		endless    bool
		want       string
	}{
		"a length of all there is": {kind: delimited, body: string(binary.AppendUvarint(nil, 1<<62)), want: "no metrics"},
		"a length beyond the end":  {kind: delimited, body: string(binary.AppendUvarint(nil, 1<<40)) + "x", want: "no metrics"},
		"no length":                {kind: delimited, body: strings.Repeat("\xff", 11), want: "no metrics"},
		"no text":                  {kind: "text/plain", body: "{]", want: "no metrics"},
		"no end":                   {kind: "text/plain", endless: true, want: "cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			var sent atomic.Int64 // MiB
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", test.kind)
				_, err := io.WriteString(w, test.body)
				for line := "# " + strings.Repeat("x", 1<<20) + "\n"; test.endless && err == nil; sent.Add(1) {
					_, err = io.WriteString(w, line)
				}
			}))
			defer server.Close()
			w, err := source.NewWorkers([]string{server.URL}, nil, access.Config{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Sample(t.Context()); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
			if sent.Load() > 400 { // on its way are some
				t.Errorf("%d MiB were read", sent.Load())
			}
		})
	}
}

// A table with columns of no percentile has the others.
func TestHostileTable(t *testing.T) {
	totals := ofTable(t, "Type,Name,Request Count,Failure Count,Average Response Time,50%,Inf%,NaN%,-1%,1e30%,100%\n"+
		"GET,/,200,0,10,10,90,90,90,90,90\n,Aggregated,200,0,10,10,90,90,90,90,90\n")
	if n := totals.Total.ResponseTime.Count(); n != 200 {
		t.Errorf("%d times, want 200", n)
	}
}
