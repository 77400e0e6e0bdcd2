//go:build integration

package integration

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hopperband/hopperband/integration/rig"
)

// aloneUsers is how many users a run without a master has, and aloneTotals how many requests
// they make in all, and failures.
const (
	aloneUsers  = "6"
	aloneTotals = "56,8"
)

// A loner is a run without a master: Locust's own or ours.
type loner struct {
	*rig.Process
	prefix string // of its files
}

// TestHeadlessAsLocust runs the same users without a master in Locust and in ours: equal
// tables, files and exit codes, but for times and rates. Where there was no time for all requests
// it runs them for longer.
func TestHeadlessAsLocust(t *testing.T) {
	s := newScene(t, 2*time.Minute)
	s.needs("2.47.0", "the tables and files are as they are here")
	var tables, json [2]loner
	for _, runTime := range []string{"5s", "15s", "45s"} {
		tables, json = s.alone(runTime)
		if s.hadTime(slices.Concat(tables[:], json[:])) {
			break
		}
		t.Logf("%s were too short", runTime)
	}
	s.sameCodes(tables, 1)
	s.sameCodes(json, 3)
	s.sameTables(tables)
	s.sameFile(tables, "_stats.csv", numbersOf(9, 10))
	s.sameFile(tables, "_failures.csv", numbersOf(4, 5))
	s.sameFile(tables, "_stats_history.csv", numbersOf(0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16))
	s.sameFile(json, "_stats_history.csv", numbersOf(0, 4, 5))
	s.sameFile(tables, "_exceptions.csv", messages)
	s.sameFile(json, ".json", withoutTimes)
}

// alone runs Locust and ours twice each: with tables, and with JSON in their place.
func (s *scene) alone(runTime string) (tables, json [2]loner) {
	s.t.Helper()
	file, err := filepath.Abs("testdata/headless.py")
	s.ok(err)
	locust, program := filepath.Join(s.venv, "bin", "locust"), built(s.t, "headless")
	start := func(name, path string, more ...string) loner {
		name += "-" + runTime
		l := loner{prefix: filepath.Join(s.dir, name, "run")}
		args := slices.Concat(strings.Fields("--headless -u "+aloneUsers+" -r 6 -t "+runTime+" Fixed Other --csv"), []string{l.prefix}, more)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "PREFIX", l.prefix)
		}
		p, err := rig.Start(s.ctx, rig.Command{Name: name, Path: path, Args: args, Env: []string{"PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1"}, Dir: s.dir})
		s.ok(err)
		s.watch(p)
		l.Process = p
		return l
	}
	inJSON := []string{"--json-file", "PREFIX", "--exit-code-on-error", "3", "--only-summary"}
	tables = [2]loner{
		start("locust-tables", locust, "-f", file, "--csv-full-history"),
		start("ours-tables", program, "--metrics-address", "off", "--csv-full-history"),
	}
	json = [2]loner{
		start("locust-json", locust, append([]string{"-f", file}, inJSON...)...),
		start("ours-json", program, append([]string{"--metrics-address", "off"}, inJSON...)...),
	}
	for _, l := range slices.Concat(tables[:], json[:]) {
		_, err := l.Wait(s.ctx)
		s.ok(err)
	}
	return tables, json
}

// sameCodes wants both to have ended with an exit code.
func (s *scene) sameCodes(pair [2]loner, want int) {
	s.t.Helper()
	for _, l := range pair {
		if code, err := l.Wait(s.ctx); err != nil || code != want {
			s.t.Errorf("%s: exit code %d, %v, want %d", l.Name(), code, err, want)
		}
	}
}

// hadTime says that all requests came while all users ran, and before the last table of that
// time.
func (s *scene) hadTime(runs []loner) bool {
	s.t.Helper()
	all := regexp.MustCompile(`(?m)^\d+,` + aloneUsers + `,,Aggregated,.*,` + aloneTotals + `,`)
	for _, l := range runs {
		history, err := os.ReadFile(l.prefix + "_stats_history.csv")
		s.ok(err)
		if tables := tablesOf(l.Log()); !all.Match(history) || len(tables) > 3 && tables[len(tables)-3] != tables[len(tables)-4] {
			return false
		}
	}
	return true
}

// sameTables compares the first table, the last one that was printed while the test ran,
// and all that was printed at its end.
func (s *scene) sameTables(pair [2]loner) {
	s.t.Helper()
	var got [2][]string
	for i, l := range pair {
		all := tablesOf(l.Log())
		if len(all) < 4 {
			s.t.Fatalf("%s has printed %d tables:\n%s", l.Name(), len(all), l.Log())
		}
		final := len(all) - 3 // requests, percentiles, errors
		got[i] = slices.Concat(all[:1], all[final-1:])
	}
	for i := range got[0] {
		if got[0][i] != got[1][i] {
			s.t.Errorf("a table of ours:\n%s\nof Locust:\n%s", got[1][i], got[0][i])
		}
	}
}

// tablesOf are the tables in a log, without rates. A table ends with an empty line.
func tablesOf(log string) (tables []string) {
	rates := regexp.MustCompile(`\| +[0-9.]+ +[0-9.]+$`)
	row := regexp.MustCompile(`^(Type |Response time|Error report|# occ|GET |POST |X |        |-----|[0-9]+ )`)
	var table strings.Builder
	for line := range strings.Lines(log) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case row.MatchString(line):
			table.WriteString(rates.ReplaceAllString(line, "|") + "\n")
		case line == "" && table.Len() > 0:
			tables = append(tables, table.String())
			table.Reset()
		}
	}
	return tables
}

// sameFile compares a file of both, seen in a way.
func (s *scene) sameFile(pair [2]loner, name string, seen func(string) []string) {
	s.t.Helper()
	var got [2][]string
	for i, l := range pair {
		text, err := os.ReadFile(l.prefix + name)
		s.ok(err)
		got[i] = seen(string(text))
	}
	if len(got[0]) < 2 || !slices.Equal(got[0], got[1]) {
		s.t.Errorf("%s: ours\n%s\nLocust's\n%s", name, strings.Join(got[1], "\n"), strings.Join(got[0], "\n"))
	}
}

// numbersOf sees a CSV file without the numbers in some columns. Of a history it sees the
// last row of each name while all users ran: those before it tell when which request came,
// those behind it how fast users end.
func numbersOf(columns ...int) func(string) []string {
	return func(text string) (lines []string) {
		history := strings.HasPrefix(text, "Timestamp")
		for i, line := range strings.Split(text, "\r\n") {
			fields := strings.Split(strings.ReplaceAll(line, `boom, ""q""`, `boom ""q""`), ",")
			if history && i > 0 && len(fields) > 3 {
				if fields[1] != aloneUsers {
					continue
				}
				row := "," + strings.Join(fields[2:4], ",") + ","
				lines = slices.DeleteFunc(lines, func(l string) bool { return strings.Contains(l, row) })
			}
			for _, c := range columns {
				if i > 0 && c < len(fields) {
					fields[c] = "N"
				}
			}
			lines = append(lines, strings.Join(fields, ","))
		}
		return lines
	}
}

// messages sees of the exceptions how many there are, and the message.
func messages(text string) []string {
	return regexp.MustCompile(`(?m)^(Count,.*|\d+,"(?:[^"\n]|"")*",)|(,local)\r$`).FindAllString(text, -1)
}

// withoutTimes sees JSON without dates and without what happened in which second.
func withoutTimes(text string) (lines []string) {
	second, date := regexp.MustCompile(`^ +"\d{10}": \d+,?$`), regexp.MustCompile(`\b\d{10}\.\d+`)
	for line := range strings.SplitSeq(text, "\n") {
		if !second.MatchString(line) {
			lines = append(lines, date.ReplaceAllString(line, "T"))
		}
	}
	return lines
}

// TestHeadlessSignals ends runs by signals: users finish their tasks, the tables come, and
// the exit code is that of the results.
func TestHeadlessSignals(t *testing.T) {
	s := newScene(t, time.Minute)
	program := built(t, "headless")
	for name, signal := range map[string]os.Signal{"SIGINT": os.Interrupt, "SIGTERM": syscall.SIGTERM} {
		p, err := rig.Start(s.ctx, rig.Command{
			Name: "headless-" + name, Path: program, Dir: s.dir,
			Args: strings.Fields("--headless -u 2 -r 2 --only-summary --stop-timeout 5 --metrics-address off Steady"),
		})
		s.ok(err)
		s.watch(p)
		s.line(p, 20*time.Second, 1, "a request was recorded")
		s.ok(p.Signal(signal))
		if code, err := p.Wait(s.ctx); err != nil || code != 0 {
			t.Errorf("%s: exit code %d, %v", name, code, err)
		}
		all := tablesOf(p.Log())
		if len(all) != 2 || !strings.Contains(all[0], "/steady") {
			t.Errorf("%s: tables %q", name, all)
		}
	}
}
