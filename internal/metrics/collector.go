package metrics

import (
	"maps"
	"slices"
	"strconv"
	"sync/atomic"
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
	created  *timestamppb.Timestamp // when all counters were zero
	idle     atomic.Pointer[exposition]
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

func (c *Collector) sameNode(o *Collector) bool { return c.families.node == o.families.node }

// Describe implements prometheus.Collector.
func (c *Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, f := range c.families.all {
		ch <- f.desc
	}
}

// Collect implements prometheus.Collector.
func (c *Collector) Collect(ch chan<- prometheus.Metric) {
	for i, series := range c.expose().series {
		for _, m := range series {
			ch <- metric{c.families.all[i].desc, m}
		}
	}
}

// expose returns the series of now.
func (c *Collector) expose() *exposition { return c.fill(c.newExposition()) }

// lend is like expose, but takes memory that was given back.
func (c *Collector) lend() *exposition {
	e := c.idle.Swap(nil)
	if e == nil {
		return c.expose()
	}
	e.again()
	return c.fill(e)
}

// giveBack says that nobody reads the exposition any more.
func (c *Collector) giveBack(e *exposition) {
	if len(e.histograms.all) <= keptHistograms {
		c.idle.Store(e)
	}
}

func (c *Collector) fill(e *exposition) *exposition {
	c.requests(e)
	c.reports(e)
	c.users(e)
	c.master(e)
	c.status(e)
	return e
}

func (c *Collector) requests(e *exposition) {
	f, overflow := c.families, int64(0)
	for s := range c.worker.Stats.Snapshot() {
		c.series(e, s)
		if s.Overflow {
			overflow = s.Succeeded.Requests + s.Failed.Requests + s.Interrupted
		}
	}
	e.count(f.overflow, overflow, "name")
	e.gauge(f.inFlight, float64(c.worker.Stats.InFlight()))
}

// series adds what there is of one name. Both results are there from the first request
// on, so that the first failure is seen as a rise.
func (c *Collector) series(e *exposition, s *stats.Series) {
	f, labels := c.families, e.names.next()
	labels.fill(c.pairs, label(s.Method), label(s.Name))
	c.outcome(e, &s.Succeeded, labels.success[:])
	c.outcome(e, &s.Failed, labels.failure[:])
	for r, n := range s.Reasons {
		if n > 0 {
			e.countOf(f.failures, n, labels.reason(c.pairs, r))
		}
	}
	e.countOf(f.bytes, s.Length, labels.both[:])
	e.countOf(f.interrupted, s.Interrupted, labels.both[:])
}

func (c *Collector) outcome(e *exposition, o *stats.Outcome, labels []*dto.LabelPair) {
	e.countOf(c.families.requests, o.Requests, labels)
	if o.Requests > 0 {
		e.durations(c.families.duration, o, labels)
	}
}

func (c *Collector) reports(e *exposition) {
	f, totals, reports := c.families, c.worker.Stats.Totals(), c.worker.Stats.Reports()
	e.count(f.resent, totals.Resent)
	e.count(f.unreported, totals.Unreported)
	e.count(f.reports, reports.Confirmed, "confirmed")
	e.count(f.reports, reports.Resent, "resent")
	e.count(f.reports, reports.Unreported, "unreported")
}

func (c *Collector) users(e *exposition) {
	f := c.families
	for _, x := range c.worker.Classes() {
		class := label(x.Name)
		e.gauge(f.users, float64(x.Running), class)
		e.gauge(f.target, float64(x.Target), class)
		e.gauge(f.abandoned, float64(x.Abandoned), class)
		p := x.Schedule.Snapshot()
		e.lags(f.late, p, class)
		e.count(f.missed, p.Missed, class)
	}
	exceptions := c.worker.Exceptions()
	for _, class := range slices.Sorted(maps.Keys(exceptions)) {
		e.count(f.exceptions, exceptions[class], label(class))
	}
}

func (c *Collector) master(e *exposition) {
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

func (c *Collector) status(e *exposition) {
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
