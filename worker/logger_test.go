package worker

import (
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

// logged returns what a log with these settings has on standard error and for the master.
func logged(t *testing.T, args string) (stderr string, forMaster []string) {
	t.Helper()
	s := newSettings(Config{}, nil)
	if _, err := s.set.Parse(strings.Fields(args), func(string) (string, bool) { return "", false }); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var logs LogBuffer
	synctest.Test(t, func(t *testing.T) { // on a slow machine as well, lines have the time to be written
		log, closeLog, err := newLogger(s, &out, &logs)
		if err != nil {
			t.Fatal(err)
		}
		log.Debug().Msg("a debug line")
		log.Info().Msg("an info line")
		log.Warn().Msg("a warning")
		log.Error().Msg("an error")
		closeLog()
	})
	forMaster, _ = logs.since(0)
	return out.String(), forMaster
}

func TestLogger(t *testing.T) {
	file := filepath.Join(t.TempDir(), "made", "here", "worker.log")
	tests := []struct {
		args                string
		onStderr, forMaster int
	}{
		{"", 3, 3},
		{"-L debug", 4, 4},
		{"-L WARNING", 2, 2},
		{"-L CRITICAL", 0, 0},
		{"--logfile " + file, 0, 3},
		{"--skip-log-setup -L DEBUG --logfile " + file, 2, 0},
		{"--log-format pretty", 3, 3},
	}
	for _, tt := range tests {
		stderr, lines := logged(t, tt.args)
		if strings.Count(stderr, "\n") != tt.onStderr || len(lines) != tt.forMaster {
			t.Errorf("%s: on standard error %q, for the master %q", tt.args, stderr, lines)
		}
		if strings.Contains(tt.args, "pretty") == strings.HasPrefix(stderr, "{") && stderr != "" {
			t.Errorf("%s: %q", tt.args, stderr)
		}
	}
	if text, err := os.ReadFile(file); err != nil || strings.Count(string(text), "\n") != 3 {
		t.Errorf("log file: %q, %v", text, err)
	}
}

// A log file on a full disk holds nothing up, and is no secret.
func TestLoggerOnAFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no full disk here: ", err)
	}
	stderr, lines := logged(t, "--logfile /dev/full")
	if !strings.Contains(stderr, "3 lines of it could not be written: write /dev/full") || len(lines) != 3 {
		t.Errorf("on standard error %q, for the master %q", stderr, lines)
	}
}

// What a user's code logs goes where the worker's own lines go, the Logs tab included.
func TestUsersLog(t *testing.T) {
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before); log.SetOutput(os.Stderr) })
	for _, tt := range []struct {
		args  string
		lines []string
	}{
		{"", []string{"/WARNING/worker: stock is low item=7", "/INFO/worker: by the old package"}},
		{"-L ERROR", nil},
	} {
		var out strings.Builder
		c := command{err: &out}
		s := newSettings(Config{}, nil)
		if _, err := s.set.Parse(strings.Fields(tt.args), func(string) (string, bool) { return "", false }); err != nil {
			t.Fatal(err)
		}
		synctest.Test(t, func(t *testing.T) {
			closeLog, err := c.openLog(s)
			if err != nil {
				t.Fatal(err)
			}
			slog.Warn("stock is low", "item", 7)
			log.Print("by the old package")
			closeLog()
		})
		lines, _ := c.cfg.LogBuffer.since(0)
		if len(lines) != len(tt.lines) || strings.Count(out.String(), "\n") != len(tt.lines) {
			t.Fatalf("%q: for the master %q, on standard error %q", tt.args, lines, out.String())
		}
		for i, want := range tt.lines {
			if !strings.HasSuffix(lines[i], want) {
				t.Errorf("%q: %q, want %q", tt.args, lines[i], want)
			}
		}
	}
}
