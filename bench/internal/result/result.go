// Package result is what measurements leave behind: files of JSON, from which the tables
// and pictures of the documentation are made.
package result

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hopperband/hopperband/bench/internal/record"
)

// Ours is the name of the peer that all others are compared with.
const Ours = "hopperband"

// A Setting is where and how something was measured.
type Setting struct {
	Date     time.Time         `json:"date"`
	Machine  string            `json:"machine"`
	Target   string            `json:"target"`
	Versions map[string]string `json:"versions"` // of the peers, by name
}

// A Window is a steady piece of one run of a peer. Processor use is in cores: 1 is one
// core, all the time.
type Window struct {
	Peer    string  `json:"peer"`
	Users   int     `json:"users"`
	Seconds float64 `json:"seconds"`

	Requests    int64 `json:"requests"`    // by the target's count
	Connections int64 `json:"connections"` // open at the end, by the target's count

	Generator float64 `json:"generator_cores"`
	Target    float64 `json:"target_cores"`
	Master    float64 `json:"master_cores"`
	Others    float64 `json:"other_cores"` // processes that have nothing to do with it
	Memory    int64   `json:"generator_bytes"`

	// Disturbed windows are those in which others used more than a measurement allows.
	Disturbed bool `json:"disturbed,omitempty"`

	// The times of the whole run, where they were wanted: what the peer says and what the
	// target knows.
	Told *record.Summary `json:"told,omitempty"`
	True *record.Summary `json:"true,omitempty"`
}

// PerCPU returns the requests per second of processor time of the generator.
func (w *Window) PerCPU() float64 {
	if w.Generator <= 0 {
		return 0
	}
	return w.PerSecond() / w.Generator
}

// PerSecond returns the requests per second.
func (w *Window) PerSecond() float64 { return float64(w.Requests) / w.Seconds }

// Saturation is a file of windows in their order in time, all with the same number of
// users: a window of ours before and after each one of another peer.
type Saturation struct {
	Setting
	Users   int      `json:"users"`
	Windows []Window `json:"windows"`
}

// Growth is a file of windows in their order in time: of each peer one with few users before
// and after each one with more.
type Growth struct {
	Setting
	Few     int      `json:"few"`
	Windows []Window `json:"windows"`
}

// Users returns the numbers of users beyond the few, in order.
func (g *Growth) Users() (all []int) {
	for i := range g.Windows {
		if n := g.Windows[i].Users; n != g.Few && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all
}

// Of returns the windows with a number of users.
func (g *Growth) Of(users int) (all []Window) {
	for _, w := range g.Windows {
		if w.Users == users {
			all = append(all, w)
		}
	}
	return all
}

// Times is a file of runs against a target that holds each answer back.
type Times struct {
	Setting
	Delay string     `json:"delay"`
	Runs  []TimesRun `json:"runs"`
}

// A TimesRun is the run of a peer that came closest to a wanted use of its core.
type TimesRun struct {
	Goal   float64 `json:"goal_cores"`
	Window Window  `json:"window"`
}

// Masters is a file of what a master needs for its workers.
type Masters struct {
	Setting
	Rows []MasterRow `json:"rows"`
}

// A MasterRow is a master with many workers whose users record requests.
type MasterRow struct {
	Workers   int     `json:"workers"`
	Names     int     `json:"names"`      // of each worker, the same for all
	PerSecond int     `json:"per_second"` // requests that each worker records
	LongestMS float64 `json:"longest_ms"` // response times are equally likely up to this
	Cores     float64 `json:"master_cores"`
	Memory    int64   `json:"master_bytes"`
	Others    float64 `json:"other_cores"`
	Disturbed bool    `json:"disturbed,omitempty"`
}

// Spawns is a file of how users come up that do nothing.
type Spawns struct {
	Setting
	Rows []SpawnRow `json:"rows"`
}

// A SpawnRow is one worker that is asked for all its users at once.
type SpawnRow struct {
	Users   int     `json:"users"`
	Seconds float64 `json:"seconds"` // from the master's order to its knowledge that all run
	// Expired says that the master did not learn of all users within the second that it waits.
	Expired bool    `json:"expired,omitempty"`
	Worker  float64 `json:"worker_cpu_seconds"`
	Master  float64 `json:"master_cpu_seconds"`
	Memory  int64   `json:"worker_bytes"`
}

// Save writes v into a file of a directory, which is made if it is not there.
func Save(dir, name string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("result: %s: %w", name, err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("result: %s: %w", name, err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("result: %s: %w", name, err)
	}
	return nil
}

// Load reads what Save has written. A file that is not there leaves v as it is.
func Load(dir, name string, v any) error {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		return fmt.Errorf("result: %s: %w", name, err)
	}
	return nil
}

// SaturationFile returns the name of the file of a number of users.
func SaturationFile(users int) string { return fmt.Sprintf("saturation-%d.json", users) }

// SaturationPicture returns the name of the picture of a number of users.
func SaturationPicture(users int) string { return fmt.Sprintf("saturation-%d.svg", users) }

// LoadSaturations reads the files of all numbers of users, in no order.
func LoadSaturations(dir string) ([]Saturation, error) {
	files, err := filepath.Glob(filepath.Join(dir, "saturation-*.json"))
	if err != nil {
		return nil, fmt.Errorf("result: %w", err)
	}
	all := make([]Saturation, len(files))
	for i, file := range files {
		if err := Load(dir, filepath.Base(file), &all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}
