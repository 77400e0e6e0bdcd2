package locust

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stopMargin is what a stop takes beyond the stop timeout: the master waits up to 60 s for
// its workers (locust/runners.py, MasterRunner.stop).
const stopMargin = 70 * time.Second

// ErrRefused is wrapped by the error of a start that the master has understood and refused.
var ErrRefused = errors.New("the master refused")

// A Swarm is a test to start.
type Swarm struct {
	Users     int
	SpawnRate float64 // users a second
	// Host is the target; empty leaves it to the master.
	Host string
	// RunTime is when the master ends the test by itself, in whole seconds; 0 means never.
	RunTime time.Duration
	// Classes are the user classes that take part; none means all. A master chooses only
	// with --class-picker.
	Classes []string
	// Arguments are custom arguments. The master ignores those that its locustfile does
	// not declare.
	Arguments map[string]string
}

func (s *Swarm) form() url.Values {
	form := url.Values{
		"user_count": {strconv.Itoa(s.Users)},
		"spawn_rate": {strconv.FormatFloat(s.SpawnRate, 'f', -1, 64)},
	}
	for name, value := range s.Arguments {
		form.Set(name, value)
	}
	if s.Host != "" {
		form.Set("host", s.Host)
	}
	if s.RunTime > 0 {
		form.Set("run_time", strconv.Itoa(int((s.RunTime+time.Second-1)/time.Second)))
	}
	if len(s.Classes) > 0 {
		form["user_classes"] = s.Classes
	}
	return form
}

// Start starts a test. If the master chose other user classes, or a load shape of its locustfile
// in place of users and run time (locust/web.py, swarm), that is an error that wraps ErrRefused,
// and the test runs.
func (m *Master) Start(ctx context.Context, s Swarm) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	a, err := m.ask(ctx, http.MethodPost, "/swarm", s.form())
	if err != nil {
		return err
	}
	var said struct {
		Success     *bool    `json:"success"`
		Message     string   `json:"message"`
		UserClasses []string `json:"user_classes"`
	}
	if a.status != http.StatusOK || json.Unmarshal(a.body, &said) != nil || said.Success == nil {
		return m.refused(a, "no answer of a Locust master to a start")
	}
	if !*said.Success {
		return fmt.Errorf("%w: to start the test%s", ErrRefused, m.excerpt([]byte(said.Message)))
	}
	if strings.Contains(said.Message, "shape class") {
		return fmt.Errorf("%w: to take users and run time: its locustfile has a load shape of its own, which --class-picker leaves out", ErrRefused)
	}
	if len(s.Classes) == 0 {
		return nil
	}
	want := slices.Sorted(slices.Values(s.Classes))
	switch {
	case said.UserClasses == nil:
		return fmt.Errorf("%w: to choose user classes: it must be started with --class-picker", ErrRefused)
	case !slices.Equal(want, slices.Sorted(slices.Values(said.UserClasses))):
		return fmt.Errorf("%w: of the user classes %s it knows only: %s", ErrRefused,
			strings.Join(want, ", "), strings.Join(said.UserClasses, ", "))
	}
	return nil
}

// Stop stops the test and returns when the workers have stopped, which takes the stop
// timeout of the master and a second at least. Cancelling ctx leaves the test stopping. It
// says whether an earlier test's run time may still stop the next one: older masters
// forget to cancel it (before 2.47 the master wants GET, which is how one knows them).
func (m *Master) Stop(ctx context.Context) (pending bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, stopMargin)
	defer cancel()
	return m.command(ctx, "/stop", func(body []byte) bool {
		var said struct{ Success bool }
		return json.Unmarshal(body, &said) == nil && said.Success
	})
}

// Reset clears the master's statistics.
func (m *Master) Reset(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	_, err := m.command(ctx, "/stats/reset", func(body []byte) bool { return string(body) == "ok" })
	return err
}

// command posts, as masters since 2.47 want it, and gets where that is not allowed. An answer
// that is not the master's own word for done may be that of something before it.
func (m *Master) command(ctx context.Context, path string, done func(body []byte) bool) (old bool, err error) {
	a, err := m.ask(ctx, http.MethodPost, path, nil)
	if err == nil && a.status == http.StatusMethodNotAllowed {
		old = true
		a, err = m.ask(ctx, http.MethodGet, path, nil)
	}
	switch {
	case err != nil:
		return old, err
	case a.status != http.StatusOK || !done(a.body):
		return old, m.refused(a, "not done")
	}
	return old, nil
}
