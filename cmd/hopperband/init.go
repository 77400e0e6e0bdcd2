package main

import (
	"bufio"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/internal/gate/verdict"
	"github.com/hopperband/hopperband/internal/start"
)

const initUsage = `usage: hopperband init [flags]

Writes gate.yaml, a program of users in loadtest/, and the file of the pipeline, each valid and
commented. On a terminal it asks for what no flag says. It overwrites nothing.

`

// A starter is one call of init.
type starter struct {
	*command
	name, host, environment, dir flags.String
	ci                           flags.Choice
	users                        flags.Int
	warmUp, duration             flags.Duration
}

func (k *starter) flags() *flags.Set {
	const group = "Init"
	one := func(name string, value flags.Value, usage string) flags.Flag {
		env := "HOPPERBAND_INIT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		return flags.Flag{Name: name, Env: env, Value: value, Group: group, Usage: usage}
	}
	return &flags.Set{Flags: []flags.Flag{
		one("host", &k.host, "what is tested, such as https://staging.example.com"),
		one("environment", &k.environment, "where it runs, such as staging"),
		one("ci", &k.ci, "pipeline to write: "+strings.Join(start.CIs(), ", ")),
		one("users", &k.users, "how many users"),
		one("warm-up", &k.warmUp, "how long they run before the figures count"),
		one("duration", &k.duration, "how long the figures count"),
		one("name", &k.name, "what the plan is called in reports"),
		one("dir", &k.dir, "folder of the repository"),
	}}
}

func (c *command) initialize(args []string) int {
	d := start.Defaults()
	k := &starter{
		command: c, name: flags.String(d.Name), environment: flags.String(d.Environment), dir: ".", users: flags.Int(d.Users),
		ci: flags.Choice{Value: d.CI, Choices: start.CIs()}, warmUp: flags.Duration(d.WarmUp), duration: flags.Duration(d.Duration),
	}
	set := k.flags()
	parsed, err := set.Parse(args, c.lookup)
	switch {
	case errors.Is(err, flags.ErrHelp):
		fmt.Fprint(c.out, initUsage)
		return c.ended(set.PrintFlags(c.out))
	case err != nil:
		return c.wrong(err)
	case len(parsed.Args) > 0:
		return c.wrong(fmt.Errorf("init takes flags only, not %q", parsed.Args))
	}
	if isTerminal(c.in) {
		if err := k.ask(set, parsed); err != nil {
			return c.wrong(err)
		}
	}
	answers := k.answers()
	if err := answers.Check(); err != nil {
		return c.wrong(err)
	}
	all, err := answers.Files()
	if err == nil {
		err = start.Write(string(k.dir), all)
	}
	if err != nil {
		return c.wrong(err)
	}
	for _, f := range all {
		fmt.Fprintf(c.out, "written: %s\n", f.Path)
	}
	fmt.Fprintf(c.out, nextSteps, k.where())
	return verdict.ExitPass
}

func (k *starter) answers() start.Answers {
	return start.Answers{
		Name: string(k.name), Host: string(k.host), Environment: string(k.environment), CI: k.ci.Value, Users: int(k.users),
		WarmUp: time.Duration(k.warmUp), Duration: time.Duration(k.duration), Version: released(),
	}
}

// where is the folder as the next steps call it.
func (k *starter) where() string {
	if filepath.Clean(string(k.dir)) == "." {
		return "here"
	}
	return "in " + string(k.dir)
}

const nextSteps = `
Next, %s:
  mkdir -p bin && (cd loadtest && go build -mod=mod -o ../bin/ . tool)
  python3 -m venv .locust && .locust/bin/pip install locust==2.47.0 && export PATH=$PWD/.locust/bin:$PATH
  bin/hopperband gate check && bin/hopperband gate run
Then write your users into loadtest/main.go, commit all of it, loadtest/go.sum too, and add
bin/, .locust/ and .hopperband/ to .gitignore.
`

// ask asks for each flag that is not given, again after a mistake. An empty answer leaves the
// default.
func (k *starter) ask(set *flags.Set, parsed *flags.Parsed) error {
	lines := bufio.NewScanner(k.in)
	for _, f := range set.Flags {
		given := slices.ContainsFunc(parsed.Given, func(g flags.Given) bool { return g.Flag.Name == f.Name })
		if given || f.Name == "dir" {
			continue
		}
		for {
			fmt.Fprintf(k.out, "%s: %s [%s] ", f.Name, f.Usage, f.Value)
			if !lines.Scan() {
				return errors.Join(errors.New("init: the answers ended; nothing is written"), lines.Err())
			}
			err := k.answer(f, strings.TrimSpace(lines.Text()))
			if err == nil {
				break
			}
			fmt.Fprintln(k.out, err)
		}
	}
	return nil
}

func (k *starter) answer(f flags.Flag, text string) error {
	if text != "" {
		if err := f.Value.Set(text); err != nil {
			return fmt.Errorf("%q: %w", text, err)
		}
	}
	return k.answers().Mistake(f.Name)
}

// released is the version to name in go.mod: none for one that was built of a checkout.
func released() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || !strings.HasPrefix(info.Main.Version, "v") || strings.Contains(info.Main.Version, "+") {
		return ""
	}
	return info.Main.Version
}
