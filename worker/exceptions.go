package worker

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// What of a flood of exceptions is passed on: the master's only thread pays for each
// message, and counts one occurrence for it.
const (
	exceptionsEvery  = time.Second
	exceptionsOfKind = 20  // a second
	exceptionsInAll  = 100 // a second
	exceptionKinds   = 500
	exceptionText    = 1 << 10
	exceptionTrace   = 8 << 10
)

// exceptions counts what tasks have returned or panicked with, by its traceback, and
// passes it to the master bit by bit. Users and the loop meet at its mutex.
type exceptions struct {
	log       zerolog.Logger
	unlimited bool                     // nobody is hurt by many
	totals    map[string]*atomic.Int64 // by user class, "" for what is of none; for metrics

	mu    sync.Mutex
	kinds map[string]*exception
	order []*exception
	first int       // of order, whose turn is next
	at    time.Time // of the last drain
	sent  int       // since then
}

type exception struct {
	message protocol.Exception
	waiting int64
	sent    int // since the last drain's second began
}

func newExceptions(log zerolog.Logger, classes ...*tasks.UserClass) *exceptions {
	e := &exceptions{log: log, totals: map[string]*atomic.Int64{"": {}}, kinds: map[string]*exception{}}
	for _, c := range classes {
		e.totals[c.Name] = new(atomic.Int64)
	}
	return e
}

// counts is how many exceptions there were, by user class.
func (e *exceptions) counts() map[string]int64 {
	counts := make(map[string]int64, len(e.totals))
	for class, n := range e.totals {
		counts[class] = n.Load()
	}
	return counts
}

// clear forgets the exceptions of the last test.
func (e *exceptions) clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.kinds, e.order, e.first = map[string]*exception{}, nil, 0
}

// add counts one exception; the first of a kind is logged.
func (e *exceptions) add(class, task string, err error) {
	if n := e.totals[class]; n != nil {
		n.Add(1)
	}
	message, traceback := describe(class, task, err)
	e.mu.Lock()
	if e.kinds[traceback] == nil && len(e.kinds) >= exceptionKinds {
		message = "too many kinds of exceptions"
		traceback = fmt.Sprintf("more than %d kinds of exceptions: all others are counted here\n", exceptionKinds)
	}
	x := e.kinds[traceback]
	known := x != nil
	if !known {
		x = &exception{message: protocol.Exception{Msg: message, Traceback: traceback}}
		e.kinds[traceback] = x
		e.order = append(e.order, x)
	}
	x.waiting++
	e.mu.Unlock()
	if !known {
		e.log.Error().Str("user_class", class).Str("task", task).Str("traceback", traceback).Msg("exception: " + message)
	}
}

// drain passes on what the limits of a second allow. Kinds take turns: where it has to end, it
// goes on the next time.
func (e *exceptions) drain(now time.Time, note func(protocol.Message) bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if now.Sub(e.at) >= exceptionsEvery {
		e.at, e.sent = now, 0
		for _, x := range e.order {
			x.sent = 0
		}
	}
	for n := range e.order {
		i := (e.first + n) % len(e.order)
		if !e.pass(e.order[i], note) {
			e.first = i
			return
		}
	}
}

// pass passes on what a kind may have of this second. It says no once nothing more is taken.
func (e *exceptions) pass(x *exception, note func(protocol.Message) bool) bool {
	for x.waiting > 0 && (e.unlimited || x.sent < exceptionsOfKind) {
		if !e.unlimited && e.sent >= exceptionsInAll || !note(&x.message) {
			return false
		}
		x.waiting--
		x.sent++
		e.sent++
	}
	return true
}

// describe makes texts that are alike for alike exceptions: the master groups by the
// traceback. It survives an Error method that panics, such as that of a nil pointer.
func describe(class, task string, err error) (message, traceback string) {
	message = cut(fmt.Sprint(err), exceptionText)
	where := class + "." + task
	if p, ok := errors.AsType[*tasks.PanicError](err); ok {
		return message, cut(where+" panicked:\n"+p.Stack+message, exceptionTrace)
	}
	return message, cut(fmt.Sprintf("%s returned an error:\n%T: %s", where, err, message), exceptionTrace)
}

// cut shortens a text to at most n bytes, between two characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
