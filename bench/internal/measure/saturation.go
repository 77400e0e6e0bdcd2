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
	run := func(p *peer.Peer) error {
		for try := 0; ; try++ {
			w, err := b.window(ctx, p, t, users, false)
			if err != nil {
				return err
			}
			b.sayWindow(&w)
			s.Windows = append(s.Windows, w)
			if !w.Disturbed || try >= b.Retries {
				return nil
			}
		}
	}
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

func (b *Bench) sayWindow(w *result.Window) {
	mark := ""
	if w.Disturbed {
		mark = " DISTURBED"
	}
	b.say("%-13s %6d users %8.0f req/s %8.0f req/CPU-s, cores: generator %.2f target %.2f master %.2f others %.2f, %d connections, %.1f MiB%s",
		w.Peer, w.Users, w.PerSecond(), w.PerCPU(), w.Generator, w.Target, w.Master, w.Others, w.Connections, float64(w.Memory)/(1<<20), mark)
}
