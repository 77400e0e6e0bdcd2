package tasks

import (
	"errors"
	"fmt"
)

// A RequestError is a failed request that has been recorded already. A task may return it,
// also wrapped, to end early: it is in the statistics as a failure and is no exception.
type RequestError struct {
	Method, Name string
	Err          error // never nil
}

// Error returns the request and why it failed.
func (e *RequestError) Error() string { return fmt.Sprintf("%s %s: %v", e.Method, e.Name, e.Err) }

// Unwrap returns why the request failed.
func (e *RequestError) Unwrap() error { return e.Err }

// report passes on what a task, or what else runs for the user, returned, but for failed
// requests and control errors. Of these it passes StopTest on.
func (u *User) report(task string, err error) {
	if err == nil {
		return
	}
	if u.onStopTest != nil && errors.Is(err, StopTest) {
		u.onStopTest(task, err)
	}
	if err = without(err, isNoException); err != nil && u.onError != nil {
		u.onError(task, err)
	}
}

// task returns the name of the running task.
func (u *User) task() string {
	if st := u.current.Load(); st != nil {
		return st.task.name()
	}
	return ""
}

func isControl(err error) bool {
	return errors.Is(err, InterruptTaskSet) || isEnd(err)
}

// isEnd says that the user shall end.
func isEnd(err error) bool {
	return errors.Is(err, StopUser) || errors.Is(err, StopTest)
}

func isRecorded(err error) bool {
	_, ok := errors.AsType[*RequestError](err)
	return ok
}

func isNoException(err error) bool { return isControl(err) || isRecorded(err) }

// without returns err without the parts that drop holds of. It looks into wrapped and
// joined errors, so that none hides another.
func without(err error, drop func(error) bool) error {
	if err == nil || !drop(err) {
		return err
	}
	switch e := err.(type) { //nolint:errorlint // each level is looked at
	case *RequestError:
		return nil
	case interface{ Unwrap() []error }:
		return errors.Join(dropped(e.Unwrap(), drop)...)
	case interface{ Unwrap() error }:
		if without(e.Unwrap(), drop) == nil {
			return nil
		}
		return err
	}
	return nil
}

func dropped(errs []error, drop func(error) bool) []error {
	var left []error
	for _, err := range errs {
		if err = without(err, drop); err != nil {
			left = append(left, err)
		}
	}
	return left
}

// joinControl returns failed, joined with the control errors in err: a request that failed
// does not keep its user from stopping.
func joinControl(failed *RequestError, err error) error {
	switch {
	case errors.Is(err, StopTest):
		return errors.Join(failed, StopTest)
	case errors.Is(err, StopUser):
		return errors.Join(failed, StopUser)
	case errors.Is(err, InterruptTaskSet):
		return errors.Join(failed, InterruptTaskSet)
	}
	return failed
}
