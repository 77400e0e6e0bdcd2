package worker

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
)

func TestLogBuffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b LogBuffer
		if lines, _ := b.since(0); lines != nil {
			t.Error("lines in an empty buffer")
		}
		log := zerolog.New(&b).With().Str("node_id", "n").Logger()
		log.Warn().Int("users", 3).Msg("all\nspawned")
		log.Error().Err(fmt.Errorf("no %q", "x")).Msg("failed")
		_, _ = b.Write([]byte("no JSON"))
		got, seen := b.since(0)
		want := []string{
			`^\[2000-01-01 00:00:00,000\] \S+/WARNING/worker: (?s)all.spawned users=3$`,
			`/ERROR/worker: failed error=.*no .*x`,
			`/INFO/worker: no JSON$`,
		}
		if len(got) != len(want) {
			t.Fatalf("%q", got)
		}
		for i := range want {
			if !regexp.MustCompile(want[i]).MatchString(got[i]) {
				t.Errorf("line %q, want %s", got[i], want[i])
			}
		}
		if lines, _ := b.since(seen); lines != nil {
			t.Error("lines without a new one")
		}
		if again, _ := b.since(0); len(again) != len(want) {
			t.Errorf("another worker that shares the buffer sees %q", again)
		}
		for i := range 3 * logLines {
			log.Info().Msg(fmt.Sprint(i, strings.Repeat("x", 2*logLine)))
		}
		got, _ = b.since(seen)
		if len(got) != logLines || len(got[0]) > logLine+4 || !strings.Contains(got[0], fmt.Sprint(2*logLines, "x")) {
			t.Errorf("%d lines, the first one is %.80q", len(got), got[0])
		}
	})
}

// Logs go to masters that have a place for them, at most every 10 s and when changed.
func TestLogsAreSent(t *testing.T) {
	var buffer LogBuffer
	log := zerolog.New(&buffer)
	play(t, Config{LogBuffer: &buffer, Log: log}, func(s *script) {
		s.register()
		log.Info().Msg("before")
		s.wait(20 * time.Second)
		if got := s.take(); strings.Contains(got, "logs") {
			t.Errorf("posted %q to a master that may be old", got)
		}
		s.master(&protocol.AllSpawned{})
		s.wait(30 * time.Second)
		log.Info().Msg("more")
		s.wait(10 * time.Second)
		var logs []*protocol.Logs
		for _, m := range s.posted {
			if l, ok := m.(*protocol.Logs); ok {
				logs = append(logs, l)
			}
		}
		if len(logs) != 2 || logs[0].WorkerID != "host_1" || !strings.HasSuffix(logs[0].Lines[1], "before") || !strings.Contains(strings.Join(logs[1].Lines, "|"), "more") {
			t.Errorf("%d messages: %+v", len(logs), logs)
		}
	}, worksFor("A", time.Second))
}

func TestAllowHosts(t *testing.T) {
	cfg := Config{AllowHosts: []string{"*.staging.example", "127.0.0.1:80*"}}
	for host, ok := range map[string]bool{
		"http://shop.staging.example": true, "https://Shop.Staging.Example:8443/path": true, "http://127.0.0.1:8080": true, "": true,
		"http://staging.example": false, "http://shop.staging.example.org": false, "http://127.0.0.1:9080": false, "shop.staging.example": false, "http://[::1": false,
	} {
		if err := cfg.allows(host); (err == nil) != ok || err != nil && !strings.Contains(err.Error(), "--allow-host") {
			t.Errorf("%q: %v", host, err)
		}
	}
	if err := (Config{}).allows("http://anywhere"); err != nil {
		t.Error(err)
	}
}

// A host that is not allowed gets no user, and people see why.
func TestRefusedHost(t *testing.T) {
	play(t, Config{AllowHosts: []string{"target"}}, func(s *script) {
		s.register()
		s.take()
		spawn := func(host string) {
			s.stamp++
			s.master(&protocol.Spawn{Timestamp: s.stamp, UserClassesCount: map[string]int{"A": 2}, Host: host})
			s.wait(time.Second)
		}
		spawn("http://production")
		s.want("spawning spawning_complete(A=0) exception")
		spawn("http://target")
		if got := s.w.swarm.total(); got != 2 {
			t.Errorf("%d users for the right host", got)
		}
		spawn("http://production")
		if got := s.w.swarm.total(); got != 0 {
			t.Errorf("%d users for the wrong host", got)
		}
	}, worksFor("A", 100*ms))
}

// A password in the target's URL is for requests alone.
func TestPasswordOfHostIsNotShown(t *testing.T) {
	for host, allowed := range map[string][]string{
		"http://ann:secret@target/":     nil,
		"http://ann:secret@target/2":    {"other"},
		"http://ann:%secret@target/":    nil, // no URL, since the password is not escaped
		"ann:secret@target":             nil,
		"//ann:secret@target":           {"other"},
		"http://ann:secret@target:port": {"other"},
	} {
		var log lockedBuffer
		play(t, Config{Log: zerolog.New(&log), AllowHosts: allowed}, func(s *script) {
			s.register()
			s.master(&protocol.Spawn{Timestamp: 1, UserClassesCount: map[string]int{"A": 1}, Host: host})
			s.master(&protocol.UpdateUserClass{UserClassName: "A", Attributes: map[string]any{"host": host}})
			s.wait(time.Second)
			got := log.String()
			for _, m := range s.posted {
				if x, ok := m.(*protocol.Exception); ok {
					got += x.Msg + x.Traceback
				}
			}
			if strings.Contains(got, "secret") || !strings.Contains(got, "xxxxx@target") {
				t.Errorf("%s: %s", host, got)
			}
		}, worksFor("A", 100*ms))
	}
}
