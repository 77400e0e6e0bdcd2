package worker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/tasks"
)

// The exit codes of Main.
const (
	exitFailure = 1 // the master was lost or never met
	exitUsage   = 2 // a flag, a variable or a declaration is wrong
)

// Main is the whole main function of a worker's program: configuration files, environment
// variables and flags, which are those of locust --worker, logs (those of the packages log
// and slog as well, unless --skip-log-setup is given), signals and Run. Its
// sub-command "locustfile" prints the Python locustfile for the master, "settings" the
// settings and where they come from. It ends the process: with 0 after the master's quit or a signal, with 2 when a
// flag, a variable or a class is wrong, with 1 otherwise.
//
// With --headless and without --worker it needs no master: it runs a test as locust
// --headless does, and ends with --exit-code-on-error if a request failed or there was an
// exception. With --run-once it runs each task of one user once.
//
// At the first SIGINT or SIGTERM the worker stops its users, reports and says goodbye to
// the master; a second one ends the process at once.
func Main(classes ...*tasks.UserClass) { Config{}.Main(classes...) }

// Main is the package's Main with settings of the program's own. Flags and variables go
// before them.
func (cfg Config) Main(classes ...*tasks.UserClass) {
	c := command{cfg: cfg, name: filepath.Base(os.Args[0]), classes: classes, all: classes, out: os.Stdout, err: os.Stderr, untilSignal: untilSignal}
	os.Exit(c.run(os.Args[1:], os.LookupEnv))
}

// A command is one call of a worker's program.
type command struct {
	cfg      Config
	name     string
	classes  []*tasks.UserClass // those that are asked for
	all      []*tasks.UserClass
	out, err io.Writer

	untilSignal func() (context.Context, context.CancelFunc)
}

// run carries out a call. One whose output cannot be written has not succeeded.
func (c *command) run(args []string, lookup func(string) (string, bool)) int {
	out := &output{to: c.out}
	c.out = out
	code := c.call(args, lookup)
	if code == 0 && out.err != nil {
		fmt.Fprintf(c.err, "%s: %v\n", c.name, out.err)
		return exitFailure
	}
	return code
}

func (c *command) call(args []string, lookup func(string) (string, bool)) int {
	s := newSettings(c.cfg, c.isArgument)
	parsed, err := s.set.Parse(args, lookup)
	switch {
	case errors.Is(err, flags.ErrHelp):
		return c.help(s)
	case bool(s.version) && err == nil:
		fmt.Fprintf(c.out, "%s %s (hopperband %s, %s)\n", c.name, programVersion(), libraryVersion(), runtime.Version())
		return 0
	case bool(s.list) && err == nil:
		return c.list()
	}
	s.settleRole(parsed)
	sub, classNames := subCommand(parsed.Args)
	if len(classNames) == 0 {
		value, _ := lookup("LOCUST_USER_CLASSES")
		classNames = strings.Fields(value)
	}
	if err := errors.Join(err, s.check(), c.pick(classNames)); err != nil {
		return c.misused(err)
	}
	s.apply(&c.cfg)
	if err := check(c.cfg, c.classes); err != nil {
		return c.misused(err)
	}
	return c.do(sub, s, parsed)
}

// do runs what is asked for once nothing is wrong with the settings.
func (c *command) do(sub string, s *settings, parsed *flags.Parsed) int {
	switch {
	case sub == "locustfile":
		return c.locustfile()
	case sub == "settings":
		return c.printSettings(s, parsed)
	case bool(s.ratio):
		return c.printRatios(int(s.users), printRatioTables)
	case bool(s.ratioJSON):
		return c.printRatios(int(s.users), printRatioJSON)
	}
	switch s.role() {
	case roleHeadless:
		return c.headless(s, parsed)
	case roleOnce:
		return c.once(s, parsed)
	}
	return c.work(s, parsed)
}

func (c *command) locustfile() int {
	if err := printLocustfile(c.out, c.name, c.classes); err != nil {
		return c.misused(err)
	}
	return 0
}

func (c *command) work(s *settings, parsed *flags.Parsed) int {
	if err := c.configureUsers(s); err != nil {
		return c.misused(err)
	}
	closeLog, err := c.openLog(s)
	if err != nil {
		return c.misused(err)
	}
	defer closeLog()
	log := c.cfg.Log
	ctx, stop := c.untilSignal()
	defer stop()
	logIgnored(log, parsed, roleWorker)
	log.Info().Str("master", c.cfg.withDefaults().address()).Str("version", libraryVersion()).
		Strs("user_classes", names(c.classes)).Msg("worker starting")
	if err := Run(ctx, c.cfg, c.classes...); err != nil {
		log.Error().Err(err).Msg("worker failed")
		return exitFailure
	}
	return 0
}

// configureUsers applies --config-users and --equal-weights, as a Python worker does before
// it meets its master (locust/main.py). How many users of a class run is the master's own
// business.
func (c *command) configureUsers(s *settings) error {
	p := &plan{classes: c.classes}
	if err := errors.Join(p.configure(s.alone.configUsers, c.all), p.allowed(c.cfg)); err != nil {
		return err
	}
	if s.alone.equalWeights {
		p.equalize()
	}
	c.classes, c.cfg.edits = p.classes, p.edits
	return nil
}

// openLog begins the log, and returns what closes it. The lines of log and slog go there
// too, as all of Python's logging does (locust/log.py).
func (c *command) openLog(s *settings) (closeLog func(), err error) {
	if !s.skipLogSetup {
		c.cfg.LogBuffer = &LogBuffer{}
	}
	c.cfg.Log, closeLog, err = newLogger(s, c.err, c.cfg.LogBuffer)
	if err == nil && !s.skipLogSetup {
		slog.SetDefault(slog.New(zerolog.NewSlogHandler(c.cfg.Log)))
	}
	return closeLog, err
}

// signalEcho is for how long a second signal is taken for the first one: timeout(1) sends
// each to the process and then to its group.
const signalEcho = 50 * time.Millisecond

// untilSignal is done at the first SIGINT or SIGTERM. The second one ends the process with
// the exit code that the signal has by custom. A log or a table that nobody reads any more ends
// nothing, as in Python, which ignores SIGPIPE.
func untilSignal() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	go func() {
		<-signals
		cancel()
		for echo := time.After(signalEcho); echo != nil; {
			select {
			case <-signals:
			case <-echo:
				echo = nil
			}
		}
		if s, ok := (<-signals).(syscall.Signal); ok {
			os.Exit(128 + int(s))
		}
		os.Exit(exitFailure)
	}()
	return ctx, cancel
}

func (c *command) misused(err error) int {
	fmt.Fprintf(c.err, "%s: %v\nTry '%s --help'.\n", c.name, err, c.name)
	return exitUsage
}

func (c *command) help(s *settings) int {
	fmt.Fprintf(c.out, `%s: a load-generating worker for a Locust master

Usage:
  %s [flags] [class ...]              connect to a master and run the users that it asks for
  %s --headless [flags] [class ...]   run a test without a master, as locust --headless does
  %s --run-once CLASS [flags]         run each task of one user once, and print its requests
  %s locustfile [flags] [class ...]   print the Python locustfile for the master: locust --master -f FILE
  %s settings [flags] [class ...]     print all settings as a locust.conf, and where each comes from

The classes, or those of the variable LOCUST_USER_CLASSES, are the only ones that the worker
has then. Flags may be shortened. Settings are read from ~/.locust.conf, locust.conf, the
table [tool.locust] of pyproject.toml, the file of --config, the environment and the command
line, each going before the former. With -f - the worker asks the master for its locustfile
and compares the user classes; it runs none.

`, c.name, c.name, c.name, c.name, c.name, c.name)
	_ = s.set.PrintFlags(c.out) // run sees to its errors
	fmt.Fprintf(c.out, "\nUser classes: %v\n", names(c.classes))
	return 0
}

func names(classes []*tasks.UserClass) (names []string) {
	for _, c := range classes {
		names = append(names, c.Name)
	}
	return names
}

const module = "github.com/hopperband/hopperband"

// programVersion is the version of the program that was built.
func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// libraryVersion is the version of this module in the program.
func libraryVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(devel)"
	}
	for _, m := range info.Deps {
		if m.Path == module {
			return m.Version
		}
	}
	return programVersion()
}
