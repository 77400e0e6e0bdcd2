package flags_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
)

type settings struct {
	host, logfile, config flags.String
	port                  flags.Int
	worker, strict        flags.Bool
	wait                  flags.Duration
	level                 flags.Choice
	tags                  flags.Strings
}

func (v *settings) set() *flags.Set {
	v.port, v.wait, v.strict = 5557, flags.Duration(time.Minute), true
	v.level = flags.Choice{Value: "INFO", Choices: []string{"DEBUG", "INFO"}}
	return &flags.Set{
		Flags: []flags.Flag{
			{Name: "master-host", Short: "H", Env: "T_HOST", Usage: "host of the master", Value: &v.host, Group: "Flags"},
			{Name: "master-port", Env: "T_PORT", Usage: "port of the master", Value: &v.port, Group: "Flags"},
			{Name: "logfile", Usage: "file of the log", Value: &v.logfile},
			{Name: "config", Usage: "file", Value: &v.config},
			{Name: "worker", Short: "w", Env: "T_WORKER", Usage: "be a worker", Takes: flags.Switch, Value: &v.worker},
			{Name: "wait", Env: "T_WAIT", Usage: "how long", Value: &v.wait},
			{Name: "loglevel", Short: "L", Usage: "how much", Value: &v.level},
			{Name: "tags", Short: "T", Env: "T_TAGS", Usage: "which tasks", Takes: flags.Many, Value: &v.tags},
			{Name: "strict", Usage: "refuse the unknown", Takes: flags.Switch, Value: &v.strict, Extra: true},
			{Name: "master-heartbeat", Usage: "own", Value: &flags.Choice{}, Extra: true},
			{Name: "users", Short: "u", Env: "T_USERS", Ignored: true},
			{Name: "headless", Env: "T_HEADLESS", Takes: flags.Switch, Ignored: true},
			{Env: "T_ONLY", Ignored: true},
			{Name: "slave", Env: "T_SLAVE", Takes: flags.Switch, Refused: "renamed to --worker"},
		},
		Files:    []string{"~/.load.conf", "load.conf", "pyproject.toml"},
		Config:   "config",
		Section:  "tool.load",
		Lenient:  func() bool { return !bool(v.strict) },
		Argument: func(arg string) bool { return arg == "Shopper" },
	}
}

type variables = map[string]string

func parse(env variables, args ...string) (settings, *flags.Parsed, error) {
	var v settings
	parsed, err := v.set().Parse(args, func(name string) (string, bool) { value, ok := env[name]; return value, ok })
	return v, parsed, err
}

func TestParse(t *testing.T) {
	tests := []struct {
		name string
		env  variables
		args string
		ok   func(settings) bool
	}{
		{"defaults", nil, "", func(v settings) bool {
			return v.port == 5557 && !bool(v.worker) && v.wait == flags.Duration(time.Minute) && v.tags == nil
		}},
		{"value behind a space", nil, "--master-host h", func(v settings) bool { return v.host == "h" }},
		{"value behind an equals sign", nil, "--master-host=h=i", func(v settings) bool { return v.host == "h=i" }},
		{"no value behind an equals sign", nil, "--master-host=", func(v settings) bool { return v.host == "" }},
		{"short", nil, "-H h -L debug", func(v settings) bool { return v.host == "h" && v.level.Value == "DEBUG" }},
		{"short, in one", nil, "-Hh -L=debug", func(v settings) bool { return v.host == "h" && v.level.Value == "DEBUG" }},
		{"short ones together", nil, "-wHh", func(v settings) bool { return bool(v.worker) && v.host == "h" }},
		{"unique prefix", nil, "--master-ho h --wo", func(v settings) bool { return v.host == "h" && bool(v.worker) }},
		{"prefix of Locust's and of another", nil, "--master-h h", func(v settings) bool { return v.host == "h" }},
		{"the last one wins", nil, "--wait 1 --wait 2", func(v settings) bool { return v.wait == flags.Duration(2*time.Second) }},
		{"a switch takes no value from the next argument", nil, "--worker --master-port 1", func(v settings) bool { return bool(v.worker) && v.port == 1 }},
		{"a switch can be set off", nil, "--worker=off", func(v settings) bool { return !bool(v.worker) }},
		{"a negative number is a value", nil, "--master-port -1", func(v settings) bool { return v.port == -1 }},
		{"a dash is a value", nil, "--logfile -", func(v settings) bool { return v.logfile == "-" }},
		{"spaces around a number", variables{"T_PORT": " 7\n"}, "", func(v settings) bool { return v.port == 7 }},
		{
			"environment",
			variables{"T_HOST": "e", "T_PORT": "7", "T_WORKER": "YES", "T_WAIT": "1h20m"},
			"",
			func(v settings) bool {
				return v.host == "e" && v.port == 7 && bool(v.worker) && v.wait == flags.Duration(80*time.Minute)
			},
		},
		{"arguments go before the environment", variables{"T_HOST": "e"}, "--master-host a", func(v settings) bool { return v.host == "a" }},
		{"what does not count is not looked at", variables{"T_PORT": "x"}, "--master-port 1", func(v settings) bool { return v.port == 1 }},
		{"an empty variable is a value", variables{"T_HOST": ""}, "", func(v settings) bool { return v.host == "" }},
		{"a refused switch that is off", variables{"T_SLAVE": "no"}, "", func(settings) bool { return true }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, _, err := parse(tt.env, strings.Fields(tt.args)...)
			if err != nil || !tt.ok(v) {
				t.Errorf("got %+v, error %v", v, err)
			}
		})
	}
}

func TestParseMistakes(t *testing.T) {
	tests := []struct {
		name string
		env  variables
		args string
		want []string
	}{
		{"unknown flag, with the nearest", nil, "--master-hots x", []string{"--master-hots", "did you mean --master-host?"}},
		{"unknown flag, like nothing", nil, "--zzzzzzzzzzzz", []string{"--zzzzzzzzzzzz", "--help"}},
		{"unknown letter", nil, "-x", []string{"-x"}},
		{"ambiguous prefix", nil, "--master x", []string{"--master:", "--master-host, --master-port"}},
		{"no number", nil, "--master-port x", []string{"--master-port", `"x"`}},
		{"no value", nil, "--master-host", []string{"--master-host", "value"}},
		{"no value before a flag", nil, "--master-host --worker", []string{"--master-host", "value"}},
		{"no duration", nil, "--wait 1.5h", []string{"--wait", "1.5h", "1h20m"}},
		{"no choice", nil, "--loglevel LOUD", []string{"--loglevel", "LOUD", "DEBUG, INFO"}},
		{"refused", nil, "--slave", []string{"--slave: renamed to --worker"}},
		{"refused in the environment", variables{"T_SLAVE": "1"}, "", []string{"T_SLAVE: renamed to --worker"}},
		{"several in the environment", variables{"T_WORKER": "", "T_PORT": "p"}, "", []string{"T_WORKER", "true, yes", "T_PORT", `"p"`}},
		{"an empty number", variables{"T_PORT": ""}, "", []string{"T_PORT", `""`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := parse(tt.env, strings.Fields(tt.args)...)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in: %v", want, err)
				}
			}
		})
	}
}

func TestLists(t *testing.T) {
	tests := []struct {
		name       string
		env        variables
		args       []string
		tags, rest string
	}{
		{"up to the next flag", nil, []string{"-T", "a", "b", "--worker", "c"}, "[a, b]", "c"},
		{"the last list counts", nil, []string{"-T", "a", "b", "--tags", "c"}, "[c]", ""},
		{"none", variables{"T_TAGS": "[a]"}, []string{"--tags", "--worker"}, "[]", ""},
		{"one behind an equals sign", nil, []string{"--tags=a b", "c"}, "[a b]", "c"},
		{"a space makes no flag", nil, []string{"--tags", "-a b", "-1"}, "[-a b, -1]", ""},
		{"up to two dashes", nil, []string{"--tags", "a", "--", "--b"}, "[a]", "--b"},
		{"variable", variables{"T_TAGS": "[a, b]"}, nil, "[a, b]", ""},
		{"variable in JSON", variables{"T_TAGS": `["a, b", 1.50, true, null]`}, nil, `["a, b","1.50","True","None"]`, ""},
		{"a variable without brackets is one", variables{"T_TAGS": "a b"}, nil, "[a b]", ""},
		{"an empty variable is none", variables{"T_TAGS": ""}, nil, "[]", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, parsed, err := parse(tt.env, tt.args...)
			if err != nil || v.tags.String() != tt.tags || strings.Join(parsed.Args, " ") != tt.rest {
				t.Errorf("tags %v, rest %q, error %v; want %s, %q", &v.tags, parsed.Args, err, tt.tags, tt.rest)
			}
		})
	}
}

func TestGiven(t *testing.T) {
	env := variables{"T_HEADLESS": "true", "T_ONLY": "1", "T_USERS": "5", "T_HOST": "h"}
	_, parsed, err := parse(env, "-u", "1", "--foo", "x", "--strict=off", "--bar", "1", "Shopper", "--baz=1")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, g := range parsed.Given {
		got[g.Flag.String()] = g.Origin
	}
	want := map[string]string{
		"--users": "--users", "--headless": "environment variable T_HEADLESS", "T_ONLY": "environment variable T_ONLY",
		"--master-host": "environment variable T_HOST", "--strict": "--strict",
	}
	if !maps.Equal(got, want) {
		t.Errorf("given: %v, want %v", got, want)
	}
	if unknown := strings.Join(parsed.Unknown, " "); unknown != "--foo --bar --baz" || strings.Join(parsed.Args, " ") != "Shopper" {
		t.Errorf("unknown flags %q, arguments %q", unknown, parsed.Args)
	}
}

func TestHelp(t *testing.T) {
	for _, args := range []string{"--help", "-h", "--hel", "--master-port x -h"} {
		if _, _, err := parse(nil, strings.Fields(args)...); !errors.Is(err, flags.ErrHelp) {
			t.Errorf("%s: %v", args, err)
		}
	}
	var v settings
	var out strings.Builder
	if err := v.set().PrintFlags(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Flags:\n", "-H, --master-host HOST", "host of the master [T_HOST]", "(default 5557) [T_PORT]", "Other flags:\n", "-w, --worker ",
		"-T, --tags [TAGS ...]", "--wait TIME ", "-h, --help", "-u --users T_USERS, --headless T_HEADLESS, T_ONLY\n", "Refused:\n  --slave T_SLAVE\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in:\n%s", want, out.String())
		}
	}
}
