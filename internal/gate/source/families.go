package source

import (
	"fmt"
	"math"
	"time"

	"github.com/hopperband/hopperband/internal/gate/histogram"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// The workers' metrics that the gate reads (docs/metrics.md).
const (
	metricRequests    = "hopperband_requests_total"
	metricDuration    = "hopperband_request_duration_seconds"
	metricBytes       = "hopperband_response_bytes_total"
	metricInterrupted = "hopperband_requests_interrupted_total"
	metricResent      = "hopperband_requests_resent_total"
	metricUnreported  = "hopperband_requests_unreported_total"
	metricLag         = "hopperband_schedule_lag_seconds"
	metricMissed      = "hopperband_iterations_missed_total"
	metricCPU         = "hopperband_cpu_ratio"
	metricCPUWait     = "go_sched_latencies_seconds" // of the Go runtime
)

// A builder makes a sample of series, however they came.
type builder struct{ sample *Sample }

func newBuilder(at time.Time) *builder {
	return &builder{&Sample{
		At: at, Workers: map[string]*Worker{}, Clocks: map[string]time.Duration{}, processes: map[string]process{},
	}}
}

// worker is that of a series; nil for series that belong to no worker.
func (b *builder) worker(labels map[string]string) *Worker {
	id := labels["node_id"]
	if id == "" {
		return nil
	}
	w, ok := b.sample.Workers[id]
	if !ok {
		w = &Worker{At: b.sample.At, Figures: map[Name]record.Figures{}, times: map[Name]classic{}, Facts: true}
		b.sample.Workers[id] = w
	}
	return w
}

// number takes a counter or a gauge. What nobody here counts may be anything.
func (b *builder) number(metric string, labels map[string]string, value float64) error {
	switch metric {
	case metricCPU, metricRequests, metricBytes, metricInterrupted, metricResent, metricUnreported, metricMissed:
	default:
		return nil
	}
	if !(value >= 0 && value < 1<<62) {
		return fmt.Errorf("the value is %v", value)
	}
	if metric == metricCPU {
		b.sample.busy(&value)
		b.process(labels, func(p *process) { p.works = true })
	} else if w := b.worker(labels); w != nil {
		w.count(metric, labels, int64(math.Round(value)))
	}
	return nil
}

// busy takes the CPU of a process, if none before uses more.
func (s *Sample) busy(cpu *float64) {
	if cpu != nil && (s.CPU == nil || *s.CPU < *cpu) {
		s.CPU = cpu
	}
}

func (w *Worker) count(metric string, labels map[string]string, n int64) {
	switch metric {
	case metricRequests:
		w.change(labels, func(f *record.Figures) {
			f.Requests += n
			f.NoneRequests += n // less those with a time: see times
			if labels["result"] == "failure" {
				f.Failures += n
			}
		})
	case metricBytes:
		w.change(labels, func(f *record.Figures) { f.Bytes += n })
	case metricInterrupted:
		w.Interrupted += n
	case metricResent:
		w.Resent += n
	case metricUnreported:
		w.Unreported += n
	case metricMissed:
		w.Missed += n
	}
}

// times takes a native histogram of response times.
func (b *builder) times(labels map[string]string, h histogram.Histogram) {
	if w := b.worker(labels); w != nil {
		w.change(labels, func(f *record.Figures) {
			f.ResponseTime = f.ResponseTime.Add(h)
			f.NoneRequests -= h.Count()
		})
	}
}

// coarse takes a classic histogram, of response times, of how late iterations started, or of
// how long a process waited for a CPU.
func (b *builder) coarse(metric string, labels map[string]string, c classic) (err error) {
	if metric == metricCPUWait {
		b.process(labels, func(p *process) { p.wait = c })
		return nil
	}
	w := b.worker(labels)
	if w == nil {
		return nil
	}
	if metric == metricLag {
		w.lag, err = w.lag.add(c)
		return err
	}
	w.change(labels, func(f *record.Figures) { f.NoneRequests -= int64(math.Round(c.count())) })
	name := nameOf(labels["method"], labels["name"])
	w.times[name], err = w.times[name].add(c)
	return err
}

func (w *Worker) change(labels map[string]string, change func(*record.Figures)) {
	name := nameOf(labels["method"], labels["name"])
	f := w.Figures[name]
	f.Method, f.Name = name.Method, name.Name
	change(&f)
	w.Figures[name] = f
}
