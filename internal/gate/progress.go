package gate

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// A progress says how a run goes: on a terminal in one line that changes, in a log in one
// line for each moment.
type progress struct {
	out     io.Writer
	columns func() int // of the terminal, 0 if not known; nil for a log
	width   int        // of the line that stands there
}

// say prints lines that stay. What is in them may come from a master that is none.
func (p *progress) say(format string, args ...any) {
	p.clear()
	for line := range strings.Lines(fmt.Sprintf(format, args...)) {
		fmt.Fprintln(p.out, record.Plain(strings.TrimRight(line, "\r\n")))
	}
}

// show prints how it is now.
func (p *progress) show(line string) {
	if p.columns == nil {
		fmt.Fprintln(p.out, line)
		return
	}
	p.clear()
	shown := []rune(line)
	if columns := p.columns(); columns > 0 {
		shown = shown[:min(len(shown), columns-1)] // a second line would stay
	}
	fmt.Fprint(p.out, string(shown))
	p.width = len(shown)
}

func (p *progress) clear() {
	if p.width > 0 {
		fmt.Fprint(p.out, "\r"+strings.Repeat(" ", p.width)+"\r")
		p.width = 0
	}
}

// line is one moment of a phase in words.
func (ph phase) line(at time.Time, point record.Point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %v/%v  users %d  %s", ph.name, at.Sub(ph.begin).Round(time.Second), ph.length.Round(time.Second),
		point.Users, record.Format(point.Rate, record.PerSecond))
	if point.Rate > 0 {
		fmt.Fprintf(&b, "  failures %s", record.Format(point.Failures/point.Rate, record.Ratio))
	}
	for _, q := range []struct {
		name  string
		value *float64
	}{{"p50", point.P50}, {"p95", point.P95}, {"p99", point.P99}} {
		if q.value != nil {
			fmt.Fprintf(&b, "  %s %s", q.name, record.Format(*q.value, record.Seconds))
		}
	}
	return b.String()
}
