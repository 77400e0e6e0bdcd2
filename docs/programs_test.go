package docs

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// programs builds the command, and the program in the README, which is a worker, and returns
// the directory that has them.
func programs(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	source := filepath.Join(dir, "readme.go")
	if err := os.WriteFile(source, []byte(readmeProgram(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	top, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(top, "examples", "readme", "main.go"): source}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-ldflags=-s -w", "-overlay", filepath.Join(dir, "overlay.json"), "-o", dir+string(filepath.Separator),
		"./cmd/hopperband", "./examples/readme")
	build.Dir = top
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

// readmeProgram is the whole program that the README shows.
func readmeProgram(t *testing.T) string {
	t.Helper()
	for _, b := range parse("README.md", read(t, "README.md")).blocks {
		if b.language == "go" && strings.HasPrefix(b.text, "package main\n") {
			return b.text
		}
	}
	t.Fatal("the README shows no program")
	return ""
}

// run returns what a program prints, on both outputs.
func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	name := filepath.Join(dir, args[0])
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	c := exec.CommandContext(t.Context(), name, args[1:]...)
	c.Dir = dir // where no configuration file is
	c.Env = append(os.Environ(), "HOME="+dir)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
	return string(out)
}

// helps are the help texts by command.
func helps(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{"worker": run(t, dir, "readme", "--help")}
	for _, c := range []string{"gate run", "gate check", "gate baseline", "gate comment", "init"} {
		all[c] = run(t, dir, append(append([]string{"hopperband"}, strings.Fields(c)...), "--help")...)
	}
	return all
}

// foreign are flags of other programs: of Docker, of kubectl, of Prometheus, of boomer.
func foreign() []string {
	return []string{
		"--build", "--build-arg", "--chmod", "--follow", "--from", "--platform", "--scale", "--target", "--ulimit", "--volumes", "--wait", "--rm",
		"--for", "--from-file", "--timeout",
		"--enable-feature", "--web.enable-remote-write-receiver",
		"--max-rps", "--run-tasks",
	}
}

// TestProgramsAsDocumented holds what pages say of programs against the programs.
func TestProgramsAsDocumented(t *testing.T) {
	dir := programs(t)
	all := helps(t, dir)
	t.Run("flags", func(t *testing.T) { testFlags(t, all) })
	t.Run("variables", func(t *testing.T) { testVariables(t, all) })
	t.Run("lines", func(t *testing.T) { testLines(t, all) })
	t.Run("worker page", func(t *testing.T) { testWorkerPage(t, all["worker"]) })
	t.Run("readme", func(t *testing.T) {
		if out := run(t, dir, "readme", "locustfile"); !strings.Contains(out, "class Shopper(") || !strings.Contains(out, `@tag("slow")`) {
			t.Errorf("the README's program has other users:\n%s", out)
		}
	})
}

// testFlags wants each flag that is mentioned to be one of a program's.
func testFlags(t *testing.T, helps map[string]string) {
	known := map[string]bool{}
	for _, help := range helps {
		for _, f := range flagsIn(help) {
			known[f] = true
		}
	}
	for _, f := range foreign() {
		known[f] = true
	}
	for _, p := range pages(t) {
		for _, code := range p.code() {
			for _, f := range flagsIn(code) {
				if !known[f] {
					t.Errorf("%s: no program has %s", p.path, f)
				}
			}
		}
	}
}

func flagsIn(text string) (flags []string) {
	for _, m := range regexp.MustCompile(`(?:^|[\s\[("'`+"`"+`,])(--[a-z][a-z0-9.-]*[a-z0-9])`).FindAllStringSubmatch(text, -1) {
		flags = append(flags, m[1])
	}
	return flags
}

func variablesIn(text string) []string {
	return regexp.MustCompile(`\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b`).FindAllString(text, -1)
}

// testVariables wants Locust's variables and ours to be those of programs, and others to be
// somewhere in the repository.
func testVariables(t *testing.T, helps map[string]string) {
	ours, anywhere := map[string]bool{}, map[string]bool{}
	for _, help := range helps {
		for _, v := range variablesIn(help) {
			ours[v] = true
		}
	}
	for name, text := range sources(t) {
		for _, v := range variablesIn(text) {
			anywhere[v] = true
			if name == "docker-compose.yml" {
				ours[v] = true
			}
		}
	}
	for _, p := range pages(t) {
		for _, v := range variablesIn(strings.Join(p.code(), "\n")) {
			if is := ours[v]; !is && strings.HasPrefix(v, "HOPPERBAND_") || !is && !anywhere[v] && !elsewhere(v) {
				t.Errorf("%s: nothing has the variable %s", p.path, v)
			}
		}
	}
}

// elsewhere are names of other programs.
func elsewhere(name string) bool { return name == "CONFIG_IRQ_TIME_ACCOUNTING" } // of Linux

// testLines reads the commands that pages show, and wants each flag to be of that command.
func testLines(t *testing.T, helps map[string]string) {
	found := 0
	for _, p := range pages(t) {
		for _, line := range p.lines() {
			command := commandOf(line)
			if command == "" {
				continue
			}
			found++
			help, ok := helps[command]
			if !ok {
				t.Errorf("%s: %q: there is no such command", p.path, line)
			}
			known := flagsIn(help)
			for _, f := range flagsIn(line) {
				if !slices.Contains(known, f) {
					t.Errorf("%s: %q: the command has no %s", p.path, line, f)
				}
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d commands found", found)
	}
}

// lines are the commands in the code of a page, as a shell parts them.
func (p *page) lines() (all []string) {
	for _, code := range p.code() {
		all = append(all, regexp.MustCompile(`&&|\|\||;`).Split(code, -1)...)
	}
	return all
}

// commandOf is the command of a line: "worker", or the words behind hopperband; "" is another
// program's.
func commandOf(line string) string {
	fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "$ "))
	if len(fields) < 2 {
		return ""
	}
	switch fields[0] {
	case "./quickstart", "./program", "./shop", "shop":
		return "worker"
	case "hopperband", "bin/hopperband", "gate":
	default:
		return ""
	}
	if fields[0] != "gate" {
		fields = fields[1:]
	}
	switch {
	case fields[0] == "gate" && len(fields) > 1 && fields[1] == "schema", fields[0] == "version", fields[0][0] == '-':
		return ""
	case fields[0] == "gate" && len(fields) > 1:
		return "gate " + fields[1]
	}
	return fields[0]
}

// testWorkerPage wants every flag of a worker's help on its page, with its variable and its
// default, and no other.
func testWorkerPage(t *testing.T, help string) {
	help, _, _ = strings.Cut(help, "\nAccepted and ignored")
	row := regexp.MustCompile(`(?m)^  (?:-\w, )?(--[a-z-]+|[A-Z_]+=\.\.\.)(?: \S.*?)??(?:  +(.*))$`)
	want := map[string]string{}
	for _, m := range row.FindAllStringSubmatch(help, -1) {
		name := strings.TrimSuffix(m[1], "=...")
		want[name] = fmt.Sprint(variablesIn(m[2][max(0, strings.LastIndex(m[2], "[")):]), defaultIn(m[2]))
	}
	delete(want, "--help")
	page := regexp.MustCompile("(?m)^\\| (?:`-\\w`, )?`(--[a-z-]+|LOCUST_[A-Z_]+)[^`]*` \\|([^|]*)\\|([^|]*)\\|")
	got := map[string]string{}
	for _, m := range page.FindAllStringSubmatch(read(t, "docs/worker.md"), -1) {
		got[m[1]] = fmt.Sprint(variablesIn(m[2]), strings.Trim(m[3], " `"))
	}
	for name, is := range want {
		if got[name] != is {
			t.Errorf("docs/worker.md has %s as %q, its help as %q", name, got[name], is)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("docs/worker.md has %s, the help does not", name)
		}
	}
	if len(want) < 50 {
		t.Errorf("only %d flags found", len(want))
	}
}

// defaultIn is the default in a line of a help text.
func defaultIn(usage string) string {
	if m := regexp.MustCompile(`\(default ([^)]*)\)`).FindStringSubmatch(usage); m != nil {
		return m[1]
	}
	return ""
}
