// Package flags reads a command's settings from configuration files, from environment
// variables and from its arguments, each going before the former, as Locust's commands do
// (locust/argument_parser.py, which stands on Python's argparse and on ConfigArgParse).
//
// It has a scanner of its own, since no flag library of Go's has argparse's grammar: lists
// that end at the next flag, unique prefixes of names, negative numbers that are values,
// arguments between flags.
package flags

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ErrHelp is returned by Parse when the arguments ask for help.
var ErrHelp = errors.New("help requested")

// Arity is how many values a flag takes.
type Arity int

// The arities. A switch may have a value all the same: --worker=false, or in a file.
const (
	One    Arity = iota // --host http://localhost
	Switch              // --headless
	Many                // --tags a b, argparse's nargs="*"
)

// A Flag is a setting: what it is called, and what takes its value.
type Flag struct {
	Name  string // "master-host"; "" if only the variable sets it
	Short string // "H", or ""
	Env   string // "LOCUST_MASTER_NODE_HOST", or ""
	Usage string // half a sentence
	Group string // the heading that it stands under in the help
	Takes Arity
	// Value takes the value. It may be nil if the flag is ignored or refused.
	Value Value
	// Extra is set for what Locust does not have: abbreviations mean Locust's flags first.
	Extra bool
	// Ignored is set for a flag that may be given and means nothing; a Value is set even so.
	Ignored bool
	// Refused is why the flag is a mistake whenever it is given.
	Refused string
}

// String is what the flag is called on the command line, or its variable.
func (f *Flag) String() string {
	if f.Name == "" {
		return f.Env
	}
	return "--" + f.Name
}

// A Set is the settings of one command, and where to look for them.
type Set struct {
	Flags []Flag
	// Files are configuration files that may be missing, the first one going last; "~" is
	// the home directory. Names that end in .toml are read as TOML, others as locust.conf.
	Files []string
	// Config is the name of the flag that names another file, which goes before Files.
	Config string
	// Section is the table of a TOML file that has the settings, such as "tool.locust".
	Section string
	// Lenient says, once all values are set, that unknown flags are no mistake; nil says no.
	Lenient func() bool
	// Argument says whether an argument is the command's own even behind an unknown flag,
	// where it would be taken for that flag's value; nil says no.
	Argument func(string) bool
}

// Parsed is what Parse found besides the values of the flags.
type Parsed struct {
	Args    []string // arguments that are neither flags nor their values
	Given   []Given  // flags that any source has, in the order of Set.Flags
	Unknown []string // unknown flags, unless they are mistakes: "--foo"
	Keys    []string // unknown keys of files: "locust.conf:3: foo"
}

// Given is a flag that has been given. Origin is "--host", "environment variable
// LOCUST_HOST" or "locust.conf:3: host", whichever went first.
type Given struct {
	Flag   *Flag
	Origin string
}

// Parse sets the values of the flags: from the files, from the variables and from args,
// each going before the former. All mistakes are in one error; ErrHelp comes before them,
// and then nothing is set.
func (s *Set) Parse(args []string, lookup func(string) (string, bool)) (*Parsed, error) {
	line := &scanner{set: s}
	line.scan(args)
	if slices.ContainsFunc(line.settings, func(v setting) bool { return v.flag.Name == helpName }) {
		return nil, ErrHelp
	}
	problems := line.problems
	parsed := &Parsed{Args: line.rest}
	files, err := s.readFiles(line.last(s.Config), lookup, parsed)
	problems = append(problems, err)
	winners := winners(append(files, s.variables(lookup), line.settings))
	for i := range s.Flags {
		f := &s.Flags[i]
		won := winners[f]
		if len(won) == 0 {
			continue
		}
		problems = append(problems, apply(f, won))
		parsed.Given = append(parsed.Given, Given{f, won[len(won)-1].origin})
	}
	for _, name := range line.unknown {
		if s.Lenient == nil || !s.Lenient() {
			problems = append(problems, s.unknown(name))
			continue
		}
		parsed.Unknown = append(parsed.Unknown, name)
	}
	return parsed, errors.Join(problems...)
}

// A setting is what a source says of a flag. A switch has no values if it just stands there.
type setting struct {
	flag   *Flag
	values []string
	list   bool // the values are a list, even if there is only one
	origin string
}

// winners are, for each flag, the settings of the last source that has any.
func winners(sources [][]setting) map[*Flag][]setting {
	won := map[*Flag][]setting{}
	for _, source := range sources {
		here := map[*Flag][]setting{}
		for _, v := range source {
			here[v.flag] = append(here[v.flag], v)
		}
		maps.Copy(won, here)
	}
	return won
}

// apply sets the value of a flag, to the last of its settings.
func apply(f *Flag, settings []setting) error {
	var problems []error
	for _, v := range settings {
		if err := v.apply(f); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", v.origin, err))
		}
	}
	return errors.Join(problems...)
}

func (v setting) apply(f *Flag) error {
	switch {
	case f.Refused != "":
		if v.isOff() {
			return nil
		}
		return errors.New(f.Refused)
	case f.Value == nil:
		return nil
	case f.Takes == Many:
		return setAll(f.Value, v.values)
	case v.list:
		return fmt.Errorf("%q: one value is needed, not a list", v.values)
	case len(v.values) == 0:
		return f.Value.Set("true")
	}
	if err := f.Value.Set(v.values[0]); err != nil {
		return fmt.Errorf("%q: %w", v.values[0], err)
	}
	return nil
}

// isOff says that a switch is there and set to false.
func (v setting) isOff() bool {
	var b Bool
	return v.flag.Takes == Switch && len(v.values) == 1 && b.Set(v.values[0]) == nil && !bool(b)
}

// variables are the settings of the environment. Empty ones set no list
// (ConfigArgParse 1.9).
func (s *Set) variables(lookup func(string) (string, bool)) (settings []setting) {
	for i := range s.Flags {
		f := &s.Flags[i]
		if f.Env == "" {
			continue
		}
		value, ok := lookup(f.Env)
		if !ok || value == "" && f.Takes == Many {
			continue
		}
		v := setting{flag: f, values: []string{value}, origin: "environment variable " + f.Env}
		if elements, ok := parseList(value); ok && f.Takes == Many {
			v.values, v.list = elements, true
		}
		settings = append(settings, v)
	}
	return settings
}
