package flags_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
)

type settings struct {
	host, logfile string
	port          int
	worker        flags.Bool
	wait          flags.Duration
	level         flags.Choice
}

func (v *settings) set() *flags.Set {
	v.port, v.wait = 5557, flags.Duration(time.Minute)
	v.level = flags.Choice{Value: "INFO", Choices: []string{"DEBUG", "INFO"}}
	s := flags.New("load")
	s.String(&v.host, flags.Flag{Name: "master-host", Short: "H", Env: "T_HOST", Usage: "host of the master"})
	s.Int(&v.port, flags.Flag{Name: "master-port", Env: "T_PORT", Usage: "port of the master"})
	s.String(&v.logfile, flags.Flag{Name: "logfile", Usage: "file of the log"})
	s.Var(&v.worker, true, flags.Flag{Name: "worker", Env: "T_WORKER", Usage: "be a worker"})
	s.Var(&v.wait, false, flags.Flag{Name: "wait", Env: "T_WAIT", Usage: "how long"})
	s.Var(&v.level, false, flags.Flag{Name: "loglevel", Short: "L", Usage: "how much"})
	return s
}

func parse(t *testing.T, env map[string]string, args ...string) (settings, []string, error) {
	t.Helper()
	var v settings
	rest, err := v.set().Parse(args, func(name string) (string, bool) { value, ok := env[name]; return value, ok })
	return v, rest, err
}

func TestParse(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		args string
		ok   func(settings) bool
	}{
		{"defaults", nil, "", func(v settings) bool {
			return v.port == 5557 && !bool(v.worker) && v.wait == flags.Duration(time.Minute)
		}},
		{"value behind a space", nil, "--master-host h", func(v settings) bool { return v.host == "h" }},
		{"value behind an equals sign", nil, "--master-host=h", func(v settings) bool { return v.host == "h" }},
		{"short", nil, "-H h -L debug", func(v settings) bool { return v.host == "h" && v.level.Value == "DEBUG" }},
		{"unique prefix", nil, "--master-ho h --wo", func(v settings) bool { return v.host == "h" && bool(v.worker) }},
		{"the last one wins", nil, "--wait 1 --wait 2", func(v settings) bool { return v.wait == flags.Duration(2*time.Second) }},
		{"a switch takes no value from the next argument", nil, "--worker --master-port 1", func(v settings) bool { return bool(v.worker) && v.port == 1 }},
		{"a switch can be set off", nil, "--worker=off", func(v settings) bool { return !bool(v.worker) }},
		{
			"environment",
			map[string]string{"T_HOST": "e", "T_PORT": "7", "T_WORKER": "YES", "T_WAIT": "1h20m"},
			"",
			func(v settings) bool {
				return v.host == "e" && v.port == 7 && bool(v.worker) && v.wait == flags.Duration(80*time.Minute)
			},
		},
		{"arguments go before the environment", map[string]string{"T_HOST": "e"}, "--master-host a", func(v settings) bool { return v.host == "a" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, _, err := parse(t, tt.env, strings.Fields(tt.args)...)
			if err != nil || !tt.ok(v) {
				t.Errorf("got %+v, error %v", v, err)
			}
		})
	}
}

func TestParseMistakes(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		args string
		want []string
	}{
		{"unknown flag, with the nearest", nil, "--master-hots x", []string{"--master-hots", "did you mean --master-host?"}},
		{"unknown flag, like nothing", nil, "--zzzzzzzzzzzz", []string{"--zzzzzzzzzzzz", "--help"}},
		{"ambiguous prefix", nil, "--master x", []string{"--master"}},
		{"no number", nil, "--master-port x", []string{"master-port", `"x"`}},
		{"no value", nil, "--master-host", []string{"master-host"}},
		{"no duration", nil, "--wait 1.5h", []string{"wait", "1.5h", "1h20m"}},
		{"no choice", nil, "--loglevel LOUD", []string{"loglevel", "LOUD", "DEBUG, INFO"}},
		{"several in the environment", map[string]string{"T_WORKER": "", "T_PORT": "p"}, "", []string{"T_WORKER", "true, yes", "T_PORT", `"p"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := parse(t, tt.env, strings.Fields(tt.args)...)
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

func TestHelpAndRest(t *testing.T) {
	if _, _, err := parse(t, nil, "--help"); !errors.Is(err, flags.ErrHelp) {
		t.Errorf("--help: %v", err)
	}
	if _, rest, err := parse(t, nil, "a", "--worker", "b"); err != nil || strings.Join(rest, " ") != "a b" {
		t.Errorf("rest %q, %v", rest, err)
	}
	var v settings
	var out strings.Builder
	if err := v.set().PrintFlags(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"-H, --master-host HOST", "T_HOST", "host of the master", "(default 5557)", "--worker "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in:\n%s", want, out.String())
		}
	}
}

func TestDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"20": 20 * time.Second, "20s": 20 * time.Second, "3m": 3 * time.Minute, "1h20m": 80 * time.Minute,
		"1h30m10s": 90*time.Minute + 10*time.Second, "500ms": 500 * time.Millisecond, "0": 0,
	} {
		var d flags.Duration
		if err := d.Set(s); err != nil || time.Duration(d) != want {
			t.Errorf("%q: %v, %v; want %v", s, time.Duration(d), err, want)
		}
	}
	for _, s := range []string{"", "x", "-1", "1d", "1.5h", "m", "99999999999999999999", "9999999999h"} {
		var d flags.Duration
		if err := d.Set(s); err == nil {
			t.Errorf("%q is %v", s, time.Duration(d))
		}
	}
}
