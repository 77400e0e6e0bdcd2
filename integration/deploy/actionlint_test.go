package deploy

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
)

// lint reads a workflow with actionlint.
func lint(t *testing.T, text []byte) []*actionlint.Error {
	t.Helper()
	l, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	problems, err := l.Lint("load-test.yml", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

func TestWorkflow(t *testing.T) {
	text, err := os.ReadFile("../../deploy/ci/github/load-test.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range lint(t, text) {
		t.Errorf("load-test.yml: %v", problem)
	}
	for _, wrong := range [][2]string{
		{"runs-on:", "run-on:"}, {"github.event_name ==", "github.event_nam =="}, {"contents: read", "contents: reed"}, {"deployment_status:", "deployment_stats:"},
	} {
		if len(lint(t, bytes.Replace(text, []byte(wrong[0]), []byte(wrong[1]), 1))) == 0 {
			t.Errorf("%s: no error", wrong[1])
		}
	}
}

// TestAction has actionlint read the steps of the action as those of a job: it reads no
// actions. What an action has and a workflow has not is written otherwise first.
func TestAction(t *testing.T) {
	text, err := os.ReadFile("../../deploy/ci/github/action.yml")
	if err != nil {
		t.Fatal(err)
	}
	inputs, steps, ok := strings.Cut(string(text), "runs:\n  using: composite\n")
	if !ok {
		t.Fatal("no composite action")
	}
	_, inputs, _ = strings.Cut(inputs, "inputs:\n")
	inputs, _, _ = strings.Cut(inputs, "outputs:\n")
	workflow := "on:\n  workflow_dispatch:\n    inputs:\n" + indent(strings.ReplaceAll(inputs, "${{ github.token }}", "x"), "    ") +
		"jobs:\n  job:\n    runs-on: ubuntu-latest\n" + indent(steps, "  ")
	for _, problem := range lint(t, []byte(workflow)) {
		t.Errorf("action.yml: %v", problem)
	}
	if len(lint(t, []byte(strings.Replace(workflow, "inputs.locust", "inputs.locsut", 1)))) == 0 {
		t.Error("an input that there is not: no error")
	}
}

func indent(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString(by)
		}
		b.WriteString(line)
	}
	return b.String()
}
