package rig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/child"
)

const (
	stopGrace = time.Minute     // from SIGTERM to SIGKILL
	pipeGrace = 5 * time.Second // for a pipe that a grandchild holds open: what is in it is lost after that
)

// A Command says what a Process runs.
type Command struct {
	Name string   // names the process in errors and its log, such as "master"
	Path string   // the program
	Args []string // without the program's name
	Env  []string // added to the environment of this process
	Dir  string   // working directory, and where NAME.log is written

	Stderr *os.File // takes the standard error instead of the log
}

// A Process is a running program in a process group of its own. Its standard output and
// standard error both go to the log.
type Process struct {
	name string
	cmd  *exec.Cmd
	log  *log
	done chan struct{}
	err  error // of cmd.Wait; read after done
}

// Start runs a command. The end of ctx kills the process and its children.
func Start(ctx context.Context, c Command) (*Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("rig: starting %s: %w", c.Name, err)
	}
	l, err := newLog(filepath.Join(c.Dir, c.Name+".log"))
	if err != nil {
		return nil, fmt.Errorf("rig: starting %s: %w", c.Name, err)
	}
	cmd := exec.Command(c.Path, c.Args...)
	cmd.Dir = c.Dir
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.Stdout, cmd.Stderr = l, l
	if c.Stderr != nil {
		cmd.Stderr = c.Stderr
	}
	cmd.WaitDelay = pipeGrace
	cmd.SysProcAttr = child.Attributes()
	if err := cmd.Start(); err != nil {
		l.close()
		return nil, fmt.Errorf("rig: starting %s: %w", c.Name, err)
	}
	p := &Process{name: c.Name, cmd: cmd, log: l, done: make(chan struct{})}
	go p.watch()
	context.AfterFunc(ctx, p.Kill)
	return p, nil
}

func (p *Process) watch() {
	p.err = p.cmd.Wait()
	child.Kill(p.cmd.Process) // whatever children it left
	p.log.close()
	close(p.done)
}

// Name returns the name that the process was started with.
func (p *Process) Name() string { return p.name }

// PID returns the process's ID, which is that of its process group as well.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Done returns a channel that is closed when the process has ended and its log is whole.
func (p *Process) Done() <-chan struct{} { return p.done }

// Alive reports whether the process has not ended yet.
func (p *Process) Alive() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// Signal sends a signal to the process alone. A process that has ended gets none, and
// that is no error.
func (p *Process) Signal(s os.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("rig: signal %v to %s: %w", s, p.name, err)
	}
	return nil
}

// Kill ends the process and its children at once (SIGKILL) and waits for that.
func (p *Process) Kill() {
	if p.Alive() {
		child.Kill(p.cmd.Process)
	}
	<-p.done
}

// Stop asks the process to end (SIGTERM) and returns when it has. After a minute, or at
// the end of ctx, it is killed, and that is the error.
func (p *Process) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopGrace)
	defer cancel()
	if err := child.Terminate(p.cmd.Process); err != nil {
		return fmt.Errorf("rig: asking %s to end: %w", p.name, err)
	}
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		p.Kill()
		return fmt.Errorf("rig: %s did not stop: %w", p.name, context.Cause(ctx))
	}
}

// Wait waits for the process to end by itself, and returns its exit code, -1 after a
// signal. The error is that of ctx.
func (p *Process) Wait(ctx context.Context) (int, error) {
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode(), nil
	case <-ctx.Done():
		return 0, fmt.Errorf("rig: waiting for %s to end: %w", p.name, context.Cause(ctx))
	}
}

// ended is the error of a wait that the end of the process has made vain.
func (p *Process) ended() error {
	return fmt.Errorf("rig: %s has ended (%s), its last lines:\n%s", p.name, p.cmd.ProcessState, p.Tail(20))
}

// LogPath returns the path of the process's log.
func (p *Process) LogPath() string { return p.log.path }

// Log returns all that the process has written up to now.
func (p *Process) Log() string { return p.log.read() }

// Tail returns the last n lines of the log.
func (p *Process) Tail(n int) string {
	lines := strings.Split(strings.TrimRight(p.Log(), "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// WaitLine waits for a whole line in the log that match accepts, old or new, and returns
// it. It fails when the process ends without one.
func (p *Process) WaitLine(ctx context.Context, match func(line string) bool) (string, error) {
	for from := 0; ; {
		grown := p.log.grown()
		alive := p.Alive() // asked before reading: what ended before has written all
		text := p.Log()
		whole := strings.LastIndexByte(text, '\n') + 1
		for line := range strings.Lines(text[from:whole]) {
			if line = strings.TrimRight(line, "\r\n"); match(line) {
				return line, nil
			}
		}
		if from = whole; !alive {
			return "", p.ended()
		}
		select {
		case <-grown:
		case <-p.done:
		case <-ctx.Done():
			return "", fmt.Errorf("rig: waiting for a line of %s: %w; its last lines:\n%s", p.name, context.Cause(ctx), p.Tail(20))
		}
	}
}
