package main

import (
	"net"
	"strings"
	"testing"
	"time"
)

func TestBalance(t *testing.T) {
	for _, test := range []struct {
		balance
		line, err string
	}{
		{balance{7, 7, 7, 0}, "requests: target=7 worker=7 master=7 lost=0", ""},
		{balance{7, 7, 5, 0}, "requests: target=7 worker=7 master=5 lost=2", "worker and master disagree"},
		{balance{7, 7, 5, 1}, "requests: target=7 worker=7 master=5 lost=2", "worker and master disagree"},
		{balance{7, 7, 5, 2}, "requests: target=7 worker=7 master=5 lost=2", "listened no more"},
		{balance{7, 7, 7, 2}, "requests: target=7 worker=7 master=7 lost=0", ""},
		{balance{7, 6, 6, 0}, "requests: target=7 worker=6 master=6 lost=1", "target and worker disagree"},
		{balance{7, 6, 7, 0}, "requests: target=7 worker=6 master=7 lost=0", "target and worker disagree"},
		{balance{0, 0, 0, 0}, "requests: target=0 worker=0 master=0 lost=0", "served nothing"},
	} {
		if got := test.String(); got != test.line {
			t.Errorf("line %q, want %q", got, test.line)
		}
		err := test.check()
		if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%v: %v, want %q", test.balance, err, test.err)
		}
	}
}

func TestUsersIn(t *testing.T) {
	log := "start\n"
	if got := usersIn(log); got != "0" {
		t.Errorf("%q before the first spawn", got)
	}
	log += "All users spawned: {\"A\": 3} (3 total users)\nAll users spawned: {\"A\": 10} (10 total users)\n"
	if got := usersIn(log); got != "10" {
		t.Errorf("%q users, want the last number, 10", got)
	}
}

func TestRate(t *testing.T) {
	begin := time.Unix(0, 0)
	p := &progress{last: sample{at: begin}}
	for _, step := range []struct {
		after time.Duration
		total int64
		want  float64
	}{
		{500 * time.Millisecond, 100, 0}, // too short to say
		{time.Second, 150, 150},
		{1500 * time.Millisecond, 500, 150},
		{3 * time.Second, 350, 100},
	} {
		p.measure(sample{begin.Add(step.after), step.total})
		if p.rate != step.want {
			t.Errorf("after %v: %v/s, want %v", step.after, p.rate, step.want)
		}
	}
}

func TestChoosePort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := l.Addr().(*net.TCPAddr).Port

	port := 0
	if err := choose(&port, taken, "DEMO_X_PORT"); err != nil || port == 0 || port == taken {
		t.Errorf("instead of a usual port that is taken: %d, %v", port, err)
	}
	asked := taken
	if err := choose(&asked, 1, "DEMO_X_PORT"); err == nil || !strings.Contains(err.Error(), "DEMO_X_PORT") {
		t.Errorf("a port that was asked for and is taken: %v", err)
	}
}

func TestParse(t *testing.T) {
	p, err := parse([]string{"-users", "3", "-run-time", "5s", "-logs", "x"})
	if err != nil || p.users != 3 || p.runTime != 5*time.Second || !strings.HasSuffix(p.logs, "/x") || p.logs == "/x" {
		t.Errorf("%+v, %v", p, err)
	}
}
