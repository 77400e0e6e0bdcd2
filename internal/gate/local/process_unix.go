//go:build unix

package local

import (
	"os"
	"syscall"
)

// attributes puts a process into a group of its own: Ctrl-C on the terminal reaches the
// gate alone, which then ends the others in order.
func attributes() *syscall.SysProcAttr { return dieWithParent(&syscall.SysProcAttr{Setpgid: true}) }

func terminate(p *os.Process) { _ = p.Signal(syscall.SIGTERM) }

func killGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) }
