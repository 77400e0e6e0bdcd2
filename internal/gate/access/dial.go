package access

import (
	"context"
	"net"
)

type detourKey struct{}

type detour struct{ host, address string }

// To makes requests with a context go to one of the addresses that a host's name has. Host
// and certificate stay those of the name.
func To(ctx context.Context, host, address string) context.Context {
	return context.WithValue(ctx, detourKey{}, detour{host, address})
}

// dial connects to the address that the context names. One to a proxy is left alone.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	if to, ok := ctx.Value(detourKey{}).(detour); ok {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		if host == to.host {
			address = net.JoinHostPort(to.address, port)
		}
	}
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}
