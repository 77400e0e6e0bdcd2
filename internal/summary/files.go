package summary

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Files are the CSV files of a test, named as Locust names them (locust/stats.py,
// StatsCSVFileWriter).
type Files struct {
	stats, failures, exceptions, history *os.File
}

// Create makes PREFIX_stats.csv, _stats_history.csv, _failures.csv and _exceptions.csv, and
// the directory that they are in. Files that are there are overwritten.
func Create(prefix string) (*Files, error) {
	f := &Files{}
	err := os.MkdirAll(filepath.Dir(prefix), 0o755)
	for name, file := range map[string]**os.File{
		"_stats.csv": &f.stats, "_failures.csv": &f.failures, "_exceptions.csv": &f.exceptions, "_stats_history.csv": &f.history,
	} {
		if err == nil {
			*file, err = os.Create(prefix + name)
		}
	}
	if err == nil {
		_, err = f.history.WriteString(HistoryHeader())
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("summary: CSV files: %w", err)
	}
	return f, nil
}

// Text is what the files are to have, and what the history is to get, so that a Summary
// need not be held while files are written.
type Text struct{ stats, failures, exceptions, history string }

// Text returns what is to be written now.
func (s *Summary) Text(now time.Time) Text {
	return Text{s.StatsCSV(), s.FailuresCSV(), s.ExceptionsCSV(), s.HistoryRows(now)}
}

// Write replaces what is in the files, and adds to the history.
func (f *Files) Write(t Text) error {
	_, err := f.history.WriteString(t.history)
	return errors.Join(err, f.Finish(t))
}

// Finish is Write without the history, for the end of a test: users have gone then.
func (f *Files) Finish(t Text) error {
	err := errors.Join(replace(f.stats, t.stats), replace(f.failures, t.failures), replace(f.exceptions, t.exceptions))
	if err != nil {
		return fmt.Errorf("summary: CSV files: %w", err)
	}
	return nil
}

func replace(f *os.File, text string) error {
	if _, err := f.WriteAt([]byte(text), 0); err != nil {
		return err
	}
	return f.Truncate(int64(len(text)))
}

// Close closes the files.
func (f *Files) Close() {
	for _, file := range []*os.File{f.stats, f.failures, f.exceptions, f.history} {
		if file != nil {
			_ = file.Close() // what was written has been written
		}
	}
}
