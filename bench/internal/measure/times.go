//go:build linux

package measure

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/hopperband/hopperband/bench/internal/peer"
	"github.com/hopperband/hopperband/bench/internal/result"
)

// Answers are held back so long.
const (
	shortestDelay = 8 * time.Millisecond
	longestDelay  = 12 * time.Millisecond
)

const (
	firstUsers = 100
	closeBy    = 0.04 // cores: near enough to the goal
)

// Times lets each peer load a target that holds its answers back, with as many users as
// take the wanted shares of the peer's core, and compares the times that the peer tells with
// those that the target knows.
func (b *Bench) Times(ctx context.Context, peers []peer.Peer, goals []float64) (result.Times, error) {
	r := result.Times{Setting: b.Setting, Delay: fmt.Sprintf("%d to %d ms", shortestDelay.Milliseconds(), longestDelay.Milliseconds())}
	t, err := StartTarget(ctx, &b.Yard, shortestDelay, longestDelay)
	if err != nil {
		return r, err
	}
	defer t.Kill()
	r.Target = t.Name
	for i := range peers {
		s := search{bench: b, peer: &peers[i], target: t}
		for _, goal := range goals {
			w, err := s.find(ctx, goal)
			if err != nil {
				return r, err
			}
			r.Runs = append(r.Runs, result.TimesRun{Goal: goal, Window: w})
		}
	}
	return r, nil
}

// A search finds the number of users that take a share of the generator's core. What it
// tried for one goal it knows for the next.
type search struct {
	bench  *Bench
	peer   *peer.Peer
	target *Target
	tried  []trial
}

func (s *search) find(ctx context.Context, goal float64) (result.Window, error) {
	users := firstUsers
	if len(s.tried) > 0 {
		users = nextUsers(goal, s.tried)
	}
	for try := 0; try < s.bench.Tries && users > 0; try++ {
		if err := s.try(ctx, users); err != nil {
			return result.Window{}, err
		}
		if math.Abs(s.tried[len(s.tried)-1].cores-goal) < closeBy {
			break
		}
		users = nextUsers(goal, s.tried)
	}
	return s.last(ctx, goal)
}

// last measures for long with the number of users that came closest to the goal: what happens
// while the users come up must not decide about one request in a hundred. Of several windows
// the one closest to the goal counts.
func (s *search) last(ctx context.Context, goal float64) (result.Window, error) {
	long := *s.bench
	long.Window = s.bench.TimesWindow
	var best result.Window
	for again := 0; again <= s.bench.Retries; again++ {
		w, err := s.run(ctx, &long, s.tried[nearest(goal, s.tried)].users)
		if err != nil {
			return w, err
		}
		if again == 0 || closer(w, best, goal) {
			best = w
		}
		if !best.Disturbed && math.Abs(best.Generator-goal) < closeBy {
			break
		}
	}
	return best, nil
}

// closer says that a window is the better one of two for a goal: undisturbed before all.
func closer(w, than result.Window, goal float64) bool {
	if w.Disturbed != than.Disturbed {
		return than.Disturbed
	}
	return math.Abs(w.Generator-goal) < math.Abs(than.Generator-goal)
}

// try runs the peer with a number of users. A disturbed run would lead the search astray, so
// it is repeated, as often as a window of saturation is.
func (s *search) try(ctx context.Context, users int) error {
	for again := 0; ; again++ {
		w, err := s.run(ctx, s.bench, users)
		if err != nil || !w.Disturbed || again >= s.bench.Retries {
			return err
		}
		s.tried = s.tried[:len(s.tried)-1]
	}
}

// run runs the peer, and remembers what it needed.
func (s *search) run(ctx context.Context, b *Bench, users int) (result.Window, error) {
	w, err := b.window(ctx, s.peer, s.target, users, true)
	if err != nil {
		return w, err
	}
	b.sayWindow(&w)
	b.say("%-13s told p50 %.2f p99 %.2f, true p50 %.2f p99 %.2f ms (%d and %d requests)", w.Peer,
		w.Told.P50, w.Told.P99, w.True.P50, w.True.P99, w.Told.Count, w.True.Count)
	s.tried = append(s.tried, trial{users, w.Generator})
	return w, nil
}
