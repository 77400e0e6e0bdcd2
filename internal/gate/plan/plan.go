// Package plan is what a person writes about a gate: gate.yaml, flags and variables. One
// table of settings is behind all three, behind the shipped JSON Schema too, so that a key,
// a flag and a variable are never out of step.
package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/internal/gate/baseline"
	"github.com/hopperband/hopperband/internal/gate/threshold"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

// A Plan is all that a gate is told. Load makes one.
type Plan struct {
	Name       flags.String
	Master     Master
	Local      Local
	Run        Run
	Source     Source
	Identity   Identity
	Validity   Validity
	Thresholds Thresholds
	Baseline   Baseline
	Output     Output

	path    string            // of the file; empty if there is none
	origins map[string]string // by key: where its value comes from
}

// Master is a master that runs already.
type Master struct {
	URL, User     flags.String
	Password      Secret
	Headers       Secrets
	Cert, Key, CA flags.String
}

// Local is a master with workers that the gate starts and ends itself.
type Local struct {
	Worker     flags.String
	Workers    flags.Int
	Args       flags.Strings
	Locust     flags.String
	Locustfile flags.String
	Logs       flags.String
}

// Run is the load.
type Run struct {
	Users                      flags.Int
	SpawnRate                  Float
	WarmUp, Duration           flags.Duration
	Host                       flags.String
	Classes, Tags, ExcludeTags flags.Strings
	Arguments                  Pairs
	StopTimeout                flags.Duration
	Workers                    flags.Int
	Wait, Interval             flags.Duration
}

// Source is where the figures come from.
type Source struct {
	Figures       flags.Choice
	Workers       flags.Strings
	Prometheus    flags.String
	Selector      flags.String
	User          flags.String
	Password      Secret
	Headers       Secrets
	Cert, Key, CA flags.String
}

// Identity says what is tested, and for whom.
type Identity struct {
	Version                                                   flags.String
	VersionCommand                                            flags.Strings
	VersionURL, VersionField                                  flags.String
	VersionHeaders                                            Secrets
	Environment                                               flags.String
	Branch, TargetBranch, DefaultBranch, Commit, Change, Link flags.String
}

// Validity says when a run tells something about the target.
type Validity struct {
	Requests                                       flags.Int
	Users, CPU, Missed, Difference                 Ratio
	ScheduleLag                                    flags.Duration
	LostWorkers                                    flags.Int
	AllowClockSteps, AllowNewVersion, RequireFacts flags.Bool
}

// Baseline says how the run is compared with those before it.
type Baseline struct {
	Store                  flags.String
	Off, Required          flags.Bool
	Runs                   flags.Int
	Percent, FailuresFloor Ratio
	TimeFloor              flags.Duration
	RateFloor              Float
	Names                  flags.Strings
	Warned, Confirm        flags.Bool
}

// Output says what is written.
type Output struct {
	JSON, JUnit, HTML, Markdown, Record flags.String
	RemoteWriteURL, RemoteWriteConfig   flags.String
	WarnExit                            flags.Int
}

// New returns the defaults.
func New() *Plan {
	limits, compare := verdict.DefaultLimits(), baseline.Defaults()
	return &Plan{
		Local: Local{Workers: 1, Locust: "locust"},
		Run:   Run{Wait: flags.Duration(time.Minute), Interval: flags.Duration(5 * time.Second)},
		Source: Source{
			Figures:  flags.Choice{Value: "auto", Choices: []string{"auto", "workers", "prometheus", "master"}},
			Selector: `job="hopperband"`,
		},
		Identity: Identity{VersionField: "version"},
		Validity: Validity{
			Requests: flags.Int(limits.MinRequests), Users: Ratio(limits.MinUsers), CPU: Ratio(limits.MaxCPU),
			Missed: Ratio(limits.MaxMissed), Difference: Ratio(limits.MaxDifference),
			ScheduleLag: seconds(limits.MaxScheduleLag), LostWorkers: flags.Int(limits.LostWorkers),
		},
		Baseline: Baseline{
			Store: ".hopperband", Runs: flags.Int(compare.Runs), Percent: Ratio(compare.Percent),
			FailuresFloor: Ratio(compare.FailuresFloor), TimeFloor: seconds(compare.TimeFloor),
			RateFloor: Float(compare.RateFloor), Confirm: true,
		},
		origins: map[string]string{},
	}
}

func sorted(s flags.Strings) []string { return slices.Sorted(slices.Values(s)) }

func seconds(s float64) flags.Duration { return flags.Duration(s * float64(time.Second)) }

// Limits are those of the verdict.
func (p *Plan) Limits() verdict.Limits {
	v := &p.Validity
	return verdict.Limits{
		MinRequests: int64(v.Requests), MinUsers: float64(v.Users), MaxCPU: float64(v.CPU),
		MaxMissed: float64(v.Missed), MaxDifference: float64(v.Difference),
		MaxScheduleLag: time.Duration(v.ScheduleLag).Seconds(), LostWorkers: int(v.LostWorkers),
		AllowClockSteps: bool(v.AllowClockSteps), AllowNewVersion: bool(v.AllowNewVersion), RequireFacts: bool(v.RequireFacts),
	}
}

// Comparison is how the verdict compares.
func (p *Plan) Comparison() baseline.Settings {
	b := &p.Baseline
	return baseline.Settings{
		Off: bool(b.Off), Required: bool(b.Required), Runs: int(b.Runs), Percent: float64(b.Percent),
		TimeFloor: time.Duration(b.TimeFloor).Seconds(), FailuresFloor: float64(b.FailuresFloor), RateFloor: float64(b.RateFloor),
		Deciding: b.Names, Warned: bool(b.Warned), NoConfirm: !bool(b.Confirm),
	}
}

// Limit are the thresholds, in the plan's order.
func (p *Plan) Limit() []threshold.Threshold {
	all := make([]threshold.Threshold, 0, len(p.Thresholds))
	for _, e := range p.Thresholds {
		all = append(all, e.threshold)
	}
	return all
}

// IsLocal says that the gate starts the master itself.
func (p *Plan) IsLocal() bool { return p.Local.Worker != "" }

// ExpectedWorkers is how many workers the run needs, 0 if as many as there are.
func (p *Plan) ExpectedWorkers() int {
	if p.IsLocal() {
		return int(p.Local.Workers)
	}
	return int(p.Run.Workers)
}

// SwarmArguments are the custom arguments of the start of a test, with the tags that a local
// master gets on its command line.
func (p *Plan) SwarmArguments() map[string]string {
	all := map[string]string{}
	for name, value := range p.Run.Arguments {
		all[destination(name)] = value
	}
	if !p.IsLocal() {
		for name, tags := range map[string]flags.Strings{"tags": p.Run.Tags, "exclude_tags": p.Run.ExcludeTags} {
			if len(tags) > 0 {
				all[name] = strings.Join(tags, ",")
			}
		}
	}
	return all
}

// destination is what a master knows the custom argument --dry-run as: dry_run. It ignores
// other names (locust/web.py, swarm).
func destination(name string) string { return strings.ReplaceAll(name, "-", "_") }

// SpawnRate is how many users start each second: all, if the plan says nothing.
func (p *Plan) SpawnRate() float64 {
	if p.Run.SpawnRate > 0 {
		return float64(p.Run.SpawnRate)
	}
	return float64(p.Run.Users)
}

func (p *Plan) spawnSeconds() float64 { return float64(p.Run.Users) / p.SpawnRate() }

// FigureSource is the kind of source that the figures come from, with auto resolved: the
// workers if it is known where they are, a Prometheus if there is one, else the master.
func (p *Plan) FigureSource() string {
	switch {
	case p.Source.Figures.Value != "auto":
		return p.Source.Figures.Value
	case p.IsLocal() || len(p.Source.Workers) > 0:
		return "workers"
	case p.Source.Prometheus != "":
		return "prometheus"
	}
	return "master"
}

// Digest is the same for plans that make the same load; the target's address is no part of
// it, nor what the comparability key has by itself: users, duration, workers.
func (p *Plan) Digest() string {
	r := &p.Run
	text, err := json.Marshal([]any{
		r.SpawnRate, r.WarmUp, sorted(r.Classes), sorted(r.Tags), sorted(r.ExcludeTags), r.Arguments,
		r.StopTimeout, p.Local.Args, p.FigureSource() == "master",
	})
	if err != nil {
		panic(err) // numbers and strings
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
