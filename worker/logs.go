package worker

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
)

// The Python worker's ring buffer and interval (locust/log.py, locust/runners.py).
const (
	logLines  = 500
	logLine   = 1 << 10
	logsEvery = 10 * time.Second
)

// A LogBuffer keeps the newest 500 lines of a worker's log for the Logs tab of the
// master's web UI. It is a writer of zerolog's JSON lines: Main adds one to its log by
// itself; a program with a logger of its own gives both to Config:
//
//	var logs worker.LogBuffer
//	cfg.LogBuffer = &logs
//	cfg.Log = zerolog.New(zerolog.MultiLevelWriter(os.Stderr, &logs)).With().Timestamp().Logger()
//
// The zero LogBuffer is empty and ready to use.
type LogBuffer struct {
	mu      sync.Mutex
	host    string
	lines   []string
	written int // lines ever
}

// Write takes one line of JSON. It always succeeds.
func (b *LogBuffer) Write(line []byte) (int, error) {
	var text strings.Builder
	format := zerolog.ConsoleWriter{
		Out: &text, NoColor: true, PartsOrder: []string{zerolog.MessageFieldName},
		FieldsExclude: []string{"node_id"},
	}
	if _, err := format.Write(line); err != nil {
		text.Write(line)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.host == "" {
		b.host, _ = os.Hostname()
	}
	stamp := strings.Replace(time.Now().Format("2006-01-02 15:04:05.000"), ".", ",", 1)
	b.lines = append(b.lines, cut(fmt.Sprintf("[%s] %s/%s/worker: %s", stamp, b.host, levelWord(line), strings.TrimSpace(text.String())), logLine))
	if len(b.lines) > logLines {
		b.lines = slices.Delete(b.lines, 0, len(b.lines)-logLines)
	}
	b.written++
	return len(line), nil
}

// levelWord is Locust's word for the level of a line, by which the web UI colours it.
func levelWord(line []byte) string {
	for level, word := range map[string]string{"debug": "DEBUG", "warn": "WARNING", "error": "ERROR", "fatal": "CRITICAL"} {
		if strings.Contains(string(line[:min(len(line), 64)]), `"level":"`+level+`"`) {
			return word
		}
	}
	return "INFO"
}

// since returns all lines if more than seen were ever written, and how many were. Each
// worker that shares the buffer remembers what it has seen. A nil buffer has none.
func (b *LogBuffer) since(seen int) (lines []string, written int) {
	if b == nil {
		return nil, 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.written == seen {
		return nil, seen
	}
	return slices.Clone(b.lines), b.written
}

// sendLogs replaces the master's copy of the log, if that is a master which has a place
// for it: one older than Locust 2.29 would warn of each message.
func (w *worker) sendLogs(now time.Time) {
	if !w.master.logs || !w.talking() || now.Before(w.logsAt) {
		return
	}
	w.logsAt = now.Add(logsEvery)
	lines, written := w.cfg.LogBuffer.since(w.logsSeen)
	w.logsSeen = written
	if lines != nil {
		w.link.Note(&protocol.Logs{WorkerID: w.nodeID, Lines: lines})
	}
}
