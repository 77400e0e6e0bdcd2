package tasks

import (
	"context"
	"errors"
	"sync"
)

var errGone = errors.New("tasks: parallel function ended its goroutine (runtime.Goexit)")

// Parallel calls fns at once, each in a goroutine, and waits for all of them. It returns
// their errors, joined. An error or a panic (a *PanicError) of one does not cancel the
// others. (A panic in a goroutine that a task starts by itself ends the whole worker.)
func Parallel(ctx context.Context, fns ...func(context.Context) error) error {
	errs := make([]error, len(fns))
	var wg sync.WaitGroup
	for i, fn := range fns {
		errs[i] = errGone
		wg.Go(func() { errs[i] = protect(ctx, fn) })
	}
	wg.Wait()
	err := errors.Join(errs...)
	if err != nil && ctx.Err() != nil {
		cutOff(ctx)
	}
	return err
}
