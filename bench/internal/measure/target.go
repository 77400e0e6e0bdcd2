//go:build linux

package measure

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hopperband/hopperband/integration/rig"

	"github.com/hopperband/hopperband/bench/internal/machine"
	"github.com/hopperband/hopperband/bench/internal/peer"
)

// A Target is what is loaded, and counts.
type Target struct {
	Name    string
	url     string
	control string
	process *rig.Process
	count   func(context.Context) (count, error)
}

// StartTarget starts the target of this module on the target's core. It holds each answer
// back for a time between the shortest and the longest one.
func StartTarget(ctx context.Context, y *peer.Yard, shortest, longest time.Duration) (*Target, error) {
	t := &Target{Name: "a Go epoll server of one thread that never sleeps"}
	var err error
	t.process, err = startOn(ctx, y.TargetCore, rig.Command{
		Name: "target", Path: filepath.Join(y.Bin, "target"), Dir: y.Logs,
		Args: []string{"-min-delay", shortest.String(), "-max-delay", longest.String()},
	})
	if err != nil {
		return nil, fmt.Errorf("measure: %w", err)
	}
	seen := ""
	_, err = t.process.WaitLine(ctx, func(line string) bool {
		t.url, t.control = t.control, line // the control is the second line
		seen += line
		return t.url != ""
	})
	if err != nil {
		t.Kill()
		return nil, fmt.Errorf("measure: target said %q: %w", seen, err)
	}
	t.count = func(ctx context.Context) (count, error) { return fetchCount(ctx, t.control) }
	return t, nil
}

const nginxConfig = `daemon off;
worker_processes 1;
pid %[1]s/nginx.pid;
error_log stderr;
events { worker_connections 65536; }
http {
	access_log off;
	keepalive_requests 1000000000;
	client_body_temp_path %[1]s/nginx; proxy_temp_path %[1]s/nginx; fastcgi_temp_path %[1]s/nginx;
	uwsgi_temp_path %[1]s/nginx; scgi_temp_path %[1]s/nginx;
	server {
		listen 127.0.0.1:%[2]d backlog=65535;
		location / { return 200 "Hello, world!"; }
	}
	server {
		listen 127.0.0.1:%[3]d;
		location / { stub_status; }
	}
}
`

// StartNginx starts an nginx with one worker process on the target's core.
func StartNginx(ctx context.Context, y *peer.Yard) (*Target, error) {
	port, err := rig.FreePort()
	if err != nil {
		return nil, fmt.Errorf("measure: nginx: %w", err)
	}
	control, err := rig.FreePort()
	if err != nil {
		return nil, fmt.Errorf("measure: nginx: %w", err)
	}
	t := &Target{
		Name: "nginx of one worker process",
		url:  fmt.Sprintf("http://127.0.0.1:%d", port), control: fmt.Sprintf("http://127.0.0.1:%d", control),
	}
	config := filepath.Join(y.Logs, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginxConfig, y.Logs, port, control), 0o600); err != nil {
		return nil, fmt.Errorf("measure: nginx: %w", err)
	}
	t.count = t.stubStatus
	t.process, err = startOn(ctx, y.TargetCore, rig.Command{Name: "nginx", Path: "nginx", Dir: y.Logs, Args: []string{"-c", config}})
	for err == nil {
		if _, failed := t.count(ctx); failed == nil {
			return t, nil
		}
		err = pause(ctx, poll)
		if !t.process.Alive() {
			err = fmt.Errorf("it has ended:\n%s", t.process.Tail(10))
		}
	}
	return nil, fmt.Errorf("measure: nginx: %w", err)
}

// stubStatus reads what nginx's stub_status tells: "Active connections: N", and below a
// heading accepted connections, handled ones and requests. The question is among them, which
// matters for the connections only.
func (t *Target) stubStatus(ctx context.Context) (c count, err error) {
	text, err := fetch(ctx, http.MethodGet, t.control)
	if err != nil {
		return c, err
	}
	return parseStubStatus(string(text))
}

func parseStubStatus(text string) (c count, err error) {
	var accepted, handled int64
	_, err = fmt.Sscanf(strings.ReplaceAll(text, "\n", " "), "Active connections: %d server accepts handled requests %d %d %d",
		&c.Connections, &accepted, &handled, &c.Requests)
	if err != nil {
		return c, fmt.Errorf("measure: nginx: status %q: %w", text, err)
	}
	c.Connections--
	return c, nil
}

// reset makes the target forget the times that it knows.
func (t *Target) reset(ctx context.Context) error {
	if _, err := fetch(ctx, http.MethodPost, t.control+"/reset"); err != nil {
		return fmt.Errorf("measure: target: %w", err)
	}
	return nil
}

// Kill ends the target.
func (t *Target) Kill() { t.process.Kill() }

func startOn(ctx context.Context, core int, c rig.Command) (p *rig.Process, err error) {
	err = machine.OnCore(core, func() error {
		p, err = rig.Start(ctx, c)
		return err
	})
	return p, err
}
