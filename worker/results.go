package worker

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/term"

	"github.com/hopperband/hopperband/internal/summary"
	"github.com/hopperband/hopperband/protocol"
)

// Locust's intervals (locust/stats.py).
const (
	tableEvery = 2 * time.Second
	csvEvery   = time.Second
)

// results are those of a run without a master, and where they are shown. The worker's loop
// adds to them, a goroutine prints them: they meet at the mutex, under which there is no I/O.
type results struct {
	log    zerolog.Logger
	tables io.Writer      // nil prints none
	live   bool           // prints them while the test runs
	files  *summary.Files // nil writes none
	broken bool           // they could not be written to the end

	mu      sync.Mutex
	summary *summary.Summary
}

func (r *results) add(now time.Time, pieces []*protocol.Stats) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range pieces {
		r.summary.Add(now, p)
	}
}

func (r *results) addException(x *protocol.Exception) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.AddException(x)
}

func (r *results) reset(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Reset(now)
}

// begin shows that there are no results yet.
func (r *results) begin() {
	r.printLive()
	r.writeFiles((*summary.Files).Write)
}

// watch shows the results until stop is closed.
func (r *results) watch(stop <-chan struct{}) {
	table, files := time.NewTicker(tableEvery), time.NewTicker(csvEvery)
	defer table.Stop()
	defer files.Stop()
	for {
		select {
		case <-table.C:
			r.printLive()
		case <-files.C:
			r.writeFiles((*summary.Files).Write)
		case <-stop:
			return
		}
	}
}

func (r *results) printLive() {
	if r.tables == nil || !r.live {
		return
	}
	r.mu.Lock()
	text := summary.NewTable(columns()).Requests(r.summary, true)
	r.mu.Unlock()
	r.print(text)
}

// printFinal prints the last tables.
func (r *results) printFinal() {
	if r.tables == nil {
		return
	}
	t := summary.NewTable(columns())
	r.print(t.Requests(r.summary, false) + t.Percentiles(r.summary) + t.Errors(r.summary))
}

func (r *results) print(text string) {
	if _, err := io.WriteString(r.tables, text); err != nil {
		r.log.Debug().Err(err).Msg("printing tables")
	}
}

// writeFiles brings the CSV files up to date, in one of the ways of Files. The first error
// is the last attempt.
func (r *results) writeFiles(write func(*summary.Files, summary.Text) error) {
	if r.files == nil {
		return
	}
	r.mu.Lock()
	text := r.summary.Text(time.Now())
	r.mu.Unlock()
	if err := write(r.files, text); err != nil {
		r.log.Error().Err(err).Msg("the CSV files end here")
		r.files.Close()
		r.files, r.broken = nil, true
	}
}

// columns is the width of the terminal on standard output, which Locust asks as well; 0 if
// there is none.
func columns() int {
	width, _, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// writeJSON writes the statistics to a file, as --json-file does.
func (r *results) writeJSON(name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("--json-file: %w", err)
	}
	if err := os.WriteFile(name+".json", r.summary.JSON(), 0o644); err != nil {
		return fmt.Errorf("--json-file: %w", err)
	}
	return nil
}
