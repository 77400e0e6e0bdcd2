//go:build linux

package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hopperband/hopperband/bench/internal/measure"
	"github.com/hopperband/hopperband/bench/internal/peer"
	"github.com/hopperband/hopperband/bench/internal/result"
)

// A plan is what the command line asks for.
type plan struct {
	measures    []string
	peers       []string
	timesPeers  []string
	growthPeers []string
	users       []int
	growth      []int
	idle        []int
	goals       []float64
	rounds      int
	nginx       bool
	build, docs string
	bench       measure.Bench
}

const (
	known        = "saturation,growth,times,empty,spawns,masters"
	defaultPeers = "wrk,fasthttp,fortio,nethttp,hey,vegeta,FastHttpUser,HttpUser"
)

func parse(args []string) (*plan, error) {
	p := &plan{bench: measure.Bench{Progress: os.Stdout}}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	measures := f.String("measure", known, "what to measure, of these; nothing only writes the documentation anew")
	peers := f.String("peers", defaultPeers, "the `names` of the peers; there is k6 besides")
	timesPeers := f.String("times-peers", "wrk", "the `names` of the peers whose response times are compared")
	growthPeers := f.String("growth-peers", "wrk", "the `names` of the peers that are measured with more users, too")
	growth := f.String("growth", "100,1000,10000", "`numbers` of users that requests and memory are compared at: few, and more")
	users := f.String("users", "100", "`numbers` of users")
	idle := f.String("idle", "10000,100000", "`numbers` of users that come up all at once and do nothing")
	goals := f.String("goals", "50,80,95", "`percentages` of the generator's core at which response times are compared")
	f.IntVar(&p.rounds, "rounds", 5, "windows of each peer")
	f.BoolVar(&p.nginx, "nginx", false, "load nginx, which must be installed, instead of this module's own target")
	f.StringVar(&p.build, "build", ".build", "`directory` for programs and logs")
	f.StringVar(&p.docs, "docs", "../docs", "`directory` of the documentation")
	p.flagsOfBench(f)
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	p.measures, p.peers, p.timesPeers = list(*measures), list(*peers), list(*timesPeers)
	p.growthPeers = list(*growthPeers)
	var err error
	if p.users, err = numbers(*users, strconv.Atoi); err != nil {
		return nil, fmt.Errorf("bench: -users %w", err)
	}
	if p.growth, err = numbers(*growth, strconv.Atoi); err != nil {
		return nil, fmt.Errorf("bench: -growth %w", err)
	}
	if len(p.growth) < 2 {
		return nil, fmt.Errorf("bench: -growth %q: there is nothing to compare", *growth)
	}
	if p.idle, err = numbers(*idle, strconv.Atoi); err != nil {
		return nil, fmt.Errorf("bench: -idle %w", err)
	}
	percent := func(s string) (float64, error) {
		n, err := strconv.ParseFloat(s, 64)
		return n / 100, err
	}
	if p.goals, err = numbers(*goals, percent); err != nil {
		return nil, fmt.Errorf("bench: -goals %w", err)
	}
	return p, p.settle()
}

func (p *plan) flagsOfBench(f *flag.FlagSet) {
	b := &p.bench
	f.DurationVar(&b.Window, "window", 3*time.Second, "`time` of a window")
	f.DurationVar(&b.Settle, "settle", time.Second, "`time` from the last connection to the begin of a window")
	f.DurationVar(&b.Ramp, "ramp", 25*time.Second, "longest `time` from the start to the last connection")
	f.Float64Var(&b.Disturbed, "disturbed", 0.1, "`cores` that others may use in a window")
	f.IntVar(&b.Retries, "retries", 1, "how often a disturbed window is repeated")
	f.DurationVar(&b.TimesWindow, "times-window", 20*time.Second, "`time` of a window in which response times are compared")
	f.IntVar(&b.Tries, "tries", 4, "numbers of users that are tried to find each of -goals")
	f.IntVar(&b.Yard.Core, "core", 1, "the generator's `core`")
	f.IntVar(&b.Yard.TargetCore, "target-core", 0, "the `core` of the target and of Python masters")
	f.StringVar(&b.Yard.Venv, "venv", "../.venv", "virtual `directory` of Locust")
}

// settle checks the plan and makes its paths absolute.
func (p *plan) settle() (err error) {
	for _, m := range p.measures {
		if !slices.Contains(list(known), m) {
			return fmt.Errorf("bench: -measure %q is none of %s", m, known)
		}
	}
	if cores := runtime.NumCPU(); cores < 2 && len(p.measures) > 0 {
		return fmt.Errorf("bench: a generator and a target need a core each, and there is %d", cores)
	}
	for _, names := range []*[]string{&p.peers, &p.timesPeers, &p.growthPeers} {
		if *names, err = installed(*names, p.bench.Progress); err != nil {
			return err
		}
	}
	y := &p.bench.Yard
	y.Bin, y.Logs, y.Locustfiles = p.build, filepath.Join(p.build, "logs"), "locustfiles"
	for _, dir := range []*string{&y.Bin, &y.Logs, &y.Locustfiles, &y.Venv, &p.docs} {
		if *dir, err = filepath.Abs(*dir); err != nil {
			return fmt.Errorf("bench: %w", err)
		}
	}
	return nil
}

// installed leaves out the peers that have to be installed and are not.
func installed(names []string, progress io.Writer) ([]string, error) {
	chosen, err := peer.Choose(peer.All(""), names)
	if err != nil {
		return nil, err
	}
	var there []string
	for _, p := range chosen {
		if p.Installed {
			if _, err := exec.LookPath(p.Name); err != nil {
				fmt.Fprintf(progress, "left out: %s is not installed\n", p.Name)
				continue
			}
		}
		if p.Name != result.Ours { // it always takes part
			there = append(there, p.Name)
		}
	}
	return there, nil
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

func numbers[N int | float64](s string, parse func(string) (N, error)) ([]N, error) {
	var all []N
	for _, text := range list(s) {
		n, err := parse(text)
		if err != nil || n <= 0 {
			return nil, fmt.Errorf("%q: %q is no positive number", s, text)
		}
		all = append(all, n)
	}
	return all, nil
}
