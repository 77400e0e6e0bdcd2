package metrics_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/proto"

	"github.com/hopperband/hopperband/internal/metrics"
)

// crowded fills a registry with two workers and something else.
func crowded(t *testing.T, r prometheus.Registerer) {
	t.Helper()
	other := prometheus.NewGauge(prometheus.GaugeOpts{Name: "shop_orders", Help: "Orders."})
	other.Set(7)
	r.MustRegister(metrics.NewCollector(full("a")), other, metrics.NewCollector(worker("b", busy(20))))
}

// gathered returns the families of a registry, with their series sorted by labels.
func gathered(t *testing.T, g prometheus.Gatherer) []*dto.MetricFamily {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		slices.SortFunc(f.Metric, func(a, b *dto.Metric) int { return strings.Compare(labelsOf(a), labelsOf(b)) })
	}
	return families
}

func labelsOf(m *dto.Metric) string {
	var all []string
	for _, l := range m.GetLabel() {
		all = append(all, l.GetName(), l.GetValue())
	}
	return strings.Join(all, "\xff")
}

// What is gathered without Prometheus's checks is what passes them.
func TestRegistryGathersTheSame(t *testing.T) {
	ours, theirs := metrics.NewRegistry(), prometheus.NewPedanticRegistry()
	crowded(t, ours)
	crowded(t, theirs)
	got, want := gathered(t, ours), gathered(t, theirs)
	if len(got) != len(want) {
		t.Errorf("%d families, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if !proto.Equal(got[i], want[i]) {
			t.Errorf("got\n%v, want\n%v", got[i], want[i])
		}
	}
	if problems, err := testutil.GatherAndLint(ours); err != nil || len(problems) > 0 {
		t.Errorf("promlint: %v, %v", problems, err)
	}
}

func TestRegistryTakesEachOnce(t *testing.T) {
	r := metrics.NewRegistry()
	if err := metrics.RegisterProcess(r, "v1"); err != nil {
		t.Fatal(err)
	}
	own := prometheus.NewGauge(prometheus.GaugeOpts{Name: "own"})
	first, second := metrics.NewCollector(full("a")), metrics.NewCollector(full("b"))
	r.MustRegister(first, second, own)
	for _, again := range []prometheus.Collector{metrics.NewCollector(full("a")), own} {
		if err := r.Register(again); !errors.As(err, new(prometheus.AlreadyRegisteredError)) {
			t.Errorf("a second time: %v", err)
		}
	}
	if !r.Unregister(first) || r.Unregister(first) || !r.Unregister(own) {
		t.Error("what was there can be taken away once")
	}
	text := map[string]int{}
	for _, f := range gathered(t, r) {
		text[f.GetName()] = len(f.GetMetric())
	}
	if text["hopperband_worker_info"] != 1 || text["own"] != 0 || text["hopperband_build_info"] != 1 {
		t.Errorf("left are %v", text)
	}
}
