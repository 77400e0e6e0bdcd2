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

func told(lost int) []byte { return fmt.Appendf(nil, "%d lost\n", lost) }

func (p *tap) read() string {
	p.shut.Lock()
	defer p.shut.Unlock()
	return p.text.String()
}

// Whatever ends the process behind a line, os.Exit in log.Fatal for one: the line is written.
func TestLogQueueWritesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out tap
		q := newLogQueue(&out, told)
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
		q := newLogQueue(full, told)
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
		if want := strings.Repeat(line, 1025) + "176 lost\non again\n"; out.String() != want {
			t.Errorf("%d bytes that end with %q, want %d", out.Len(), out.String()[max(0, out.Len()-60):], len(want))
		}
	})
}

// A writer that is slow does not block: many lines at once, or a very long one, are all written.
func TestLogQueueOfABurst(t *testing.T) {
	for _, tt := range []struct{ writers, size int }{{3000, 1 << 10}, {3, 3 * logQueueSize}} {
		synctest.Test(t, func(t *testing.T) {
			slow, out := io.Pipe()
			q := newLogQueue(out, told)
			read := make(chan int)
			go func() {
				n, buf := 0, make([]byte, 1<<22)
				for {
					time.Sleep(10 * ms)
					k, err := slow.Read(buf)
					if n += k; err != nil {
						read <- n
						return
					}
				}
			}()
			var writers sync.WaitGroup
			for range tt.writers {
				writers.Go(func() { _, _ = io.WriteString(q, strings.Repeat("x", tt.size-1)+"\n") })
			}
			writers.Wait()
			if err := q.Close(); err != nil {
				t.Error(err)
			}
			_ = out.Close()
			if got, want := <-read, tt.writers*tt.size; got != want {
				t.Errorf("%d bytes written, want %d", got, want)
			}
		})
	}
}

// A disk has room for some bytes.
type disk struct {
	room int
	text strings.Builder
}

func (d *disk) Write(b []byte) (int, error) {
	n := min(len(b), d.room)
	d.room -= n
	d.text.Write(b[:n])
	if n < len(b) {
		return n, errors.New("no space left")
	}
	return n, nil
}

// What does not fit on a full disk is told of when there is room again, or at the end.
func TestLogQueueOfAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &disk{room: 10}
		q := newLogQueue(d, told)
		for i := range 4 {
			fmt.Fprintln(q, "line", i)
		}
		d.room = 1000
		fmt.Fprintln(q, "line 4")
		if want := "line 0\nlin\n3 lost\nline 4\n"; d.text.String() != want {
			t.Errorf("written %q, want %q", d.text.String(), want)
		}
		d.room = 0
		fmt.Fprintln(q, "line 5")
		if err := q.Close(); err == nil || !strings.Contains(err.Error(), "1 lines") || !strings.Contains(err.Error(), "no space left") {
			t.Errorf("closed with %v", err)
		}
	})
}

func TestLogQueueCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck, full := io.Pipe()
		q := newLogQueue(full, told)
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
