package worker

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	log, closeLog, err := newLogger(s, &out, &logs)
	if err != nil {
		t.Fatal(err)
	}
	defer closeLog()
	log.Debug().Msg("a debug line")
	log.Info().Msg("an info line")
	log.Warn().Msg("a warning")
	log.Error().Msg("an error")
	lines, _ := logs.since(0)
	return out.String(), lines
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
