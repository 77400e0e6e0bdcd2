package tasks

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// A WaitTime says when a user's next iteration should start; a time that has passed means
// at once. It is pure: it reads no clock, and takes the zero Iteration as well.
//
// The WaitTime of a UserClass is called by all its users at once. One with a state of its
// own belongs into the TaskSet that New returns. One that goes by Intended alone makes the
// user catch up after a slow task, as an open model does; those of this package do not.
type WaitTime func(Iteration) time.Time

// An Iteration is one run of a task.
type Iteration struct {
	Intended time.Time // when the wait time before it said
	Started  time.Time
	Ended    time.Time

	// missed is where a wait time with a schedule says how many starts it leaves out, since
	// they have passed before the iteration's end.
	missed *int64
}

// Constant waits d after each task. A negative d, and one below 1 µs but for 0, is refused
// by Validate, as it is in the other wait times.
func Constant(d time.Duration) WaitTime {
	if err := checkWait(d); err != nil {
		return badWait("Constant(%v): %w", d, err)
	}
	return func(it Iteration) time.Time { return it.Ended.Add(d) }
}

// Between waits a random time from min to max after each task, as Locust's between does:
// Between(time.Second, 3*time.Second).
func Between(min, max time.Duration) WaitTime {
	for _, d := range []time.Duration{min, max} {
		if err := checkWait(d); err != nil {
			return badWait("Between(%v, %v): %w", min, max, err)
		}
	}
	if max < min {
		return badWait("Between(%v, %v): the second is less than the first", min, max)
	}
	return func(it Iteration) time.Time {
		return it.Ended.Add(min + time.Duration(rand.Uint64N(uint64(max-min)+1)))
	}
}

// ConstantPacing starts a task every d, as Locust's constant_pacing does. After a task that
// took longer, the next one starts at once: late ones are not caught up with.
func ConstantPacing(d time.Duration) WaitTime {
	if err := checkWait(d); err != nil {
		return badWait("ConstantPacing(%v): %w", d, err)
	}
	return pacing(d)
}

// ConstantThroughput starts perSecond tasks a second in each user, as Locust's
// constant_throughput does, late ones not being caught up with.
func ConstantThroughput(perSecond float64) WaitTime {
	if err := checkRate(perSecond); err != nil {
		return badWait("ConstantThroughput(%v): %w", perSecond, err)
	}
	return pacing(seconds(1 / perSecond))
}

// Poisson waits exponentially distributed times after each task, 1/perSecond seconds on
// average.
func Poisson(perSecond float64) WaitTime {
	if err := checkRate(perSecond); err != nil {
		return badWait("Poisson(%v): %w", perSecond, err)
	}
	return func(it Iteration) time.Time { return it.Ended.Add(seconds(rand.ExpFloat64() / perSecond)) }
}

func pacing(d time.Duration) WaitTime {
	return func(it Iteration) time.Time {
		next := it.Intended.Add(d)
		if next.After(it.Ended) {
			return next
		}
		if it.missed != nil && d > 0 {
			*it.missed = int64(it.Ended.Sub(next) / d)
		}
		return it.Ended
	}
}

// seconds returns s as a Duration, at most the longest.
func seconds(s float64) time.Duration {
	if ns := s * float64(time.Second); ns < math.MaxInt64 {
		return time.Duration(ns)
	}
	return math.MaxInt64
}

// A waitError is what a wait time with a bad argument panics with, when it is called: the
// functions that make wait times are called where no error can be returned, and Validate
// calls each wait time once.
type waitError struct{ error }

func badWait(format string, args ...any) WaitTime {
	err := waitError{fmt.Errorf("tasks: "+format, args...)}
	return func(Iteration) time.Time { panic(err) }
}

// checkWait refuses Between(2, 5), which would be nanoseconds.
func checkWait(d time.Duration) error {
	switch {
	case d < 0:
		return fmt.Errorf("%v is negative", d)
	case 0 < d && d < time.Microsecond:
		return fmt.Errorf("%v lacks its unit: two seconds are 2*time.Second", d)
	}
	return nil
}

func checkRate(perSecond float64) error {
	if !(perSecond > 0) || math.IsInf(perSecond, 1) {
		return fmt.Errorf("%v is no rate above 0", perSecond)
	}
	return nil
}

// ask calls wait, which may be the user's code.
func ask(wait WaitTime, it *Iteration) (next time.Time, err error) {
	defer rescue(&err)
	return wait(*it), nil
}
