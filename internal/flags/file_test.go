package flags_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// files writes files into the working directory and into the home directory, which it
// returns the variables for.
func files(t *testing.T, texts map[string]string) variables {
	t.Helper()
	home, here := t.TempDir(), t.TempDir()
	t.Chdir(here)
	for name, text := range texts {
		path := filepath.Join(here, name)
		if below, ok := strings.CutPrefix(name, "~/"); ok {
			path = filepath.Join(home, below)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return variables{"HOME": home}
}

func TestPrecedence(t *testing.T) {
	sources := []struct{ name, text string }{
		{"~/.load.conf", "logfile = 1\n"},
		{"load.conf", "logfile = 2\n"},
		{"pyproject.toml", "[tool.load]\nlogfile = 3\n"},
		{"named.conf", "logfile = 4\n"},
	}
	for n := range sources {
		texts := map[string]string{"named.conf": ""}
		for _, source := range sources[:n+1] {
			texts[source.name] = source.text
		}
		env := files(t, texts)
		v, parsed, err := parse(env, "--config", "named.conf")
		if err != nil || v.logfile.String() != string(rune('1'+n)) {
			t.Errorf("up to %s: %q, %v", sources[n].name, v.logfile, err)
		}
		if g := parsed.Given[0]; !strings.HasSuffix(g.Origin, ": logfile") || !strings.Contains(g.Origin, strings.TrimPrefix(sources[n].name, "~/")) {
			t.Errorf("up to %s: from %s", sources[n].name, g.Origin)
		}
	}
	env := files(t, map[string]string{"load.conf": "master-host = f\nmaster-port = x\nworker = true\nheadless"})
	env["T_HOST"], env["T_WORKER"] = "e", "false"
	v, _, err := parse(env, "--master-port", "1")
	if err != nil || v.host != "e" || v.port != 1 || bool(v.worker) {
		t.Errorf("the environment and the arguments: %+v, %v", v, err)
	}
}

func TestConf(t *testing.T) {
	for line, want := range map[string]string{
		"logfile = a":            "a",
		"logfile=a":              "a",
		"logfile: a":             "a",
		"logfile a":              "a",
		"--logfile a":            "a",
		"  logfile\t=  a b  ":    "a b",
		"logfile = a # comment":  "a",
		"logfile = a ; comment":  "a",
		"logfile = a#b;c":        "a#b;c",
		`logfile = "a # b"`:      "a # b",
		`logfile = 'a' # it's b`: "a",
		`logfile = "a`:           `"a`,
		"logfile =":              "",
		"logfile = ''":           "",
		"logfile":                "true",
		"logfile = http://h:1/x": "http://h:1/x",
		"logfile = a\nlogfile b": "b",
		"logfile = a\r\n":        "a",
		"logfile = [a":           "[a",
		`logfile = "[a, b]"`:     "[a, b]",
		`logfile '[a]' # a list`: "[a]",
		"# logfile = x":          "unset",
		"; logfile = x":          "unset",
		"--- logfile = x":        "unset",
		"[logfile]":              "unset",
		"log = x":                "unset", // no prefixes
	} {
		v, err := parseConf(t, line)
		if v.logfile.String() != want || err != nil {
			t.Errorf("%q: %q, %v; want %q", line, v.logfile, err, want)
		}
	}
}

func parseConf(t *testing.T, text string) (settings, error) {
	t.Helper()
	var v settings
	set := v.set()
	v.logfile = "unset"
	env := files(t, map[string]string{"load.conf": text})
	_, err := set.Parse(nil, func(name string) (string, bool) { value, ok := env[name]; return value, ok })
	return v, err
}

func TestFileValues(t *testing.T) {
	for name, text := range map[string]string{
		"load.conf":      "worker\ntags = [a, 'b c', 1]\nmaster-port: 7\nmaster-host = 1.5\nusers = many\ncustom = 1\n",
		"pyproject.toml": "[tool.load]\nworker = true\ntags = ['a', \"'b c'\", 1]\nmaster-port = 7\nmaster-host = 1.5\nusers = 'many'\ncustom = {a = 1}\n[other]\nworker=2",
	} {
		v, parsed, err := parse(files(t, map[string]string{name: text}))
		if err != nil || !bool(v.worker) || v.port != 7 || v.host != "1.5" || v.tags.String() != "[a, 'b c', 1]" {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
		if len(parsed.Keys) != 1 || !strings.HasPrefix(parsed.Keys[0], name+":") || !strings.HasSuffix(parsed.Keys[0], ": custom") {
			t.Errorf("%s: unknown keys %q", name, parsed.Keys)
		}
	}
	v, _, err := parse(files(t, map[string]string{"load.conf": "tags =\nworker = false\n", "pyproject.toml": "[tool.other]\nworker = true"}))
	if err != nil || v.tags != nil || bool(v.worker) {
		t.Errorf("empty values: %+v, %v", v, err)
	}
}

func TestFileMistakes(t *testing.T) {
	tests := []struct {
		file, text string
		want       []string
	}{
		{"load.conf", "worker\n= x\n", []string{"load.conf:2:", `"= x"`}},
		{"load.conf", "key#x\n", []string{"load.conf:1:", `"key#x"`}},
		{"load.conf", "\n\nmaster-port = x\n", []string{"load.conf:3: master-port:", `"x"`}},
		{"load.conf", "master-host = [a, b]\n", []string{"load.conf:1: master-host:", "a", "list"}},
		{"load.conf", "worker =\n", []string{"load.conf:1: worker:", `""`}},
		{"load.conf", "slave\n", []string{"load.conf:1: slave: renamed to --worker"}},
		{"pyproject.toml", "[tool.load]\nworker = perhaps\n", []string{"pyproject.toml:2:"}},
		{"pyproject.toml", "# x\n[tool.load]\n\n'master-port' = 'x'\n", []string{"pyproject.toml:4: master-port:", `"x"`}},
		{"pyproject.toml", "[tool.load]\nworker = [1]\n", []string{"pyproject.toml:2: worker:", "list"}},
		{"pyproject.toml", "\n[tool]\nload = {worker = 2}\n", []string{"pyproject.toml:3: worker:", `"2"`}},
		{"pyproject.toml", "tool.load.worker = 2\n", []string{"pyproject.toml:1: worker:", `"2"`}},
		{"~/.load.conf", "wait = 1.5h\n", []string{".load.conf:1: wait:", `"1.5h"`}},
	}
	for _, tt := range tests {
		_, _, err := parse(files(t, map[string]string{tt.file: tt.text}))
		if err == nil {
			t.Errorf("%q: no error", tt.text)
			continue
		}
		for _, want := range tt.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %q is not in: %v", tt.text, want, err)
			}
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: several lines: %v", tt.text, err)
		}
	}
}

func TestNamedFile(t *testing.T) {
	env := files(t, map[string]string{"~/own.toml": "[tool.load]\nworker=true", "load.conf": "config = nowhere"})
	if v, _, err := parse(env, "--conf", "~/own.toml"); err != nil || !bool(v.worker) {
		t.Errorf("a file below the home directory: %+v, %v", v, err)
	}
	if _, _, err := parse(env, "--config=missing.conf"); err == nil || !strings.Contains(err.Error(), "missing.conf") {
		t.Errorf("a missing file: %v", err)
	}
	if _, _, err := parse(env, "--config=missing.conf", "-h"); err == nil || strings.Contains(err.Error(), "missing") {
		t.Errorf("help: %v", err)
	}
}
