package tasks

import (
	"context"
	"errors"
	"fmt"
	"path"
	"reflect"
	"runtime"
	"strings"
)

// A PanicError is a panic of the user's code, such as a task or a check.
type PanicError struct {
	Value any // what it panicked with
	// Stack holds the functions from the panic up to the task, with file and line. Equal
	// panics have equal stacks: the master groups exceptions by it.
	Stack string
}

// Error returns "panic: " and the value; of one that has no text, only the type.
func (e *PanicError) Error() string {
	switch e.Value.(type) {
	case error, fmt.Stringer:
		return fmt.Sprintf("panic: %v", e.Value)
	}
	switch k := reflect.ValueOf(e.Value).Kind(); {
	case k == reflect.String, reflect.Bool <= k && k <= reflect.Complex128 && k != reflect.Uintptr:
		return fmt.Sprintf("panic: %v", e.Value)
	}
	return fmt.Sprintf("panic: value of type %T", e.Value) // it could hold addresses
}

// protect calls fn and turns a panic of it into a *PanicError, and so one of the error that
// it returns: a nil pointer in an error panics when it is looked into.
func protect(ctx context.Context, fn func(context.Context) error) (err error) {
	defer rescue(&err)
	if err = fn(ctx); err != nil {
		_ = errors.Is(err, errNotNested) // whoever gets it will ask as much
	}
	return err
}

// rescue is to be deferred.
func rescue(err *error) {
	if v := recover(); v != nil {
		*err = &PanicError{v, stack()}
	}
}

// stack returns the frames between the panic and the run loop.
func stack() string {
	pcs := make([]uintptr, 64)
	iter := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	var frames []runtime.Frame
	for more := true; more; {
		var f runtime.Frame
		f, more = iter.Next()
		if !isRuntime(f.Function) {
			frames = append(frames, f)
		}
	}
	var b strings.Builder
	for _, f := range withoutLoop(frames) {
		fmt.Fprintf(&b, "%s\n\t%s:%d\n", f.Function, shortFile(f), f.Line)
	}
	return b.String()
}

// withoutLoop drops the outer frames: what called this package, and the frames of this
// package that called the user's code.
func withoutLoop(frames []runtime.Frame) []runtime.Frame {
	own := reflect.TypeFor[User]().PkgPath() + "."
	end := len(frames)
	for end > 0 && !strings.HasPrefix(frames[end-1].Function, own) {
		end--
	}
	for end > 0 && strings.HasPrefix(frames[end-1].Function, own) {
		end--
	}
	if end == 0 {
		return frames // too deep to see the loop, or no code of the user in it
	}
	return frames[:end]
}

func isRuntime(function string) bool {
	return function == "" || strings.HasPrefix(function, "runtime.") ||
		strings.HasPrefix(function, "internal/runtime/")
}

// shortFile returns the file by its package: where the source lies on the machine that
// built the program says nothing.
func shortFile(f runtime.Frame) string {
	dir, name := path.Split(f.Function)
	pkg, _, _ := strings.Cut(name, ".")
	return dir + pkg + "/" + path.Base(f.File)
}
