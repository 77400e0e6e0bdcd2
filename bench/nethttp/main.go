// Command nethttp is the loop that one writes first: users that share an http.Client,
// each getting a page again and again, and a histogram.
package main

import (
	"context"
	"io"
	"net/http"

	"github.com/hopperband/hopperband/bench/internal/bare"
)

func main() {
	bare.Main(func(url string, users int) bare.Get {
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: users, MaxIdleConns: users}}
		return func(ctx context.Context) error { return get(ctx, client, url) }
	})
}

func get(ctx context.Context, client *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return err
}
