//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// An input is a command line with all that stands beside it.
type input struct {
	Arguments []string          `json:"arguments"`
	Variables map[string]string `json:"variables"`
	Directory string            `json:"directory"`
	Files     map[string]string `json:"-"` // home/.locust.conf and others
}

// TestFlagsAsLocust gives the same files, variables and arguments to Locust's own parser
// and to a worker's program, which have to make the same of them.
func TestFlagsAsLocust(t *testing.T) {
	s := newScene(t, 3*time.Minute)
	s.needs("2.43.0", "the command line is as it is here")
	inputs := slices.Concat(precedences(), syntaxes(), fileSyntaxes(), mistakes())
	for i := range inputs {
		dir := t.TempDir()
		inputs[i].Directory = dir
		for name, text := range inputs[i].Files {
			s.write(filepath.Join(dir, name), text)
		}
		variables := map[string]string{"HOME": filepath.Join(dir, "home")}
		maps.Copy(variables, inputs[i].Variables)
		inputs[i].Variables = variables
	}
	question, err := json.Marshal(inputs)
	s.ok(err)
	var answers []map[string]any
	s.ok(json.Unmarshal(s.flagsOfLocust("parse", question), &answers))
	refusals := 0
	for i, in := range inputs {
		var env []string
		for name, value := range in.Variables {
			env = append(env, name+"="+value)
		}
		got := s.settingsIn(in.Directory, env, in.Arguments)
		if answers[i] == nil {
			refusals++
			if got.code != 2 {
				t.Errorf("%+v: Locust refuses it, exit code %d", in, got.code)
			}
			continue
		}
		compareValues(t, in, answers[i], got)
	}
	if want := len(mistakes()); refusals != want {
		t.Errorf("Locust refuses %d inputs, want %d", refusals, want)
	}
}

func compareValues(t *testing.T, in input, locust map[string]any, got answer) {
	t.Helper()
	if got.code != 0 {
		t.Errorf("%+v: exit code %d: %s", in, got.code, got.err)
		return
	}
	ours := valuesOf(got.out)
	for name, read := range readings() {
		if want := read(locust[name]); ours[strings.ReplaceAll(name, "_", "-")] != want {
			t.Errorf("%+v: %s is %q, Locust has %q", in, name, ours[strings.ReplaceAll(name, "_", "-")], want)
		}
	}
}

// readings are the settings that both have, by Locust's names, and how ours are written.
// There is no worker among them: ours always is one.
func readings() map[string]func(any) string {
	text := func(v any) string {
		if v == nil {
			return ""
		}
		return fmt.Sprint(v)
	}
	number := func(v any) string {
		n, _ := v.(float64)
		return strconv.Itoa(int(n))
	}
	list := func(v any) string {
		all, _ := v.([]any)
		var texts []string
		for _, v := range all {
			texts = append(texts, text(v))
		}
		return "[" + strings.Join(texts, ", ") + "]"
	}
	return map[string]func(any) string{
		"host": text, "master_host": text, "loglevel": text, "logfile": text, "skip_log_setup": text, "reset_stats": text,
		"tags": list, "exclude_tags": list, "master_port": number,
		"processes": func(v any) string {
			if v == nil {
				return "1" // no forks: one worker
			}
			return number(v)
		},
		"stop_timeout": func(v any) string {
			seconds, _ := v.(float64)
			return (time.Duration(seconds) * time.Second).String()
		},
		"user_classes": func(v any) string {
			if all, _ := v.([]any); len(all) == 0 {
				return "[Shopper, Browser]"
			}
			return list(v)
		},
	}
}

// valuesOf reads what `settings` has printed.
func valuesOf(out string) map[string]string {
	values := map[string]string{}
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if classes, ok := strings.CutPrefix(line, "# user classes: "); ok {
			values["user-classes"] = "[" + classes + "]"
		}
		if name, value, ok := strings.Cut(line, " = "); ok {
			values[name] = value
			if n := len(value); n > 1 && value[0] == '"' && value[n-1] == '"' {
				values[name] = value[1 : n-1]
			}
		}
	}
	return values
}

// A trial is a setting, and a value of it for each source.
type trial struct {
	name, variable string
	values         [7]string
	kind           string // switch, one or many
}

func trials() []trial {
	numbers := [7]string{"1", "2", "3", "4", "5", "6", "7"}
	words := [7]string{"a", "b", "c", "d", "e", "f", "g"}
	return []trial{
		{"host", "LOCUST_HOST", [7]string{"http://1", "http://2:80", "h", "x y", "http://[::1]:8", "e", "f"}, "one"},
		{"master-host", "LOCUST_MASTER_NODE_HOST", words, "one"},
		{"master-port", "LOCUST_MASTER_NODE_PORT", numbers, "one"},
		{"processes", "LOCUST_PROCESSES", [7]string{"1", "2", "-1", "4", "5", "-1", "7"}, "one"},
		{"stop-timeout", "LOCUST_STOP_TIMEOUT", [7]string{"1", "2s", "3m", "1h1m", "1h2m3s", "5", "70"}, "one"},
		{"loglevel", "LOCUST_LOGLEVEL", [7]string{"debug", "INFO", "warning", "Error", "critical", "info", "DEBUG"}, "one"},
		{"logfile", "LOCUST_LOGFILE", words, "one"},
		{"tags", "LOCUST_TAGS", [7]string{"[a]", "[b, c]", "[d]", `["e f", "g"]`, "[h,i]", "[j, k]", "l"}, "many"},
		{"exclude-tags", "LOCUST_EXCLUDE_TAGS", words, "many"},
		{"reset-stats", "LOCUST_RESET_STATS", [7]string{"true", "no", "on", "False", "YES", "off", ""}, "switch"},
		{"skip-log-setup", "LOCUST_SKIP_LOG_SETUP", [7]string{"0", "1", "no", "yes", "off", "TRUE", ""}, "switch"},
	}
}

// precedences are each setting from each source alone, and from all sources up to each.
func precedences() (inputs []input) {
	for _, tr := range trials() {
		for last := range tr.values {
			alone, upTo := input{}, input{}
			alone.give(tr, last)
			for source := range last + 1 {
				upTo.give(tr, source)
			}
			inputs = append(inputs, alone, upTo)
		}
	}
	return inputs
}

// give adds a setting to one of the sources, of which the later one goes first. There are
// two that --config names, of which only the last one counts.
func (in *input) give(tr trial, source int) {
	value := tr.values[source]
	if in.Files == nil {
		in.Files, in.Variables = map[string]string{}, map[string]string{}
	}
	conf := tr.name + " = " + value + "\n"
	toml := "[project]\nname = 'x'\n[tool.locust]\n" + tr.name + " = " + strconv.Quote(value) + "\n"
	if strings.HasPrefix(value, "[") && tr.kind == "many" {
		elements := strings.Split(strings.Trim(strings.ReplaceAll(value, `"`, ""), "[]"), ",")
		for i, e := range elements {
			elements[i] = strconv.Quote(strings.TrimSpace(e))
		}
		toml = "[tool.locust]\n" + tr.name + " = [" + strings.Join(elements, ", ") + "]\n"
	}
	switch source {
	case 0:
		in.Files["home/.locust.conf"] = conf
	case 1:
		in.Files["locust.conf"] = conf
	case 2:
		in.Files["pyproject.toml"] = toml
	case 3:
		in.Files["named.conf"] = conf
		in.Arguments = append(in.Arguments, "--config", "named.conf")
	case 4:
		in.Files["named.toml"] = toml
		in.Arguments = append(in.Arguments, "--config=named.toml")
	case 5:
		in.Variables[tr.variable] = value
	case 6:
		in.Arguments = append(in.Arguments, "--"+tr.name)
		if tr.kind != "switch" {
			in.Arguments = append(in.Arguments, value)
		}
	}
}

// write writes a file and the directories that it is in.
func (s *scene) write(path, text string) {
	s.t.Helper()
	s.ok(os.MkdirAll(filepath.Dir(path), 0o750))
	s.ok(os.WriteFile(path, []byte(text), 0o600))
}
