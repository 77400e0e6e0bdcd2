package rig

import (
	"context"
	"net"
)

// HasIPv6 reports whether this machine has ::1.
func HasIPv6() bool {
	l, err := net.Listen("tcp", "[::1]:0")
	return err == nil && l.Close() == nil
}

// StartMasterIPv6 is StartMaster for one that listens for workers on ::1 only.
func StartMasterIPv6(ctx context.Context, c MasterConfig) (*Master, error) {
	return c.start(ctx, "::1")
}
