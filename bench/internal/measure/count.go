//go:build linux

package measure

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/hopperband/hopperband/bench/internal/record"
)

// A count is what a target, or a generator, tells about its requests up to now.
type count struct {
	Requests    int64          `json:"requests"`
	Connections int64          `json:"connections"`
	Times       record.Summary `json:"times"`
}

func fetchCount(ctx context.Context, control string) (c count, err error) {
	text, err := fetch(ctx, http.MethodGet, control+"/count")
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		return c, fmt.Errorf("measure: count: %w", err)
	}
	return c, nil
}

func fetch(ctx context.Context, method, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", url, resp.StatusCode)
	}
	return text, err
}
