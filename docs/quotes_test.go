package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

// TestQuotedMessages wants each message that docs/troubleshooting.md quotes, with … for what
// differs, to be one of the programs'.
func TestQuotedMessages(t *testing.T) {
	var programs strings.Builder
	for name, text := range sources(t) {
		if !strings.HasSuffix(name, "_test.go") && (strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".py")) {
			programs.WriteString(text)
		}
	}
	found := 0
	for _, span := range parse("", read(t, "docs/troubleshooting.md")).spans {
		if !strings.Contains(span, "…") {
			continue
		}
		found++
		for part := range strings.SplitSeq(span, "…") {
			if part = strings.Trim(part, " :"); !strings.Contains(programs.String(), part) {
				t.Errorf("no program says %q", part)
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d found", found)
	}
}

// TestPlans reads the plans that pages show. Their programs need not be here.
func TestPlans(t *testing.T) {
	found := 0
	for _, p := range pages(t) {
		for _, b := range p.blocks {
			if b.language != "yaml" || !strings.Contains(b.text, "thresholds:") {
				continue
			}
			found++
			file := filepath.Join(t.TempDir(), "gate.yaml")
			if err := os.WriteFile(file, []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
			test, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			args := []string{"--plan", file, "--local-worker", test, "--local-locust", test}
			if _, _, err := plan.Load(args, func(string) (string, bool) { return "", false }); err != nil {
				t.Errorf("%s: %v in:\n%s", p.path, err, b.text)
			}
		}
	}
	if found < 2 {
		t.Errorf("only %d found", found)
	}
}

// TestExitCodes wants the gate's exit codes on its page.
func TestExitCodes(t *testing.T) {
	var codes []string
	for _, code := range []int{
		verdict.ExitPass, verdict.ExitInternal, verdict.ExitUsage, verdict.ExitThreshold, verdict.ExitRegression,
		verdict.ExitInvalid, verdict.ExitNoBaseline, verdict.ExitUnreachable, verdict.ExitInterrupted, verdict.ExitTerminated,
	} {
		codes = append(codes, strconv.Itoa(code))
	}
	var listed []string
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+)(?:, (\d+))? \|`).FindAllStringSubmatch(read(t, "docs/gate.md"), -1) {
		listed = append(listed, m[1:]...)
	}
	for _, code := range codes {
		if !slices.Contains(listed, code) {
			t.Errorf("docs/gate.md does not have exit code %s", code)
		}
	}
	for _, code := range listed {
		if code != "" && !slices.Contains(codes, code) {
			t.Errorf("docs/gate.md has exit code %s, the gate does not", code)
		}
	}
}

// TestPlanDefaults wants the defaults in docs/gate.md to be the plan's.
func TestPlanDefaults(t *testing.T) {
	var help strings.Builder
	if err := plan.Help().PrintFlags(&help); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, section := range []string{"validity", "baseline"} {
		_, table, _ := strings.Cut(read(t, "docs/gate.md"), "\n### `"+section+"`\n")
		table, _, _ = strings.Cut(table, "\n### ")
		for _, row := range regexp.MustCompile("(?m)^\\| (`.*?) \\| (.*?) \\|").FindAllStringSubmatch(table, -1) {
			keys, values := strings.Split(row[1], ", "), strings.Split(row[2], ", ")
			for i, key := range keys {
				flag := "--" + section + "-" + strings.ReplaceAll(strings.Trim(key, "`"), "_", "-")
				want := defaultIn(first(t, `(?m)^  `+flag+` (.*)$`, help.String()))
				if got := strings.Trim(values[min(i, len(values)-1)], "`"); want != "" && got != want {
					t.Errorf("docs/gate.md: %s.%s is %s without a value, not %s", section, key, want, got)
				}
				found++
			}
		}
	}
	if found < 15 {
		t.Errorf("only %d found", found)
	}
}

// TestStackVariables wants the variables of docker-compose.yml on the page of the stack, and no
// others.
func TestStackVariables(t *testing.T) {
	variables := func(pattern, text string) (names []string) {
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			names = append(names, regexp.MustCompile(`[A-Z][A-Z_]*[A-Z]`).FindAllString(m[1], -1)...)
		}
		slices.Sort(names)
		return slices.Compact(names)
	}
	want := variables(`\$\{([A-Z_]+)`, read(t, "docker-compose.yml"))
	got := variables("(?m)^\\| (`[A-Z][A-Z_]+`.*?) \\|", read(t, "docs/stack.md"))
	if !slices.Equal(got, want) {
		t.Errorf("docs/stack.md has %q, docker-compose.yml %q", got, want)
	}
}
