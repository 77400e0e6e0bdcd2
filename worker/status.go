package worker

import (
	"cmp"
	"fmt"
	"time"

	"github.com/hopperband/hopperband/internal/metrics"
	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// stateConnecting is the state of a worker that no master has taken in yet, or that has no
// test and no connection.
const stateConnecting = "connecting"

// publish shows metrics what the loop has come to. It costs nothing while nothing changes.
func (w *worker) publish() {
	s := metrics.Status{State: w.stateName(), Index: w.master.index, Run: w.run}
	if w.master.everUp {
		s.Heartbeat = w.master.lastHeard
	}
	if shown := w.status.Load(); shown == nil || s != *shown {
		w.status.Store(&s)
	}
}

// stateName is the state in metrics: it tells more apart than the one on the wire.
func (w *worker) stateName() string {
	switch {
	case w.phase == leaving:
		return "quitting"
	case w.phase == stopping:
		return "stopping"
	case w.phase == active && w.spawn.owed:
		return "spawning"
	case w.phase == active:
		return "running"
	case !w.master.registered || !w.master.up:
		return stateConnecting
	}
	return "ready"
}

// beginRun notes what is known of a test for metrics.
func (w *worker) beginRun(now time.Time, m *protocol.Spawn) {
	options := customOptions(m.ParsedOptions)
	w.run = metrics.Run{
		ID:            cmp.Or(text(options, "run_id"), w.cfg.RunID),
		TestedVersion: cmp.Or(text(options, "tested_version"), text(options, "test_version"), w.cfg.TestedVersion),
		Environment:   cmp.Or(text(options, "environment"), text(options, "test_env"), w.cfg.Environment),
		Started:       now,
	}
}

func (w *worker) endRun(now time.Time) {
	if w.run.Ended.IsZero() && !w.run.Started.IsZero() {
		w.run.Ended = now
	}
}

// text is a custom argument as text, or nothing if it has none.
func text(options tasks.Options, name string) string {
	switch v := options[name].(type) {
	case string:
		return v
	case int64, float64:
		return fmt.Sprint(v)
	}
	return ""
}
