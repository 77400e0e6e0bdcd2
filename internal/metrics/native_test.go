package metrics_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// What to accept for each format.
const (
	plainText   = "text/plain"
	openMetrics = "application/openmetrics-text;version=1.0.0"
	protobuf    = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
)

// fetch returns a scrape with an Accept header.
func fetch(t *testing.T, client *http.Client, url, accept string) (body []byte, header http.Header) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v: %.200s", res.StatusCode, err, body)
	}
	return body, res.Header
}

// scrape returns the families of a scrape, and the content type.
func scrape(t *testing.T, client *http.Client, url, accept string) (map[string]*dto.MetricFamily, string) {
	t.Helper()
	body, header := fetch(t, client, url, accept)
	families := map[string]*dto.MetricFamily{}
	decoder := expfmt.NewDecoder(bytes.NewReader(body), expfmt.ResponseFormat(header))
	for {
		f := new(dto.MetricFamily)
		if err := decoder.Decode(f); errors.Is(err, io.EOF) {
			return families, header.Get("Content-Type")
		} else if err != nil {
			t.Fatal(err)
		}
		families[f.GetName()] = f
	}
}

// native decodes the positive buckets of a native histogram (prometheus/docs, the
// specification of native histograms).
func native(h *dto.Histogram) map[int]int64 {
	counts := map[int]int64{}
	index, last, deltas := 0, int64(0), h.GetPositiveDelta()
	for _, span := range h.GetPositiveSpan() {
		index += int(span.GetOffset())
		for range span.GetLength() {
			last += deltas[0]
			if last != 0 {
				counts[index] = last
			}
			deltas, index = deltas[1:], index+1
		}
	}
	return counts
}

func TestNativeHistogram(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	e := r.Entry("GET", "/")
	want := map[int]int64{}
	for _, d := range []time.Duration{
		0, 1, time.Millisecond, time.Millisecond, 1020 * time.Microsecond, 1100 * time.Microsecond,
		time.Second, time.Second, time.Second + 1, time.Hour, tasks.NoResponseTime,
	} {
		r.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: d})
		if d > 0 {
			want[int(math.Ceil(math.Log2(d.Seconds())*32))]++
		}
	}
	server := serve(t, metrics.ServerConfig{}, metrics.NewCollector(worker("n", s)))
	families, contentType := scrape(t, http.DefaultClient, server.url, protobuf)
	if !strings.HasPrefix(contentType, "application/vnd.google.protobuf") {
		t.Errorf("content type %q", contentType)
	}
	h := families["hopperband_request_duration_seconds"].GetMetric()[0].GetHistogram()
	if h.GetSchema() != 5 || h.GetZeroThreshold() != 0 || h.GetZeroCount() != 1 || h.GetSampleCount() != 10 {
		t.Errorf("histogram %v", h)
	}
	if got := native(h); !maps.Equal(got, want) {
		t.Errorf("buckets %v, want %v", got, want)
	}
	if b := h.GetBucket(); len(b) != 15 || b[0].GetUpperBound() != .001 || b[0].GetCumulativeCount() != 4 || b[14].GetCumulativeCount() != 9 {
		t.Errorf("classic buckets %v", b)
	}
	if at := h.GetCreatedTimestamp().AsTime(); !at.Equal(time.Unix(1_700_000_000, 0)) {
		t.Errorf("created at %v", at)
	}
}

// A histogram whose only response times are zero, or none, still is a native one.
func TestEmptyNativeHistogram(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	r.Record(r.Entry("GET", "none"), tasks.Sample{Start: time.Unix(1, 0), Duration: tasks.NoResponseTime})
	server := serve(t, metrics.ServerConfig{}, metrics.NewCollector(worker("n", s)))
	families, _ := scrape(t, http.DefaultClient, server.url, protobuf)
	h := families["hopperband_request_duration_seconds"].GetMetric()[0].GetHistogram()
	if len(h.GetPositiveSpan()) != 1 || h.GetPositiveSpan()[0].GetLength() != 0 || h.GetSampleCount() != 0 {
		t.Errorf("histogram %v", h)
	}
}

func TestFormats(t *testing.T) {
	server := serve(t, metrics.ServerConfig{}, metrics.NewCollector(full("n")))
	for accept, want := range map[string]string{
		"":                             "text/plain",
		"text/plain;version=0.0.4":     "text/plain",
		"application/openmetrics-text": "application/openmetrics-text",
		protobuf:                       "application/vnd.google.protobuf",
	} {
		req, _ := http.NewRequest(http.MethodGet, server.url, nil)
		req.Header.Set("Accept", accept)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || !strings.HasPrefix(got, want) {
			t.Errorf("%q: %d, %q, want %q", accept, res.StatusCode, got, want)
		}
	}
}
