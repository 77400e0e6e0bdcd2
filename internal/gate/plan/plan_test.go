package plan_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/threshold"
)

const good = `
name: shop
master:
  url: http://127.0.0.1:8089/base
  user: ci
  password: env:MASTER_PASSWORD
  headers: {X-Token: env:TOKEN}
run:
  users: 100
  spawn_rate: 12.5
  warm_up: 30s
  duration: 3m
  host: https://staging.example.com
  classes: [Shopper, Browser]
  arguments: {tenant: 42, mode: dry run}
source:
  workers: [http://127.0.0.1:9646/metrics]
identity:
  version: 1.10
  environment: staging
validity: {cpu: 80%, users: 0.95}
thresholds:
  - p95 < 250ms
  - {check: failures < 0.5%, name: /items, method: GET, warn: true}
  - check: p99 < 2s
    pattern: /items/.*
    each: true
    window: 30s
    stop: true
    grace: 10s
baseline: {percent: 10%, runs: 5, confirm: false}
`

func variables(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gate.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func secrets() func(string) (string, bool) {
	return variables("MASTER_PASSWORD", "pa55word", "TOKEN", "t0ken", "LINES", "s3cr3t\nmore")
}

func load(t *testing.T, text string, args ...string) (*plan.Plan, error) {
	t.Helper()
	p, _, err := plan.Load(append([]string{"--plan", write(t, text)}, args...), secrets())
	return p, err
}

func TestGood(t *testing.T) {
	p, err := load(t, good)
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "shop" || p.Run.Users != 100 || p.Run.SpawnRate != 12.5 || time.Duration(p.Run.Duration) != 3*time.Minute ||
		p.Identity.Version != "1.10" || p.Run.Arguments["tenant"] != "42" || p.Run.Arguments["mode"] != "dry run" ||
		p.Validity.Users != 0.95 || bool(p.Baseline.Confirm) {
		t.Errorf("read %+v", p)
	}
	if got := p.Limits(); got.MaxCPU != 0.8 || got.MinRequests != 100 {
		t.Errorf("limits %+v: want the plan's CPU and the default number of requests", got)
	}
	if got := p.Comparison(); got.Percent != 0.1 || got.Runs != 5 || !got.NoConfirm || got.TimeFloor != 0.001 {
		t.Errorf("comparison %+v", got)
	}
	all := p.Limit()
	if len(all) != 3 {
		t.Fatalf("thresholds %+v", all)
	}
	if all[0].Limit != 0.25 || all[0].Figure != threshold.Percentile || all[0].Warn || all[0].Scope != (threshold.Scope{}) {
		t.Errorf("first threshold %+v", all[0])
	}
	if !all[1].Warn || all[1].Scope != threshold.Name("GET", "/items") {
		t.Errorf("second threshold %+v", all[1])
	}
	if l := all[2]; !l.Scope.Each || !l.Scope.Pattern.MatchString("/items/7") || l.Window != 30*time.Second || !l.Abort || l.Grace != 10*time.Second {
		t.Errorf("third threshold %+v", l)
	}
}

// A flag goes before a variable, a variable before the file, the file before the default.
func TestPrecedence(t *testing.T) {
	path := write(t, good)
	p, rest, err := plan.Load([]string{"-f", path, "--users", "7", "extra", "--thresholds", "max < 9s", "{check: rate > 5/s, warn: true}"},
		variables("MASTER_PASSWORD", "x", "TOKEN", "x", "HOPPERBAND_GATE_USERS", "8", "HOPPERBAND_GATE_WARM_UP", "5s",
			"HOPPERBAND_GATE_RUN_ARGUMENTS", "wrong name", "HOPPERBAND_GATE_ARGUMENTS", "[tenant=7, b=1=2]"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Run.Users != 7 || time.Duration(p.Run.WarmUp) != 5*time.Second || time.Duration(p.Run.Duration) != 3*time.Minute {
		t.Errorf("run %+v, want 7 users of the flag, 5s of the variable, 3m of the file", p.Run)
	}
	if len(p.Run.Arguments) != 2 || p.Run.Arguments["tenant"] != "7" || p.Run.Arguments["b"] != "1=2" {
		t.Errorf("arguments %v", p.Run.Arguments)
	}
	if l := p.Limit(); len(l) != 2 || l[0].Limit != 9 || !l[1].Warn {
		t.Errorf("thresholds %+v, want the flag's alone", l)
	}
	if len(rest) != 1 || rest[0] != "extra" {
		t.Errorf("rest %v", rest)
	}
}

func TestHelp(t *testing.T) {
	if _, _, err := plan.Load([]string{"--help", "--users", "x"}, variables()); !errors.Is(err, flags.ErrHelp) {
		t.Errorf("error %v", err)
	}
	var help strings.Builder
	if err := plan.Help().PrintFlags(&help); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"--users USERS", "[HOPPERBAND_GATE_USERS]", "--master-url", "[HOPPERBAND_GATE_BASELINE_STORE]", "(default 7)"} {
		if !strings.Contains(help.String(), want) {
			t.Errorf("help without %q:\n%s", want, help.String())
		}
	}
}

func TestDigest(t *testing.T) {
	digest := func(args ...string) string {
		p, err := load(t, good, args...)
		if err != nil {
			t.Fatal(err)
		}
		return p.Digest()
	}
	base := digest()
	for _, same := range [][]string{
		{"--host", "http://other"},
		{"--users", "7"},
		{"--classes", "Browser", "Shopper"},
		{"--thresholds", "max < 1s"},
		{"--identity-environment", "production"},
	} {
		if digest(same...) != base {
			t.Errorf("%v changes the digest", same)
		}
	}
	for _, other := range [][]string{
		{"--spawn-rate", "1"}, {"--classes", "Shopper"}, {"--arguments", "tenant=1"}, {"--warm-up", "1s"}, {"--tags", "slow"},
	} {
		if digest(other...) == base {
			t.Errorf("%v does not change the digest", other)
		}
	}
}

// A master knows the custom argument --dry-run as dry_run, and ignores what it does not know.
func TestArgumentsAsTheMasterKnowsThem(t *testing.T) {
	p, err := load(t, "master: {url: 'http://h'}\nrun: {users: 1, duration: 1s, tags: [a, b], arguments: {dry-run: x, tenant: y}}")
	if err != nil {
		t.Fatal(err)
	}
	got := p.SwarmArguments()
	if len(got) != 3 || got["dry_run"] != "x" || got["tenant"] != "y" || got["tags"] != "a,b" {
		t.Errorf("%v", got)
	}
}

// A master takes "true" alone for true (locust/web.py, swarm).
func TestArgumentsThatAreTrue(t *testing.T) {
	p, err := load(t, "master: {url: 'http://h'}\nrun: {users: 1, duration: 1s, arguments: {a: True, b: FALSE, c: 'True', d: 1.50}}")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a": "true", "b": "false", "c": "True", "d": "1.50"}
	if got := p.SwarmArguments(); !maps.Equal(got, want) {
		t.Errorf("arguments %v, want %v", got, want)
	}
}
