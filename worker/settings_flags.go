package worker

import (
	"slices"

	"github.com/hopperband/hopperband/internal/flags"
)

// locusts are Locust's flags that mean something to a worker (locust/argument_parser.py,
// 2.47).
func (s *settings) locusts() []flags.Flag {
	const group = "Locust's flags"
	return slices.Concat(s.plan(group), s.logging(group), []flags.Flag{
		{
			Name: "config", Value: &s.config, Group: group,
			Usage: "file with more settings, before ~/.locust.conf, locust.conf and pyproject.toml",
		},
		{
			Env: "LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP", Value: &s.readyDelay, Group: group,
			Usage: "how long to wait after a test before being ready for the next one",
		},
	})
}

func (s *settings) plan(group string) []flags.Flag {
	return []flags.Flag{
		{
			Name: "worker", Env: "LOCUST_MODE_WORKER", Takes: flags.Switch, Value: &s.worker, Group: group,
			Usage: "be a worker, which is the default; it goes before --headless",
		},
		{
			Name: "master-host", Env: "LOCUST_MASTER_NODE_HOST", Value: &s.masterHost, Group: group,
			Usage: "host name or address of the master",
		},
		{
			Name: "master-port", Env: "LOCUST_MASTER_NODE_PORT", Value: &s.masterPort, Group: group,
			Usage: "port that the master's workers connect to",
		},
		{
			Name: "processes", Env: "LOCUST_PROCESSES", Value: &s.processes, Group: group,
			Usage: "how many workers this process is to the master; -1 is one for each CPU",
		},
		{
			Name: "host", Short: "H", Env: "LOCUST_HOST", Value: &s.host, Group: group,
			Usage: "target host where the master names none, such as http://localhost:8080",
		},
		{
			Name: "tags", Short: "T", Env: "LOCUST_TAGS", Takes: flags.Many, Value: &s.tags, Group: group,
			Usage: "run only tasks with one of these tags, where the master names none",
		},
		{
			Name: "exclude-tags", Short: "E", Env: "LOCUST_EXCLUDE_TAGS", Takes: flags.Many, Value: &s.excludeTags, Group: group,
			Usage: "run only tasks with none of these tags, where the master names none",
		},
		{
			Name: "stop-timeout", Short: "s", Env: "LOCUST_STOP_TIMEOUT", Value: &s.stopTimeout, Group: group,
			Usage: "how long users may finish their task at the end, where the master says 0",
		},
		{
			Name: "reset-stats", Env: "LOCUST_RESET_STATS", Takes: flags.Switch, Value: &s.resetStats, Group: group,
			Usage: "reset the statistics when all users have been started; the master needs it as well",
		},
	}
}

func (s *settings) logging(group string) []flags.Flag {
	return []flags.Flag{
		{
			Name: "loglevel", Short: "L", Env: "LOCUST_LOGLEVEL", Value: &s.logLevel, Group: group,
			Usage: "DEBUG, INFO, WARNING, ERROR or CRITICAL",
		},
		{
			Name: "logfile", Env: "LOCUST_LOGFILE", Value: &s.logfile, Group: group,
			Usage: "file that the log is appended to, instead of standard error",
		},
		{
			Name: "skip-log-setup", Env: "LOCUST_SKIP_LOG_SETUP", Takes: flags.Switch, Value: &s.skipLogSetup, Group: group,
			Usage: "log only warnings and errors, to standard error, and nothing to the master",
		},
	}
}

// printing are Locust's flags that print something and end.
func (s *settings) printing() []flags.Flag {
	const group = "Locust's flags that print something and end"
	return []flags.Flag{
		{Name: "list", Short: "l", Takes: flags.Switch, Value: &s.list, Group: group, Usage: "print the user classes"},
		{
			Name: "show-task-ratio", Takes: flags.Switch, Value: &s.ratio, Group: group,
			Usage: "print how often each task is run; --users says by how many users",
		},
		{Name: "show-task-ratio-json", Takes: flags.Switch, Value: &s.ratioJSON, Group: group, Usage: "print the same as JSON"},
		{Name: "version", Short: "V", Takes: flags.Switch, Value: &s.version, Group: group, Usage: "print the version"},
	}
}

// ownGroup is the heading of the flags that Locust does not have.
const ownGroup = "Flags of this program"

// own are most of the flags that Locust does not have.
func (s *settings) own() []flags.Flag {
	const group = ownGroup
	return []flags.Flag{
		{
			Name: "connect-timeout", Env: "HOPPERBAND_CONNECT_TIMEOUT", Value: &s.connect, Group: group, Extra: true,
			Usage: "how long to try to reach a master at the start; 0 is for ever",
		},
		{
			Name: "connect-interval", Env: "HOPPERBAND_CONNECT_INTERVAL", Value: &s.interval, Group: group, Extra: true,
			Usage: "longest pause between two attempts to reach it; 0s is 1.3s, and 5s after a minute",
		},
		{
			Name: "master-heartbeat-timeout", Env: "HOPPERBAND_MASTER_HEARTBEAT_TIMEOUT", Value: &s.masterBeat, Group: group, Extra: true,
			Usage: "stop all users and end when the master was silent for so long; 0s is 1m0s",
		},
		{
			Name: "max-run-time", Env: "HOPPERBAND_MAX_RUN_TIME", Value: &s.longest, Group: group, Extra: true,
			Usage: "stop all users when a test has run for so long, whatever the master says; 0s is never",
		},
		{
			Name: "max-names", Env: "HOPPERBAND_MAX_NAMES", Value: &s.maxNames, Group: group, Extra: true,
			Usage: "how many request names to tell apart; 0 is 10000",
		},
		{
			Name: "allow-host", Env: "HOPPERBAND_ALLOW_HOST", Takes: flags.Many, Value: &s.allowHosts, Group: group, Extra: true,
			Usage: "patterns of the target hosts that may be loaded, such as *.staging.example; none is all",
		},
		{
			Name: "log-format", Env: "HOPPERBAND_LOG_FORMAT", Value: &s.logFormat, Group: group, Extra: true,
			Usage: "pretty or json; auto is pretty on a terminal",
		},
		{
			Name: "strict-flags", Env: "HOPPERBAND_STRICT_FLAGS", Takes: flags.Switch, Value: negated{&s.lenient}, Group: group, Extra: true,
			Usage: "refuse unknown flags; with --strict-flags=false they are ignored with a warning",
		},
	}
}

// negated is a switch that sets the opposite.
type negated struct{ *flags.Bool }

// Set reads one of the words.
func (n negated) Set(s string) error {
	if err := n.Bool.Set(s); err != nil {
		return err
	}
	*n.Bool = !*n.Bool
	return nil
}

// String is the word for the opposite.
func (n negated) String() string {
	b := !*n.Bool
	return b.String()
}
