//go:build linux

// Command target is an HTTP server that costs as little as a Go program can, so that the
// generator is what a measurement measures: one thread that polls, one fixed answer to every
// GET. It counts what it answered, and may hold each answer back for a known time.
//
// It prints two lines: the address to load, and the address of its control, which knows
//
//	GET  /count  requests answered, connections open, and the times from the request's
//	             last byte read to the answer written
//	POST /reset  forgets the times
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/hopperband/hopperband/bench/internal/record"
)

func main() {
	runtime.GOMAXPROCS(2) // the loop never makes room for the control
	var l loop
	flag.DurationVar(&l.minDelay, "min-delay", 0, "shortest `time` that an answer is held back")
	flag.DurationVar(&l.maxDelay, "max-delay", 0, "longest `time` that an answer is held back; the times between are equally likely")
	flag.Parse()
	if err := serve(&l); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(l *loop) error {
	address, err := l.open()
	if err != nil {
		return fmt.Errorf("target: listening: %w", err)
	}
	control, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("target: listening: %w", err)
	}
	fmt.Printf("http://%s\nhttp://%s\n", address, control.Addr())
	server := &http.Server{Handler: controls(l), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(control) }() // ends with the process
	return l.run()
}

// A count is what the control tells.
type count struct {
	Requests    int64          `json:"requests"`
	Connections int64          `json:"connections"`
	Times       record.Summary `json:"times"`
}

func controls(l *loop) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /count", func(w http.ResponseWriter, _ *http.Request) {
		c := count{Requests: l.requests.Load(), Connections: l.connections.Load()}
		if l.delays() {
			c.Times = l.times.Summary()
		}
		_ = json.NewEncoder(w).Encode(c)
	})
	mux.HandleFunc("POST /reset", func(http.ResponseWriter, *http.Request) { l.times.Reset() })
	return mux
}
