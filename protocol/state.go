package protocol

import "fmt"

// A State is the state of a worker as its heartbeat reports it. A master takes any other
// value for a worker that is not alive (locust/runners.py).
type State string

// The states of a worker.
const (
	StateReady    State = "ready"
	StateSpawning State = "spawning"
	StateRunning  State = "running"
)

func (s State) check() error {
	switch s {
	case StateReady, StateSpawning, StateRunning:
		return nil
	}
	return fmt.Errorf("unknown state %q", string(s))
}
