//go:build unix

package rig

import (
	"os"
	"syscall"
)

// attributes puts a process into a group of its own, so that a signal from the terminal
// does not reach it and one of ours reaches its children.
func attributes() *syscall.SysProcAttr {
	return dieWithParent(&syscall.SysProcAttr{Setpgid: true})
}

func signalGroup(p *os.Process, s syscall.Signal) error { return syscall.Kill(-p.Pid, s) }

func terminate(p *Process) error { return p.Signal(syscall.SIGTERM) }
