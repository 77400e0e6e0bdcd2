package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/hopperband/hopperband/integration/rig"
)

// A stage is the parts of the demo, running.
type stage struct {
	plan
	life   context.Context // its end kills the parts
	target *rig.Target
	master *rig.Master
	worker *rig.Worker
}

// start starts the parts, each on what the ones before it said.
func (p *plan) start(life context.Context) (s *stage, err error) {
	s = &stage{plan: *p, life: life}
	defer func() {
		if err != nil {
			s.kill()
		}
	}()
	if s.target, err = rig.StartTarget(life, filepath.Join(p.bin, "target"), p.logs); err != nil {
		return nil, err
	}
	fmt.Printf("target   %s\n", s.target.URL)
	locustfile, err := p.locustfile(life)
	if err != nil {
		return nil, err
	}
	if s.master, err = rig.StartMaster(life, p.masterConfig(s.target.URL, locustfile)); err != nil {
		return nil, err
	}
	fmt.Printf("master   %s, locustfile %s\n", s.master.Addr, here(locustfile))
	s.worker, err = rig.StartWorker(life, rig.WorkerConfig{Path: p.program(), Dir: p.logs, Master: s.master.Addr})
	if err != nil {
		return nil, err
	}
	fmt.Printf("worker   %s\n\n", here(p.program()))
	return s, nil
}

func (p *plan) program() string { return filepath.Join(p.bin, "quickstart") }

// locustfile lets the worker write the master's locustfile.
func (p *plan) locustfile(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startAllowance)
	defer cancel()
	text, err := exec.CommandContext(ctx, p.program(), "locustfile").Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			err = fmt.Errorf("%w: %s", err, exit.Stderr)
		}
		return "", fmt.Errorf("demo: %s locustfile: %w", p.program(), err)
	}
	path := filepath.Join(p.logs, "locustfile.py")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return "", fmt.Errorf("demo: %w", err)
	}
	return path, nil
}

func (p *plan) masterConfig(host, locustfile string) rig.MasterConfig {
	return rig.MasterConfig{
		Venv: p.venv, Dir: p.logs, Locustfile: locustfile, Host: host, Port: p.masterPort,
		WebUI: p.web, WebPort: p.webPort,
		Users: p.users, SpawnRate: float64(p.users), RunTime: p.runTime,
		ExpectWorkers: 1, StopTimeout: p.stopTimeout,
	}
}

// stop ends the parts in order. The master tells the worker to quit, if they know each
// other already.
func (s *stage) stop() error {
	return errors.Join(s.master.Stop(s.life), s.worker.Stop(s.life), s.target.Stop(s.life))
}

// kill ends what still runs.
func (s *stage) kill() {
	if s.worker != nil {
		s.worker.Kill()
	}
	if s.master != nil {
		s.master.Kill()
	}
	if s.target != nil {
		s.target.Kill()
	}
}

// here returns a path as seen from the working directory.
func here(path string) string {
	dir, err := os.Getwd()
	if err != nil {
		return path
	}
	if short, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(short) {
		return short
	}
	return path
}
