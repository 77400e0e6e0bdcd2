//go:build linux

package peer

import (
	"fmt"
	"strconv"
	"time"

	"github.com/hopperband/hopperband/bench/internal/result"
)

// All returns the peers that can be asked for by name, ours first. Programs that are built
// are in the directory bin.
func All(bin string) []Peer {
	return []Peer{
		worker{
			name: result.Ours, about: "its worker and default client, under a Locust master",
			locustfile: "empty.py", class: "Getter", program: "ours",
		}.peer(),
		command{name: "wrk", about: "C, an event loop, no Locust", args: wrkArgs, times: wrkTimes}.peer(),
		command{
			name: "nethttp", about: "Go, a loop around http.Client", build: Build{Module: ".", Package: "./nethttp"},
			args: bareArgs, times: bareTimes,
		}.peer(),
		command{
			name: "fasthttp", about: "Go, a loop around fasthttp", build: Build{Module: "peers", Package: "./fasthttp", Library: "github.com/valyala/fasthttp"},
			args: bareArgs, times: bareTimes,
		}.peer(),
		command{
			name: "fortio", about: "Go, its fast client", build: Build{Module: "peers", Package: "fortio.org/fortio"},
			args: fortioArgs, times: fortioTimes,
		}.peer(),
		command{
			name: "hey", about: "Go, net/http", build: Build{Module: "peers", Package: "github.com/rakyll/hey"},
			args: heyArgs, times: heyTimes,
		}.peer(),
		command{
			name: "vegeta", about: "Go, net/http", build: Build{Module: "peers", Package: "github.com/tsenart/vegeta/v12"},
			args: vegetaArgs, times: vegetaTimes(bin),
		}.peer(),
		command{
			name: "k6", about: "Go, JavaScript users", build: Build{Module: "peers/k6", Package: "go.k6.io/k6"},
			args: k6Args, times: k6Times,
		}.peer(),
		worker{name: "FastHttpUser", about: "Locust's own worker", locustfile: "fast.py", class: "Getter"}.peer(),
		worker{name: "HttpUser", about: "Locust's own worker", locustfile: "http.py", class: "Getter"}.peer(),
	}
}

// Choose returns the peers of the given names, in that order.
func Choose(all []Peer, names []string) ([]Peer, error) {
	chosen := make([]Peer, 0, len(names))
	for _, name := range names {
		before := len(chosen)
		for _, p := range all {
			if p.Name == name {
				chosen = append(chosen, p)
			}
		}
		if len(chosen) == before {
			return nil, fmt.Errorf("peer: %q is none of those known", name)
		}
	}
	return chosen, nil
}

// Recorder returns our worker with an empty task: no request is sent, all are recorded. It
// is in no comparison.
func Recorder() Peer {
	return worker{name: "recorder", locustfile: "empty.py", class: "Recorder", program: "ours", controlled: true}.peer()
}

// Idlers returns our worker with users that wait.
func Idlers() Peer {
	return worker{name: "idlers", locustfile: "empty.py", class: "Idler", program: "ours"}.peer()
}

// A Crowd is many workers in one process.
type Crowd struct {
	Workers, Names, PerSecond int // requests a second that each worker records
	Longest                   time.Duration
}

// Peer returns the crowd as a peer. It wants one user for each worker.
func (c Crowd) Peer() Peer {
	return worker{
		name: "crowd", locustfile: "empty.py", class: "Crowd", program: "crowd", workers: c.Workers,
		args: []string{
			"-workers", strconv.Itoa(c.Workers), "-names", strconv.Itoa(c.Names),
			"-rate", strconv.Itoa(c.PerSecond), "-longest", c.Longest.String(),
		},
	}.peer()
}
