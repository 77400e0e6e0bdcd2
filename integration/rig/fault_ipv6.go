package rig

import (
	"context"
	"net"
	"strconv"
)

// HasIPv6 reports whether this machine has ::1.
func HasIPv6() bool {
	l, err := net.Listen("tcp", "[::1]:0")
	return err == nil && l.Close() == nil
}

// StartMasterIPv6 is StartMaster for one that listens for workers on ::1 only. It has no
// web UI, whatever c says.
func StartMasterIPv6(ctx context.Context, c MasterConfig) (*Master, error) {
	c.WebUI = false
	release, err := c.choosePorts()
	if err != nil {
		return nil, err
	}
	defer release()
	args := append(c.args(), "--master-bind-host", "::1") // the last one counts
	p, err := Start(ctx, Command{Name: c.Name, Path: locust(c.Venv), Args: args, Env: append(pythonEnv(), c.Env...), Dir: c.Dir})
	if err != nil {
		return nil, err
	}
	m := &Master{Process: p, Addr: net.JoinHostPort("::1", strconv.Itoa(c.Port))}
	wait, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := waitListening(wait, p, m.Addr); err != nil {
		p.Kill()
		return nil, err
	}
	return m, nil
}
