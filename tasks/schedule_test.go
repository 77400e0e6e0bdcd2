package tasks_test

import (
	"context"
	"reflect"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

type begun struct {
	late   time.Duration
	missed int64
}

type starts []begun

func (s *starts) Started(late time.Duration, missed int64) { *s = append(*s, begun{late, missed}) }

// A user that is busy at its time is not late, but misses the further starts in its way.
func TestSchedule(t *testing.T) {
	const s = time.Second
	for name, tt := range map[string]struct {
		wait  tasks.WaitTime
		tasks []time.Duration // how long each takes
		want  starts
	}{
		"none":                {nil, []time.Duration{s, s, s}, nil},
		"pacing in time":      {tasks.ConstantPacing(2 * s), []time.Duration{s, s, s}, starts{{0, 0}, {0, 0}}},
		"pacing just in time": {tasks.ConstantPacing(2 * s), []time.Duration{2 * s, s}, starts{{0, 0}}},
		"pacing overrun":      {tasks.ConstantPacing(s), []time.Duration{3*s + s/2, s / 2, s / 2}, starts{{0, 2}, {0, 0}}},
		"throughput overrun":  {tasks.ConstantThroughput(0.5), []time.Duration{3 * s, s}, starts{{0, 0}}},
		"constant":            {tasks.Constant(s), []time.Duration{3 * s, s}, starts{{0, 0}}},
		"pacing of nothing":   {tasks.ConstantPacing(0), []time.Duration{s, s}, starts{{0, 0}}},
		"one that catches up": {
			func(it tasks.Iteration) time.Time { return it.Intended.Add(s) },
			[]time.Duration{3 * s, 0, 0, 0},
			starts{{0, 0}, {0, 0}, {0, 0}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var got starts
				n := 0
				c := fixed(tasks.TaskSet{WaitTime: tt.wait, Tasks: []tasks.Task{{Name: "work", Run: func(ctx context.Context) error {
					time.Sleep(tt.tasks[n])
					if n++; n == len(tt.tasks) {
						return tasks.StopUser
					}
					return nil
				}}}})
				c.Run(t.Context(), tasks.Driver{Schedule: &got})
				if !reflect.DeepEqual(got, tt.want) {
					t.Errorf("%v, want %v", got, tt.want)
				}
			})
		})
	}
}

// A request is in flight while it runs, however it ends.
func TestInFlight(t *testing.T) {
	var inFlight atomic.Int64
	var during []int64
	c := fixed(tasks.TaskSet{})
	c.New = func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "work", Run: func(ctx context.Context) error {
			for _, fn := range []func(context.Context) error{
				func(context.Context) error { return nil },
				func(context.Context) error { panic("oh") },
			} {
				_ = u.Measure(ctx, "X", "y", func(ctx context.Context) error {
					during = append(during, inFlight.Load())
					return fn(ctx)
				})
			}
			return tasks.StopUser
		}}}}
	}
	c.Run(t.Context(), tasks.Driver{InFlight: &inFlight})
	if !reflect.DeepEqual(during, []int64{1, 1}) || inFlight.Load() != 0 {
		t.Errorf("%v during the requests, %d after", during, inFlight.Load())
	}
}
