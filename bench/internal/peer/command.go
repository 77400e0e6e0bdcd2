//go:build linux

package peer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/hopperband/hopperband/integration/rig"

	"github.com/hopperband/hopperband/bench/internal/record"
)

// A command is a peer that is one program with arguments. Output is a file that the
// program may write its result to.
type command struct {
	name, about string
	build       Build
	args        func(y *Yard, l Load, output string) ([]string, error)
	times       func(p *rig.Process, output string) (record.Summary, error)
}

func (c command) peer() Peer {
	return Peer{Name: c.name, About: c.about, Installed: c.build == (Build{}), Build: c.build, start: c.start}
}

func (c command) start(ctx context.Context, y *Yard, l Load) (*Run, error) {
	output := y.file(c.name + ".out")
	args, err := c.args(y, l, output)
	if err != nil {
		return nil, err
	}
	program := c.name
	if c.build != (Build{}) {
		program = filepath.Join(y.Bin, c.name)
	}
	p, err := y.launch(ctx, rig.Command{Name: c.name, Path: program, Args: args})
	if err != nil {
		return nil, err
	}
	return &Run{generator: p, times: func() (record.Summary, error) { return c.times(p, output) }}, nil
}

func wrkArgs(_ *Yard, l Load, _ string) ([]string, error) {
	return []string{"--threads", "1", "--connections", strconv.Itoa(l.Users), "--duration", l.Lasting.String(), "--timeout", "60s", "--latency", l.URL}, nil
}

func bareArgs(_ *Yard, l Load, _ string) ([]string, error) {
	return []string{"-users", strconv.Itoa(l.Users), "-duration", l.Lasting.String(), l.URL}, nil
}

func heyArgs(_ *Yard, l Load, _ string) ([]string, error) {
	return []string{"-c", strconv.Itoa(l.Users), "-z", l.Lasting.String(), "-t", "60", l.URL}, nil
}

func fortioArgs(_ *Yard, l Load, output string) ([]string, error) {
	return []string{
		"load", "-quiet", "-c", strconv.Itoa(l.Users), "-qps", "0", "-t", l.Lasting.String(),
		"-r", "0.00001", "-p", "50,99", "-json", output, l.URL,
	}, nil
}

func vegetaArgs(y *Yard, l Load, output string) ([]string, error) {
	targets := y.file("vegeta.targets")
	if err := os.WriteFile(targets, []byte("GET "+l.URL+"\n"), 0o600); err != nil {
		return nil, err
	}
	users := strconv.Itoa(l.Users)
	return []string{
		"attack", "-targets", targets, "-output", output, "-duration", l.Lasting.String(), "-timeout", "60s",
		"-rate", "0", "-workers", users, "-max-workers", users, "-connections", users,
	}, nil
}

const k6Script = `import http from "k6/http";
export default function () { http.get(%q); }
`

func k6Args(y *Yard, l Load, output string) ([]string, error) {
	script := y.file("k6.js")
	if err := os.WriteFile(script, fmt.Appendf(nil, k6Script, l.URL), 0o600); err != nil {
		return nil, err
	}
	return []string{
		"run", "--no-usage-report", "--address", "127.0.0.1:0", "--quiet", "--no-color",
		"--vus", strconv.Itoa(l.Users), "--duration", l.Lasting.String(),
		"--summary-trend-stats", "p(50),p(99)", "--summary-export", output, script,
	}, nil
}
