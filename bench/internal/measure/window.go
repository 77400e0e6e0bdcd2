//go:build linux

package measure

import (
	"context"
	"fmt"
	"time"

	"github.com/hopperband/hopperband/bench/internal/peer"
	"github.com/hopperband/hopperband/bench/internal/result"
)

// window runs a peer once and measures a window of it. With times it lets the peer end by
// itself and asks it for its times.
func (b *Bench) window(ctx context.Context, p *peer.Peer, t *Target, users int, times bool) (w result.Window, err error) {
	w = result.Window{Peer: p.Name, Users: users}
	if times {
		if err := t.reset(ctx); err != nil {
			return w, err
		}
	}
	run, err := p.Start(ctx, &b.Yard, peer.Load{URL: t.url, Users: users, Lasting: b.lasting(users, times), Times: times})
	if err != nil {
		return w, err
	}
	defer run.Kill()
	counted := t.count
	if run.Control() != "" {
		counted = func(ctx context.Context) (count, error) { return fetchCount(ctx, run.Control()) }
	}
	if err := b.steady(ctx, run, counted, users); err != nil {
		return w, err
	}
	if err := b.measure(ctx, &w, run, t, counted); err != nil {
		return w, err
	}
	if times {
		err = b.compare(ctx, &w, run, t)
	}
	return w, err
}

func (b *Bench) measure(ctx context.Context, w *result.Window, run *peer.Run, t *Target, counted func(context.Context) (count, error)) error {
	begin, err := b.look(ctx, counted)
	if err != nil {
		return err
	}
	if err := pause(ctx, b.Window); err != nil {
		return err
	}
	end, err := b.look(ctx, counted)
	if err != nil {
		return err
	}
	if err := run.Alive(); err != nil {
		return fmt.Errorf("measure: within the window: %w", err)
	}
	b.between(w, begin, end, run, t)
	return nil
}

// compare waits for the end of the run, for its times are those of the whole of it.
func (b *Bench) compare(ctx context.Context, w *result.Window, run *peer.Run, t *Target) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	told, err := run.Times(ctx)
	if err != nil {
		return err
	}
	known, err := t.count(ctx)
	if err != nil {
		return err
	}
	w.Told, w.True = &told, &known.Times
	return nil
}

// lasting is how long a peer shall run by itself: where its times are wanted, as short as
// possible.
func (b *Bench) lasting(users int, times bool) time.Duration {
	least := b.Settle + b.Window
	if times {
		least += peer.TimesRamp + 2*time.Second
	} else {
		least += b.Ramp + margin
	}
	if users > 1000 {
		least += margin
	}
	return least.Truncate(time.Second) + time.Second
}
