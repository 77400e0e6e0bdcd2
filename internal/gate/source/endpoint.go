package source

import (
	"context"
	"net"
	"net/url"

	"github.com/hopperband/hopperband/internal/gate/access"
)

// A Resolver knows the addresses of a host; net.Resolver is one.
type Resolver interface {
	LookupHost(ctx context.Context, host string) ([]string, error)
}

// An endpoint is one worker's metrics.
type endpoint struct {
	url           string
	host, address string // of a name with several addresses, this one; else empty
}

// String is how people know the endpoint.
func (e endpoint) String() string {
	if e.address == "" {
		return e.url
	}
	return e.url + " at " + e.address
}

func (e endpoint) context(ctx context.Context) context.Context {
	if e.address == "" {
		return ctx
	}
	return access.To(ctx, e.host, e.address)
}

// endpoints are those that the plan names. A name with several addresses, as that of a
// service with several replicas, is as many of them, as there are now.
func (w *Workers) endpoints(ctx context.Context) []endpoint {
	ctx, cancel := context.WithTimeout(ctx, scrapeTimeout)
	defer cancel()
	var all []endpoint
	for _, text := range w.addresses {
		host, addresses := w.resolve(ctx, text)
		if len(addresses) < 2 {
			all = append(all, endpoint{url: text})
			continue
		}
		for _, address := range addresses {
			all = append(all, endpoint{text, host, address})
		}
	}
	return all
}

// resolve looks a URL's host up. A name that is not found may be known to a proxy.
func (w *Workers) resolve(ctx context.Context, text string) (host string, addresses []string) {
	u, err := url.Parse(text)
	if err != nil {
		return "", nil
	}
	host = u.Hostname()
	if host == "localhost" || net.ParseIP(host) != nil { // localhost is one host of two addresses
		return "", nil
	}
	if addresses, err = w.names.LookupHost(ctx, host); err != nil {
		return "", nil
	}
	return host, addresses
}
