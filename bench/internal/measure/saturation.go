//go:build linux

package measure

import (
	"context"

	"github.com/hopperband/hopperband/bench/internal/peer"
	"github.com/hopperband/hopperband/bench/internal/result"
)

// Saturation measures ours and the others in turn, so that each window of another one has
// one of ours before and after it: A B A C A B A C A.
func (b *Bench) Saturation(ctx context.Context, t *Target, ours peer.Peer, others []peer.Peer, users, rounds int) (result.Saturation, error) {
	s := result.Saturation{Setting: b.Setting, Users: users}
	s.Target = t.Name
	run := func(p *peer.Peer) error { return b.add(ctx, &s.Windows, p, t, users) }
	for range rounds {
		for i := range max(1, len(others)) {
			if err := run(&ours); err != nil {
				return s, err
			}
			if len(others) == 0 {
				continue
			}
			if err := run(&others[i]); err != nil {
				return s, err
			}
		}
	}
	return s, run(&ours)
}

// Growth measures each peer with few users and with more in turn, so that each window with
// more has one with few before and after it: 100 1000 100 10000 100.
func (b *Bench) Growth(ctx context.Context, t *Target, peers []peer.Peer, users []int, rounds int) (result.Growth, error) {
	few := users[0]
	g := result.Growth{Setting: b.Setting, Few: few}
	g.Target = t.Name
	for range rounds {
		for i := range peers {
			order := []int{few}
			for _, n := range users[1:] {
				order = append(order, n, few)
			}
			for _, n := range order {
				if err := b.add(ctx, &g.Windows, &peers[i], t, n); err != nil {
					return g, err
				}
			}
		}
	}
	return g, nil
}

// add appends a window of a peer, and a further one for each that was disturbed.
func (b *Bench) add(ctx context.Context, windows *[]result.Window, p *peer.Peer, t *Target, users int) error {
	for try := 0; ; try++ {
		w, err := b.window(ctx, p, t, users, false)
		if err != nil {
			return err
		}
		b.sayWindow(&w)
		*windows = append(*windows, w)
		if !w.Disturbed || try >= b.Retries {
			return nil
		}
	}
}

// Empty measures our worker with an empty task.
func (b *Bench) Empty(ctx context.Context, t *Target, users, rounds int) (result.Saturation, error) {
	s := result.Saturation{Setting: b.Setting, Users: users}
	s.Target = "none"
	p := peer.Recorder()
	for range rounds {
		if err := b.add(ctx, &s.Windows, &p, t, users); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (b *Bench) sayWindow(w *result.Window) {
	mark := ""
	if w.Disturbed {
		mark = " DISTURBED"
	}
	b.say("%-13s %6d users %8.0f req/s %8.0f req/CPU-s, cores: generator %.2f target %.2f master %.2f others %.2f, %d connections, %.1f MiB%s",
		w.Peer, w.Users, w.PerSecond(), w.PerCPU(), w.Generator, w.Target, w.Master, w.Others, w.Connections, float64(w.Memory)/(1<<20), mark)
}
