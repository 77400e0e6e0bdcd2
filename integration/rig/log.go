package rig

import (
	"bytes"
	"os"
	"sync"
)

// A log keeps what a process writes: in a file for people, in memory for its readers.
type log struct {
	path string

	mu   sync.Mutex
	file *os.File
	text bytes.Buffer
	more chan struct{} // closed and made anew with each write
}

func newLog(path string) (*log, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &log{path: path, file: f, more: make(chan struct{})}, nil
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(b)
	close(l.more)
	l.more = make(chan struct{})
	return l.file.Write(b)
}

func (l *log) read() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// grown returns a channel that is closed by the next write.
func (l *log) grown() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.more
}

func (l *log) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.file.Close()
}
