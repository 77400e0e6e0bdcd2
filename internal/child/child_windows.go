package child

import (
	"os"
	"syscall"
)

// Attributes are none here.
func Attributes() *syscall.SysProcAttr { return nil }

// Terminate kills: Windows has no SIGTERM.
func Terminate(p *os.Process) error {
	Kill(p)
	return nil
}

// Kill ends a process at once. What has ended already stays so.
func Kill(p *os.Process) { _ = p.Kill() }
