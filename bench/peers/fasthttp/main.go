// Command fasthttp is the bare loop with fasthttp's client for one host.
package main

import (
	"context"
	"net/url"
	"os"

	"github.com/valyala/fasthttp"

	"github.com/hopperband/hopperband/bench/internal/bare"
)

func main() {
	bare.Main(func(target string, users int) bare.Get {
		u, err := url.Parse(target)
		if err != nil {
			os.Exit(2)
		}
		client := &fasthttp.HostClient{Addr: u.Host, MaxConns: users}
		return func(context.Context) error { return get(client, target) }
	})
}

func get(client *fasthttp.HostClient, target string) error {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	req.SetRequestURI(target)
	return client.Do(req, resp)
}
