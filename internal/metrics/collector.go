package metrics

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hopperband/hopperband/internal/stats"
)

// A Collector shows one worker.
type Collector struct {
	worker   Worker
	families *families
	pairs    *pairs
	bounds   []float64
	created  *timestamppb.Timestamp
}

var _ prometheus.Collector = (*Collector)(nil)

// NewCollector returns the collector for one worker. Collectors of workers with different
// node IDs can be in one registry.
func NewCollector(w Worker) *Collector {
	node := label(w.NodeID)
	return &Collector{
		worker:   w,
		families: newFamilies(node),
		pairs:    newPairs(node),
		bounds:   stats.ClassicBounds(),
		created:  timestamppb.New(w.Started),
	}
}

// Describe implements prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range c.families.all {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	e := &emitter{ch, c.created}
	c.requests(e)
	c.reports(e)
	c.users(e)
	c.master(e)
	c.status(e)
}

func (c *Collector) requests(e *emitter) {
	f, overflow := c.families, int64(0)
	series := c.worker.Stats.Snapshot()
	for i := range series {
		s := &series[i]
		c.series(e, s)
		if s.Overflow {
			overflow = s.Succeeded.Requests + s.Failed.Requests + s.Interrupted
		}
	}
	e.count(f.overflow, overflow, "name")
	e.gauge(f.inFlight, float64(c.worker.Stats.InFlight()))
}

// series sends what there is of one name. Both results are there from the first request
// on, so that the first failure is seen as a rise.
func (c *Collector) series(e *emitter, s *stats.Series) {
	f, labels := c.families, c.pairs.of(label(s.Method), label(s.Name))
	c.outcome(e, &s.Succeeded, append(labels, c.pairs.success))
	c.outcome(e, &s.Failed, append(labels, c.pairs.failure))
	for r, n := range s.Reasons {
		if n > 0 {
			e.countOf(f.failures, n, append(labels, c.pairs.reasons[r]))
		}
	}
	e.countOf(f.bytes, s.Length, labels)
	e.countOf(f.interrupted, s.Interrupted, labels)
}

func (c *Collector) outcome(e *emitter, o *stats.Outcome, labels []*dto.LabelPair) {
	e.countOf(c.families.requests, o.Requests, labels)
	if o.Requests > 0 {
		e.histogramOf(c.families.duration, durations(o, c.bounds), labels)
	}
}

func (c *Collector) reports(e *emitter) {
	f, totals, reports := c.families, c.worker.Stats.Totals(), c.worker.Stats.Reports()
	e.count(f.resent, totals.Resent)
	e.count(f.unreported, totals.Unreported)
	e.count(f.reports, reports.Confirmed, "confirmed")
	e.count(f.reports, reports.Resent, "resent")
	e.count(f.reports, reports.Unreported, "unreported")
}

func (c *Collector) users(e *emitter) {
	f := c.families
	for _, x := range c.worker.Classes() {
		class := label(x.Name)
		e.gauge(f.users, float64(x.Running), class)
		e.gauge(f.target, float64(x.Target), class)
		e.gauge(f.abandoned, float64(x.Abandoned), class)
		p := x.Schedule.Snapshot()
		e.histogram(f.late, classic(p.Classic, p.Late, c.bounds), class)
		e.count(f.missed, p.Missed, class)
	}
	exceptions := c.worker.Exceptions()
	for _, class := range slices.Sorted(maps.Keys(exceptions)) {
		e.count(f.exceptions, exceptions[class], label(class))
	}
}

func (c *Collector) master(e *emitter) {
	f := c.families
	if c.worker.Link != nil {
		e.oneOf(f.link, LinkStates(), c.worker.Link())
	}
	if c.worker.Messages == nil {
		return
	}
	for _, m := range c.worker.Messages() {
		if m.Sent > 0 {
			e.count(f.messages, int64(m.Sent), "sent", m.Type)
		}
		if m.Received > 0 {
			e.count(f.messages, int64(m.Received), "received", m.Type)
		}
	}
}

func (c *Collector) status(e *emitter) {
	f, s := c.families, c.worker.Status()
	e.oneOf(f.state, States(), s.State)
	e.gauge(f.info, 1, strconv.Itoa(s.Index), label(c.worker.Version), label(c.worker.Hostname))
	if !s.Heartbeat.IsZero() {
		e.gauge(f.heartbeat, unix(s.Heartbeat))
	}
	if s.Run.Started.IsZero() {
		return
	}
	e.gauge(f.run, 1, label(s.Run.ID), label(s.Run.TestedVersion), label(s.Run.Environment))
	e.gauge(f.runStart, unix(s.Run.Started))
	e.gauge(f.runEnd, unix(s.Run.Ended))
}

// unix is zero for the zero time.
func unix(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMicro()) / 1e6
}
