package comment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/ci"
)

const (
	callTimeout = 30 * time.Second
	tries       = 4
	longestWait = time.Minute // between two tries
	maxAnswer   = 32 << 20    // bytes
)

// A Client speaks to a forge. Its errors tell no token.
type Client struct {
	api    string
	forge  forge
	secret access.Config
	client *http.Client
}

// NewClient returns an error if the forge is not known well enough, or without a token.
func NewClient(at ci.Forge, token, caFile string) (*Client, error) {
	c := &Client{api: strings.TrimRight(at.API, "/")}
	u, err := url.Parse(c.api)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil:
		return nil, errors.New("comment: the API's address is none such as https://api.github.com")
	case at.Kind == ci.GitHub && !regexp.MustCompile(`^[\w.-]+/[\w.-]+$`).MatchString(at.Repository):
		return nil, fmt.Errorf("comment: repository %q: none such as owner/name", at.Repository)
	case at.Repository == "":
		return nil, errors.New("comment: the repository is not known")
	case strings.TrimSpace(token) == "":
		return nil, errors.New("comment: there is no token")
	}
	headers := map[string]string{"User-Agent": "hopperband"}
	switch at.Kind {
	case ci.GitHub:
		c.forge = gitHub{at.Repository}
		headers["Authorization"], headers["Accept"] = "Bearer "+token, "application/vnd.github+json"
		headers["X-GitHub-Api-Version"] = "2022-11-28"
	case ci.GitLab:
		c.forge = gitLab{at.Repository}
		headers["PRIVATE-TOKEN"] = token
	default:
		return nil, fmt.Errorf("comment: forge %q: known are %s and %s", at.Kind, ci.GitHub, ci.GitLab)
	}
	c.secret = access.Config{Password: token}
	transport, err := access.Config{Headers: headers, CAFile: caFile}.Transport()
	if err != nil {
		return nil, fmt.Errorf("comment: %w", err)
	}
	c.client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // the token is for this address only
	}}
	return c, nil
}

// A failure is a call that came to nothing. Its text tells no token.
type failure struct {
	text    string
	status  int // of the answer; 0 without any
	retry   bool
	wait    time.Duration // asked for by the forge
	isAsked bool
}

func (f *failure) Error() string { return f.text }

// notOurs tells whether an error is that of a comment which somebody else wrote.
func notOurs(err error) bool {
	var failed *failure
	return errors.As(err, &failed) && !failed.retry && (failed.status == http.StatusForbidden || failed.status == http.StatusNotFound)
}

// call sends a request and reads the answer, and tries again what may come right.
func (c *Client) call(ctx context.Context, method, path string, body, answer any) error {
	for n := 1; ; n++ {
		failed := c.once(ctx, method, path, body, answer)
		if failed == nil {
			return nil
		}
		if !failed.retry || n == tries || failed.wait > longestWait {
			return fmt.Errorf("comment: %s %s: %w", method, c.secret.Redact(c.api+path), failed)
		}
		wait := time.Duration(n) * time.Second
		if failed.isAsked {
			wait = failed.wait
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return fmt.Errorf("comment: %w", ctx.Err())
		}
	}
}

func (c *Client) once(ctx context.Context, method, path string, body, answer any) *failure {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	// What was written may have arrived: a second comment is worse than an error.
	failed := func(err error) *failure {
		return &failure{text: c.secret.Redact(err.Error()), retry: method != http.MethodPost}
	}
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return failed(err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.api+path, bytes.NewReader(text))
	if err != nil {
		return failed(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(req)
	if err != nil {
		return failed(err)
	}
	defer resp.Body.Close()
	read, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case err != nil:
		return failed(fmt.Errorf("reading the answer: %w", err))
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return refused(resp, said(read, c.secret))
	}
	if err := json.Unmarshal(read, answer); err != nil {
		return &failure{text: fmt.Sprintf("status %d, but the answer is none of the API: is the address right?", resp.StatusCode)}
	}
	return nil
}
