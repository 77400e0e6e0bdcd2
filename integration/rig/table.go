package rig

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Totals are the requests of a whole test, or of one stats entry.
type Totals struct{ Requests, Failures int64 }

// A Row is one stats entry in the master's final table.
type Row struct {
	Method, Name string // a long name is cut by Locust
	Totals
}

// Table returns the table of requests that a master prints when it ends (locust/stats.py,
// print_stats), from its heading to the line of the sum.
func (m *Master) Table() (string, error) { return finalTable(m.Log()) }

// Final returns the sum of the final table.
func (m *Master) Final() (Totals, error) {
	rows, err := m.Rows()
	if err != nil {
		return Totals{}, err
	}
	return rows[len(rows)-1].Totals, nil
}

// Rows returns the lines of the final table. The last one is the sum, with the name
// "Aggregated" and no method.
func (m *Master) Rows() ([]Row, error) {
	table, err := m.Table()
	if err != nil {
		return nil, err
	}
	return tableRows(table)
}

// finalTable finds the first table behind the line with which a master says goodbye: the
// tables before it are interim ones.
func finalTable(log string) (string, error) {
	bye := strings.LastIndex(log, "locust.main: Shutting down")
	if bye < 0 {
		return "", errors.New("rig: the master has printed no final table: it has not shut down")
	}
	var table []string
	for line := range strings.Lines(log[bye:]) {
		line = strings.TrimRight(line, "\r\n")
		if len(table) > 0 || strings.HasPrefix(line, "Type ") {
			table = append(table, line)
		}
		if strings.HasPrefix(strings.TrimSpace(line), aggregated) && len(table) > 0 {
			return strings.Join(table, "\n"), nil
		}
	}
	return "", errors.New("rig: the master has printed no final table")
}

const aggregated = "Aggregated"

// A row is a method, which may be missing, a name, which may contain spaces, and from the
// number of requests on figures: "GET   /a b    60   1(1.67%) | …".
func tableRows(table string) ([]Row, error) {
	figures := regexp.MustCompile(`^(\S*)\s+(.*?)\s+(\d+)\s+(\d+)\(.*?%\) *\|`)
	var rows []Row
	for line := range strings.Lines(table) {
		f := figures.FindStringSubmatch(line)
		if f == nil {
			continue
		}
		requests, errRequests := strconv.ParseInt(f[3], 10, 64)
		failures, errFailures := strconv.ParseInt(f[4], 10, 64)
		if err := errors.Join(errRequests, errFailures); err != nil {
			return nil, fmt.Errorf("rig: final table: line %q: %w", line, err)
		}
		rows = append(rows, Row{Method: f[1], Name: f[2], Totals: Totals{requests, failures}})
	}
	if len(rows) == 0 || rows[len(rows)-1].Name != aggregated {
		return nil, fmt.Errorf("rig: final table: no sum in %q", table)
	}
	return rows, nil
}
