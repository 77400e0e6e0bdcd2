package worker

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/protocol"
)

const askedFile = `from locust import HttpUser, User, task

class Base(HttpUser):
    abstract = True

class A(Base): pass
class MyUser(User):
    abstract = True
    @task
    def t(self): pass
class Shopper(HttpUser):
    weight = 3
    class Inner(User):
        pass
class B( # comment
    FastHttpUser): pass
class Helper:
    pass
class Shape(LoadTestShape):
    pass
text = """
  class Nobody(User): pass
"""
`

func TestAskLocustfile(t *testing.T) {
	got, missing, extra := "got the master's locustfile", "classes that this worker does not have", "that the master's locustfile does not have"
	files := func(files ...protocol.LocustfileContent) *protocol.Locustfile {
		return &protocol.Locustfile{Files: files}
	}
	for name, tt := range map[string]struct {
		answer  protocol.Message
		want    []string
		without []string
	}{
		"all are ours":    {files(protocol.LocustfileContent{Filename: "l.py", Contents: "class A(User):\n\tpass\n"}), []string{got, `"l.py"`, `["A"]`}, []string{missing, extra}},
		"others":          {files(protocol.LocustfileContent{Filename: "l.py", Contents: askedFile}), []string{got, missing, `["Shopper"]`, extra, `["A"]`}, []string{"Nobody", "Inner", "Base", "MyUser"}},
		"two files":       {files(protocol.LocustfileContent{Filename: "a.py", Contents: "class A(MyUser):"}, protocol.LocustfileContent{Filename: "b.py"}), []string{`"a.py"`, `"b.py"`}, []string{missing, extra}},
		"URL":             {files(protocol.LocustfileContent{URL: "http://x/l.py"}), []string{"is not fetched", "http://x/l.py"}, []string{missing, extra}},
		"path for a name": {files(protocol.LocustfileContent{Filename: "../../etc/passwd", Contents: "class A(User):"}), []string{"not the name of a file"}, nil},
		"no file":         {files(), []string{extra}, []string{missing}},
		"empty":           {files(protocol.LocustfileContent{Filename: "l.py"}), []string{got, extra}, []string{missing}},
		"large":           {files(protocol.LocustfileContent{Filename: "l.py", Contents: strings.Repeat("class A(User):\n", 100_000)}), []string{got, `"bytes":1500000`}, []string{missing, extra}},
		"error":           {&protocol.Locustfile{Err: "no such file"}, []string{"does not send its locustfile", "no such file"}, []string{got}},
		"old master":      {nil, []string{"going on without the master's locustfile"}, []string{got}},
	} {
		t.Run(name, func(t *testing.T) {
			log := askedOf(t, tt.answer)
			wantWords(t, log, tt.want, append(tt.without, "panic"))
			if len(log) > 10_000 {
				t.Errorf("%d bytes of log", len(log))
			}
		})
	}
	if got := fmt.Sprint(userClassesOf(askedFile)); got != "[Shopper]" {
		t.Errorf("user classes %s", got)
	}
}

// askedOf plays a worker that asks for the locustfile, and returns its log.
func askedOf(t *testing.T, answer protocol.Message) string {
	t.Helper()
	var log strings.Builder
	play(t, Config{AskLocustfile: true, Log: zerolog.New(&log)}, func(s *script) {
		s.register()
		s.want("client_ready locustfile stats(0)")
		if answer != nil {
			s.master(answer)
		}
		s.spawn(time.Second, "A", 1) // nothing waits for the answer
		s.wait(locustfileWithin + time.Second)
		if got := s.w.swarm.total(); got != 1 {
			t.Errorf("%d users run", got)
		}
		s.drop()
		s.connect(true)
		s.master(&protocol.Ack{Index: 3})
		if got := s.take(); strings.Contains(got, "locustfile") {
			t.Errorf("asked again: %s", got)
		}
	}, worksFor("A", 100*ms))
	return log.String()
}

func wantWords(t *testing.T, text string, want, without []string) {
	t.Helper()
	for _, words := range want {
		if !strings.Contains(text, words) {
			t.Errorf("%q is not in:\n%.2000s", words, text)
		}
	}
	for _, words := range without {
		if strings.Contains(text, words) {
			t.Errorf("%q is in:\n%.2000s", words, text)
		}
	}
}

// Nobody who has not asked for it sends the request: masters before 2.23 warn of it.
func TestLocustfileIsNotAskedFor(t *testing.T) {
	play(t, Config{}, func(s *script) {
		s.register()
		s.want("client_ready stats(0)")
	}, worksFor("A", 100*ms))
}
