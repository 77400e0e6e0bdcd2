package locust

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
)

// A Table is the master's statistics in full: all names, all percentiles, never cached.
type Table struct {
	Rows  []Row
	Total Row
}

// A Row is one request name, or all. Times are in seconds.
type Row struct {
	Method, Name       string
	Requests, Failures int64
	Mean, Min, Max     float64
	Length             float64 // mean, bytes
	Percentiles        []Percentile
}

// A Percentile says which time a part of the requests did not exceed, rounded as Locust
// does.
type Percentile struct{ Part, Seconds float64 }

// Table asks for the statistics as CSV (locust/stats.py, StatsCSV).
func (m *Master) Table(ctx context.Context) (*Table, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	a, err := m.ask(ctx, http.MethodGet, "/stats/requests/csv", nil)
	if err != nil {
		return nil, err
	}
	records, err := csv.NewReader(strings.NewReader(string(a.body))).ReadAll()
	if a.status != http.StatusOK || err != nil || len(records) < 2 || records[0][0] != "Type" {
		return nil, m.refused(a, "no table of a Locust master")
	}
	t := &Table{}
	for _, r := range records[1:] {
		row, ok := readRow(records[0], r)
		if !ok {
			return nil, m.refused(a, "no table of a Locust master")
		}
		t.Rows = append(t.Rows, row)
	}
	last := len(t.Rows) - 1 // the total comes last
	t.Rows, t.Total = t.Rows[:last], t.Rows[last]
	return t, nil
}

// readRow reads a line by its heading.
func readRow(head, line []string) (row Row, ok bool) {
	ok = true
	number := func(text string) float64 {
		if text == "N/A" || text == "" {
			return 0
		}
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || !(f >= 0 && f < 1e15) {
			ok = false
			return 0
		}
		return f
	}
	for i, name := range head {
		switch name {
		case "Type":
			row.Method = line[i]
		case "Name":
			row.Name = line[i]
		case "Request Count":
			row.Requests = int64(number(line[i]))
		case "Failure Count":
			row.Failures = int64(number(line[i]))
		case "Average Response Time":
			row.Mean = number(line[i]) / 1000
		case "Min Response Time":
			row.Min = number(line[i]) / 1000
		case "Max Response Time":
			row.Max = number(line[i]) / 1000
		case "Average Content Size":
			row.Length = number(line[i])
		default:
			percent, is := strings.CutSuffix(name, "%")
			if part, err := strconv.ParseFloat(percent, 64); is && err == nil && part >= 0 && part <= 100 {
				row.Percentiles = append(row.Percentiles, Percentile{part / 100, number(line[i]) / 1000})
			}
		}
	}
	return row, ok
}
