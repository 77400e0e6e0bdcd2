package summary

import (
	"fmt"
	"strings"
	"time"

	"github.com/hopperband/hopperband/protocol"
)

// A csv is the text of a CSV file as Python's csv module writes it.
type csv struct{ strings.Builder }

func (c *csv) row(fields ...string) {
	for i, f := range fields {
		if i > 0 {
			c.WriteByte(',')
		}
		if strings.ContainsAny(f, ",\"\r\n") {
			f = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
		c.WriteString(f)
	}
	c.WriteString("\r\n")
}

// StatsCSV is the file _stats.csv.
func (s *Summary) StatsCSV() string {
	var c csv
	c.row(append([]string{
		"Type", "Name", "Request Count", "Failure Count", "Median Response Time", "Average Response Time",
		"Min Response Time", "Max Response Time", "Average Content Size", "Requests/s", "Failures/s",
	}, percentileNames()...)...)
	for _, e := range append(s.sorted(), s.total) {
		fields := append([]string{e.method, e.name}, e.figures()...)
		fields = append(fields, float(s.totalRate(e.requests)), float(s.totalRate(e.failures)))
		c.row(append(fields, e.percentileFields(e.percentile)...)...)
	}
	return c.String()
}

// figures are the columns that two files have.
func (e *entry) figures() []string {
	size := "0"
	if e.requests > 0 {
		size = float(float64(e.length) / float64(e.requests))
	}
	return []string{
		whole(e.requests), whole(e.failures), e.medianField(), float(e.average()),
		orZero(e.min.Float64), orZero(e.max), size,
	}
}

// medianField is a rounded response time, and thus whole, or a bound.
func (e *entry) medianField() string {
	m := e.median()
	if len(e.times) == 0 || m == float64(percentile(e.times, e.timed(), 0.5)) {
		return whole(int64(m))
	}
	return float(m)
}

func (e *entry) percentileFields(of func(float64) int64) (fields []string) {
	for _, p := range percentiles() {
		if e.requests == 0 {
			fields = append(fields, "N/A")
		} else {
			fields = append(fields, whole(of(p)))
		}
	}
	return fields
}

// HistoryHeader is the first line of the file _stats_history.csv.
func HistoryHeader() string {
	var c csv
	fields := append([]string{"Timestamp", "User Count", "Type", "Name", "Requests/s", "Failures/s"}, percentileNames()...)
	c.row(append(fields,
		"Total Request Count", "Total Failure Count", "Total Median Response Time", "Total Average Response Time",
		"Total Min Response Time", "Total Max Response Time", "Total Average Content Size",
	)...)
	return c.String()
}

// HistoryRows are what _stats_history.csv gets now: a line for all requests together, and
// with Keep.Recent one for each name before it, whose percentiles are those of the last
// seconds.
func (s *Summary) HistoryRows(now time.Time) string {
	var c csv
	var all []*entry
	if s.keep.Recent {
		all = s.sorted()
	}
	for _, e := range append(all, s.total) {
		of := e.percentile
		if s.keep.Recent {
			of = func(p float64) int64 { return e.currentPercentile(now.Unix(), p) }
		}
		fields := []string{
			whole(now.Unix()), whole(int64(s.users)), e.method, e.name,
			fmt.Sprintf("%2f", s.currentRate(e.perSecond)), fmt.Sprintf("%2f", s.currentRate(e.failedSecond)),
		}
		c.row(append(append(fields, e.percentileFields(of)...), e.figures()...)...)
	}
	return c.String()
}

// FailuresCSV is the file _failures.csv.
func (s *Summary) FailuresCSV() string {
	var c csv
	c.row("Method", "Name", "Error", "Occurrences", "First Seen", "Last Seen")
	for _, k := range sortedKeys(s.failures) {
		e := s.failures[k]
		c.row(e.Method, e.Name, e.Error, whole(e.Occurrences), date(e.FirstSeen), date(e.LastSeen))
	}
	return c.String()
}

// date is a time in UTC, to the second.
func date(t protocol.NullFloat) string {
	if !t.Valid {
		return ""
	}
	return time.Unix(int64(t.Float64), 0).UTC().Format("2006-01-02T15:04:05Z")
}

// ExceptionsCSV is the file _exceptions.csv. They are of the node "local", as in a Locust
// without workers.
func (s *Summary) ExceptionsCSV() string {
	var c csv
	c.row("Count", "Message", "Traceback", "Nodes")
	for _, x := range s.raised {
		c.row(whole(x.count), x.message, x.traceback, "local")
	}
	return c.String()
}
