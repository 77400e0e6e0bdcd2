package metrics_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/internal/stats"
	"github.com/hopperband/hopperband/tasks"
)

// What is written in text is what the library writes, byte for byte.
func TestTextIsTheLibrarys(t *testing.T) {
	s := stats.New(stats.Config{})
	r := s.Recorder()
	for _, name := range []string{"", "/", "a\nb", `a"b\c`, "日本", "\x00", "'{}=,#", strings.Repeat("ü", 500)} {
		e := r.Entry("G\"E\nT", name)
		r.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: 0})
		r.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: time.Second})
		r.Record(e, tasks.Sample{Start: time.Unix(1, 0), Duration: 1234567 * time.Microsecond, Err: errTimeout})
	}
	many := r.Entry("GET", "many") // a float needs an exponent for them
	for range 1_234_567 {
		r.Record(many, tasks.Sample{Start: time.Unix(1, 0), Duration: time.Hour})
	}
	none := r.Entry("GET", "none")
	r.Record(none, tasks.Sample{Start: time.Unix(1, 0), Duration: tasks.NoResponseTime})

	c := metrics.NewCollector(worker(`n"`, s))
	url := serve(t, metrics.ServerConfig{}, c).url
	for accept, format := range map[string]expfmt.Format{
		plainText: expfmt.NewFormat(expfmt.TypeTextPlain), openMetrics: expfmt.NewFormat(expfmt.TypeOpenMetrics),
	} {
		got, _ := fetch(t, http.DefaultClient, url, accept)
		if want := encoded(t, format, c); string(got) != want {
			t.Errorf("%s: %s", accept, firstDifference(string(got), want))
		}
	}
}

// encoded is what the library makes of collectors.
func encoded(t *testing.T, format expfmt.Format, cs ...prometheus.Collector) string {
	t.Helper()
	registry := metrics.NewRegistry()
	registry.MustRegister(cs...)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	encoder := expfmt.NewEncoder(&b, format)
	for _, f := range families {
		if err := encoder.Encode(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := encoder.(expfmt.Closer).Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func firstDifference(got, want string) string {
	lines := strings.Split(want, "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(lines) || line != lines[i] {
			return line + "\n, want\n" + strings.Join(lines[min(i, len(lines)):min(i+1, len(lines))], "")
		}
	}
	return "its end is missing"
}
