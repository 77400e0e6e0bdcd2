package worker

import (
	"time"

	"github.com/hopperband/hopperband/internal/flags"
)

// settings are the flags and variables of Main, with Locust's names where Locust has them
// (locust/argument_parser.py, 2.47).
type settings struct {
	set *flags.Set

	worker                       flags.Bool
	version                      flags.Bool
	masterHost, host, logfile    string
	masterPort, maxNames         int
	logLevel, logFormat          flags.Choice
	connect, masterBeat, longest flags.Duration
}

func newSettings(name string, cfg Config) *settings {
	cfg = cfg.withDefaults()
	s := &settings{
		set:        flags.New(name),
		worker:     true,
		masterHost: cfg.MasterHost, masterPort: cfg.MasterPort, host: cfg.Host, maxNames: cfg.MaxNames,
		connect: flags.Duration(cfg.ConnectTimeout), masterBeat: flags.Duration(cfg.MasterHeartbeatTimeout), longest: flags.Duration(cfg.MaxRunTime),
		logLevel:  flags.Choice{Value: "INFO", Choices: []string{"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}},
		logFormat: flags.Choice{Value: "auto", Choices: []string{"auto", "pretty", "json"}},
	}
	s.set.Var(&s.worker, true, flags.Flag{Name: "worker", Env: "LOCUST_MODE_WORKER", Usage: "be a worker, which this program always is"})
	s.set.String(&s.masterHost, flags.Flag{Name: "master-host", Env: "LOCUST_MASTER_NODE_HOST", Usage: "host name or address of the master"})
	s.set.Int(&s.masterPort, flags.Flag{Name: "master-port", Env: "LOCUST_MASTER_NODE_PORT", Usage: "port that the master's workers connect to"})
	s.set.String(&s.host, flags.Flag{Name: "host", Short: "H", Env: "LOCUST_HOST", Usage: "target host where the master names none, such as http://localhost:8080"})
	s.set.Var(&s.logLevel, false, flags.Flag{Name: "loglevel", Short: "L", Env: "LOCUST_LOGLEVEL", Usage: "DEBUG, INFO, WARNING, ERROR or CRITICAL"})
	s.set.String(&s.logfile, flags.Flag{Name: "logfile", Env: "LOCUST_LOGFILE", Usage: "file that the log is appended to, instead of standard error"})
	s.set.Var(&s.logFormat, false, flags.Flag{Name: "log-format", Env: "HOPPERBAND_LOG_FORMAT", Usage: "pretty or json; auto is pretty on a terminal"})
	s.set.Var(&s.connect, false, flags.Flag{Name: "connect-timeout", Env: "HOPPERBAND_CONNECT_TIMEOUT", Usage: "how long to try to reach a master at the start"})
	s.set.Var(&s.masterBeat, false, flags.Flag{Name: "master-heartbeat-timeout", Env: "HOPPERBAND_MASTER_HEARTBEAT_TIMEOUT", Usage: "stop all users and end when the master was silent for so long"})
	s.set.Var(&s.longest, false, flags.Flag{Name: "max-run-time", Env: "HOPPERBAND_MAX_RUN_TIME", Usage: "stop all users when a test has run for so long, whatever the master says; 0s is never"})
	s.set.Int(&s.maxNames, flags.Flag{Name: "max-names", Env: "HOPPERBAND_MAX_NAMES", Usage: "how many request names to tell apart; 0 is 10000"})
	s.set.Var(&s.version, true, flags.Flag{Name: "version", Short: "V", Usage: "print the version and end"})
	return s
}

func (s *settings) apply(cfg *Config) {
	cfg.MasterHost, cfg.MasterPort, cfg.Host, cfg.MaxNames = s.masterHost, s.masterPort, s.host, s.maxNames
	cfg.ConnectTimeout, cfg.MasterHeartbeatTimeout = time.Duration(s.connect), time.Duration(s.masterBeat)
	cfg.MaxRunTime = time.Duration(s.longest)
}
