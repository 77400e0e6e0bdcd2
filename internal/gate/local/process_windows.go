package local

import (
	"os"
	"syscall"
)

func attributes() *syscall.SysProcAttr { return nil }

// terminate kills: Windows has no SIGTERM.
func terminate(p *os.Process) { _ = p.Kill() }

func killGroup(*os.Process) {}
