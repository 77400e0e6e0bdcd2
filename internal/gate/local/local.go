// Package local starts a Locust master with workers on this machine, for a pipeline that has
// nothing running, and ends them.
package local

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/hopperband/hopperband/internal/child"
)

const printTimeout = 30 * time.Second

// Config says what to start. Worker, Workers and Locust are needed.
type Config struct {
	Worker  string   // program of a worker, with a sub-command locustfile
	Workers int      // how many of it
	Args    []string // further arguments for each
	Env     []string // further environment for each

	Locust      string // program of Locust
	Locustfile  string // empty means the one that the worker prints
	Host        string // the target; empty leaves it to the user classes
	Classes     []string
	Tags        []string
	ExcludeTags []string
	Arguments   map[string]string // custom arguments
	StopTimeout time.Duration

	Logs string // folder for logs; empty means one that is removed at the end
}

// A Master is a master that runs on this machine, with its workers.
type Master struct {
	// URL is the address of its web UI.
	URL string
	// Metrics are the addresses of the workers' metrics.
	Metrics []string

	processes []*process // the master first
	scratch   string     // folder to remove
	end       sync.Once
}

// Start starts a master and its workers. It does not wait until they are ready.
func Start(ctx context.Context, cfg Config) (m *Master, err error) {
	m = &Master{}
	defer func() {
		if err != nil {
			m.kill()
			err = fmt.Errorf("local master: %w", err)
		}
	}()
	if m.scratch, err = os.MkdirTemp("", "hopperband-gate-"); err != nil {
		return m, err
	}
	logs := m.scratch
	if cfg.Logs != "" {
		logs = cfg.Logs
		if err := os.MkdirAll(logs, 0o755); err != nil {
			return m, err
		}
	}
	file, err := m.locustfile(ctx, cfg)
	if err != nil {
		return m, err
	}
	ports, err := freePorts(2 + cfg.Workers)
	if err != nil {
		return m, err
	}
	web, bind := ports[0], ports[1]
	m.URL = "http://" + local(web)
	folder := "" // of a locustfile that somebody wrote, and the files beside it
	if cfg.Locustfile == "" {
		folder = m.scratch // without the locust.conf of tests of another kind
	}
	if err := m.add(start(logs, "master", folder, cfg.Locust, cfg.masterArgs(file, web, bind), ofMaster())); err != nil {
		return m, err
	}
	for i, port := range ports[2:] {
		address := local(port)
		args := append([]string{
			"--master-host", "127.0.0.1", "--master-port", strconv.Itoa(bind), "--metrics-address", address, "--metrics-linger", "0s",
		}, cfg.Args...)
		if err := m.add(start(logs, fmt.Sprintf("worker-%d", i+1), "", cfg.Worker, args, append(own(), cfg.Env...))); err != nil {
			return m, err
		}
		m.Metrics = append(m.Metrics, "http://"+address+"/metrics")
	}
	return m, nil
}

func (m *Master) add(p *process, err error) error {
	if err == nil {
		m.processes = append(m.processes, p)
	}
	return err
}

// locustfile is the file for the master.
func (m *Master) locustfile(ctx context.Context, cfg Config) (string, error) {
	if cfg.Locustfile != "" {
		return cfg.Locustfile, nil
	}
	ctx, cancel := context.WithTimeout(ctx, printTimeout)
	defer cancel()
	text, err := child.Output(ctx, cfg.Worker, "locustfile")
	if err != nil {
		return "", fmt.Errorf("the worker's locustfile: %w", err)
	}
	path := filepath.Join(m.scratch, "locustfile.py")
	return path, os.WriteFile(path, append(text, declare(cfg.Arguments)...), 0o600)
}

// masterArgs are the arguments of the master; custom arguments are declared with their
// values in a locustfile of ours.
func (c *Config) masterArgs(file string, web, bind int) []string {
	args := []string{
		"--master", "--locustfile", file, "--web-host", "127.0.0.1", "--web-port", strconv.Itoa(web),
		"--master-bind-host", "127.0.0.1", "--master-bind-port", strconv.Itoa(bind),
	}
	if c.Host != "" {
		args = append(args, "--host", c.Host)
	}
	if c.StopTimeout > 0 {
		args = append(args, "--stop-timeout", strconv.Itoa(int((c.StopTimeout+time.Second-1)/time.Second)))
	}
	if len(c.Tags) > 0 {
		args = append(append(args, "--tags"), c.Tags...)
	}
	if len(c.ExcludeTags) > 0 {
		args = append(append(args, "--exclude-tags"), c.ExcludeTags...)
	}
	return slices.Concat(c.Classes, args) // before the lists of tags
}

// own are the settings of master and workers that are not left to those variables and
// configuration files of Locust's that reach them as well: another load than the plan's would
// come of these. A variable goes before a file.
func own() []string {
	return []string{"LOCUST_HEADLESS=false", "LOCUST_PROCESSES=0", "LOCUST_TAGS=", "LOCUST_EXCLUDE_TAGS=", "LOCUST_RESET_STATS=false"}
}

// ofMaster are those of the master, with which it has a web UI for the gate to ask
// (locust/argument_parser.py).
func ofMaster() []string {
	return append(own(), "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1",
		"LOCUST_MODE_WORKER=false", "LOCUST_AUTOSTART=false", "LOCUST_AUTOQUIT=-1", "LOCUST_USERCLASS_PICKER=false",
		"LOCUST_WEB_LOGIN=false", "LOCUST_WEB_BASE_PATH=", "LOCUST_TLS_CERT=", "LOCUST_TLS_KEY=")
}

// Ended is an error that says which process has ended, with its last lines; nil while all
// run.
func (m *Master) Ended() error {
	var problems []error
	for _, p := range m.processes {
		select {
		case <-p.done:
			problems = append(problems, p.ended())
		default:
		}
	}
	return errors.Join(problems...)
}

// MasterRuns says whether the master has not ended yet.
func (m *Master) MasterRuns() bool {
	select {
	case <-m.processes[0].done:
		return false
	default:
		return true
	}
}

// Stop ends the workers and the master, in order until the end of ctx, and then at once.
func (m *Master) Stop(ctx context.Context) {
	m.end.Do(func() {
		var group sync.WaitGroup
		for _, p := range m.processes {
			group.Go(func() { p.stop(ctx) })
		}
		group.Wait()
		_ = os.RemoveAll(m.scratch)
	})
}

// kill ends all at once.
func (m *Master) kill() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m.Stop(ctx)
}

// Ports are looked for below the range that systems take outgoing connections' ports from
// (Linux: from 32768), so that no connection of the load takes one.
const (
	firstPort = 20000
	lastPort  = 31999
)

// freePorts are ports of 127.0.0.1 that nobody listens on.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range 100 + 20*n {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		l, err := net.Listen("tcp", local(port))
		if err != nil {
			continue
		}
		defer l.Close() // when all are found, so that they differ
		if ports = append(ports, port); len(ports) == n {
			return ports, nil
		}
	}
	return nil, errors.New("no free port on 127.0.0.1")
}

func local(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
