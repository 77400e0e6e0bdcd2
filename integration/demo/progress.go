package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"
)

const (
	onTerminal = 250 * time.Millisecond
	elsewhere  = 2 * time.Second
	clearToEnd = "\r\x1b[K"
	rateEvery  = 1.0 // seconds over which a rate is steady
)

// A progress shows how far the test is: on a terminal in one line that changes.
type progress struct {
	*stage
	out      io.Writer
	terminal bool
	ticker   *time.Ticker
	started  time.Time // of the test; zero before it
	last     sample
	rate     float64
}

type sample struct {
	at    time.Time
	total int64
}

func newProgress(s *stage) *progress {
	p := &progress{stage: s, out: os.Stdout, terminal: isTerminal(os.Stdout)}
	every := elsewhere
	if p.terminal {
		every = onTerminal
	}
	p.ticker = time.NewTicker(every)
	return p
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

func (p *progress) ticks() <-chan time.Time { return p.ticker.C }

// end leaves the line for good.
func (p *progress) end() {
	p.ticker.Stop()
	if p.terminal {
		fmt.Fprint(p.out, clearToEnd)
	}
}

// show writes one state of the test. It never fails: it is there to be looked at.
func (p *progress) show(ctx context.Context) {
	line := p.line(ctx, time.Now())
	if p.terminal {
		fmt.Fprint(p.out, clearToEnd+line)
		return
	}
	fmt.Fprintln(p.out, line)
}

func (p *progress) line(ctx context.Context, now time.Time) string {
	log := p.master.Log()
	if p.started.IsZero() {
		if !strings.Contains(log, "Run time limit set") {
			return "waiting for the worker"
		}
		p.started, p.last = now, sample{at: now}
	}
	counts, err := p.target.Counts(ctx)
	if err != nil {
		return "the target does not answer"
	}
	p.measure(sample{now, counts.Total})
	left := max(0, p.runTime-now.Sub(p.started)).Round(time.Second)
	return fmt.Sprintf("users %s   requests %d   %.1f/s   %s left", usersIn(log), counts.Total, p.rate, left)
}

// measure renews the rate when enough time has passed to make it steady.
func (p *progress) measure(now sample) {
	if passed := now.at.Sub(p.last.at).Seconds(); passed >= rateEvery {
		p.rate = float64(now.total-p.last.total) / passed
		p.last = now
	}
}

// usersIn returns the number of users that the master has seen spawned (locust/runners.py).
func usersIn(log string) string {
	all := regexp.MustCompile(`\((\d+) total users\)`).FindAllStringSubmatch(log, -1)
	if len(all) == 0 {
		return "0"
	}
	return all[len(all)-1][1]
}
