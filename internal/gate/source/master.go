package source

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/hopperband/hopperband/internal/gate/histogram"
	"github.com/hopperband/hopperband/internal/gate/locust"
	"github.com/hopperband/hopperband/internal/gate/record"
)

// reportInterval is how often workers report to the master (locust/runners.py,
// WORKER_REPORT_INTERVAL).
const reportInterval = 3 * time.Second

// A Master is the statistics of the master: what is left where no worker's metrics can be
// read. Its times have two digits, and there are no counts of a past moment, so that Begin
// clears the statistics.
type Master struct {
	master  *locust.Master
	address string
}

// NewMaster makes a source of a master's statistics.
func NewMaster(m *locust.Master, address string) *Master { return &Master{master: m, address: address} }

// Origin implements Source.
func (m *Master) Origin() record.Source {
	return record.Source{Kind: record.SourceMaster, Address: m.address, Resolution: record.Locust}
}

// Begin implements Source: it clears the statistics.
func (m *Master) Begin(ctx context.Context) (*Sample, error) {
	if err := m.master.Reset(ctx); err != nil {
		return nil, err
	}
	return &Sample{At: time.Now(), Workers: map[string]*Worker{}}, nil
}

// Sample implements Source. It has counts only: of times there is no difference of two
// moments.
func (m *Master) Sample(ctx context.Context) (*Sample, error) {
	table, err := m.master.Table(ctx)
	if err != nil {
		return nil, err
	}
	return tableSample(table, false), nil
}

// End implements Source, with times.
func (m *Master) End(ctx context.Context) (*Sample, error) { return m.After(ctx, time.Now()) }

// After implements Source, with times. It waits until the workers have reported.
func (m *Master) After(ctx context.Context, t time.Time) (*Sample, error) {
	select {
	case <-time.After(max(0, time.Until(t.Add(reportInterval)))):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	table, err := m.master.Table(ctx)
	if err != nil {
		return nil, err
	}
	return tableSample(table, true), nil
}

func tableSample(table *locust.Table, times bool) *Sample {
	w := &Worker{At: time.Now(), Figures: map[Name]record.Figures{}}
	s := &Sample{At: w.At, Workers: map[string]*Worker{"": w}}
	for _, row := range table.Rows {
		f := rowFigures(row, times)
		w.Figures[Name{f.Method, f.Name}] = f
	}
	if times {
		total := rowFigures(table.Total, true)
		total.Method, total.Name = "", ""
		s.total = &total
	}
	return s
}

func rowFigures(row locust.Row, times bool) record.Figures {
	name := nameOf(row.Method, row.Name)
	f := record.Figures{
		Method: name.Method, Name: name.Name, Requests: row.Requests, Failures: row.Failures,
		Bytes: int64(math.Round(row.Length * float64(row.Requests))),
	}
	if times {
		f.ResponseTime = rowTimes(row)
	}
	return f
}

// rowTimes makes a histogram that has a row's percentiles, its shortest and its longest time.
func rowTimes(row locust.Row) histogram.Histogram {
	var buckets []histogram.Bucket
	put, zero := int64(0), int64(0)
	known := append([]locust.Percentile{{Part: 1 / float64(max(1, row.Requests)), Seconds: row.Min}}, row.Percentiles...)
	for _, p := range known {
		if p.Part == 1 && row.Max > 0 {
			p.Seconds = row.Max // not rounded, as its percentile is
		}
		n := int64(math.Ceil(p.Part*float64(row.Requests)-1e-6)) - put
		if n <= 0 {
			continue
		}
		put += n
		if p.Seconds > 0 {
			buckets = append(buckets, histogram.Bucket{Index: histogram.Index(p.Seconds), Count: n})
		} else {
			zero += n
		}
	}
	h, err := histogram.New(buckets, zero, row.Mean*float64(row.Requests))
	if err != nil {
		panic(fmt.Errorf("source: of a checked row: %w", err))
	}
	return h
}
