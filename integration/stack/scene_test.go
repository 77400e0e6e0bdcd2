//go:build stack

package stack

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A scene is a Docker engine of its own, with the images of the compose file.
type scene struct {
	t    *testing.T
	ctx  context.Context
	bin  string // Prometheus 3 and other programs
	venv string // with Locust
	dir  string // of logs
	host string // the engine's address
	env  []string
}

func newScene(t *testing.T, limit time.Duration) *scene {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	s := &scene{t: t, ctx: ctx, bin: os.Getenv("STACK_BIN"), venv: os.Getenv("LOCUST_VENV"), dir: t.ArtifactDir()}
	if s.bin == "" || s.venv == "" || os.Geteuid() != 0 {
		t.Fatal("run `make stack-test`, as root: it sets STACK_BIN and LOCUST_VENV, and gives the engine a network of its own")
	}
	s.engine()
	for _, i := range s.standIns() {
		s.build(i)
	}
	return s
}

// engine starts Docker's engine. Its networks and firewall rules are in the network
// namespace of this test, so they touch nothing else.
func (s *scene) engine() {
	s.t.Helper()
	home, err := os.MkdirTemp("", "stack") // short: sockets have short names
	s.ok(err)
	s.t.Cleanup(func() { _ = os.RemoveAll(home) })
	in := func(name string) string { return filepath.Join(home, name) }
	s.host = "unix://" + in("docker.sock")
	engine := exec.Command("dockerd", "--host", s.host, "--data-root", in("data"), "--exec-root", in("exec"),
		"--pidfile", in("pid"), "--log-level", "warn")
	var log bytes.Buffer // read when the engine has ended
	engine.Stdout, engine.Stderr = &log, &log
	s.ok(engine.Start())
	ended := make(chan error, 1)
	go func() { ended <- engine.Wait() }()
	s.t.Cleanup(func() {
		_ = engine.Process.Signal(syscall.SIGTERM) // it ends its containers and containerd
		if err := <-ended; err != nil {
			s.t.Errorf("dockerd: %v\n%s", err, log.Bytes())
		}
	})
	s.eventually("the engine answers", func() error {
		select {
		case err := <-ended:
			ended <- err
			s.t.FailNow()
		default:
		}
		_, err := s.run("docker", "version")
		return err
	})
}

// build makes an image of a file tree.
func (s *scene) build(i image) {
	s.t.Helper()
	args := []string{"import"}
	for _, c := range i.changes {
		args = append(args, "--change", c)
	}
	cmd := s.command("docker", append(args, "-", i.name)...)
	in, out := io.Pipe()
	cmd.Stdin = in
	go func() {
		t := &tree{tar.NewWriter(out)}
		err := i.fill(t)
		if err == nil {
			err = t.w.Close()
		}
		out.CloseWithError(err)
	}()
	if text, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("image %s: %v\n%s", i.name, err, text)
	}
}

// compose runs docker compose with the shipped file, as it is.
func (s *scene) compose(args ...string) string {
	s.t.Helper()
	args = append([]string{"--project-directory", root, "--file", root + "/docker-compose.yml"}, args...)
	text, err := s.run(filepath.Join(s.bin, "docker-compose"), args...)
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

// containers are the IDs of those of a service that run.
func (s *scene) containers(service string) []string {
	s.t.Helper()
	return strings.Fields(s.compose("ps", "--quiet", "--status", "running", service))
}

func (s *scene) docker(args ...string) string {
	s.t.Helper()
	text, err := s.run("docker", args...)
	s.ok(err)
	return text
}

func (s *scene) run(name string, args ...string) (string, error) {
	text, err := s.command(name, args...).CombinedOutput()
	if err != nil {
		return string(text), fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, text)
	}
	return string(text), nil
}

func (s *scene) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.ctx, name, args...)
	cmd.Env = append(os.Environ(), "DOCKER_HOST="+s.host, "DOCKER_BUILDKIT=0", "COMPOSE_BAKE=false")
	cmd.Env = append(cmd.Env, s.env...)
	return cmd
}

// eventually waits until f has no error, and fails the test with the last one at its end.
func (s *scene) eventually(what string, f func() error) {
	s.t.Helper()
	begin := time.Now()
	for {
		err := f()
		if err == nil {
			s.t.Logf("%s: after %v", what, time.Since(begin).Round(time.Second))
			return
		}
		select {
		case <-time.After(time.Second):
		case <-s.ctx.Done():
			s.t.Fatalf("%s: %v", what, err)
		}
	}
}

func (s *scene) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}
