package worker

import (
	"context"
	"crypto/tls"
	"net"
	"strconv"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
	"github.com/hopperband/hopperband/tasks"
)

// Config says how a worker runs. The zero Config is a worker of a master on this machine
// that logs nothing. Main's flags and environment variables override its fields.
type Config struct {
	// MasterHost is the master's host name or address, IPv4 or IPv6 (in brackets or not);
	// "" means 127.0.0.1.
	MasterHost string
	// MasterPort is the port that the master's workers connect to; 0 means 5557.
	MasterPort int
	// MasterTLS is how to speak with a TLS front, such as stunnel, that stands before the
	// master; nil means with the master itself. Without a ServerName, MasterHost has to be in
	// the front's certificate.
	MasterTLS *tls.Config
	// Host is the target host of users where the master names none. It goes before a user
	// class's own.
	Host string
	// Tags and ExcludeTags select tasks where the master's options name none (its --tags
	// and --exclude-tags go first, each by itself).
	Tags, ExcludeTags []string
	// Log takes the worker's log. Nothing of the master's options is ever logged. A writer
	// that blocks stops the worker; Main's own log does not.
	Log zerolog.Logger

	// ConnectTimeout is how long the worker tries to reach a master that it has not met
	// yet; 0 means 305 s, which is Locust's limit (CONNECT_RETRY_COUNT). For ever is
	// math.MaxInt64.
	ConnectTimeout time.Duration
	// ConnectInterval is the longest pause between two attempts to reach the master, which
	// begin with 0.1 s and grow; 0 means 1.3 s, and 5 s after a minute, which is Locust's
	// (locust/runners.py, CONNECT_TIMEOUT).
	ConnectInterval time.Duration
	// MasterHeartbeatTimeout is how long a master that was there may be silent before the
	// worker stops its users and ends with an error; 0 means 60 s (locust/runners.py,
	// MASTER_HEARTBEAT_TIMEOUT).
	MasterHeartbeatTimeout time.Duration
	// MaxRunTime bounds every test, whatever the master says; 0 means no bound. Besides, a
	// headless test with a run time ends by itself 60 s after it and the stop timeout. A test
	// that was ended so gets no users until the master has stopped it.
	MaxRunTime time.Duration
	// StopTimeout is how long users may finish their tasks at the end of a test where the
	// master's own stop timeout is 0; for ever is math.MaxInt64.
	StopTimeout time.Duration
	// ReadyDelay is how long the worker waits after a test before it is ready for the next
	// one (locust/runners.py, LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP).
	ReadyDelay time.Duration
	// ResetStats forgets what was counted while users were being started, once all of them
	// run. The master needs --reset-stats as well.
	ResetStats bool
	// Processes is how many workers this one process is to the master, each with an equal
	// share of the users; 0 means 1. Each of them calls the functions below, perhaps at the
	// same time as the others.
	Processes int
	// MaxNames is how many stats entries the worker keeps before it counts further names
	// under one; 0 means 10 000.
	MaxNames int

	// Metrics says how Prometheus sees the worker.
	Metrics Metrics
	// RunID, TestedVersion and Environment say in metrics what a test is of. The master's
	// custom arguments run_id, tested_version (or locust-plugins' test_version) and
	// environment (or test_env) go first.
	RunID, TestedVersion, Environment string

	// AskLocustfile asks the master for its locustfile after the first registration, logs
	// what it has, and warns of user classes that only one side has: -f - of Locust's
	// workers. It is never run.
	AskLocustfile bool
	// AllowHosts limits what the worker may load, as patterns of path.Match for the host name
	// or for host:port of a target's URL, such as "*.staging.example" or "127.0.0.1:*". A
	// test of another host is refused: none of its users starts. Empty allows every host.
	// The hosts of user classes and of absolute URLs are your own code's and not checked.
	AllowHosts []string
	// LogBuffer holds the lines for the Logs tab of the master's web UI; nil shows none.
	LogBuffer *LogBuffer

	// OnTestStart is called before the first user of a test. Its context ends with the test.
	// An error keeps the test's users from starting, and is an exception. Meanwhile the
	// master is told that no user runs yet.
	OnTestStart func(context.Context, *Test) error
	// OnTestStop is called after the last user of a test has ended, before the worker says
	// that it has stopped; it has 10 s for it.
	OnTestStop func(context.Context, *Test)
	// OnSpawningComplete is called when all workers together run as many users as the
	// master wants. Masters before Locust 2.29 do not tell.
	OnSpawningComplete func(users int)
	// OnQuit is called when the worker ends, after the last test.
	OnQuit func()
	// OnMessage has the functions for custom messages of the master, by message type. They
	// are called one after the other, with a context that ends with the worker; one made
	// by Concurrent has a goroutine of its own. A panic of one is logged. At most 1000
	// messages wait; further ones are dropped, with a warning.
	OnMessage map[string]func(context.Context, *Message)

	// OnRequest is called after each request, in the goroutine of its user; its time is not
	// measured. It must be safe for concurrent use.
	OnRequest func(context.Context, tasks.Request)

	edits           []*protocol.UpdateUserClass // before the first test
	leaveOnStopTest bool                        // as Locust's --headless
}

func (cfg Config) withDefaults() Config {
	if cfg.MasterHost == "" {
		cfg.MasterHost = "127.0.0.1"
	}
	if cfg.MasterPort == 0 {
		cfg.MasterPort = 5557
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 305 * time.Second
	}
	if cfg.MasterHeartbeatTimeout == 0 {
		cfg.MasterHeartbeatTimeout = time.Minute
	}
	return cfg
}

// address is the master's host:port.
func (cfg Config) address() string {
	host := cfg.MasterHost
	if n := len(host); n > 2 && host[0] == '[' && host[n-1] == ']' {
		host = host[1 : n-1]
	}
	return net.JoinHostPort(host, strconv.Itoa(cfg.MasterPort))
}
