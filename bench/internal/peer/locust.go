//go:build linux

package peer

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/hopperband/hopperband/integration/rig"

	"github.com/hopperband/hopperband/bench/internal/machine"
	"github.com/hopperband/hopperband/bench/internal/record"
)

// A worker is a peer that works for a real Locust master.
type worker struct {
	name, about string
	locustfile  string   // of the master, and of a Python worker
	class       string   // the user class that is run
	program     string   // a Go worker; "" means Python's
	args        []string // further ones of the program
	controlled  bool     // the worker itself tells how many requests it made
	workers     int      // that the program is; 0 means 1
}

func (w worker) peer() Peer {
	p := Peer{Name: w.name, About: w.about, start: w.start}
	if w.program != "" {
		p.Build = Build{Module: ".", Package: "./" + w.program}
	}
	return p
}

func (w worker) start(ctx context.Context, y *Yard, l Load) (*Run, error) {
	m, err := w.master(ctx, y, l)
	if err != nil {
		return nil, err
	}
	r := &Run{master: m}
	if w.program == "" {
		r.generator, err = w.python(ctx, y, m.Addr)
		r.times = func() (record.Summary, error) {
			text, err := os.ReadFile(y.file(w.name + "_stats.csv"))
			if err != nil {
				return record.Summary{}, err
			}
			return parseLocust(string(text))
		}
	} else {
		times := y.file(w.name + ".times")
		args := w.args
		if l.Times {
			args = append(args, "-times", times)
		}
		r.generator, err = w.compiled(ctx, y, m.Addr, args)
		r.times = func() (record.Summary, error) { return readFile(times, asItIs) }
	}
	if err == nil && w.controlled {
		r.control, err = r.generator.WaitLine(ctx, func(line string) bool { return strings.HasPrefix(line, "http://") })
	}
	if err != nil {
		m.Kill()
		if r.generator != nil {
			r.generator.Kill()
		}
		return nil, err
	}
	return r, nil
}

func (w worker) master(ctx context.Context, y *Yard, l Load) (m *rig.Master, err error) {
	rate := float64(l.Users)
	if l.Times {
		rate /= TimesRamp.Seconds()
	}
	c := rig.MasterConfig{
		Name: w.name + "-master", Venv: y.Venv, Dir: y.Logs, Locustfile: filepath.Join(y.Locustfiles, w.locustfile),
		Host: l.URL, Users: l.Users, SpawnRate: rate, RunTime: l.Lasting, ExpectWorkers: max(1, w.workers),
	}
	if l.Times && w.program == "" {
		c.Args = []string{"--csv", y.file(w.name)}
	}
	c.Args = append(c.Args, w.class)
	err = machine.OnCore(y.TargetCore, func() error {
		m, err = rig.StartMaster(ctx, c)
		return err
	})
	return m, err
}

func (w worker) python(ctx context.Context, y *Yard, master string) (p *rig.Process, err error) {
	err = machine.OnCore(y.Core, func() error {
		p, err = rig.StartPythonWorker(ctx, rig.PythonWorkerConfig{
			Name: w.name, Venv: y.Venv, Dir: y.Logs, Locustfile: filepath.Join(y.Locustfiles, w.locustfile), Master: master,
		})
		return err
	})
	return p, err
}

func (w worker) compiled(ctx context.Context, y *Yard, master string, args []string) (*rig.Process, error) {
	args = append([]string{"-master", master}, args...)
	if w.controlled {
		args = append(args, "-control")
	}
	return y.launch(ctx, rig.Command{Name: w.name, Path: filepath.Join(y.Bin, w.program), Args: args})
}
