package tasks_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// What a task does with its failed requests decides what is an exception.
func TestFailuresAndExceptions(t *testing.T) {
	fail := func(ctx context.Context, u *tasks.User, err error) error {
		return u.Measure(ctx, "X", "r", func(context.Context) error { return err })
	}
	for name, tt := range map[string]struct {
		task              func(context.Context, *tasks.User) error
		lines, exceptions string
	}{
		"success": {func(ctx context.Context, u *tasks.User) error { return fail(ctx, u, nil) }, "X r ok", ""},
		"failed request returned": {func(ctx context.Context, u *tasks.User) error {
			return fail(ctx, u, errBug)
		}, "X r failed: bug", ""},
		"failed request wrapped": {func(ctx context.Context, u *tasks.User) error {
			return fmt.Errorf("checkout: %w", fail(ctx, u, errBug))
		}, "X r failed: bug", ""},
		"failed requests joined": {func(ctx context.Context, u *tasks.User) error {
			return errors.Join(fail(ctx, u, errBug), fail(ctx, u, errBug))
		}, "X r failed: bug; X r failed: bug", ""},
		"joined with a bug": {func(ctx context.Context, u *tasks.User) error {
			return errors.Join(fail(ctx, u, errors.New("down")), errBug)
		}, "X r failed: down", "once: bug"},
		"joined with a bug and wrapped": {func(ctx context.Context, u *tasks.User) error {
			return fmt.Errorf("cart: %w", errors.Join(fail(ctx, u, errors.New("down")), errBug))
		}, "X r failed: down", "once: cart: X r: down\nbug"},
		"formatted with a bug": {func(ctx context.Context, u *tasks.User) error {
			return fmt.Errorf("%w after %w", errBug, fail(ctx, u, errors.New("down")))
		}, "X r failed: down", "once: bug"},
		"control error passes through": {func(ctx context.Context, u *tasks.User) error {
			return fail(ctx, u, fmt.Errorf("enough: %w", tasks.StopUser))
		}, "X r ok", ""},
		"control error joined with a failure": {func(ctx context.Context, u *tasks.User) error {
			err := fail(ctx, u, errors.Join(errBug, tasks.StopUser))
			if !errors.Is(err, tasks.StopUser) {
				return errors.New("control error lost")
			}
			return err
		}, "X r failed: bug", ""},
		"panic fails the request and is an exception": {func(ctx context.Context, u *tasks.User) error {
			_ = u.Measure(ctx, "X", "r", func(context.Context) error { panic("oh") }) // ignored
			return nil
		}, "X r failed: panic: oh", "once: panic: oh"},
		"panic in nested requests is one exception": {func(ctx context.Context, u *tasks.User) error {
			return u.Measure(ctx, "FLOW", "f", func(ctx context.Context) error {
				return u.Measure(ctx, "X", "r", func(context.Context) error { panic("oh") })
			})
		}, "X r failed: panic: oh; FLOW f failed: X r: panic: oh", "once: panic: oh"},
	} {
		t.Run(name, func(t *testing.T) {
			j := &journal{}
			once(t.Context(), j.driver(), tt.task)
			j.expect(t, tt.lines, tt.exceptions)
		})
	}
}

func TestRequestError(t *testing.T) {
	once(t.Context(), tasks.Driver{}, func(ctx context.Context, u *tasks.User) error {
		err := u.Record(ctx, tasks.Request{Method: "GET", Name: "/x", Err: errBug})
		if r, ok := errors.AsType[*tasks.RequestError](err); !ok || r.Method != "GET" || r.Name != "/x" || !errors.Is(err, errBug) {
			t.Errorf("got %#v", err)
		}
		if err.Error() != "GET /x: bug" {
			t.Errorf("got %q", err)
		}
		return nil
	})
}

func TestRecordFillsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		for name, tt := range map[string]struct {
			r    tasks.Request
			want tasks.Sample
		}{
			"start":            {tasks.Request{Duration: time.Second, Length: 7}, tasks.Sample{Start: begin.Add(-time.Second), Duration: time.Second, Length: 7}},
			"given start":      {tasks.Request{Start: begin.Add(-time.Hour), Duration: time.Second}, tasks.Sample{Start: begin.Add(-time.Hour), Duration: time.Second}},
			"future start":     {tasks.Request{Start: begin.Add(time.Hour), Duration: time.Second}, tasks.Sample{Start: begin.Add(-time.Second), Duration: time.Second}},
			"future end":       {tasks.Request{Start: begin, Duration: time.Hour}, tasks.Sample{Start: begin.Add(-time.Hour), Duration: time.Hour}},
			"future, no time":  {tasks.Request{Start: begin.Add(time.Hour), Duration: tasks.NoResponseTime}, tasks.Sample{Start: begin, Duration: tasks.NoResponseTime}},
			"no response time": {tasks.Request{Duration: tasks.NoResponseTime}, tasks.Sample{Start: begin, Duration: tasks.NoResponseTime}},
			"no time at all":   {tasks.Request{}, tasks.Sample{Start: begin}},
			"a clock set back": {tasks.Request{Duration: -time.Hour}, tasks.Sample{Start: begin}},
			"unknown length":   {tasks.Request{Length: -1}, tasks.Sample{Start: begin}},
		} {
			j := &journal{}
			once(t.Context(), j.driver(), func(ctx context.Context, u *tasks.User) error { return u.Record(ctx, tt.r) })
			if len(j.samples) != 1 || j.samples[0] != tt.want {
				t.Errorf("%s: got %+v, want %+v", name, j.samples, tt.want)
			}
		}
	})
}

func TestMeasureTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, j, hooked := time.Now(), &journal{}, ""
		d := j.driver()
		d.OnRequest = func(_ context.Context, r tasks.Request) {
			hooked += fmt.Sprintf("%s %s %v %v %v", r.Method, r.Name, r.Start.Sub(begin), r.Duration, r.Err)
		}
		once(t.Context(), d, func(ctx context.Context, u *tasks.User) error {
			<-time.After(time.Second)
			return u.Measure(ctx, "SQL", "select", func(ctx context.Context) error {
				return errors.Join(tasks.Sleep(ctx, 2*time.Second), errBug)
			})
		})
		if s := j.samples[0]; s.Start.Sub(begin) != time.Second || s.Duration != 2*time.Second {
			t.Errorf("sample %+v", s)
		}
		if want := "SQL select 1s 2s bug"; hooked != want {
			t.Errorf("OnRequest got %q, want %q", hooked, want)
		}
	})
}

func TestParallel(t *testing.T) {
	j := &journal{}
	once(t.Context(), j.driver(), func(ctx context.Context, u *tasks.User) error {
		gate := make(chan struct{})
		return tasks.Parallel(ctx,
			func(context.Context) error { defer close(gate); return errBug },
			func(ctx context.Context) error {
				<-gate
				return u.Measure(ctx, "X", "sibling", func(ctx context.Context) error { return ctx.Err() })
			},
			func(context.Context) error { panic("oh") },
			func(context.Context) error { goexit(); return nil },
			func(ctx context.Context) error {
				return u.Measure(ctx, "X", "failed", func(ctx context.Context) error { return errors.New("down") })
			},
		)
	})
	sortLines(j)
	j.expect(t, "X failed failed: down; X sibling ok",
		"once: bug\npanic: oh\ntasks: parallel function ended its goroutine (runtime.Goexit)")
	if len(j.panics) != 1 || !strings.Contains(j.panics[0].Stack, "TestParallel.") {
		t.Errorf("panics %+v", j.panics)
	}
	if err := tasks.Parallel(t.Context()); err != nil {
		t.Errorf("of nothing: %v", err)
	}
}
