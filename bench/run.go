//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/hopperband/hopperband/bench/internal/machine"
	"github.com/hopperband/hopperband/bench/internal/measure"
	"github.com/hopperband/hopperband/bench/internal/peer"
	"github.com/hopperband/hopperband/bench/internal/result"
)

// Clients of net/http open more connections than they have users; everything else needs few.
func openFiles(users int) uint64 { return uint64(users + users/2 + 1000) }

// run measures what the plan says, saves each result as soon as it is there, and writes the
// documentation.
func (p *plan) run(ctx context.Context) error {
	if len(p.measures) > 0 {
		if err := p.prepare(ctx); err != nil {
			return err
		}
	}
	for _, m := range p.measures {
		if err := p.measure(ctx, m); err != nil {
			return err
		}
	}
	return p.write()
}

func (p *plan) prepare(ctx context.Context) error {
	if err := os.MkdirAll(p.bench.Yard.Logs, 0o750); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := machine.RaiseOpenFiles(openFiles(slices.Max(append(p.users, p.growth...)))); err != nil {
		return err
	}
	peers, err := p.choose(p.needed())
	if err != nil {
		return err
	}
	fmt.Fprintln(p.bench.Progress, "building the generators")
	if err := p.buildAll(ctx, peers); err != nil {
		return err
	}
	p.bench.Setting = result.Setting{Date: time.Now().UTC().Truncate(time.Second), Machine: machine.Describe(), Versions: p.versions(peers)}
	fmt.Fprintf(p.bench.Progress, "%s; load average %.2f\n", p.bench.Setting.Machine, machine.Load())
	return nil
}

// needed returns the names of the peers that will run.
func (p *plan) needed() (names []string) {
	if slices.Contains(p.measures, "saturation") {
		names = append(names, p.peers...)
	}
	if slices.Contains(p.measures, "growth") {
		names = append(names, p.growthPeers...)
	}
	if slices.Contains(p.measures, "times") {
		names = append(names, p.timesPeers...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (p *plan) choose(names []string) ([]peer.Peer, error) {
	return peer.Choose(peer.All(p.bench.Yard.Bin), append([]string{result.Ours}, names...))
}

func (p *plan) measure(ctx context.Context, what string) error {
	fmt.Fprintf(p.bench.Progress, "measuring: %s\n", what)
	switch what {
	case "saturation":
		return p.saturation(ctx)
	case "growth":
		return p.grow(ctx)
	case "empty":
		return p.empty(ctx)
	case "times":
		peers, err := p.choose(p.timesPeers)
		if err != nil {
			return err
		}
		r, err := p.bench.Times(ctx, peers, p.goals)
		return p.save("times.json", r, err)
	case "spawns":
		r, err := p.bench.Spawns(ctx, p.idle)
		return p.save("spawns.json", r, err)
	default:
		r, err := p.bench.Masters(ctx, crowds())
		return p.save("masters.json", r, err)
	}
}

func (p *plan) save(name string, v any, err error) error {
	if err != nil {
		return err
	}
	return result.Save(p.results(), name, v)
}

func (p *plan) saturation(ctx context.Context) error {
	t, peers, err := p.targetOf(ctx, p.peers)
	if err != nil {
		return err
	}
	defer t.Kill()
	for _, users := range p.users {
		s, err := p.bench.Saturation(ctx, t, peers[0], peers[1:], users, p.rounds)
		if err := p.save(result.SaturationFile(users), s, err); err != nil {
			return err
		}
	}
	return nil
}

func (p *plan) grow(ctx context.Context) error {
	t, peers, err := p.targetOf(ctx, p.growthPeers)
	if err != nil {
		return err
	}
	defer t.Kill()
	g, err := p.bench.Growth(ctx, t, peers, p.growth, p.rounds)
	return p.save("growth.json", g, err)
}

func (p *plan) empty(ctx context.Context) error {
	t, err := p.target(ctx) // a master wants a host
	if err != nil {
		return err
	}
	defer t.Kill()
	s, err := p.bench.Empty(ctx, t, p.users[0], min(3, p.rounds))
	return p.save("empty.json", s, err)
}

// targetOf starts the target of some peers.
func (p *plan) targetOf(ctx context.Context, names []string) (*measure.Target, []peer.Peer, error) {
	peers, err := p.choose(names)
	if err != nil {
		return nil, nil, err
	}
	t, err := p.target(ctx)
	return t, peers, err
}

func (p *plan) target(ctx context.Context) (*measure.Target, error) {
	if p.nginx {
		return measure.StartNginx(ctx, &p.bench.Yard)
	}
	return measure.StartTarget(ctx, &p.bench.Yard, 0, 0)
}

// crowds are the rows of the table of masters.
func crowds() []peer.Crowd {
	crowd := func(workers, names, perSecond int, longest time.Duration) peer.Crowd {
		return peer.Crowd{Workers: workers, Names: names, PerSecond: perSecond, Longest: longest}
	}
	return []peer.Crowd{
		crowd(1, 20, 1000, 50*time.Millisecond),
		crowd(50, 20, 1000, 50*time.Millisecond),
		crowd(200, 20, 200, 50*time.Millisecond),
		crowd(50, 20, 1000, 10*time.Second),
		crowd(20, 500, 2000, 50*time.Millisecond),
	}
}
