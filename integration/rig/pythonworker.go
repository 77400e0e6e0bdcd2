package rig

import (
	"context"
	"fmt"
	"net"
)

// PythonWorkerConfig says how a real `locust --worker` is started. All but Name and Args
// are needed.
type PythonWorkerConfig struct {
	Name       string // "python-worker" if empty
	Venv       string
	Dir        string
	Locustfile string
	Master     string // host:port
	Args       []string
}

// StartPythonWorker starts a worker of Locust's own. It does not wait for its connection.
func StartPythonWorker(ctx context.Context, c PythonWorkerConfig) (*Process, error) {
	if c.Name == "" {
		c.Name = "python-worker"
	}
	host, port, err := net.SplitHostPort(c.Master)
	if err != nil {
		return nil, fmt.Errorf("rig: starting %s: master %q: %w", c.Name, c.Master, err)
	}
	args := append([]string{"--worker", "--locustfile", c.Locustfile, "--master-host", host, "--master-port", port}, c.Args...)
	return Start(ctx, Command{Name: c.Name, Path: locust(c.Venv), Args: args, Env: pythonEnv(), Dir: c.Dir})
}
