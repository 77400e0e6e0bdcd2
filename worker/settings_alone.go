package worker

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/tasks"
)

const aloneGroup = "Locust's flags for a run without a master"

// alone are the settings of a run without a master.
type alone struct {
	headless, equalWeights, onlySummary, csvFullHistory, json flags.Bool
	rate                                                      flags.Float
	runTime                                                   flags.Duration
	configUsers                                               flags.Strings
	csv, html, jsonFile, runOnce                              flags.String
	exitCode                                                  flags.Int
}

// flags are Locust's for a process that is neither master nor worker
// (locust/argument_parser.py, 2.47), and one of this program's own.
func (a *alone) flags(users *flags.Int) []flags.Flag {
	all := []flags.Flag{
		{Name: "headless", Env: "LOCUST_HEADLESS", Takes: flags.Switch, Value: &a.headless, Usage: "run a test without a master; --worker goes before it"},
		{Name: "users", Short: "u", Env: "LOCUST_USERS", Value: users, Usage: "how many users to run; 0 is 1"},
		{Name: "spawn-rate", Short: "r", Env: "LOCUST_SPAWN_RATE", Value: &a.rate, Usage: "how many users to start each second"},
		{Name: "run-time", Short: "t", Env: "LOCUST_RUN_TIME", Value: &a.runTime, Usage: "how long to run, such as 300s, 20m or 1h30m; 0s is until Ctrl-C"},
		{
			Name: "config-users", Env: "LOCUST_CONFIG_USERS", Takes: flags.Many, Value: &a.configUsers,
			Usage: `changes of user classes as JSON, such as {"user_class_name": "Shopper", "weight": 3}, or .json files of them`,
		},
		{Name: "equal-weights", Takes: flags.Switch, Value: &a.equalWeights, Usage: "run all classes and all tasks equally often"},
		{Name: "only-summary", Env: "LOCUST_ONLY_SUMMARY", Takes: flags.Switch, Value: &a.onlySummary, Usage: "print tables only at the end, not every 2 s"},
		{Name: "csv", Env: "LOCUST_CSV", Value: &a.csv, Usage: "write PREFIX_stats.csv, _stats_history.csv, _failures.csv and _exceptions.csv"},
		{
			Name: "csv-full-history", Env: "LOCUST_CSV_FULL_HISTORY", Takes: flags.Switch, Value: &a.csvFullHistory,
			Usage: "have a line of each name in _stats_history.csv",
		},
		{Name: "json", Takes: flags.Switch, Value: &a.json, Usage: "print the statistics as JSON to standard output at the end"},
		{Name: "json-file", Value: &a.jsonFile, Usage: "write them to this file, with .json behind its name, instead of the last tables"},
		{Name: "html", Env: "LOCUST_HTML", Value: &a.html, Usage: "refused without a master, since only Locust writes its report"},
		{Name: "exit-code-on-error", Env: "LOCUST_EXIT_CODE_ON_ERROR", Value: &a.exitCode, Usage: "the exit code after a failed request or an exception"},
		{
			Name: "run-once", Env: "HOPPERBAND_RUN_ONCE", Value: &a.runOnce, Extra: true,
			Usage: "run each task of one user of this class once, and print its requests with their answers",
		},
	}
	for i := range all {
		all[i].Group = aloneGroup
	}
	return all
}

// A role is what the program is to be.
type role int

const (
	roleWorker   role = iota
	roleHeadless      // a test without a master
	roleOnce          // one user, once
)

// settleRole makes the program a worker unless something else is asked for: --worker goes
// before --headless, but only if it is given.
func (s *settings) settleRole(parsed *flags.Parsed) {
	asked := slices.ContainsFunc(parsed.Given, func(g flags.Given) bool { return g.Flag.Name == "worker" })
	if s.alone.runOnce != "" || bool(s.alone.headless) && !asked {
		s.worker = false
	}
}

func (s *settings) role() role {
	switch {
	case s.alone.runOnce != "":
		return roleOnce
	case bool(s.alone.headless) && !bool(s.worker):
		return roleHeadless
	}
	return roleWorker
}

// testPlan is the test that the settings ask for.
func (s *settings) testPlan(cfg Config, all, picked []*tasks.UserClass) (*plan, error) {
	p := &plan{
		host: cfg.Host, users: int(s.users), rate: float64(s.alone.rate), runTime: time.Duration(s.alone.runTime), classes: picked,
	}
	if p.users == 0 {
		p.users = 1
	}
	errs := []error{cfg.allows(cfg.Host)}
	if p.users < 0 {
		errs = append(errs, fmt.Errorf("--users: %d: not a number of users", p.users))
	}
	if !(p.rate > 0) || p.rate > maxRate {
		errs = append(errs, fmt.Errorf("--spawn-rate: %v: not above 0 and at most %d", p.rate, maxRate))
	}
	if s.alone.html != "" {
		errs = append(errs, errors.New("--html: not supported without a master: --csv and --json are"))
	}
	if code := s.alone.exitCode; code < 0 || code > 255 {
		errs = append(errs, fmt.Errorf("--exit-code-on-error: %d: not in 0 to 255", code))
	}
	errs = append(errs, p.configure(s.alone.configUsers, all), p.allowed(cfg))
	if s.alone.equalWeights {
		p.equalize()
	}
	return p, errors.Join(errs...)
}

// maxRate is what a dispatcher's steps still can be counted with.
const maxRate = 1_000_000_000
