package rig

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
)

// WorkerConfig says how a Go worker is started. Path, Dir and Master are needed.
type WorkerConfig struct {
	Name   string   // "worker" if empty
	Path   string   // a program whose main is worker.Main
	Dir    string   // where its log is written
	Master string   // host:port of the master, or of a Proxy
	Args   []string // they go before those of the rig: no metrics are served unless they say where
	Env    []string

	Stderr *os.File // takes its log, instead of the rig
}

// A Worker is a running Go worker.
type Worker struct{ *Process }

// A Summary is what a worker says of its requests when it ends, over all its tests.
type Summary struct {
	Recorded    int64 `json:"recorded"`    // finished requests
	Failures    int64 `json:"failures"`    // of them, those that failed
	Reported    int64 `json:"reported"`    // the master is known to have
	Interrupted int64 `json:"interrupted"` // cut off by a forced stop; not in recorded
	Resent      int64 `json:"resent"`      // sent again because a confirmation was cut off
	Unreported  int64 `json:"unreported"`  // not confirmed by the master
}

// StartWorker starts a worker. It does not wait for its connection.
func StartWorker(ctx context.Context, c WorkerConfig) (*Worker, error) {
	if c.Name == "" {
		c.Name = "worker"
	}
	host, port, err := net.SplitHostPort(c.Master)
	if err != nil {
		return nil, fmt.Errorf("rig: starting %s: master %q: %w", c.Name, c.Master, err)
	}
	args := append([]string{
		"--worker", "--master-host", host, "--master-port", port, "--log-format", "json", "--metrics-address", "off",
	}, c.Args...)
	p, err := Start(ctx, Command{Name: c.Name, Path: c.Path, Args: args, Env: c.Env, Dir: c.Dir, Stderr: c.Stderr})
	if err != nil {
		return nil, err
	}
	return &Worker{p}, nil
}

// Summary returns the summary of a worker that has ended by itself; that of one which is
// several to its master (--processes) is their sum.
func (w *Worker) Summary() (sum Summary, err error) {
	last, found := "", false
	for last = range strings.Lines(w.Log()) {
		if one, ok := summaryOf(last); ok {
			sum, found = sum.Plus(one), true
		}
	}
	if !found {
		return Summary{}, fmt.Errorf("rig: last line of %s: %q: neither that nor one before it is a summary", w.name, last)
	}
	return sum, nil
}

func summaryOf(line string) (Summary, bool) {
	var l struct {
		Message string `json:"message"`
		Summary
	}
	err := json.Unmarshal([]byte(line), &l)
	return l.Summary, err == nil && l.Message == "worker stopped"
}

// Plus returns the sum of two summaries.
func (s Summary) Plus(o Summary) Summary {
	return Summary{
		Recorded: s.Recorded + o.Recorded, Failures: s.Failures + o.Failures, Reported: s.Reported + o.Reported,
		Interrupted: s.Interrupted + o.Interrupted, Resent: s.Resent + o.Resent, Unreported: s.Unreported + o.Unreported,
	}
}
