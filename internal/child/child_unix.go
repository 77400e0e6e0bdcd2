//go:build unix

package child

import (
	"errors"
	"os"
	"syscall"
)

// Attributes puts a process into a group of its own: Ctrl-C on the terminal does not reach it,
// and Kill reaches its children. On Linux the kernel kills the process when this one is gone,
// however it went.
func Attributes() *syscall.SysProcAttr { return dieWithParent(&syscall.SysProcAttr{Setpgid: true}) }

// Terminate asks a process to end (SIGTERM). That it has ended already is no error.
func Terminate(p *os.Process) error {
	if err := p.Signal(syscall.SIGTERM); !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// Kill ends a process and all of its group at once. What has ended already stays so.
func Kill(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
