package local

import "syscall"

// dieWithParent lets the kernel kill the process when the gate is gone, however it went.
func dieWithParent(a *syscall.SysProcAttr) *syscall.SysProcAttr {
	a.Pdeathsig = syscall.SIGKILL
	return a
}
