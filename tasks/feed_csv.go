package tasks

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
)

// CSVFeed returns a feed of the records of a CSV file, all of which must have equally many
// fields. A heading is a record like any other: a caller whose file has one takes it first.
// Blank lines are left out, and so is the byte order mark that spreadsheets write. The error
// for a file that cannot be used, or has no record, names the file and the line.
func CSVFeed(file string) (*Feed[[]string], error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("tasks: feed: %w", err)
	}
	defer func() { _ = f.Close() }()
	r := bufio.NewReader(f)
	if mark, _ := r.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = r.Discard(3)
	}
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("tasks: feed %s: %w", file, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("tasks: feed %s: line 1: the file has no record", file)
	}
	return NewFeed(rows...), nil
}
