package gate

import (
	"context"
	"fmt"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
)

const (
	// insistence is how long after a question it may be asked again.
	insistence = 20 * time.Second
	readyPoll  = 300 * time.Millisecond
)

// insist asks what the whole run hangs on until it is answered: a machine that is busy for a
// moment is no reason to lose it.
func (d *drive) insist(ctx context.Context, ask func() error) error {
	said := false
	for limit := time.Now().Add(insistence); ; {
		err := ask()
		if err == nil || ctx.Err() != nil || d.gone() || time.Now().After(limit) {
			return err
		}
		if !said {
			d.say("%v; asking again", err)
			said = true
		}
		if sleep(ctx, readyPoll) != nil {
			return err
		}
	}
}

// gone tells that the gate's own master has ended, which nothing brings back.
func (d *drive) gone() bool { return d.local != nil && !d.local.MasterRuns() }

// ask asks the source until all workers are in its answer, but for those that are lost. In the
// end one is taken that lacks some: what they had counted before is known.
func (d *drive) ask(ctx context.Context, question func(context.Context) (*source.Sample, error)) (sample *source.Sample, err error) {
	err = d.insist(ctx, func() error {
		answer, err := question(ctx)
		if err != nil {
			return err
		}
		sample = answer
		return d.missing(sample)
	})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case sample == nil:
		return nil, err
	}
	return sample, nil
}

// askLast is ask where all workers may be gone: what they had counted last is known then.
func (d *drive) askLast(ctx context.Context, plateau bool, question func(context.Context) (*source.Sample, error)) error {
	sample, err := d.ask(ctx, question)
	switch {
	case err == nil:
		d.take(sample, plateau)
	case ctx.Err() != nil || d.Plan.FigureSource() != record.SourceWorkers:
		return err
	default:
		d.say("%v", err)
	}
	return nil
}

// missing is an error if the source does not know a worker that is not lost.
func (d *drive) missing(sample *source.Sample) error {
	if d.Plan.FigureSource() == record.SourceMaster {
		return nil
	}
	for id := range d.facts.here {
		if _, ok := sample.Workers[id]; !ok && !d.facts.lost[id] {
			return fmt.Errorf("%w: %s has no figures of worker %s", source.ErrUnreachable, d.source.Origin().Address, id)
		}
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
