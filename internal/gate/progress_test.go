package gate

import (
	"strings"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
)

func TestProgress(t *testing.T) {
	begin := time.Now()
	p95 := 0.0481
	line := phase{"measuring", begin, 3 * time.Minute}.line(begin.Add(35*time.Second), record.Point{Users: 100, Rate: 612, Failures: 6.12, P95: &p95})
	if want := "measuring 35s/3m0s  users 100  612/s  failures 1%  p95 48.1ms"; line != want {
		t.Errorf("%q, want %q", line, want)
	}
	var log, terminal strings.Builder
	columns := 7
	for out, of := range map[*strings.Builder]func() int{&log: nil, &terminal: func() int { return columns }} {
		columns = 7
		p := &progress{out: out, columns: of}
		p.show("one of many")
		columns = 0
		p.show("two")
		p.say("three\n%s", "and \x1b[31mfour")
	}
	if want := "one of many\ntwo\nthree\nand \\x1b[31mfour\n"; log.String() != want {
		t.Errorf("log %q, want %q", log.String(), want)
	}
	if want := "one of\r      \rtwo\r   \rthree\nand \\x1b[31mfour\n"; terminal.String() != want {
		t.Errorf("terminal %q, want %q", terminal.String(), want)
	}
}
