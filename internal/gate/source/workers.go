package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/record"
)

const (
	scrapeTimeout = 5 * time.Second // for one worker to answer
	maxMetrics    = 256 << 20       // bytes; a worker has 10 000 names at most
)

// accept asks for protobuf, the one format with native histograms.
const accept = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=1.0,text/plain;version=0.0.4;q=0.5"

// Workers are the workers' own endpoints, read by the gate itself.
type Workers struct {
	addresses []string
	names     Resolver
	access    access.Config
	http      *http.Client

	resolution record.Resolution
}

// NewWorkers makes a source of the addresses of the workers' metrics, whose names are looked
// up for each sample.
func NewWorkers(addresses []string, names Resolver, with access.Config) (*Workers, error) {
	transport, err := with.Transport()
	if err != nil {
		return nil, fmt.Errorf("workers' metrics: %w", err)
	}
	return &Workers{
		addresses: addresses, names: names, access: with, http: &http.Client{Transport: transport, Timeout: scrapeTimeout},
		resolution: record.Native,
	}, nil
}

// Origin implements Source.
func (w *Workers) Origin() record.Source {
	address := ""
	if len(w.addresses) > 0 {
		address = w.addresses[0]
	}
	if n := len(w.addresses); n > 1 {
		address = fmt.Sprintf("%s and %d more", address, n-1)
	}
	return record.Source{Kind: record.SourceWorkers, Address: address, Resolution: w.resolution}
}

// Begin implements Source.
func (w *Workers) Begin(ctx context.Context) (*Sample, error) { return w.Sample(ctx) }

// End implements Source.
func (w *Workers) End(ctx context.Context) (*Sample, error) { return w.Sample(ctx) }

// After implements Source: what workers show is never behind.
func (w *Workers) After(ctx context.Context, _ time.Time) (*Sample, error) { return w.Sample(ctx) }

// A scraped is what one endpoint answered.
type scraped struct {
	at       time.Time
	clock    time.Duration // by how much its clock is before ours
	families []*dto.MetricFamily
	err      error
}

// Sample implements Source. Endpoints that do not answer are left out, unless none does.
func (w *Workers) Sample(ctx context.Context) (*Sample, error) {
	endpoints := w.endpoints(ctx)
	all := make([]scraped, len(endpoints))
	var group sync.WaitGroup
	for i, e := range endpoints {
		group.Go(func() {
			s := &all[i]
			s.families, s.clock, s.err = w.scrape(e.context(ctx), e)
			s.at = time.Now()
		})
	}
	group.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	sample := newBuilder(time.Now()).sample
	var problems []error
	for i, e := range endpoints {
		if all[i].err != nil {
			problems = append(problems, errors.New(w.access.Redact(all[i].err.Error())))
			continue
		}
		b := newBuilder(all[i].at)
		if err := w.fill(b, all[i].families); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrUnreachable, e, err)
		}
		sample.take(e.String(), b.sample)
		sample.Clocks[e.String()] = all[i].clock
	}
	if len(sample.Workers) == 0 {
		if len(problems) == 0 {
			problems = append(problems, errors.New("there are no workers' metrics"))
		}
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, errors.Join(problems...))
	}
	return sample, nil
}

// take adds what an address answered.
func (s *Sample) take(address string, o *Sample) {
	maps.Copy(s.Workers, o.Workers)
	for key, p := range o.processes {
		s.processes[address+key] = p
	}
	s.busy(o.CPU)
}

// scrape reads one endpoint, and by how much its clock is before ours.
func (w *Workers) scrape(ctx context.Context, e endpoint) ([]*dto.MetricFamily, time.Duration, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.url, nil)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Accept", accept)
	resp, err := w.http.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, 0, fmt.Errorf("%s: status %d", e, resp.StatusCode)
	}
	clock := time.Duration(0)
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		clock = time.Until(date)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxMetrics+1))
	if err == nil && len(body) > maxMetrics {
		err = fmt.Errorf("answers more than %d MiB", maxMetrics>>20)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", e, err)
	}
	families, err := decode(body, expfmt.ResponseFormat(resp.Header))
	if err != nil {
		return nil, 0, fmt.Errorf("%s: no metrics: %w", e, err)
	}
	return families, clock, nil
}

// decode reads metrics. What says that it is longer than it is would be given that memory, so
// lengths are looked at first.
func decode(body []byte, format expfmt.Format) (families []*dto.MetricFamily, err error) {
	for left := body; format.FormatType() == expfmt.TypeProtoDelim && len(left) > 0; {
		length, n := binary.Uvarint(left)
		if n <= 0 || length > uint64(len(left)-n) {
			return nil, io.ErrUnexpectedEOF
		}
		left = left[n+int(length):]
	}
	decoder := expfmt.NewDecoder(bytes.NewReader(body), format)
	for {
		f := new(dto.MetricFamily)
		if err := decoder.Decode(f); errors.Is(err, io.EOF) {
			return families, nil
		} else if err != nil {
			return nil, err
		}
		families = append(families, f)
	}
}

// fill reads the families of one process.
func (w *Workers) fill(b *builder, families []*dto.MetricFamily) error {
	for _, f := range families {
		for _, m := range f.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			var err error
			switch {
			case m.Counter != nil:
				err = b.number(f.GetName(), labels, m.Counter.GetValue())
			case m.Gauge != nil:
				err = b.number(f.GetName(), labels, m.Gauge.GetValue())
			case m.Untyped != nil:
				err = b.number(f.GetName(), labels, m.Untyped.GetValue())
			case m.Histogram != nil && (f.GetName() == metricDuration || f.GetName() == metricLag || f.GetName() == metricCPUWait):
				err = w.histogram(b, f.GetName(), labels, m.Histogram)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", f.GetName(), err)
			}
		}
	}
	return nil
}

func (w *Workers) histogram(b *builder, metric string, labels map[string]string, h *dto.Histogram) error {
	if metric == metricDuration {
		times, ok, err := native(h)
		if err != nil || ok {
			b.times(labels, times)
			return err
		}
	}
	c := classic{sum: h.GetSampleSum()}
	for _, bucket := range h.GetBucket() {
		if !math.IsInf(bucket.GetUpperBound(), 1) {
			c.bounds = append(c.bounds, bound{bucket.GetUpperBound(), float64(bucket.GetCumulativeCount())})
		}
	}
	c.bounds = append(c.bounds, bound{math.Inf(1), float64(h.GetSampleCount())})
	if metric == metricDuration && h.GetSampleCount() > 0 {
		w.resolution = record.Classic
	}
	return b.coarse(metric, labels, c)
}
