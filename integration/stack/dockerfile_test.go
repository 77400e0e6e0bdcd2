//go:build stack

package stack

import (
	"crypto/sha256"
	"debug/elf"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// dockerfile builds both targets of the Dockerfile, and an image for another architecture.
func (s *scene) dockerfile() {
	const worker, shell, probe = "hopperband-worker", "hopperband-worker:shell", "probe-arm64"
	s.docker("build", "--quiet", "--tag", worker, "--build-arg", "REVISION=abc123", root)
	s.docker("build", "--quiet", "--tag", shell, "--target", "shell", root)
	s.docker("build", "--quiet", "--tag", probe, "--build-arg", "TARGETARCH=arm64", "--build-arg", "PROGRAM=./deploy/probe", root)

	run := []string{"run", "--rm", "--network", "none", "--read-only", "--cap-drop", "ALL"}
	if version := s.docker(append(run, worker, "--version")...); !strings.Contains(version, "hopperband") {
		s.t.Errorf("the image's version is %q", version)
	}
	inShell := s.docker(append(run, "--entrypoint", "/bin/sh", shell, "-c", "locust --version && id -u")...)
	if !strings.Contains(inShell, "hopperband") || !strings.HasSuffix(inShell, "\n65532\n") {
		s.t.Errorf("the image with a shell says %q", inShell)
	}
	s.docker(append(run, "--entrypoint", "/opt/venv/bin/locust", shell, "--version")...)
	if out, err := s.run("docker", append(run, "--entrypoint", "/bin/sh", worker, "-c", "true")...); err == nil {
		s.t.Errorf("the image has a shell: %q", out)
	}
	if user := strings.TrimSpace(s.docker("inspect", "--format", "{{.Config.User}}", worker)); user != "65532:65532" {
		s.t.Errorf("the image's user is %q", user)
	}

	s.revision(worker, "abc123")

	inside, here := s.file(worker, "/probe"), filepath.Join(s.bin, "probe")
	if s.sum(inside) != s.sum(here) {
		s.t.Error("the binary of the image is not the one that is built here")
	}
	program, err := elf.Open(s.file(probe, "/program"))
	s.ok(err)
	defer func() { _ = program.Close() }()
	if program.Machine != elf.EM_AARCH64 {
		s.t.Errorf("built for arm64, it is for %v", program.Machine)
	}
	if libraries, err := program.ImportedLibraries(); err != nil || len(libraries) > 0 {
		s.t.Errorf("the binary needs %v, %v", libraries, err)
	}
}

// revision runs a worker and wants its metrics to say of what it was built.
func (s *scene) revision(image, want string) {
	s.t.Helper()
	const address = "127.0.0.1:9700"
	id := strings.TrimSpace(s.docker("run", "--detach", "--rm", "--network", "host", image, "--worker", "--metrics-address", address))
	s.eventually("the image says its revision", func() error {
		text, err := metrics(address)
		if err == nil && !strings.Contains(text, `revision="`+want+`"`) {
			err = errors.New(text)
		}
		return err
	})
	s.docker("kill", id)
}

// file copies a file out of an image.
func (s *scene) file(image, path string) string {
	s.t.Helper()
	to := filepath.Join(s.t.TempDir(), "file")
	container := strings.TrimSpace(s.docker("create", image))
	s.docker("cp", container+":"+path, to)
	s.docker("rm", container)
	return to
}

func (s *scene) sum(file string) [sha256.Size]byte {
	s.t.Helper()
	text, err := os.ReadFile(file) //nolint:gosec // of this test
	s.ok(err)
	return sha256.Sum256(text)
}
