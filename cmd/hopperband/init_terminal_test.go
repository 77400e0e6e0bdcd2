//go:build !windows

package main

import (
	"os"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// typed runs init on a terminal and types a line at each prompt. It returns the exit code and
// what the terminal shows.
func typed(t *testing.T, args []string, lines ...string) (code int, screen string) {
	t.Helper()
	t.Chdir(t.TempDir())
	person, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = person.Close() }()
	ended := make(chan int, 1)
	go func() {
		c := command{in: terminal, out: terminal, err: terminal, lookup: func(string) (string, bool) { return "", false }}
		code := c.run(append([]string{"init"}, args...))
		_ = terminal.Close()
		ended <- code
	}()
	var shown strings.Builder
	buffer := make([]byte, 4096)
	for {
		n, err := person.Read(buffer)
		shown.Write(buffer[:n])
		if err != nil { // the terminal is closed
			break
		}
		if strings.HasSuffix(shown.String(), "] ") {
			if len(lines) == 0 {
				t.Fatalf("it asks once more:\n%s", shown.String())
			}
			if _, err := person.WriteString(lines[0]); err != nil {
				t.Fatal(err)
			}
			shown.WriteByte('\n')
			lines = lines[1:]
		}
	}
	if len(lines) > 0 {
		t.Errorf("nobody asked for %q:\n%s", lines, shown.String())
	}
	return <-ended, shown.String()
}

const endOfFile = "\x04"

func TestInitAsks(t *testing.T) {
	code, screen := typed(t, []string{"--name", "shop"},
		"shop\n", "http://127.0.0.1:1\n", "\n", "travis\n", "gitlab\n", "0\n", "many\n", "7\n", "\n", "30s\n")
	for _, want := range []string{`host "shop": not an address`, "not one of github, gitlab", "users: 0: at least one", `"many": `, "written: .gitlab-ci.yml"} {
		if !strings.Contains(screen, want) {
			t.Errorf("the terminal does not show %q", want)
		}
	}
	if strings.Contains(screen, "name: what the plan") {
		t.Error("it asks for what a flag says")
	}
	plan, err := os.ReadFile("gate.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`name: "shop"`, `host: "http://127.0.0.1:1"`, `environment: "staging"`, "users: 7\n", "warm_up: 15s ", "duration: 30s "} {
		if !strings.Contains(string(plan), want) {
			t.Errorf("the plan has no %q", want)
		}
	}
	if code != 0 || t.Failed() {
		t.Errorf("exit code %d, the terminal shows\n%s\nthe plan is\n%s", code, screen, plan)
	}
}

func TestInitUnanswered(t *testing.T) {
	code, screen := typed(t, nil, "http://127.0.0.1:1\n", endOfFile)
	if _, err := os.Stat("gate.yaml"); code != 2 || err == nil || !strings.Contains(screen, "the answers ended; nothing is written") {
		t.Errorf("exit code %d, %v, the terminal shows\n%s", code, err, screen)
	}
}
