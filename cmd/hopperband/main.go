// Command hopperband runs the gate: a load test after a deployment, with a verdict.
//
//	hopperband gate run         run the plan in gate.yaml and judge it
//	hopperband gate check       name every mistake in the plan
//	hopperband gate baseline    look after the records of past runs
//	hopperband gate comment     put the report on the pull or merge request
//	hopperband gate schema      print the JSON Schema of a plan
//	hopperband init             write a plan, a program of users and a pipeline to begin with
//	hopperband version          print the version
//
// Workers are programs of their own, built with the package worker.
package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

const usage = `usage: hopperband gate run|check|baseline|comment|schema [flags]
       hopperband init [flags]
       hopperband version

  gate run        run the plan in gate.yaml, judge it, and exit with the verdict's code
  gate check      name every mistake in the plan that would stop a run
  gate baseline   look after the records of past runs: list, show, compare, prune, accept
  gate comment    put the report into one comment on the pull or merge request
  gate schema     print the JSON Schema of a plan, for editors
  init            write a plan, a program of users and a pipeline to begin with
  version         print the version

Each takes --help. Exit codes of gate run: 0 pass, 1 internal error, 2 flags or plan,
3 threshold, 4 worse than the baseline, 5 the run is invalid, 6 no baseline but one is
required, 7 master, Prometheus or target cannot be reached, 130 and 143 interrupted.
`

func main() {
	c := command{in: os.Stdin, out: os.Stdout, err: os.Stderr, lookup: os.LookupEnv}
	os.Exit(c.run(os.Args[1:]))
}

// A command is one call of the program.
type command struct {
	in       io.Reader // asked only if it is a terminal
	out, err io.Writer
	lookup   func(string) (string, bool)
}

func (c *command) run(args []string) int {
	words := append(slices.Clip(args), "", "", "")
	switch {
	case words[0] == "gate" && words[1] == "run":
		return c.gateRun(args[2:])
	case words[0] == "gate" && words[1] == "check":
		return c.gateCheck(args[2:])
	case words[0] == "gate" && words[1] == "baseline":
		return c.baseline(args[2:])
	case words[0] == "gate" && words[1] == "comment":
		return c.comment(args[2:])
	case words[0] == "init":
		return c.initialize(args[1:])
	case isHelp(words[0]), words[0] == "version" && isHelp(words[1]), words[0] == "gate" && (isHelp(words[1]) || words[1] == "schema" && isHelp(words[2])):
		fmt.Fprint(c.out, usage)
		return verdict.ExitPass
	case words[0] == "gate" && words[1] == "schema" && len(args) > 2:
		return c.wrong(fmt.Errorf("gate schema takes nothing, not %q", args[2:]))
	case words[0] == "gate" && words[1] == "schema":
		_, err := c.out.Write(plan.Schema())
		return c.ended(err)
	case words[0] == "version" || words[0] == "--version":
		fmt.Fprintf(c.out, "hopperband %s, %s\n", version(), runtime.Version())
		return verdict.ExitPass
	}
	return c.misused(args)
}

func isHelp(word string) bool { return word == "--help" || word == "-h" || word == "help" }

// misused says what is wrong with the words before the flags.
func (c *command) misused(args []string) int {
	known := []string{"gate", "init", "version"}
	word := ""
	if len(args) > 0 {
		word = args[0]
	}
	if word == "gate" {
		known, word = []string{"run", "check", "baseline", "comment", "schema"}, ""
		if len(args) > 1 {
			word = args[1]
		}
	}
	switch best := flags.Nearest(word, known); {
	case word == "":
	case best != "":
		fmt.Fprintf(c.err, "hopperband: unknown command %s; did you mean %s?\n\n", word, best)
	default:
		fmt.Fprintf(c.err, "hopperband: unknown command %s\n\n", word)
	}
	fmt.Fprint(c.err, usage)
	return verdict.ExitUsage
}

// wrong prints each mistake in a line of its own, harmless whatever a server answered.
func (c *command) wrong(err error) int {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(c.err, "hopperband: %s\n", record.Plain(strings.TrimRight(line, "\n")))
	}
	return verdict.ExitUsage
}

// ended is the exit code of something that has no verdict.
func (c *command) ended(err error) int {
	if err != nil {
		c.wrong(err)
		return verdict.ExitInternal
	}
	return verdict.ExitPass
}

// version is that of the module the program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
