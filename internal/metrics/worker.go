package metrics

import (
	"time"

	"github.com/hopperband/hopperband/internal/stats"
)

// A Worker is what one logical worker shows. Its functions are called at each scrape, by
// any goroutine, and must neither block nor lock the worker's loop.
type Worker struct {
	NodeID   string
	Hostname string
	Version  string    // of the program
	Started  time.Time // when its counters were zero

	Stats      *stats.Stats
	Status     func() Status
	Classes    func() []Class
	Exceptions func() map[string]int64 // by user class
	Messages   func() []Messages       // nil without a master
	Link       func() string           // state of the link, one of LinkStates; nil without a master
}

// A Status is what the worker's loop has published last.
type Status struct {
	State     string    // one of States
	Index     int       // the master's number for this worker; -1 before there is one
	Heartbeat time.Time // when the master was heard last; zero: never
	Run       Run
}

// A Run is the current test, or the last one. It is zero before the first.
type Run struct {
	ID, TestedVersion, Environment string

	Started time.Time
	Ended   time.Time // zero while it runs
}

// A Class is the users of one user class.
type Class struct {
	Name      string
	Running   int64 // users that run
	Target    int64 // users that the master wants
	Abandoned int64 // users that were given up and whose goroutines are still there
	Schedule  *stats.Schedule
}

// Messages is how many messages of one type there were.
type Messages struct {
	Type           string
	Sent, Received uint64
}

// States are the states of a worker.
func States() []string {
	return []string{"connecting", "ready", "spawning", "running", "stopping", "quitting"}
}

// LinkStates are the states of the link to the master.
func LinkStates() []string {
	return []string{"down", "dialing", "proving", "up", "draining", "closed"}
}
