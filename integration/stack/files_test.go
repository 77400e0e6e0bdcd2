package stack

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tool returns a program, which CI has to have.
func tool(t *testing.T, name, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing: apt-get install %s", name, pkg)
		}
		t.Skipf("%s is missing: apt-get install %s", name, pkg)
	}
	return path
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Errorf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
}

// copyOf copies a directory of the repository to a temporary one.
func copyOf(t *testing.T, directory string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(filepath.Join(root, directory))); err != nil {
		t.Fatal(err)
	}
	return to
}

// without writes a file anew without the lines that contain one of the words. It fails if
// a word is in no line.
func without(t *testing.T, file string, words ...string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	for _, word := range words {
		kept := lines[:0:0]
		for _, l := range lines {
			if !strings.Contains(l, word) {
				kept = append(kept, l)
			}
		}
		if len(kept) == len(lines) {
			t.Errorf("%s: no %s", file, word)
		}
		lines = kept
	}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	return files
}

// TestAlertRules runs the unit tests of the rules with whatever promtool is here: Debian's
// 2.42 knows all but the native histograms, whose tests are in a folder of their own.
func TestAlertRules(t *testing.T) {
	promtool := tool(t, "promtool", "prometheus")
	command(t, promtool, append([]string{"check", "rules"}, glob(t, root+"/deploy/prometheus/rules/*.yml")...)...)
	command(t, promtool, append([]string{"test", "rules"}, glob(t, root+"/deploy/prometheus/tests/*.yml")...)...)
}

// TestEachAlertIsTested wants a summary, a description, and a unit test for each alert.
func TestEachAlertIsTested(t *testing.T) {
	var tests strings.Builder
	for _, file := range glob(t, root+"/deploy/prometheus/tests/*.yml") {
		tests.WriteString(read(t, strings.TrimPrefix(file, root)))
	}
	rules := read(t, "deploy/prometheus/rules/alerts.yml")
	docs := read(t, "docs/alerts.md")
	for _, rule := range strings.Split(rules, "- alert: ")[1:] {
		name, _, _ := strings.Cut(rule, "\n")
		for what, ok := range map[string]bool{
			"a summary":                 strings.Contains(rule, "summary: "),
			"a description":             strings.Contains(rule, "description: "),
			"a severity":                strings.Contains(rule, "severity: "),
			"a test":                    strings.Contains(tests.String(), "alertname: "+name),
			"a place in docs/alerts.md": strings.Contains(docs, "## "+name+"\n"),
		} {
			if !ok {
				t.Errorf("%s has not %s", name, what)
			}
		}
	}
}

// TestPrometheusConfig checks the configuration, less the two keys that are newer than
// Debian's promtool 2.42. `make stack-test` runs it as it is, with Prometheus 3.
func TestPrometheusConfig(t *testing.T) {
	promtool := tool(t, "promtool", "prometheus")
	directory := copyOf(t, "deploy/prometheus")
	file := filepath.Join(directory, "prometheus.yml")
	without(t, file, "scrape_native_histograms", "always_scrape_classic_histograms")
	command(t, promtool, "check", "config", file)
}

// TestAlertmanagerConfig checks the configuration with Debian's amtool 0.25, which does not
// know url_file yet; `make stack-test` runs it as it is.
func TestAlertmanagerConfig(t *testing.T) {
	amtool := tool(t, "amtool", "prometheus-alertmanager")
	file := filepath.Join(copyOf(t, "deploy/alertmanager"), "alertmanager.yml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const newer = "url_file: /run/secrets/on_call_url"
	if !strings.Contains(string(text), newer) {
		t.Errorf("no %s", newer)
	}
	older := strings.Replace(string(text), newer, "url: http://localhost", 1)
	if err := os.WriteFile(file, []byte(older), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, amtool, "check-config", file)
	for _, route := range []struct{ labels, receivers string }{
		{"severity=critical", "on-call,webhook"},
		{"severity=warning", "webhook"},
	} {
		command(t, amtool, "config", "routes", "test", "--config.file="+file, "--verify.receivers="+route.receivers, route.labels)
	}
}

// TestLocustfile compares the locustfile with what the worker of the stack prints.
func TestLocustfile(t *testing.T) {
	printed, err := exec.CommandContext(t.Context(), "go", "run", "-C", root, "./examples/quickstart", "locustfile").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(read(t, "deploy/locust/locustfile.py"), string(printed)) {
		t.Error("deploy/locust/locustfile.py does not begin with what `quickstart locustfile` prints")
	}
}
