package worker

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every command line of a worker in docs/drop-in.md is one that workers take.
func TestDropInDocs(t *testing.T) {
	text, err := os.ReadFile("../docs/drop-in.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := workersLines(t, string(text))
	if len(lines) < 7 {
		t.Errorf("only %d command lines found", len(lines))
	}
	for _, args := range lines {
		s := newSettings(Config{}, nil)
		parsed, err := s.set.Parse(args, func(string) (string, bool) { return "", false })
		if err != nil || len(parsed.Args) > 0 {
			t.Errorf("%q: %v, and the arguments %q", args, err, parsed.Args)
		}
	}
	for name := range strings.FieldsSeq(strings.Join(regexp.MustCompile(`HOPPERBAND_[A-Z_]*[A-Z]`).FindAllString(string(text), -1), " ")) {
		if !knowsVariable(name) {
			t.Errorf("no flag has the variable %s", name)
		}
	}
}

// workersLines finds the arguments of workers: lists, and commands with --worker in them.
func workersLines(t *testing.T, text string) (lines [][]string) {
	t.Helper()
	lists := regexp.MustCompile(`^\s+(?:args|extraArgs): (\[.*\])$`)
	commands := regexp.MustCompile(`^(?:\s+command: |shop )(.*--worker .*)$`)
	own := regexp.MustCompile(`^    command: "(.*)"$`)
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if m := lists.FindStringSubmatch(line); m != nil {
			var args []string
			if err := json.Unmarshal([]byte(m[1]), &args); err != nil {
				t.Errorf("%s: %v", line, err)
			}
			lines = append(lines, append([]string{"--worker", "--master-host", "m"}, args...))
		} else if m := commands.FindStringSubmatch(line); m != nil {
			lines = append(lines, strings.Fields(m[1]))
		} else if m := own.FindStringSubmatch(line); m != nil {
			lines = append(lines, append(strings.Fields(m[1]), "--otel", "--worker", "--master-port=5557", "--master-host=m"))
		}
	}
	return lines
}

func knowsVariable(name string) bool {
	for _, f := range newSettings(Config{}, nil).set.Flags {
		if f.Env == name {
			return true
		}
	}
	return false
}
