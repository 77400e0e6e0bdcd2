//go:build linux

package measure

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hopperband/hopperband/bench/internal/peer"
	"github.com/hopperband/hopperband/bench/internal/result"
)

const (
	spawnJobs    = "Sending spawn jobs of"      // locust/runners.py
	allSpawned   = "All users spawned"          // locust/runners.py
	expired      = "report waittime is expired" // locust/runners.py: after a second
	reportEvery  = 3 * time.Second              // of a worker (locust/runners.py, WORKER_REPORT_INTERVAL)
	spawnPatient = time.Minute
	idleMargin   = 3 * time.Second
)

// Masters measures what a master needs for crowds of workers.
func (b *Bench) Masters(ctx context.Context, crowds []peer.Crowd) (result.Masters, error) {
	m := result.Masters{Setting: b.Setting}
	m.Target = "none"
	for _, c := range crowds {
		row, err := b.crowd(ctx, c)
		if err != nil {
			return m, err
		}
		b.say("%d workers, %d names: master %.3f cores, %.0f MiB, others %.2f", row.Workers, row.Names, row.Cores, float64(row.Memory)/(1<<20), row.Others)
		m.Rows = append(m.Rows, row)
	}
	return m, nil
}

func (b *Bench) crowd(ctx context.Context, c peer.Crowd) (row result.MasterRow, err error) {
	row = result.MasterRow{Workers: c.Workers, Names: c.Names, PerSecond: c.PerSecond, LongestMS: c.Longest.Seconds() * 1000}
	p := c.Peer()
	run, err := b.spawned(ctx, &p, c.Workers)
	if err != nil {
		return row, err
	}
	defer run.Kill()
	// The first reports are smaller than the later ones.
	if err := pause(ctx, reportEvery); err != nil {
		return row, err
	}
	window := *b
	window.Window = max(b.Window, reportEvery).Round(reportEvery) // so that all workers report equally often
	var w result.Window
	if err := window.measure(ctx, &w, run, nil, nothing); err != nil {
		return row, err
	}
	row.Cores, row.Others, row.Disturbed = w.Master, w.Others, w.Disturbed
	master, _ := run.Master()
	row.Memory, err = b.memoryOf(ctx, master)
	return row, err
}

// spawned starts a peer and waits until its master knows all users running.
func (b *Bench) spawned(ctx context.Context, p *peer.Peer, users int) (*peer.Run, error) {
	run, err := p.Start(ctx, &b.Yard, peer.Load{URL: "http://127.0.0.1:9", Users: users, Lasting: 10 * time.Minute})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, spawnPatient)
	defer cancel()
	if _, err = run.MasterLog(ctx, says(allSpawned, expired)); err != nil {
		run.Kill()
		return nil, err
	}
	return run, nil
}

func nothing(context.Context) (count, error) { return count{}, nil }

func (b *Bench) memoryOf(ctx context.Context, pid int) (int64, error) {
	m, err := b.look(ctx, nothing)
	return m.processes.Memory(pid), err
}

// Spawns measures how users come up that do nothing, all at once, and what they weigh.
func (b *Bench) Spawns(ctx context.Context, users []int) (result.Spawns, error) {
	s := result.Spawns{Setting: b.Setting}
	s.Target = "none"
	for _, n := range users {
		row, err := b.spawn(ctx, n)
		if err != nil {
			return s, err
		}
		b.say("%d idle users: %.2f s, worker %.2f and master %.2f CPU-s, %.1f MiB", n, row.Seconds, row.Worker, row.Master, float64(row.Memory)/(1<<20))
		s.Rows = append(s.Rows, row)
	}
	return s, nil
}

func (b *Bench) spawn(ctx context.Context, users int) (row result.SpawnRow, err error) {
	row.Users = users
	p := peer.Idlers()
	run, err := p.Start(ctx, &b.Yard, peer.Load{URL: "http://127.0.0.1:9", Users: users, Lasting: 10 * time.Minute})
	if err != nil {
		return row, err
	}
	defer run.Kill()
	ctx, cancel := context.WithTimeout(ctx, spawnPatient)
	defer cancel()
	begin, _, err := b.mark(ctx, run, spawnJobs)
	if err != nil {
		return row, err
	}
	end, line, err := b.mark(ctx, run, allSpawned, expired)
	if err != nil {
		return row, err
	}
	master, _ := run.Master()
	row.Expired = says(expired)(line)
	row.Seconds = end.at.Sub(begin.at).Seconds()
	row.Worker = (end.processes.CPU(run.Generator()) - begin.processes.CPU(run.Generator())).Seconds()
	row.Master = (end.processes.CPU(master) - begin.processes.CPU(master)).Seconds()
	if err := pause(ctx, idleMargin); err != nil {
		return row, err
	}
	row.Memory, err = b.memoryOf(ctx, run.Generator())
	return row, err
}

// mark looks at everything when the master says one of texts.
func (b *Bench) mark(ctx context.Context, run *peer.Run, texts ...string) (m moment, line string, err error) {
	if line, err = run.MasterLog(ctx, says(texts...)); err != nil {
		return m, line, err
	}
	m, err = b.look(ctx, nothing)
	return m, line, err
}

func says(texts ...string) func(line string) bool {
	return func(line string) bool {
		return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(line, text) })
	}
}
