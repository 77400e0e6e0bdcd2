//go:build !unix

package tasks

import "net"

// quiet cannot tell here. A request that may be repeated is, on a new connection.
func quiet(net.Conn) bool { return true }
