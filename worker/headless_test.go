package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/tasks"
)

// A screen is written to from several goroutines.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// A show is one call of a program in fake time, and what it has printed.
type show struct {
	code     int
	out, err string
	took     time.Duration
}

// perform calls a program, which is told to end after interrupt, if that is not 0.
func perform(t *testing.T, cfg Config, args string, interrupt time.Duration, classes ...*tasks.UserClass) show {
	t.Helper()
	var out screen
	s := performTo(t, &out, cfg, args, interrupt, classes...)
	s.out = out.String()
	return s
}

// performTo is perform with another standard output.
func performTo(t *testing.T, out io.Writer, cfg Config, args string, interrupt time.Duration, classes ...*tasks.UserClass) (s show) {
	t.Helper()
	synctest.Test(t, func(*testing.T) {
		var stderr screen
		c := command{cfg: cfg, name: "quickstart", classes: classes, all: classes, out: out, err: &stderr}
		c.untilSignal = func() (context.Context, context.CancelFunc) {
			if interrupt > 0 {
				return context.WithTimeout(context.Background(), interrupt)
			}
			return context.WithCancel(context.Background())
		}
		begin := time.Now()
		s.code = c.run(append(strings.Fields(args), "--metrics-address", "off"), func(string) (string, bool) { return "", false })
		s.err, s.took = stderr.String(), time.Since(begin)
	})
	return s
}

// once is a class whose users record one request each and then wait.
func once(name string, r tasks.Request, then error) *tasks.UserClass {
	return &tasks.UserClass{Name: name, WaitTime: tasks.Constant(time.Hour), New: func(u *tasks.User) tasks.TaskSet {
		return tasks.TaskSet{Tasks: []tasks.Task{{Name: "work", Run: func(ctx context.Context) error {
			_ = u.Record(ctx, r) // a failure is in the statistics
			return then
		}}}}
	}}
}

func TestHeadlessExitCodes(t *testing.T) {
	good, bad := tasks.Request{Method: "GET", Name: "/good", Duration: ms}, tasks.Request{Method: "GET", Name: "/bad", Err: errors.New("no")}
	for _, tt := range []struct {
		args  string
		class *tasks.UserClass
		code  int
	}{
		{"", once("A", good, nil), 0},
		{"", once("A", bad, nil), 1},
		{"", once("A", good, errors.New("an exception")), 1},
		{"--exit-code-on-error 0", once("A", bad, nil), 0},
		{"--exit-code-on-error 7", once("A", bad, nil), 7},
	} {
		s := perform(t, Config{}, "--headless -t 3s "+tt.args, 0, tt.class)
		if s.code != tt.code || s.took < 3*time.Second || s.took > 4*time.Second {
			t.Errorf("%s: exit code %d after %v, want %d:\n%s", tt.args, s.code, s.took, tt.code, s.err)
		}
	}
}

// The tables: at once, every 2 s, and at the end.
func TestHeadlessTables(t *testing.T) {
	class := once("A", tasks.Request{Method: "GET", Name: "/good", Duration: 7 * ms}, nil)
	for args, want := range map[string]struct{ tables, percentiles int }{
		"":                                      {4, 1}, // at 0 s, 2 s, 4 s and the end
		"--only-summary":                        {1, 1},
		"--skip-log-setup":                      {0, 0},
		"--json-file " + t.TempDir() + "/new/x": {3, 0},
	} {
		s := perform(t, Config{}, "--headless -u 2 -r 2 -t 5s "+args, 0, class)
		if got := strings.Count(s.err, "# fails"); got != want.tables {
			t.Errorf("%q: %d tables, want %d:\n%s", args, got, want.tables, s.err)
		}
		if got := strings.Count(s.err, "percentiles"); got != want.percentiles {
			t.Errorf("%q: %d tables of percentiles, want %d", args, got, want.percentiles)
		}
		if row := "GET      /good                                                                              2     0(0.00%) |      7       7       7      7 |"; want.tables > 0 && !strings.Contains(s.err, row) {
			t.Errorf("%q: no row for two requests:\n%s", args, s.err)
		}
	}
}

// What is told to end stops its users within the stop timeout, and shows what they did.
func TestHeadlessInterrupted(t *testing.T) {
	s := perform(t, Config{}, "--headless -u 3 -r 3 --stop-timeout 10 --only-summary", 5500*ms, worksFor("A", 3*time.Second))
	if s.code != 0 || s.took < 6*time.Second || s.took > 8*time.Second {
		t.Errorf("exit code %d after %v", s.code, s.took)
	}
	if !strings.Contains(s.err, "Aggregated                                                                         6     0(0.00%)") {
		t.Errorf("not two requests of each of three users:\n%s", s.err)
	}
}

// The files hold what the last table shows.
func TestHeadlessFiles(t *testing.T) {
	dir := t.TempDir()
	s := perform(t, Config{}, "--headless -t 3s --json --csv "+dir+"/sub/run --csv-full-history --json-file "+dir+"/other/all", 0, worksFor("A", 100*ms))
	var entries []struct {
		Name     string
		Requests int `json:"num_requests"`
	}
	if err := json.Unmarshal([]byte(s.out), &entries); err != nil || len(entries) != 1 || entries[0].Requests < 28 {
		t.Errorf("%v: %s", err, s.out)
	}
	if file, err := os.ReadFile(filepath.Join(dir, "other", "all.json")); err != nil || string(file)+"\n" != s.out {
		t.Errorf("file %v: %s", err, file)
	}
	for name, lines := range map[string]int{"_stats.csv": 3, "_failures.csv": 1, "_exceptions.csv": 1, "_stats_history.csv": 6} {
		text, err := os.ReadFile(filepath.Join(dir, "sub", "run"+name))
		if got := strings.Count(string(text), "\r\n"); err != nil || got < lines {
			t.Errorf("%s: %v, %d lines, want %d:\n%s", name, err, got, lines, text)
		}
	}
}

// Results that cannot be written are no success, however well the run went.
func TestHeadlessOnAFullDisk(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil {
		t.Skip("no full disk here: ", err)
	}
	prefix := filepath.Join(t.TempDir(), "x")
	if err := os.Symlink(full, prefix+"_stats.csv"); err != nil {
		t.Fatal(err)
	}
	out, err := os.OpenFile(full, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	for _, args := range []string{"--json", "--csv " + prefix} {
		s := performTo(t, out, Config{}, "--headless -t 3s --exit-code-on-error 0 "+args, 0, worksFor("A", 100*ms))
		if s.code != exitFailure || strings.Count(s.err, "no space left") != 1 {
			t.Errorf("%s: exit code %d:\n%s", args, s.code, s.err)
		}
	}
}

func TestHeadlessMistakes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"-u -3":                                  "--users: -3",
		"-r 0":                                   "--spawn-rate: 0",
		"-r nan":                                 "--spawn-rate: NaN",
		"-r fast":                                `"fast"`,
		"-t soon":                                `"soon"`,
		"--html x.html":                          "--csv and --json",
		"--exit-code-on-error 256":               "256",
		"--csv " + file + "/under":               "--csv",
		"-H http://b --allow-host a":             "--allow-host has a",
		"--config-users {":                       "--config-users: {",
		`--config-users {"weight":1}`:            `"user_class_name"`,
		`--config-users /not/here.json`:          "/not/here.json",
		`--config-users {"user_class_name":"B"}`: `"B"`,
		`--config-users {"user_class_name":"A","weight":-1}`:       "weight of A: -1",
		`--config-users {"user_class_name":"A","fixed_count":1.5}`: "fixed_count of A: 1.5",
		`--config-users [{"user_class_name":"A"}]x`:                "behind it",
		`--config-users [{"user_class_name":"A"},null]`:            `"user_class_name"`,
	} {
		s := perform(t, Config{}, "--headless "+args, 0, worksFor("A", time.Second))
		if s.code != 2 || s.out != "" || !strings.Contains(s.err, want) || s.took > 0 {
			t.Errorf("%s: exit code %d after %v, want %q:\n%s", args, s.code, s.took, want, s.err)
		}
	}
}

// --worker goes before --headless, and the default is a worker.
func TestRoles(t *testing.T) {
	for args, want := range map[string]role{
		"": roleWorker, "--worker": roleWorker, "--headless": roleHeadless, "--headless --worker": roleWorker,
		"--headless --worker=false": roleHeadless, "--run-once A": roleOnce, "--headless --run-once A --worker": roleOnce,
		"--headless=false": roleWorker, "-u 5 -t 3": roleWorker,
	} {
		s := newSettings(Config{}, nil)
		parsed, err := s.set.Parse(strings.Fields(args), func(string) (string, bool) { return "", false })
		if err != nil {
			t.Fatal(err)
		}
		if s.settleRole(parsed); s.role() != want || bool(s.worker) != (want == roleWorker) {
			t.Errorf("%q: role %d, want %d; worker %v", args, s.role(), want, s.worker)
		}
	}
}
