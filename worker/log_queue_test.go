package worker

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A tap is a writer that blocks while it is shut.
type tap struct {
	shut sync.Mutex
	text strings.Builder
}

func (p *tap) Write(b []byte) (int, error) {
	p.shut.Lock()
	defer p.shut.Unlock()
	return p.text.Write(b)
}

func (p *tap) told(dropped int) { fmt.Fprintf(p, "%d dropped\n", dropped) }

func (p *tap) read() string {
	p.shut.Lock()
	defer p.shut.Unlock()
	return p.text.String()
}

// Whatever ends the process behind a line, os.Exit in log.Fatal for one: the line is written.
func TestLogQueueWritesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out tap
		q := newLogQueue(&out, out.told)
		defer func() { _ = q.Close() }()
		want := ""
		for i := range 100 {
			want += fmt.Sprintln("line", i)
			fmt.Fprintln(q, "line", i)
			if got := out.read(); got != want {
				t.Fatalf("written %q, want %q", got, want)
			}
		}
	})
}

// The stuck writer is a pipe, since the clock of synctest stands while a mutex blocks.
func TestLogQueueOfAStuckWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck, full := io.Pipe()
		out := &strings.Builder{}
		q := newLogQueue(full, func(dropped int) { fmt.Fprintf(full, "%d dropped\n", dropped) })
		line := strings.Repeat("x", 1<<10-1) + "\n"
		start := time.Now()
		for range 1200 {
			_, _ = io.WriteString(q, line)
		}
		if took := time.Since(start); took != logPatience {
			t.Errorf("1200 lines took %v, want %v once", took, logPatience)
		}
		time.Sleep(logDistrust)
		start = time.Now()
		fmt.Fprintln(q, "dropped as well")
		if took := time.Since(start); took != logPatience {
			t.Errorf("a line %v later took %v, want %v", logDistrust, took, logPatience)
		}
		go func() { _, _ = io.Copy(out, stuck) }()
		synctest.Wait()
		fmt.Fprintln(q, "on again")
		if err := q.Close(); err != nil {
			t.Error(err)
		}
		_ = full.Close()
		synctest.Wait()
		// The first line is what the writer was stuck with, and 1 MiB waited behind it.
		if want := strings.Repeat(line, 1025) + "176 dropped\non again\n"; out.String() != want {
			t.Errorf("%d bytes that end with %q, want %d", out.Len(), out.String()[max(0, out.Len()-60):], len(want))
		}
	})
}

func TestLogQueueCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck, full := io.Pipe()
		q := newLogQueue(full, func(int) {})
		fmt.Fprintln(q, "a line")
		start := time.Now()
		if err := q.Close(); !errors.Is(err, errLogStuck) || time.Since(start) != logFarewell {
			t.Errorf("%v after %v, want %v after %v", err, time.Since(start), errLogStuck, logFarewell)
		}
		text := make([]byte, 100)
		if n, err := stuck.Read(text); err != nil || string(text[:n]) != "a line\n" {
			t.Errorf("%q, %v", text[:n], err)
		}
		if err := q.Close(); err != nil {
			t.Errorf("closing again: %v", err)
		}
		start = time.Now()
		fmt.Fprintln(q, "too late")
		if took := time.Since(start); took != 0 {
			t.Errorf("a line after the end took %v", took)
		}
	})
}
