package local

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/child"
)

const (
	lastLines = 15
	maxTail   = 1 << 16                // bytes of a log
	pipeGrace = 500 * time.Millisecond // for a log that a grandchild holds open
)

// A process is a program that the gate started, with its log.
type process struct {
	name string
	cmd  *exec.Cmd
	log  string
	done chan struct{} // closed when it has ended
}

// start runs a program in a folder; "" is that of the gate. Its output goes to NAME.log.
func start(logs, name, folder, path string, args, env []string) (*process, error) {
	log, err := os.Create(filepath.Join(logs, name+".log"))
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(path, args...)
	if cmd.Path, err = filepath.Abs(cmd.Path); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.WaitDelay = pipeGrace
	cmd.SysProcAttr = child.Attributes()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	p := &process{name: name, cmd: cmd, log: log.Name(), done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // the state tells how it ended
		child.Kill(cmd.Process)
		close(p.done)
	}()
	return p, nil
}

// ended is an error that says how the process ended, and its last lines.
func (p *process) ended() error {
	lines := strings.Split(strings.TrimRight(tail(p.log), "\n"), "\n")
	lines = lines[max(0, len(lines)-lastLines):]
	return fmt.Errorf("%s has ended (%s):\n    %s", p.name, p.cmd.ProcessState, strings.Join(lines, "\n    "))
}

// tail is the end of a file, which may be long.
func tail(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil {
		_, _ = f.Seek(max(0, info.Size()-maxTail), io.SeekStart)
	}
	text, _ := io.ReadAll(io.LimitReader(f, maxTail))
	return string(text)
}

// stop asks the process to end and kills it at the end of ctx.
func (p *process) stop(ctx context.Context) {
	_ = child.Terminate(p.cmd.Process)
	select {
	case <-p.done:
	case <-ctx.Done():
		child.Kill(p.cmd.Process)
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}
