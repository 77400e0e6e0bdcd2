//go:build integration

package pipelines

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A block is a piece of a page between fences.
type block struct{ language, text string }

// commands are those after a prompt, each with what the page prints beneath it.
func (b block) commands() (all []printed) {
	for line := range strings.Lines(b.text) {
		line = strings.TrimRight(line, "\n")
		if text, ok := strings.CutPrefix(line, "$ "); ok {
			all = append(all, printed{command: text})
		} else if line != "…" {
			last := &all[len(all)-1]
			last.lines = append(last.lines, line)
		}
	}
	return all
}

type printed struct {
	command string
	lines   []string
}

func blocks(t *testing.T, path string) (all []block) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		all = append(all, block{found[1], found[2]})
	}
	return all
}

// TestTenMinutes does what docs/ten-minutes.md says, its commands as they are printed, with this
// checkout as the latest release, in a repository that is empty.
func TestTenMinutes(t *testing.T) {
	s := newPlace(t)
	repository := filepath.Join(s.dir, "your-repository")
	s.ok(exec.CommandContext(s.ctx, "git", "init", "--quiet", repository).Run())
	bin := filepath.Join(s.dir, "gopath-bin")
	s.env = append(s.env, s.release()...)
	s.env = append(s.env,
		"TARGET="+s.target.URL, "GOBIN="+bin, "PIP_NO_COMPILE=1", "PIP_PROGRESS_BAR=off", "PATH="+bin+":"+os.Getenv("PATH"),
		"GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@localhost", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@localhost",
	)
	for i, b := range blocks(t, "../../docs/ten-minutes.md") {
		switch {
		case b.language == "go":
			s.replace(filepath.Join(repository, "loadtest", "main.go"), b.text)
		case i > 0:
			s.dir = repository
			fallthrough
		default:
			s.print(b.commands())
		}
	}
	s.dir = repository
	s.reported("gate.html", "PASS")
	if out := s.expect(step{"status", "git status --porcelain && git ls-files", nil}); out != strings.Join([]string{
		".github/workflows/load-test.yml", ".gitignore", "gate.yaml", "loadtest/go.mod", "loadtest/go.sum", "loadtest/main.go", "",
	}, "\n") {
		t.Errorf("the repository has, or does not:\n%s", out)
	}
}

// print runs commands in one shell, and wants each to print what the page says that it does.
func (s *scene) print(all []printed) {
	s.t.Helper()
	const mark = "== the next command\n"
	var script strings.Builder
	for _, p := range all {
		script.WriteString("echo '" + strings.TrimSpace(mark) + "'\n" + p.command + "\n")
	}
	outputs := strings.Split(s.expect(step{"as printed", script.String(), nil}), mark)
	for i, p := range all {
		rest := outputs[i+1]
		for _, line := range p.lines {
			_, after, found := strings.Cut(rest, line+"\n")
			if !found {
				s.t.Errorf("%s does not print %q", p.command, line)
			}
			rest = after
		}
	}
}

// replace puts a function in the place of the one that has its name.
func (s *scene) replace(path, function string) {
	s.t.Helper()
	text, err := os.ReadFile(path)
	s.ok(err)
	head, _, _ := strings.Cut(function, "{")
	begin := bytes.Index(text, []byte(head))
	if begin < 0 {
		s.t.Fatalf("%s has no %s", path, head)
	}
	end := begin + bytes.Index(text[begin:], []byte("\n}\n")) + 3
	s.ok(os.WriteFile(path, append(append(text[:begin:begin], function...), text[end:]...), 0o600))
}
