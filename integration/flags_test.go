//go:build integration

package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What a worker makes of a flag of Locust's.
const (
	honoured = "honoured" // it changes what `settings` prints
	printing = "printing" // it prints something and ends
	ignored  = "ignored"
	refused  = "refused"
)

// judgements are all arguments that Locust's parser has, and the variables that it reads
// elsewhere. One that is not listed fails the test: Locust has a new one.
func judgements() map[string]string {
	lists := map[string]string{
		honoured: `--worker --master-host --master-port --processes --host --tags --exclude-tags --stop-timeout --reset-stats
			--headless --users --spawn-rate --run-time --config-users --equal-weights --csv --csv-full-history --only-summary --html
			--json --json-file --exit-code-on-error --loglevel --logfile --skip-log-setup --config user_classes LOCUST_USER_CLASSES
			LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP`,
		printing: `--help --list --show-task-ratio --show-task-ratio-json --version`,
		ignored: `--locustfile --headful --autostart --autoquit
			--web-host --web-host-display-name --web-port --web-base-path --web-login --tls-cert --tls-key --class-picker --build-path
			--master-bind-host --master-bind-port --expect-workers --expect-workers-max-wait --enable-rebalancing
			--print-stats --profile --otel
			LOCUST_PLAYWRIGHT LOCUST_SKIP_MONKEY_PATCH LOCUST_SKIP_URLLIB3_PATCH LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP`,
		refused: `--master --slave --expect-slaves --web-auth --legacy-ui`,
	}
	all := map[string]string{}
	for judgement, names := range lists {
		for name := range strings.FieldsSeq(names) {
			all[name] = judgement
		}
	}
	return all
}

// An argument is one of Locust's parser.
type argument struct {
	Options        []string
	Variable, Name string
	Kind           string // switch, one or many
}

// name is the long option, or that of a positional argument.
func (a argument) name() string {
	for _, option := range a.Options {
		if strings.HasPrefix(option, "--") {
			return option
		}
	}
	return a.Name
}

// values are such that any of Locust's types takes them.
func (a argument) values(config string) []string {
	switch {
	case a.name() == "--loglevel":
		return []string{"DEBUG"}
	case a.name() == "--config":
		return []string{config}
	case a.Kind == "one":
		return []string{"7"}
	case a.Kind == "many":
		return []string{"7", "8"}
	}
	return nil
}

// TestFlags gives every flag and variable of Locust's own parser to a worker's program: each
// is honoured, ignored or refused as listed, and takes as many values.
func TestFlags(t *testing.T) {
	s := newScene(t, 2*time.Minute)
	s.needs("2.43.0", "the command line is as it is here")
	var locust struct {
		Arguments []argument
		Variables []string
	}
	s.ok(json.Unmarshal(s.flagsOfLocust("list", nil), &locust))
	judged, unseen := judgements(), judgements()
	plain := s.settings(nil, nil)
	config := filepath.Join(s.dir, "flags.conf")
	s.write(config, "host = from-a-file")
	for _, a := range locust.Arguments {
		judgement := judged[a.name()]
		delete(unseen, a.name())
		if judgement == "" {
			t.Errorf("%s is not listed: Locust has a new flag", a.name())
		}
		for _, option := range a.Options {
			args := append([]string{option}, a.values(config)...)
			if judgement == printing {
				s.prints(args)
				continue
			}
			s.judge(judgement, plain, nil, args, strings.Join(a.Options, " "))
		}
		if a.Variable != "" {
			value := append(a.values(config), "true")[0]
			s.judge(judgement, plain, []string{a.Variable + "=" + value}, nil, a.Variable)
		}
	}
	for _, name := range locust.Variables {
		if judged[name] == "" {
			t.Errorf("%s is not listed: Locust has a new variable", name)
		}
		delete(unseen, name)
		if judged[name] == ignored {
			s.judge(ignored, plain, []string{name + "=1"}, nil, name)
		}
	}
	for name := range unseen {
		t.Errorf("%s is listed and Locust does not have it", name)
	}
}

// judge runs the program with a flag or a variable, and with another flag behind it, which
// shows that the first one has taken no more and no less than its values.
func (s *scene) judge(judgement string, plain answer, env, args []string, title string) {
	s.t.Helper()
	got := s.settings(env, append(args, "--max-names", "4711"))
	others := strings.ReplaceAll(got.out, "# from --max-names\nmax-names = 4711", "max-names = 0")
	switch {
	case judgement == refused:
		if got.code != 2 || got.out != "" {
			s.t.Errorf("%s: exit code %d, want it refused", title, got.code)
		}
	case got.code != 0:
		s.t.Errorf("%s: exit code %d: %s", title, got.code, got.err)
	case !strings.Contains(got.out, "max-names = 4711"):
		s.t.Errorf("%s has taken the flag behind it", title)
	case judgement == honoured && others == plain.out:
		s.t.Errorf("%s has no effect", title)
	case judgement == ignored && others != plain.out:
		s.t.Errorf("%s is not ignored:\n%s", title, got.out)
	}
}

// prints runs the program with a flag that prints something and ends.
func (s *scene) prints(args []string) {
	s.t.Helper()
	cmd := exec.CommandContext(s.ctx, s.program(), append(args, "--connect-timeout", "1")...)
	if out, err := cmd.Output(); err != nil || len(out) == 0 {
		s.t.Errorf("%s: %v, and it prints %q", args, err, out)
	}
}

// An answer is what a program has printed, and its exit code.
type answer struct {
	out, err string
	code     int
}

// settings lets the worker's program print its settings, in an empty directory.
func (s *scene) settings(env, args []string) answer {
	s.t.Helper()
	return s.settingsIn(s.t.TempDir(), env, args)
}

func (s *scene) settingsIn(dir string, env, args []string) answer {
	s.t.Helper()
	cmd := exec.CommandContext(s.ctx, s.program(), append([]string{"settings"}, args...)...)
	cmd.Dir, cmd.Env = dir, append([]string{"HOME=" + filepath.Join(dir, "home")}, env...)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	return answer{out: out.String(), err: stderr.String(), code: cmd.ProcessState.ExitCode()}
}

// flagsOfLocust asks Locust's own parser.
func (s *scene) flagsOfLocust(what string, input []byte) []byte {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(s.venv, "bin", "python"), "testdata/flags.py", what)
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("asking Locust's parser: %v\n%s", err, stderr.String())
	}
	return out
}
