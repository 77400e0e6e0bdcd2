package rig

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A Target is a running build of examples/target.
type Target struct {
	*Process
	// URL is its address, without a trailing slash.
	URL string
}

// Counts are the requests that a target has answered, and those that have reached it.
type Counts struct {
	Begun int64            `json:"begun"` // answered or not
	Total int64            `json:"total"`
	Paths map[string]int64 `json:"paths"` // by pattern, such as "GET /items/{id}"
}

// StartTarget starts the program at path on a free port and waits until it listens.
func StartTarget(ctx context.Context, path, dir string) (*Target, error) {
	p, err := Start(ctx, Command{Name: "target", Path: path, Args: []string{"--listen", "127.0.0.1:0"}, Dir: dir})
	if err != nil {
		return nil, err
	}
	wait, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	url, err := p.WaitLine(wait, func(line string) bool { return strings.HasPrefix(line, "http://") })
	if err != nil {
		p.Kill()
		return nil, err
	}
	return &Target{Process: p, URL: url}, nil
}

// Counts asks the target what it has answered. That is not counted.
func (t *Target) Counts(ctx context.Context) (Counts, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var c Counts
	if err := t.get(ctx, "/count", &c); err != nil {
		return Counts{}, fmt.Errorf("rig: counts of the target: %w", err)
	}
	return c, nil
}

// WaitQuiet waits until the target has answered no request for a while, and returns how
// many it has answered up to then.
func (t *Target) WaitQuiet(ctx context.Context, while time.Duration) (int64, error) {
	last, since := int64(-1), time.Now()
	for {
		c, err := t.Counts(ctx)
		if err != nil {
			return c.Total, err
		}
		if c.Total != last {
			last, since = c.Total, time.Now()
		}
		if time.Since(since) >= while {
			return last, nil
		}
		if err := pause(ctx, while/20); err != nil {
			return last, fmt.Errorf("rig: the target is still loaded (%d requests): %w", last, err)
		}
	}
}

// A Visit is a page that a target has answered, as it saw that itself.
type Visit struct {
	At      time.Time `json:"at"`
	Path    string    `json:"path"` // by pattern, such as "GET /items/{id}"
	Status  int       `json:"status"`
	Seconds float64   `json:"seconds"` // until the answer began
}

// Visits asks the target for its last visits, 100 000 at most. That is not counted.
func (t *Target) Visits(ctx context.Context) ([]Visit, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var v struct {
		Visits []Visit `json:"visits"`
	}
	if err := t.get(ctx, "/record", &v); err != nil {
		return nil, fmt.Errorf("rig: visits of the target: %w", err)
	}
	return v.Visits, nil
}

func (t *Target) get(ctx context.Context, path string, answer any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.URL+path, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(answer)
}
