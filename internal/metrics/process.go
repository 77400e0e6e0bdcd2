package metrics

import (
	"errors"
	"regexp"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/version"

	"github.com/hopperband/hopperband/internal/usage"
)

// A process shows what all workers of this process have in common.
type process struct {
	build, cpu *prometheus.Desc
	version    string

	mu    sync.Mutex // of meter and last
	meter *usage.Meter
	last  float64
}

func newProcess(program string) (*process, error) {
	meter, err := usage.NewMeter()
	if err != nil {
		return nil, err
	}
	return &process{
		build: prometheus.NewDesc(prefix+"build_info", "The program's version, always 1.", []string{"version", "revision", "goversion"}, nil),
		cpu:   prometheus.NewDesc(prefix+"cpu_ratio", "CPU used since the last scrape, of that which the process may use: 0 to 1.", nil, nil),

		version: program, meter: meter,
	}, nil
}

// Describe implements prometheus.Collector.
func (p *process) Describe(ch chan<- *prometheus.Desc) {
	ch <- p.build
	ch <- p.cpu
}

// Collect implements prometheus.Collector.
func (p *process) Collect(ch chan<- prometheus.Metric) {
	ch <- prometheus.MustNewConstMetric(p.build, prometheus.GaugeValue, 1, label(p.version), version.GetRevision(), version.GoVersion)
	ch <- prometheus.MustNewConstMetric(p.cpu, prometheus.GaugeValue, p.share())
}

func (p *process) share() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if percent, ok := p.meter.CPU(); ok {
		p.last = percent / 100
	}
	return p.last
}

// RegisterProcess registers the metrics of the process, those of the Go runtime included,
// unless they are there already.
func RegisterProcess(r prometheus.Registerer, program string) error {
	p, err := newProcess(program)
	if err != nil {
		return err
	}
	runtime := collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(
		collectors.GoRuntimeMetricsRule{Matcher: regexp.MustCompile(`^/sched/latencies:seconds$`)},
		collectors.GoRuntimeMetricsRule{Matcher: regexp.MustCompile(`^/sched/pauses/total/gc:seconds$`)},
		collectors.GoRuntimeMetricsRule{Matcher: regexp.MustCompile(`^/cpu/classes/gc/total:cpu-seconds$`)},
	))
	for _, c := range []prometheus.Collector{p, runtime, collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		if err := r.Register(c); err != nil && !errors.As(err, new(prometheus.AlreadyRegisteredError)) {
			return err
		}
	}
	return nil
}
