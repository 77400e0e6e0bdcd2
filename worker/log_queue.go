package worker

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	logQueueSize = 1 << 20                // bytes of lines that wait to be written
	logPatience  = 100 * time.Millisecond // for which a line waits to be written
	logDistrust  = 10 * time.Second       // for which no line waits after one has in vain
	logFarewell  = time.Second            // for which Close waits
)

var errLogStuck = errors.New("worker: closing the log: its last lines cannot be written")

// A logQueue writes the lines of a log to a writer that may block, such as a full pipe that
// nobody reads. Where it does not, a line is written when Write returns: none is lost, however
// the process ends. Where it does, Write costs 100 ms once in 10 s, the newest lines above
// 1 MiB are dropped, and how many is told in their place. So are those that cannot be written,
// such as on a full disk, once it can be.
type logQueue struct {
	out  io.Writer
	tell func(lost int) []byte // the line that tells of them
	wake chan struct{}
	done chan struct{}

	// The writing goroutine's own.
	lost int   // lines that nothing is told of yet
	torn bool  // the last line that was written is not whole
	err  error // of the last Write that failed

	mu      sync.Mutex
	waiting []byte
	dropped int           // behind those that wait
	written chan struct{} // closed when they are
	trusted time.Time     // when lines wait again
	closed  bool
}

func newLogQueue(out io.Writer, tell func(lost int) []byte) *logQueue {
	q := &logQueue{
		out: out, tell: tell, wake: make(chan struct{}, 1), done: make(chan struct{}), written: make(chan struct{}),
	}
	go q.run()
	return q
}

// Write takes one line. It always succeeds.
func (q *logQueue) Write(line []byte) (int, error) {
	for late := time.After(logPatience); ; {
		written, taken := q.add(line)
		if written == nil {
			return len(line), nil
		}
		select {
		case <-written:
		case <-late:
			q.mu.Lock()
			q.trusted = time.Now().Add(logDistrust)
			q.mu.Unlock()
		}
		if taken {
			return len(line), nil
		}
	}
}

// add queues a line and returns what to wait for, nil if for nothing. Where there is no room
// the line is dropped, or is to be added again after the wait. Once one is dropped, so are all
// behind it until the queue is taken: what is told of them stands in their place.
func (q *logQueue) add(line []byte) (written <-chan struct{}, taken bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return nil, false
	}
	if !time.Now().Before(q.trusted) {
		written = q.written
	}
	taken = q.dropped == 0 && (len(q.waiting) == 0 || len(q.waiting)+len(line) <= logQueueSize)
	switch {
	case taken:
		q.waiting = append(q.waiting, line...)
	case written == nil:
		q.dropped++
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return written, taken
}

func (q *logQueue) run() {
	defer close(q.done)
	for range q.wake {
		lines, dropped, written := q.take()
		q.confess()
		q.put(lines)
		q.lost += dropped
		q.confess()
		close(written)
	}
}

// put writes lines, or counts those that cannot be written.
func (q *logQueue) put(lines []byte) {
	n, err := q.out.Write(lines)
	if err != nil {
		q.lost += bytes.Count(lines[n:], []byte("\n"))
		q.err = err
	}
	if n > 0 {
		q.torn = lines[n-1] != '\n'
	}
}

// confess tells of lost lines.
func (q *logQueue) confess() {
	if q.lost == 0 {
		return
	}
	line := q.tell(q.lost)
	if q.torn {
		line = append([]byte("\n"), line...)
	}
	if _, err := q.out.Write(line); err == nil {
		q.lost, q.torn = 0, false
	}
}

func (q *logQueue) take() (lines []byte, dropped int, written chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	lines, dropped, written = q.waiting, q.dropped, q.written
	q.waiting, q.dropped, q.written = nil, 0, make(chan struct{})
	return lines, dropped, written
}

// Close takes no more lines and waits up to 1 s until those that it has are written. The error
// says that some cannot be; errLogStuck that the writer is still in use.
func (q *logQueue) Close() error {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		close(q.wake)
	}
	q.mu.Unlock()
	select {
	case <-q.done:
		if q.lost > 0 {
			return fmt.Errorf("worker: closing the log: %d lines of it could not be written: %w", q.lost, q.err)
		}
		return nil
	case <-time.After(logFarewell):
		return errLogStuck
	}
}
