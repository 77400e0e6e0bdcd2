package plan_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/plan"
)

// A minimal plan is two lines.
const minimal = "master: {url: 'http://127.0.0.1:1'}\nrun: {users: 1, duration: 10s}\n"

type mistake struct{ plan, want string }

func mistakesOfForm() map[string]mistake {
	return map[string]mistake{
		"unknown key":         {minimal + "threshold: []", ":3: threshold: unknown key; did you mean thresholds?"},
		"unknown key inside":  {"master: {url: 'http://h'}\nrun:\n  uesrs: 5\n  duration: 1s", ":3: run.uesrs: unknown key; did you mean users?"},
		"key of elsewhere":    {minimal + "warm_up: 5s", "warm_up: unknown key; did you mean run.warm_up?"},
		"key of a threshold":  {minimal + "thresholds:\n  - {check: max < 1s, wran: true}", ":4: wran: unknown key; did you mean warn?"},
		"twice":               {minimal + "name: a\nname: b", ":4: name: the key stands here a second time"},
		"no mapping":          {"- a\n- b", ":1: a plan is a mapping"},
		"section no mapping":  {"run: fast", ":1: run: a mapping of keys is needed here"},
		"syntax":              {"run: [", "gate.yaml: "},
		"two documents":       {minimal + "---\nname: x", "one document"},
		"no number":           {"master: {url: 'http://h'}\nrun: {users: ten, duration: 1s}", `:2: run.users: "ten": not a whole number`},
		"no value":            {minimal + "name:", ":3: name: a value is needed"},
		"list for one":        {minimal + "name: [a]", "name: a text is needed, not a list"},
		"mapping in a list":   {minimal + "source: {workers: [{a: b}]}", "source.workers: line 3: a single value"},
		"no switch":           {minimal + "baseline: {off: maybe}", `baseline.off: "maybe": not one of true`},
		"no part":             {minimal + "validity: {cpu: lots}", `validity.cpu: "lots": not a part`},
		"more than all":       {minimal + "validity: {cpu: 120%}", ":3: validity.cpu: 120%: more than all"},
		"no choice":           {minimal + "source: {figures: guess}", "not one of auto, workers"},
		"no time":             {"master: {url: 'http://h'}\nrun: {users: 1, duration: soon}", `run.duration: "soon": not a time`},
		"no users":            {"master: {url: 'http://h'}\nrun: {duration: 10s}", "run.users: 0: at least 1"},
		"no duration":         {"master: {url: 'http://h'}\nrun: {users: 1}", "run.duration: 0s: at least a second"},
		"short interval":      {"master: {url: 'http://h'}\nrun: {users: 1, duration: 10s, interval: 100ms}", "run.interval: 100ms: at least a second"},
		"negative rate":       {"master: {url: 'http://h'}\nrun: {users: 1, duration: 1s, spawn_rate: -1}", "run.spawn_rate: -1: negative"},
		"no master":           {"run: {users: 1, duration: 1s}", "master.url: no master: give the address"},
		"two masters":         {minimal + "local: {worker: /bin/sh}", "not both"},
		"no address":          {"master: {url: 'localhost:8089'}\nrun: {users: 1, duration: 1s}", ":1: master.url: not an address such as"},
		"password in address": {"master: {url: 'http://u:s3cr3t@h'}\nrun: {users: 1, duration: 1s}", "master.url: no user and password"},
	}
}

// mistakesOfUse are values that are well formed, and of which a run would make nothing.
func mistakesOfUse() map[string]mistake {
	return map[string]mistake{
		"no certificate":        {minimal + "source: {cert: /bin/sh, key: /bin/sh}", "source.cert: client certificate: "},
		"no authorities":        {"master: {url: 'http://h', ca: /bin/sh}\nrun: {users: 1, duration: 1s}", ":1: master.ca: authorities: /bin/sh has no certificate"},
		"lines in a header":     {"master: {url: 'http://h', headers: {A: env:LINES}}\nrun: {users: 1, duration: 1s}", "master.headers: A: "},
		"header as curl has it": {"master: {url: 'http://h', headers: ['Authorization: Bearer s3cr3t==']}\nrun: {users: 1, duration: 1s}", "name=env:NAME"},
		"empty secret":          {"master: {url: 'http://h', password: 'file:/dev/null'}\nrun: {users: 1, duration: 1s}", "master.password: /dev/null is empty"},
		"argument with a dash":  {"master: {url: 'http://h'}\nrun: {users: 1, duration: 1s, arguments: {run-time: 1h}}", "run.arguments: run-time is run.duration"},
		"header without value":  {"master: {url: 'http://h', headers: {A: }}\nrun: {users: 1, duration: 1s}", ":1: master.headers: line 1: A: "},
		"header with nothing":   {"master: {url: 'http://h', headers: {A: ''}}\nrun: {users: 1, duration: 1s}", ":1: master.headers: A: a secret is never written here"},
		"argument without one":  {"master: {url: 'http://h'}\nrun: {users: 1, duration: 1s, arguments: {dry: ~}}", "run.arguments: line 2: dry: "},
		"argument twice":        {"master: {url: 'http://h'}\nrun: {users: 1, duration: 1s, arguments: {a: 1, a: 2}}", "run.arguments: line 2: a: the name stands here a second time"},
		"no end":                {"master: {url: 'http://h'}\nrun: {users: 9, spawn_rate: 0.000000001, duration: 1s}", "run.duration: "},
		"store is a file":       {minimal + "baseline: {store: /bin/sh}", ":3: baseline.store: /bin/sh: no folder"},
		"output is a folder":    {minimal + "output: {json: /bin}", "output.json: /bin: a folder"},
		"one file twice":        {minimal + "output: {json: ./run.out, markdown: run.out}", "output.markdown: run.out: output.json is written there"},
		"warn and stop":         {minimal + "thresholds: [{check: failures < 1%, warn: true, stop: true}]", ":3: threshold \"failures < 1%\": what only warns does not stop"},
		"stop by the master":    {minimal + "thresholds: [{check: p95 < 1s, stop: true}]", "the master's statistics have times at the end only"},
	}
}

func mistakesOfSense() map[string]mistake {
	return map[string]mistake{
		"no worker":            {"local: {worker: /nowhere/worker, locust: /bin/sh}\nrun: {users: 1, duration: 1s}", ":1: local.worker: "},
		"no locustfile":        {"local: {worker: /bin/sh, locust: /bin/sh, locustfile: /nowhere.py}\nrun: {users: 1, duration: 1s}", "local.locustfile: /nowhere.py: no such file"},
		"workers differ":       {"local: {worker: /bin/sh, locust: /bin/sh, workers: 2}\nrun: {users: 1, duration: 1s, workers: 3}", "run.workers: 3, but local.workers is 2"},
		"argument of the form": {"master: {url: 'http://h'}\nrun: {users: 1, duration: 1s, arguments: {host: x}}", ":2: run.arguments: host is run.host"},
		"stop timeout":         {"master: {url: 'http://h'}\nrun: {users: 1, duration: 1s, stop_timeout: 5s}", "--stop-timeout"},
		"secret in the plan":   {"master: {url: 'http://h', password: s3cr3t}\nrun: {users: 1, duration: 1s}", "only where it is: env:NAME or file:PATH"},
		"secret not set":       {"master: {url: 'http://h', password: env:NOWHERE}\nrun: {users: 1, duration: 1s}", "environment variable NOWHERE is not set"},
		"secret without file":  {"master: {url: 'http://h', headers: {A: 'file:/nowhere'}}\nrun: {users: 1, duration: 1s}", "master.headers: A: open /nowhere"},
		"secret header":        {"master: {url: 'http://h', headers: {A: s3cr3t}}\nrun: {users: 1, duration: 1s}", "master.headers: A: a secret is never written here"},
		"cert without key":     {"master: {url: 'http://h', cert: /bin/sh}\nrun: {users: 1, duration: 1s}", "cert and key go together"},
		"no CA":                {minimal + "source: {ca: /nowhere.pem}", "source.ca: /nowhere.pem: no such file"},
		"workers unknown":      {minimal + "source: {figures: workers}", "source.workers: the figures are to come from the workers: where are they?"},
		"Prometheus unknown":   {minimal + "source: {figures: prometheus}", "source.prometheus: the figures are to come"},
		"two versions":         {minimal + "identity: {version: a, version_url: 'http://h'}", "one of version, version_command and version_url"},
		"no version command":   {minimal + "identity: {version_command: [/nowhere/git]}", "identity.version_command: "},
		"no check":             {minimal + "thresholds: [{warn: true}]", ":3: threshold: no check"},
		"bad check":            {minimal + "thresholds:\n- p95 < 250", ":4: threshold: \"p95 < 250\": limit \"250\" has no unit"},
		"bad pattern":          {minimal + "thresholds: [{check: max < 1s, pattern: '['}]", "is no regular expression"},
		"name and each":        {minimal + "thresholds: [{check: max < 1s, name: a, each: true}]", "name goes without pattern and each"},
		"method alone":         {minimal + "thresholds: [{check: max < 1s, method: GET}]", "method goes with name"},
		"grace alone":          {minimal + "thresholds: [{check: max < 1s, grace: 5s}]", "grace goes with stop"},
		"thresholds no list":   {minimal + "thresholds: max < 1s", "thresholds: a list is needed"},
		"window too long":      {minimal + "source: {workers: ['http://h']}\nthresholds: [{check: max < 1s, window: 1m}]", ":4: threshold \"max < 1s\": a window of 1m0s in a run of 10s"},
		"window too short":     {minimal + "source: {workers: ['http://h']}\nthresholds: [{check: max < 1s, window: 2s}]", "read every 5s"},
		"window of the master": {minimal + "thresholds: [{check: max < 1s, window: 6s}]", "the master's statistics know no window"},
		"finer than master's":  {minimal + "thresholds: [p95 < 3ms]", "threshold: \"p95 < 3ms\": the figures come from Locust's statistics"},
		"off and required":     {minimal + "baseline: {off: true, required: true}", "baseline.required: it is off as well"},
		"no runs":              {minimal + "baseline: {runs: 0}", "baseline.runs: 0: at least 1"},
		"no folder":            {minimal + "output: {json: /nowhere/run.json}", "output.json: /nowhere/run.json: there is no folder /nowhere"},
		"exit code taken":      {minimal + "output: {warn_exit: 4}", "output.warn_exit: 4"},
	}
}

// Each plan has one mistake; the message names line, key and what to do.
func TestMistakes(t *testing.T) {
	all := mistakesOfForm()
	maps.Copy(all, mistakesOfSense())
	maps.Copy(all, mistakesOfUse())
	for name, test := range all {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, test.plan)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v\nwant %q in it", err, test.want)
			}
			if strings.Contains(err.Error(), "s3cr3t") {
				t.Errorf("the error tells the secret: %v", err)
			}
			if lines := strings.Count(err.Error(), "\n"); lines > 0 {
				t.Errorf("one mistake, %d lines: %v", lines+1, err)
			}
		})
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	_, err := load(t, "run: {users: 0, duration: 0s}\nvalidity: {cpu: 200%}\nthresholds: [p95 < 1s]\noutput: {warn_exit: 2}", "--wait", "soon")
	if err == nil || strings.Count(err.Error(), "\n") != 0 || !strings.Contains(err.Error(), "--wait") {
		t.Errorf("a bad flag: %v", err)
	}
	_, err = load(t, "run: {users: 0, duration: 0s}\nvalidity: {cpu: 200%}\nthresholds: [p95 < 1s]\noutput: {warn_exit: 2}", "--baseline-runs", "0")
	for _, key := range []string{"run.users", "run.duration", "validity.cpu", "output.warn_exit", "master.url", "--baseline-runs: baseline.runs"} {
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s is missing in: %v", key, err)
		}
	}
	_, err = load(t, "runn: {}\nname: [x]\nthresholds: [p95, {chekc: x}]")
	for _, want := range []string{":1: runn", ":2: name", ":3: threshold", "chekc"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is missing in: %v", want, err)
		}
	}
}

// Who forgot the folder is told so, and who wants no file is not.
func TestFileOfElsewhere(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, _, err := plan.Load(nil, variables()); err == nil || !strings.Contains(err.Error(), "there is no gate.yaml here") {
		t.Errorf("error %v", err)
	}
}

func TestNoFile(t *testing.T) {
	if _, _, err := plan.Load([]string{"--plan", "/nowhere.yaml"}, variables()); err == nil || !strings.Contains(err.Error(), "/nowhere.yaml") {
		t.Errorf("error %v", err)
	}
	t.Chdir(t.TempDir())
	if _, _, err := plan.Load([]string{"--master-url", "http://h", "--users", "1", "--duration", "10s"}, variables()); err != nil {
		t.Errorf("a plan of flags alone: %v", err)
	}
	if err := os.WriteFile("gate.yaml", []byte("lable: x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := plan.Load(nil, variables()); err == nil || !strings.Contains(err.Error(), "gate.yaml:1: lable") {
		t.Errorf("the default file: %v", err)
	}
}

func TestSecretOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("t0ken\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := load(t, fmt.Sprintf("master: {url: 'http://h', password: 'file:%s'}\nrun: {users: 1, duration: 10s}", path))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Master.Password.Read(variables()); got != "t0ken" || err != nil {
		t.Errorf("read %q, error %v", got, err)
	}
}

func FuzzPlan(f *testing.F) {
	f.Add(good)
	f.Add("thresholds: [{check: &a p95 < 1s}, *a]\n? [x]\n: y")
	f.Add("a: &a [*a]")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "gate.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, _ = plan.Load([]string{"--plan", path}, variables()) // any error, no panic
	})
}
