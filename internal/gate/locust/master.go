// Package locust drives an unmodified Locust master over the HTTP API of its web UI
// (locust/web.py): it starts and stops tests and reads the master's statistics. It knows
// what differs between Locust 2.29 and 2.47.
package locust

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/gate/access"
)

const (
	answerTimeout = 15 * time.Second
	maxAnswer     = 64 << 20 // bytes; 500 entries with long names are far below
)

// Config says where a master is and how to be let in.
type Config struct {
	// URL is the address of the web UI, with the path that --web-base-path gives it.
	URL string
	access.Config
}

// ErrUnreachable is wrapped by every error that says that the master could not be asked,
// or did not answer as a Locust master does.
var ErrUnreachable = errors.New("the master cannot be reached")

// A Master is a Locust master with a web UI.
type Master struct {
	cfg  Config
	base *url.URL
	http *http.Client
}

// New checks the configuration and reads its files. It sends nothing.
func New(cfg Config) (*Master, error) {
	base, err := url.Parse(strings.TrimRight(cfg.URL, "/"))
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, fmt.Errorf("master %q: not a URL such as http://127.0.0.1:8089", withoutUser(cfg.URL))
	}
	if base.User != nil {
		return nil, fmt.Errorf("master %q: no user and password in the URL: they are settings of their own", withoutUser(cfg.URL))
	}
	transport, err := cfg.Transport()
	if err != nil {
		return nil, fmt.Errorf("master: %w", err)
	}
	stay := func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // to a login page, mostly
	}
	return &Master{cfg: cfg, base: base, http: &http.Client{Transport: transport, CheckRedirect: stay}}, nil
}

// withoutUser is a URL without what stands before its host.
func withoutUser(text string) string {
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		scheme, _, _ := strings.Cut(text, "://")
		return scheme + "://…" + text[i:]
	}
	return text
}

// An answer is what the master said.
type answer struct {
	status int
	body   []byte
	where  string // it went to
}

// ask sends a request. A form is posted; without one, the method is as given.
func (m *Master) ask(ctx context.Context, method, path string, form url.Values) (answer, error) {
	where := m.base.JoinPath(path)
	a := answer{where: fmt.Sprintf("%s %s", method, where)}
	req, err := http.NewRequestWithContext(ctx, method, where.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return a, fmt.Errorf("master: %s: %w", a.where, err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := m.http.Do(req)
	if err != nil {
		return a, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	defer resp.Body.Close()
	a.status = resp.StatusCode
	if a.body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer)); err != nil {
		return a, fmt.Errorf("%w: %s: %w", ErrUnreachable, a.where, err)
	}
	return a, nil
}

// refused is the error of an answer that is none of a Locust master, with its reason.
func (m *Master) refused(a answer, why string) error {
	hint := ""
	switch {
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden || a.status/100 == 3:
		hint = "; it wants a login: give headers, a user and password, or a client certificate"
	case a.status == http.StatusNotFound:
		hint = "; is the path of --web-base-path part of the address?"
	}
	return fmt.Errorf("%w: %s: status %d, %s%s%s", ErrUnreachable, a.where, a.status, why, m.excerpt(a.body), hint)
}
