package worker

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/tasks"
)

// subCommand splits arguments into a sub-command, if the first one is its name, and the
// names of user classes.
func subCommand(args []string) (sub string, classNames []string) {
	if len(args) > 0 && isSubCommand(args[0]) {
		return args[0], args[1:]
	}
	return "", args
}

func isSubCommand(arg string) bool { return arg == "locustfile" || arg == "settings" }

// isArgument says that an argument means something to the command by itself.
func (c *command) isArgument(arg string) bool {
	return isSubCommand(arg) || slices.Contains(names(c.classes), arg)
}

// pick leaves only the named classes; no name leaves all.
func (c *command) pick(classNames []string) error {
	if len(classNames) == 0 {
		return nil
	}
	for _, name := range classNames {
		if !slices.Contains(names(c.classes), name) {
			return fmt.Errorf("unknown user class %q; this program has %s (and the sub-commands locustfile and settings)",
				name, strings.Join(names(c.classes), ", "))
		}
	}
	var picked []*tasks.UserClass
	for _, class := range c.classes {
		if slices.Contains(classNames, class.Name) {
			picked = append(picked, class)
		}
	}
	c.classes = picked
	return nil
}

// list prints the user classes as Locust does (locust/main.py).
func (c *command) list() int {
	fmt.Fprintln(c.out, "Available Users:")
	for _, name := range names(c.classes) {
		fmt.Fprintln(c.out, "    "+name)
	}
	return 0
}

// logIgnored names what was given and has no effect.
func logIgnored(log zerolog.Logger, parsed *flags.Parsed, r role) {
	for _, g := range parsed.Given {
		if g.Flag.Ignored || g.Flag.Group == aloneGroup && r == roleWorker && !forWorkersToo(g.Flag.Name) {
			log.Debug().Str("flag", g.Flag.String()).Str("from", g.Origin).Msg("flag ignored: it means nothing here")
		}
	}
	for _, key := range parsed.Keys {
		log.Debug().Str("key", key).Msg("key of a configuration file ignored: no flag has it")
	}
	for _, flag := range parsed.Unknown {
		log.Warn().Str("flag", flag).Msg("unknown flag ignored")
	}
}

// printSettings prints what can stand in a locust.conf, with the origin of what is no
// default.
func (c *command) printSettings(s *settings, parsed *flags.Parsed) int {
	origins := map[string]string{}
	for _, g := range parsed.Given {
		origins[g.Flag.Name] = g.Origin
	}
	fmt.Fprintf(c.out, "# user classes: %s\n", strings.Join(names(c.classes), ", "))
	for _, f := range slices.Concat(s.locusts(), s.alone.flags(&s.users), s.own(), s.masterTLS.flags(ownGroup), s.metrics.flags()) {
		if f.Name == "" || f.Name == s.set.Config {
			continue
		}
		if origin := origins[f.Name]; origin != "" {
			fmt.Fprintf(c.out, "# from %s\n", origin)
		}
		value := f.Value.String()
		if f.Takes == flags.One && strings.HasPrefix(value, "[") || strings.Contains(value, " #") || strings.Contains(value, " ;") {
			value = `"` + value + `"`
		}
		fmt.Fprintf(c.out, "%s = %s\n", f.Name, value)
	}
	return 0
}

// forWorkersToo says that a flag for a run without a master means something to a worker as
// well: a headless one leaves its master on a StopTest.
func forWorkersToo(name string) bool {
	return name == "config-users" || name == "equal-weights" || name == "headless"
}
