package rig

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// API is the HTTP interface of a master's web UI (locust/web.py).
type API struct {
	base string
	http *http.Client
}

const apiTimeout = 90 * time.Second // stopping takes the stop timeout and up to 60 s

func newAPI(base string) *API {
	return &API{base: base, http: &http.Client{Timeout: apiTimeout, Transport: &http.Transport{DisableKeepAlives: true}}}
}

// A Swarm is what the start form of the web UI holds.
type Swarm struct {
	Users     int
	SpawnRate float64    // users a second; 0 means all at once
	Host      string     // empty leaves it to the master
	Form      url.Values // further fields: custom arguments, run_time, user_classes …
}

// Swarm starts a test, or changes the number of users of the running one.
func (a *API) Swarm(ctx context.Context, s Swarm) error {
	form := url.Values{}
	maps.Copy(form, s.Form)
	rate := s.SpawnRate
	if rate == 0 {
		rate = float64(max(1, s.Users))
	}
	form.Set("user_count", strconv.Itoa(s.Users))
	form.Set("spawn_rate", strconv.FormatFloat(rate, 'g', -1, 64))
	if s.Host != "" {
		form.Set("host", s.Host)
	}
	return a.command(ctx, "/swarm", form)
}

// Stop stops the test. It returns when the master has seen the workers stop, after one
// second at least.
func (a *API) Stop(ctx context.Context) error { return a.command(ctx, "/stop", nil) }

// ResetStats clears the master's statistics.
func (a *API) ResetStats(ctx context.Context) error { return a.command(ctx, "/stats/reset", nil) }

// Post posts a form to a path that a locustfile has added.
func (a *API) Post(ctx context.Context, path string, form url.Values) error {
	return a.command(ctx, path, form)
}

// command posts a form, or gets, as masters before 2.47 want it where nothing is posted.
func (a *API) command(ctx context.Context, path string, form url.Values) error {
	body, status, err := a.do(ctx, http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
	if err == nil && status == http.StatusMethodNotAllowed {
		body, status, err = a.do(ctx, http.MethodGet, path, "", "")
	}
	if err != nil {
		return err
	}
	var answer struct {
		Success *bool  `json:"success"`
		Message string `json:"message"`
	}
	known := json.Unmarshal(body, &answer) == nil // older masters answer some with plain text
	if status != http.StatusOK || known && answer.Success != nil && !*answer.Success {
		return fmt.Errorf("rig: master: %s: status %d: %s", path, status, firstLines(string(body), 5))
	}
	return nil
}

// EditUserClass changes a user class on the master and all workers, as the class editor of
// the web UI does (since 2.25).
func (a *API) EditUserClass(ctx context.Context, name string, attributes map[string]any) error {
	edit := map[string]any{"user_class_name": name}
	maps.Copy(edit, attributes)
	b, err := json.Marshal(edit)
	if err != nil {
		return fmt.Errorf("rig: master: editing user class %q: %w", name, err)
	}
	_, err = a.ok(a.do(ctx, http.MethodPost, "/user", "application/json", string(b)))
	return err
}

// Get returns the body that the master answers to a path, such as "/logs".
func (a *API) Get(ctx context.Context, path string) ([]byte, error) {
	return a.ok(a.do(ctx, http.MethodGet, path, "", ""))
}

// RequestsCSV returns the records of the requests' CSV, its heading first.
func (a *API) RequestsCSV(ctx context.Context) ([][]string, error) {
	return a.records(ctx, "/stats/requests/csv")
}

// FailuresCSV returns the records of the failures' CSV, its heading first.
func (a *API) FailuresCSV(ctx context.Context) ([][]string, error) {
	return a.records(ctx, "/stats/failures/csv")
}

func (a *API) records(ctx context.Context, path string) ([][]string, error) {
	b, err := a.Get(ctx, path)
	if err != nil {
		return nil, err
	}
	records, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("rig: master: %s: %w", path, err)
	}
	return records, nil
}

func (a *API) getJSON(ctx context.Context, path string, v any) error {
	b, err := a.Get(ctx, path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("rig: master: %s: %w", path, err)
	}
	return nil
}

func (a *API) ok(body []byte, status int, err error) ([]byte, error) {
	if err == nil && status != http.StatusOK && status != http.StatusCreated {
		err = fmt.Errorf("rig: master: status %d: %s", status, firstLines(string(body), 5))
	}
	return body, err
}

func (a *API) do(ctx context.Context, method, path, contentType, body string) ([]byte, int, error) {
	req, err := http.NewRequestWithContext(ctx, method, a.base+path, strings.NewReader(body))
	if err != nil {
		return nil, 0, fmt.Errorf("rig: master: %s: %w", path, err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := a.http.Do(req)
	if err != nil {
		return nil, 0, fmt.Errorf("rig: master: %w", err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, 0, fmt.Errorf("rig: master: %s: %w", path, err)
	}
	return b, resp.StatusCode, nil
}
