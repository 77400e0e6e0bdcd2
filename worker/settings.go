package worker

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
)

// settings are the flags and variables of Main.
type settings struct {
	set flags.Set

	worker, skipLogSetup, resetStats  flags.Bool
	masterHost, host, logfile, config flags.String
	masterPort, processes, users      flags.Int
	tags, excludeTags                 flags.Strings
	logLevel                          flags.Choice
	stopTimeout, readyDelay           flags.Duration

	list, ratio, ratioJSON, version flags.Bool

	lenient             flags.Bool
	maxNames            flags.Int
	allowHosts          flags.Strings
	logFormat           flags.Choice
	connect, interval   flags.Duration
	masterBeat, longest flags.Duration
	masterTLS           masterTLS
	locustfile          flags.String
	metrics             metricSettings
	alone               alone
}

// newSettings has the program's own settings as defaults. Its configuration files are
// Locust's (locust/argument_parser.py, DEFAULT_CONFIG_FILES).
func newSettings(cfg Config, isArgument func(string) bool) *settings {
	cfg = cfg.withDefaults()
	s := &settings{
		worker:     true,
		masterHost: flags.String(cfg.MasterHost), masterPort: flags.Int(cfg.MasterPort), host: flags.String(cfg.Host),
		tags: cfg.Tags, excludeTags: cfg.ExcludeTags, allowHosts: cfg.AllowHosts,
		processes: flags.Int(max(cfg.Processes, 1)), maxNames: flags.Int(cfg.MaxNames), resetStats: flags.Bool(cfg.ResetStats),
		stopTimeout: flags.Duration(cfg.StopTimeout), readyDelay: flags.Duration(cfg.ReadyDelay),
		connect: flags.Duration(cfg.ConnectTimeout), interval: flags.Duration(cfg.ConnectInterval), masterBeat: flags.Duration(cfg.MasterHeartbeatTimeout), longest: flags.Duration(cfg.MaxRunTime),
		logLevel:  flags.Choice{Value: "INFO", Choices: []string{"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}},
		logFormat: flags.Choice{Value: "auto", Choices: []string{"auto", "pretty", "json"}},
		masterTLS: masterTLS{on: flags.Bool(cfg.MasterTLS != nil)},
		metrics:   newMetricSettings(cfg),
		alone:     alone{rate: 1, exitCode: exitFailure},
	}
	s.set = flags.Set{
		Flags: slices.Concat(s.locusts(), s.printing(), s.own(), s.masterTLS.flags(ownGroup), s.metrics.flags(),
			s.alone.flags(&s.users), s.ignored(), refused(), plugins()),
		Files:    []string{"~/.locust.conf", "locust.conf", "pyproject.toml"},
		Config:   "config",
		Section:  "tool.locust",
		Lenient:  func() bool { return bool(s.lenient) },
		Argument: isArgument,
	}
	return s
}

// check names what cannot be, although each value by itself can.
func (s *settings) check() error {
	var errs []error
	if !s.worker && !s.alone.headless && s.alone.runOnce == "" {
		errs = append(errs, errors.New("--worker: false: to do without a master takes --headless"))
	}
	if s.processes < -1 {
		errs = append(errs, fmt.Errorf("--processes: %d: not a number of workers, nor -1 for one on each CPU", s.processes))
	}
	return errors.Join(append(errs, s.masterTLS.check())...)
}

func (s *settings) apply(cfg *Config) {
	cfg.MasterHost, cfg.MasterPort, cfg.Host = string(s.masterHost), int(s.masterPort), string(s.host)
	cfg.Tags, cfg.ExcludeTags, cfg.AllowHosts = s.tags, s.excludeTags, s.allowHosts
	cfg.MaxNames, cfg.ResetStats = int(s.maxNames), bool(s.resetStats)
	cfg.StopTimeout, cfg.ReadyDelay = time.Duration(s.stopTimeout), time.Duration(s.readyDelay)
	cfg.ConnectTimeout, cfg.ConnectInterval = time.Duration(s.connect), time.Duration(s.interval)
	cfg.MasterHeartbeatTimeout = time.Duration(s.masterBeat)
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = forever
	}
	cfg.AskLocustfile = cfg.AskLocustfile || s.locustfile == "-"
	cfg.leaveOnStopTest = bool(s.alone.headless)
	cfg.MaxRunTime = time.Duration(s.longest)
	s.metrics.apply(cfg)
	cfg.MasterTLS, _ = s.masterTLS.config(cfg.MasterTLS) // check has seen its error
	if cfg.Processes = int(s.processes); cfg.Processes == -1 {
		cfg.Processes = runtime.GOMAXPROCS(0)
	}
	cfg.Processes = max(cfg.Processes, 1)
}

// forever is longer than any worker lives.
const forever = time.Duration(math.MaxInt64)
