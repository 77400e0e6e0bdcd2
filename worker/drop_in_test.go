package worker

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
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

// What the page gives people to copy can be read, and builds what the Dockerfile has.
func TestDropInFiles(t *testing.T) {
	page, err := os.ReadFile("../docs/drop-in.md")
	if err != nil {
		t.Fatal(err)
	}
	dockerfile, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 5 {
		t.Errorf("only %d blocks of YAML found", len(blocks))
	}
	for _, b := range blocks {
		var v map[string]any
		if err := yaml.Unmarshal([]byte(b[1]), &v); err != nil || len(v) == 0 {
			t.Errorf("%v in:\n%s", err, b[1])
		}
	}
	found := 0
	for named, line := range map[string]string{
		`--target (\S+)`:         `(?m)^FROM .* AS %s$`,
		`--build-arg ([A-Z_]+)=`: `(?m)^ARG %s=`,
		` (/program) `:           `(?m)^ENTRYPOINT \["%s"\]$`,
	} {
		for _, m := range regexp.MustCompile(named).FindAllStringSubmatch(string(page), -1) {
			found++
			if !regexp.MustCompile(strings.ReplaceAll(line, "%s", m[1])).Match(dockerfile) {
				t.Errorf("the Dockerfile has no %q", m[0])
			}
		}
	}
	if found < 4 {
		t.Errorf("only %d names of the Dockerfile found", found)
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
