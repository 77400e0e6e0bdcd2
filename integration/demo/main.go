// Command demo shows a whole load test on this machine: a target, a Locust master, and
// the quickstart worker between them. In the end the three must agree on the number of
// requests, and the last line says so:
//
//	requests: target=N worker=N master=N lost=0
//
// With -web the master has its web UI, and the test is started and stopped there.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// A plan is what the command line asks for.
type plan struct {
	venv, bin, logs     string
	web                 bool
	webPort, masterPort int
	users               int
	runTime             time.Duration
	stopTimeout         time.Duration
}

func main() {
	p, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		os.Exit(2)
	}
	life, test := interruptible()
	if err := p.run(life, test); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) // whatever was started has ended: run waits for it
	}
}

func parse(args []string) (plan, error) {
	var p plan
	f := flag.NewFlagSet("demo", flag.ContinueOnError)
	f.StringVar(&p.venv, "venv", ".venv", "virtual `directory` of Locust")
	f.StringVar(&p.bin, "bin", "bin", "`directory` with target and quickstart")
	f.StringVar(&p.logs, "logs", ".build/demo", "`directory` for the logs")
	f.BoolVar(&p.web, "web", false, "with the master's web UI, until Ctrl-C")
	f.IntVar(&p.webPort, "web-port", 0, "`port` of the web UI; 0 means 8089 or a free one")
	f.IntVar(&p.masterPort, "master-port", 0, "`port` for workers; 0 means 5557 or a free one")
	f.IntVar(&p.users, "users", 10, "`number` of users")
	f.DurationVar(&p.runTime, "run-time", 10*time.Second, "run `time`, in whole seconds")
	f.DurationVar(&p.stopTimeout, "stop-timeout", 5*time.Second, "`time` that users get to finish their task")
	if err := f.Parse(args); err != nil {
		return p, err
	}
	for _, dir := range []*string{&p.venv, &p.bin, &p.logs} {
		abs, err := filepath.Abs(*dir)
		if err != nil {
			return p, fmt.Errorf("demo: %w", err)
		}
		*dir = abs
	}
	return p, nil
}

func (p *plan) run(life, test context.Context) error {
	if err := p.choosePorts(); err != nil {
		return err
	}
	if err := os.MkdirAll(p.logs, 0o750); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	err := p.once(life, test)
	for try := 1; errors.Is(err, errLate) && try < tries; try++ {
		fmt.Printf("%v; once more\n\n", err)
		err = p.once(life, test)
	}
	if err != nil {
		return fmt.Errorf("%w\nlogs: %s", err, p.logs)
	}
	return nil
}

// tries is how often a test is run that a busy machine can spoil.
const tries = 3

func (p *plan) once(life, test context.Context) error {
	s, err := p.start(life)
	if err != nil {
		return err
	}
	defer s.kill()
	return s.play(test)
}

func (s *stage) play(test context.Context) error {
	if s.web {
		return s.interactive(test)
	}
	return s.headless(test)
}
