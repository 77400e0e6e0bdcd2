package rig

import (
	"os"
	"syscall"
)

func attributes() *syscall.SysProcAttr { return nil }

func signalGroup(p *os.Process, _ syscall.Signal) error { return p.Kill() }

// terminate kills: Windows has no SIGTERM.
func terminate(p *Process) error {
	p.Kill()
	return nil
}
