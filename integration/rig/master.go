package rig

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const startTimeout = 90 * time.Second // a Python process takes a second of CPU, and many seconds on a busy machine

// MasterConfig says how a Locust master is started. Venv, Dir and Locustfile are needed.
type MasterConfig struct {
	Name       string // "master" if empty
	Venv       string // virtual environment with Locust
	Dir        string // where its log is written
	Locustfile string
	Host       string // of the target; empty leaves it to the user classes
	Port       int    // that workers connect to; 0 means a free one

	WebUI   bool // with the web UI; otherwise headless, the test starts by itself
	WebPort int  // 0 means a free one

	Users         int // of a headless test
	SpawnRate     float64
	RunTime       time.Duration // whole seconds
	ExpectWorkers int           // that a headless test waits for
	StopTimeout   time.Duration

	Args []string // further arguments
	Env  []string // further environment
}

// A Master is a real Locust master.
type Master struct {
	*Process
	// Addr is where workers connect, as host:port.
	Addr string
	// Web is the address of the web UI, as a URL without a trailing slash; empty if headless.
	Web string

	api *API
}

// StartMaster starts a master and waits until it listens for workers, and for browsers if
// it has a web UI.
func StartMaster(ctx context.Context, c MasterConfig) (*Master, error) {
	return c.start(ctx, "127.0.0.1")
}

// start starts a master that listens for workers on an address.
func (c MasterConfig) start(ctx context.Context, host string) (*Master, error) {
	release, err := c.choosePorts()
	if err != nil {
		return nil, err
	}
	defer release()
	p, err := Start(ctx, Command{
		Name: c.Name, Path: locust(c.Venv), Args: c.args(host), Env: append(pythonEnv(), c.Env...), Dir: c.Dir,
	})
	if err != nil {
		return nil, err
	}
	m := &Master{Process: p, Addr: net.JoinHostPort(host, strconv.Itoa(c.Port))}
	wait, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	err = waitListening(wait, p, m.Addr)
	if c.WebUI && err == nil {
		m.Web = "http://" + local(c.WebPort)
		m.api = newAPI(m.Web)
		err = waitListening(wait, p, local(c.WebPort))
	}
	if err != nil {
		p.Kill()
		return nil, err
	}
	return m, nil
}

// API returns the client of the master's web UI, nil for a headless master.
func (m *Master) API() *API { return m.api }

// choosePorts claims the ports until release is called.
func (c *MasterConfig) choosePorts() (release func(), err error) {
	if c.Name == "" {
		c.Name = "master"
	}
	ports := []*int{&c.Port}
	if c.WebUI {
		ports = append(ports, &c.WebPort)
	}
	var claims []func()
	release = func() {
		for _, r := range claims {
			r()
		}
	}
	for _, port := range ports {
		r, err := claim(port)
		if err != nil {
			release()
			return nil, fmt.Errorf("rig: starting %s: %w", c.Name, err)
		}
		claims = append(claims, r)
	}
	return release, nil
}

func (c *MasterConfig) args(host string) []string {
	args := []string{
		"--master", "--locustfile", c.Locustfile,
		"--master-bind-host", host, "--master-bind-port", strconv.Itoa(c.Port),
	}
	if c.Host != "" {
		args = append(args, "--host", c.Host)
	}
	if c.StopTimeout > 0 {
		args = append(args, "--stop-timeout", seconds(c.StopTimeout))
	}
	if c.WebUI {
		args = append(args, "--web-host", "127.0.0.1", "--web-port", strconv.Itoa(c.WebPort))
	} else {
		args = append(args, c.headless()...)
	}
	return append(args, c.Args...)
}

func (c *MasterConfig) headless() []string {
	args := []string{"--headless", "--only-summary", "--users", strconv.Itoa(max(1, c.Users))}
	if c.SpawnRate > 0 {
		args = append(args, "--spawn-rate", strconv.FormatFloat(c.SpawnRate, 'g', -1, 64))
	}
	if c.RunTime > 0 {
		args = append(args, "--run-time", seconds(c.RunTime))
	}
	if c.ExpectWorkers > 0 {
		args = append(args, "--expect-workers", strconv.Itoa(c.ExpectWorkers), "--expect-workers-max-wait", "120")
	}
	return args
}

// seconds writes a duration as older masters want it: without a fraction that is zero.
func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// Tracebacks returns the Python tracebacks in the master's log. A master that is well has
// none; one in its receive loop means that it hears nobody any more.
func (m *Master) Tracebacks() []string {
	const head = "Traceback (most recent call last):"
	blocks := strings.Split(m.Log(), head)
	found := make([]string, 0, len(blocks)-1)
	for _, b := range blocks[1:] {
		found = append(found, head+firstLines(b, 40))
	}
	return found
}

func firstLines(s string, n int) string {
	lines := strings.SplitN(s, "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}

func locust(venv string) string { return filepath.Join(venv, "bin", "locust") }

// pythonEnv makes Python write its lines when they are made and keep the tree clean.
func pythonEnv() []string { return []string{"PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1"} }
