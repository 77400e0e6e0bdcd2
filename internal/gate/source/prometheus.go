package source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/histogram"
	"github.com/hopperband/hopperband/internal/gate/record"
)

const (
	queryTimeout = 15 * time.Second
	behindPoll   = time.Second
	behindLimit  = 90 * time.Second // longer than scrape intervals are
)

// A Prometheus is one that scrapes the workers.
type Prometheus struct {
	address  string
	selector string
	access   access.Config
	api      v1.API

	resolution record.Resolution
}

// NewPrometheus makes a source of the Prometheus at an address. The selector is the labels
// that choose the workers, such as job="hopperband".
func NewPrometheus(address, selector string, with access.Config) (*Prometheus, error) {
	transport, err := with.Transport()
	if err != nil {
		return nil, fmt.Errorf("prometheus: %w", err)
	}
	client, err := api.NewClient(api.Config{Address: address, RoundTripper: transport})
	if err != nil {
		return nil, fmt.Errorf("prometheus: %w", err)
	}
	return &Prometheus{
		address: address, selector: strings.Trim(strings.TrimSpace(selector), "{}"), access: with,
		api: v1.NewAPI(client), resolution: record.Native,
	}, nil
}

// Origin implements Source.
func (p *Prometheus) Origin() record.Source {
	return record.Source{Kind: record.SourcePrometheus, Address: p.address, Resolution: p.resolution}
}

// Begin implements Source.
func (p *Prometheus) Begin(ctx context.Context) (*Sample, error) { return p.Sample(ctx) }

// End implements Source.
func (p *Prometheus) End(ctx context.Context) (*Sample, error) { return p.Sample(ctx) }

// Sample implements Source: what Prometheus had scraped last at this moment.
func (p *Prometheus) Sample(ctx context.Context) (*Sample, error) { return p.at(ctx, time.Now()) }

// After implements Source. It waits until all workers have been scraped once more, over
// queries that fail meanwhile.
func (p *Prometheus) After(ctx context.Context, t time.Time) (*Sample, error) {
	limit := time.NewTimer(behindLimit)
	defer limit.Stop()
	for {
		sample, err := p.at(ctx, time.Now())
		if err == nil {
			behind := sample.behind(t)
			if behind == "" {
				return sample, nil
			}
			err = fmt.Errorf("%w: %s has not scraped worker %s for %v", ErrUnreachable, p.address, behind, behindLimit)
		}
		select {
		case <-time.After(behindPoll):
		case <-limit.C:
			return nil, err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// behind is a worker that was seen before a time only.
func (s *Sample) behind(t time.Time) string {
	for _, id := range slices.Sorted(maps.Keys(s.Workers)) {
		if s.Workers[id].At.Before(t) {
			return id
		}
	}
	return ""
}

// at returns the counts as they were known at a time.
func (p *Prometheus) at(ctx context.Context, t time.Time) (*Sample, error) {
	const histograms = "(" + metricDuration + "|" + metricLag + "|" + metricCPUWait + ")(_bucket|_sum)?"
	names := strings.Join([]string{
		metricRequests, metricBytes, metricInterrupted, metricResent, metricUnreported, metricMissed, metricCPU, histograms,
	}, "|")
	series, err := p.query(ctx, fmt.Sprintf("{__name__=~%q,%s}", names, p.selector), t)
	if err != nil {
		return nil, err
	}
	seen, err := p.query(ctx, fmt.Sprintf("max by (node_id) (timestamp(%s{%s}))", metricResent, p.selector), t)
	if err != nil {
		return nil, err
	}
	b := newBuilder(t)
	if err := p.fill(b, series); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrUnreachable, p.address, err)
	}
	for _, s := range seen {
		if w, ok := b.sample.Workers[string(s.Metric["node_id"])]; ok {
			w.At = time.UnixMilli(int64(float64(s.Value) * 1000))
		}
	}
	if len(b.sample.Workers) == 0 {
		return nil, fmt.Errorf("%w: %s has no metrics of workers with {%s}", ErrUnreachable, p.address, p.selector)
	}
	return b.sample, nil
}

// query asks for a vector. Warnings mean that there may be more, so they are errors.
func (p *Prometheus) query(ctx context.Context, query string, t time.Time) (model.Vector, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	value, warnings, _, err := p.api.Query(ctx, query, t)
	if err != nil {
		detail := ""
		var said *v1.Error
		if errors.As(err, &said) && said.Detail != "" {
			detail = ": " + excerpt(p.access.Redact(said.Detail))
		}
		return nil, fmt.Errorf("%w: %s: %s%s", ErrUnreachable, p.address, p.access.Redact(err.Error()), detail)
	}
	if len(warnings) > 0 {
		return nil, fmt.Errorf("%w: %s answers only in part: %s", ErrUnreachable, p.address, p.access.Redact(strings.Join(warnings, "; ")))
	}
	vector, ok := value.(model.Vector)
	if !ok {
		return nil, fmt.Errorf("%w: %s: answered a %T, not a vector", ErrUnreachable, p.address, value)
	}
	return vector, nil
}

func excerpt(text string) string {
	const most = 160
	text = strings.Join(strings.Fields(text), " ")
	return text[:min(len(text), most)]
}

// classicSeries are the series of one classic histogram.
type classicSeries struct {
	classic
	metric string
	labels map[string]string
}

// fill reads a vector. A native histogram goes before the classic one of the same series.
func (p *Prometheus) fill(b *builder, vector model.Vector) error {
	classics := map[string]*classicSeries{}
	natives := map[string]bool{}
	for _, s := range vector {
		metric, labels := string(s.Metric[model.MetricNameLabel]), map[string]string{}
		for name, value := range s.Metric {
			labels[string(name)] = string(value)
		}
		delete(labels, model.MetricNameLabel)
		family, part := metric, ""
		for _, suffix := range []string{"_bucket", "_sum"} {
			if rest, ok := strings.CutSuffix(metric, suffix); ok {
				family, part = rest, suffix
			}
		}
		var err error
		switch {
		case s.Histogram != nil && family == metricDuration:
			natives[seriesKey(family, labels)] = true
			var h histogram.Histogram
			if h, err = nativeOf(s.Histogram); err == nil {
				b.times(labels, h)
			}
		case s.Histogram != nil:
		case part != "":
			err = gather(classics, family, part, labels, float64(s.Value))
		default:
			err = b.number(metric, labels, float64(s.Value))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", metric, err)
		}
	}
	return p.fillClassic(b, classics, natives)
}

// fillClassic takes the classic histograms that are not there as native ones.
func (p *Prometheus) fillClassic(b *builder, classics map[string]*classicSeries, natives map[string]bool) error {
	for _, key := range slices.Sorted(maps.Keys(classics)) {
		c := classics[key]
		if natives[key] {
			continue
		}
		if c.metric == metricDuration {
			p.resolution = record.Classic
		}
		slices.SortFunc(c.bounds, func(a, b bound) int { return cmp.Compare(a.upper, b.upper) })
		if err := b.coarse(c.metric, c.labels, c.classic); err != nil {
			return fmt.Errorf("%s: %w", c.metric, err)
		}
	}
	return nil
}

// gather adds a series to the classic histogram that it is part of.
func gather(all map[string]*classicSeries, family, part string, labels map[string]string, value float64) error {
	if !(value >= 0) {
		return fmt.Errorf("the value is %v", value)
	}
	le := labels["le"]
	delete(labels, "le")
	key := seriesKey(family, labels)
	c, ok := all[key]
	if !ok {
		c = &classicSeries{metric: family, labels: labels}
		all[key] = c
	}
	if part == "_sum" {
		c.sum = value
		return nil
	}
	upper, err := strconv.ParseFloat(le, 64)
	if err != nil || math.IsNaN(upper) {
		return fmt.Errorf("le=%q is no number", le)
	}
	c.bounds = append(c.bounds, bound{upper, value})
	return nil
}

// seriesKey is the same for all parts of a histogram.
func seriesKey(family string, labels map[string]string) string {
	return fmt.Sprintf("%s%q", family, labels)
}

// nativeOf makes a histogram of the buckets that Prometheus answers.
func nativeOf(s *model.SampleHistogram) (histogram.Histogram, error) {
	var buckets []histogram.Bucket
	zero := int64(0)
	for _, b := range s.Buckets {
		n := int64(math.Round(float64(b.Count)))
		upper := float64(b.Upper)
		if upper <= 0 || float64(b.Lower) <= 0 {
			zero += n
			continue
		}
		index := histogram.Index(upper * (1 - 1e-9)) // bounds may be off by a rounding
		if lower := histogram.Bound(index - 1); math.Abs(float64(b.Lower)/lower-1) > 1e-6 {
			return histogram.Histogram{}, fmt.Errorf("native histogram with a bucket from %v to %v: wanted is schema %d", b.Lower, b.Upper, histogram.Schema)
		}
		buckets = append(buckets, histogram.Bucket{Index: index, Count: n})
	}
	return histogram.New(buckets, zero, math.Max(0, float64(s.Sum)))
}
