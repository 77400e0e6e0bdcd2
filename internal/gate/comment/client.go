package comment

import (
	"bytes"
	"cmp"
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
	"github.com/hopperband/hopperband/internal/gate/record"
)

const (
	callTimeout = 30 * time.Second
	tries       = 4
	longestWait = time.Minute // between two tries
	maxAnswer   = 32 << 20    // bytes
	maxMessage  = 300
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

// An apiError is an answer that is no success.
type apiError struct {
	text    string
	retry   bool
	wait    time.Duration // asked for by the forge
	isAsked bool
}

func (e *apiError) Error() string { return e.text }

// call sends a request and reads the answer, and tries again what may come right.
func (c *Client) call(ctx context.Context, method, path string, body, answer any) error {
	for n := 1; ; n++ {
		err := c.once(ctx, method, path, body, answer)
		var failed *apiError
		switch {
		case err == nil:
			return nil
		case !errors.As(err, &failed) || !failed.retry || n == tries || failed.wait > longestWait:
			return fmt.Errorf("comment: %s %s: %s", method, c.secret.Redact(c.api+path), c.secret.Redact(err.Error()))
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

func (c *Client) once(ctx context.Context, method, path string, body, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, c.api+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(req)
	if err != nil {
		// What was sent may have arrived: a second comment is worse than an error.
		return &apiError{text: err.Error(), retry: method != http.MethodPost}
	}
	defer resp.Body.Close()
	read, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case err != nil:
		return fmt.Errorf("reading the answer: %w", err)
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return refused(resp, read)
	}
	if err := json.Unmarshal(read, answer); err != nil {
		return fmt.Errorf("status %d, but the answer is none of the API: is the address right?", resp.StatusCode)
	}
	return nil
}

// refused says what a status means and what to do. GitHub limits with 403, too, and says so
// in headers (docs: "Rate limits for the REST API").
func refused(resp *http.Response, body []byte) error {
	e := &apiError{}
	e.wait, e.isAsked = retryAfter(resp.Header, time.Now())
	limited := resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusForbidden && e.isAsked
	meaning := ""
	switch {
	case limited:
		e.retry = true
		meaning = "too many requests"
		if e.isAsked {
			meaning += fmt.Sprintf(", again possible after %v", e.wait.Round(time.Second))
		}
	case resp.StatusCode == http.StatusUnauthorized:
		meaning = "the token is not accepted: it is wrong, has expired, or was withdrawn"
	case resp.StatusCode == http.StatusForbidden:
		meaning = "the token may not do this: it needs the right to write comments (GitHub: pull-requests: write; GitLab: scope api, role Reporter)"
	case resp.StatusCode == http.StatusNotFound:
		meaning = "no such repository or request, or the token may not see it"
	case resp.StatusCode >= 300 && resp.StatusCode <= 399:
		meaning = "moved to another address: name that one"
	case resp.StatusCode >= 500:
		e.retry = resp.Request.Method != http.MethodPost
	}
	e.text = fmt.Sprintf("status %d", resp.StatusCode)
	for _, more := range []string{meaning, message(body)} {
		if more != "" {
			e.text += ": " + more
		}
	}
	return e
}

// message is what the answer says in words.
func message(body []byte) string {
	var said struct {
		Message any `json:"message"`
		Error   any `json:"error"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	text := ""
	if said := cmp.Or(said.Message, said.Error); said != nil {
		text = record.Plain(fmt.Sprint(said))
	}
	return strings.ToValidUTF8(text[:min(len(text), maxMessage)], "")
}
