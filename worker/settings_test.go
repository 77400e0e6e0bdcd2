package worker

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"
)

// configured returns the Config that flags and variables make of cfg.
func configured(t *testing.T, cfg Config, args string, env map[string]string) (Config, error) {
	t.Helper()
	s := newSettings(cfg, nil)
	_, err := s.set.Parse(strings.Fields(args), func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	if err == nil {
		err = s.check()
	}
	s.apply(&cfg)
	return cfg, err
}

func TestSettingsOfConfig(t *testing.T) {
	own := Config{
		MasterHost: "m", MasterPort: 1, Host: "http://h", Tags: []string{"a"}, ExcludeTags: []string{"b"}, AllowHosts: []string{"h"},
		ConnectTimeout: time.Second, ConnectInterval: time.Minute, MasterHeartbeatTimeout: 2 * time.Second, MaxRunTime: time.Hour, MaxNames: 5,
		StopTimeout: 3 * time.Second, ReadyDelay: 4 * time.Second, ResetStats: true, Processes: 2,
		Metrics: Metrics{Address: "127.0.0.1:1", WebConfig: "web.yml", Profiling: true, Linger: -1}, RunID: "r", TestedVersion: "v", Environment: "e",
	}
	if got, err := configured(t, own, "", nil); err != nil || !reflect.DeepEqual(got, own) {
		t.Errorf("the program's own settings: %+v, %v", got, err)
	}
	tests := []struct {
		args string
		env  map[string]string
		ok   func(Config) bool
	}{
		{"", nil, func(c Config) bool {
			return c.MasterHost == "127.0.0.1" && c.MasterPort == 5557 && c.Processes == 1 && c.ConnectTimeout == 305*time.Second && c.StopTimeout == 0
		}},
		{"--tags a b --exclude-tags c", nil, func(c Config) bool {
			return reflect.DeepEqual(c.Tags, []string{"a", "b"}) && reflect.DeepEqual(c.ExcludeTags, []string{"c"})
		}},
		{"-s 1m", nil, func(c Config) bool { return c.StopTimeout == time.Minute }},
		{"--reset-stats", nil, func(c Config) bool { return c.ResetStats }},
		{"--processes 3", nil, func(c Config) bool { return c.Processes == 3 }},
		{"--processes -1", nil, func(c Config) bool { return c.Processes == runtime.GOMAXPROCS(0) }},
		{"--processes 0", nil, func(c Config) bool { return c.Processes == 1 }},
		{"--connect-timeout 0", nil, func(c Config) bool { return c.ConnectTimeout > 100*365*24*time.Hour }},
		{"", map[string]string{"HOPPERBAND_CONNECT_TIMEOUT": "0"}, func(c Config) bool { return c.ConnectTimeout == forever }},
		{"-f locustfile.py", nil, func(c Config) bool { return !c.AskLocustfile }},
		{"-f -", nil, func(c Config) bool { return c.AskLocustfile }},
		{"", map[string]string{"LOCUST_LOCUSTFILE": "-"}, func(c Config) bool { return c.AskLocustfile }},
		{"--connect-interval 30s", nil, func(c Config) bool { return c.ConnectInterval == 30*time.Second }},
		{"", map[string]string{"HOPPERBAND_CONNECT_INTERVAL": "250ms"}, func(c Config) bool { return c.ConnectInterval == 250*time.Millisecond }},
		{"--allow-host *.example 127.0.0.1", nil, func(c Config) bool { return len(c.AllowHosts) == 2 }},
		{"", map[string]string{"HOPPERBAND_ALLOW_HOST": "[a, b]"}, func(c Config) bool { return len(c.AllowHosts) == 2 }},
		{"", map[string]string{"LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP": "3"}, func(c Config) bool { return c.ReadyDelay == 3*time.Second }},
	}
	for _, tt := range tests {
		if got, err := configured(t, Config{}, tt.args, tt.env); err != nil || !tt.ok(got) {
			t.Errorf("%s %v: %+v, %v", tt.args, tt.env, got, err)
		}
	}
}

func TestSettingsMistakes(t *testing.T) {
	for args, want := range map[string]string{
		"--master":                     "cannot be a master",
		"--worker=false":               "--headless",
		"--processes -2":               "-2",
		"--allow-host [":               `"["`,
		"--slave":                      "--worker",
		"--expect-slaves":              "--expect-workers",
		"--web-auth me:secret":         "--web-login",
		"--legacy-ui":                  "no longer",
		"--master-host":                "value",
		"--config /nowhere/at/all":     "/nowhere/at/all",
		"--userz 1 --strict-flags":     "did you mean --users?",
		"--foo --strict-flags=perhaps": "perhaps",
	} {
		code, out, stderr := call(args, nil, worksFor("Shopper", time.Second))
		if code != 2 || out != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: exit code %d, %q, want %q", args, code, stderr, want)
		}
	}
	if code, _, stderr := call("settings", map[string]string{"LOCUST_MODE_MASTER": "true"}, worksFor("Shopper", time.Second)); code != 2 || !strings.Contains(stderr, "LOCUST_MODE_MASTER") {
		t.Errorf("master in a variable: exit code %d, %q", code, stderr)
	}
	if code, _, stderr := call("settings", map[string]string{"LOCUST_MODE_MASTER": "off"}, worksFor("Shopper", time.Second)); code != 0 {
		t.Errorf("no master in a variable: exit code %d, %q", code, stderr)
	}
}

// TestPrintSettings reads what has been printed as a file again.
func TestPrintSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("locust.conf", []byte("host = http://h/ # there\ntags = [a, b c]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"LOCUST_MASTER_NODE_HOST": "m", "HOPPERBAND_LOG_FORMAT": "json"}
	code, out, stderr := call("settings --master-port 7 --logfile a;#b --strict-flags=off --connect-interval 1500ms", env, worksFor("Shopper", time.Second))
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	for _, want := range []string{
		"# user classes: Shopper\n", "# from locust.conf:1: host\nhost = http://h/\n", "# from locust.conf:2: tags\ntags = [a, b c]\n",
		"# from environment variable LOCUST_MASTER_NODE_HOST\nmaster-host = m\n", "# from --master-port\nmaster-port = 7\n",
		"\nlogfile = a;#b\n", "\nstop-timeout = 0s\n", "\nlog-format = json\n", "\nstrict-flags = false\n", "\nworker = true\n",
		"\nmaster-tls = false\n", "\nmaster-tls-ca = \n", "# from --connect-interval\nconnect-interval = 1.5s\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
	readAgain(t, out)
}

// What TOML calls a string may look like a list, or like another type.
func TestPrintSettingsOfTOML(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("pyproject.toml", []byte("[tool.locust]\nlogfile = '[a, b]'\ntags = ['true', '[1]']\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, stderr := call("settings", nil, worksFor("Shopper", time.Second))
	if code != 0 || !strings.Contains(out, "\nlogfile = \"[a, b]\"\n") || !strings.Contains(out, "\ntags = [\"true\",\"[1]\"]\n") {
		t.Fatalf("exit code %d, %s\n%s", code, stderr, out)
	}
	readAgain(t, out)
}

// readAgain checks that settings, read as a file, are the same.
func readAgain(t *testing.T, out string) {
	t.Helper()
	again := filepath.Join(t.TempDir(), "again.conf")
	if err := os.WriteFile(again, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	_, twice, stderr := call("settings --config "+again, nil, worksFor("Shopper", time.Second))
	if values(twice) != values(out) {
		t.Errorf("read again: %s\n%s\nwant\n%s", stderr, twice, out)
	}
}

// values are the lines that are no comments.
func values(conf string) string {
	var b strings.Builder
	for line := range strings.Lines(conf) {
		if !strings.HasPrefix(line, "#") {
			b.WriteString(line)
		}
	}
	return b.String()
}
