package worker

import (
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/tasks"
)

// A Test is one test of the master, from its first spawn to its end, as a program's hooks
// see it.
type Test struct {
	tasks.Environment
	send func(messageType string, data any) error
}

// Send sends a custom message to the master: data may be nil, a bool, a number, a string,
// bytes, a time.Time, or lists, maps with string keys and structs of these. It does not
// block: an error says that the message is dropped.
func (t *Test) Send(messageType string, data any) error { return t.send(messageType, data) }

// hooks runs the program's own functions one after the other, apart from the loop, which
// never waits for them.
type hooks struct {
	log  zerolog.Logger
	back chan func() // what the loop is to do when a function has returned
	gone chan struct{}

	mu    sync.Mutex
	calls []func()
	wake  chan struct{}
}

func newHooks(log zerolog.Logger) *hooks {
	return &hooks{log: log, back: make(chan func()), gone: make(chan struct{}), wake: make(chan struct{}, 1)}
}

// run calls what is queued until the loop has ended.
func (h *hooks) run() {
	for {
		select {
		case <-h.wake:
		case <-h.gone:
			return
		}
		for f := h.next(); f != nil; f = h.next() {
			f()
		}
	}
}

func (h *hooks) next() func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.calls) == 0 {
		return nil
	}
	f := h.calls[0]
	h.calls = h.calls[1:]
	return f
}

// waiting is how many functions are queued.
func (h *hooks) waiting() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.calls)
}

// call queues f, whose panic is an error, and then, for the loop, then.
func (h *hooks) call(what string, f func() error, then func(error)) {
	h.mu.Lock()
	h.calls = append(h.calls, func() {
		err := h.protect(what, f)
		if then == nil {
			return
		}
		select {
		case h.back <- func() { then(err) }:
		case <-h.gone:
		}
	})
	h.mu.Unlock()
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// protect turns a panic into an error and logs what fails.
func (h *hooks) protect(what string, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
			h.log.Error().Str("hook", what).Bytes("stack", debug.Stack()).Msgf("panic: %v", v)
		}
	}()
	if err = f(); err != nil {
		h.log.Error().Str("hook", what).Err(err).Msg("hook failed")
	}
	return err
}
