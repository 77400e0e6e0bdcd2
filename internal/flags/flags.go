// Package flags reads a command's settings from its arguments and from environment
// variables, as Locust's commands do (locust/argument_parser.py): --name value,
// --name=value, unique prefixes of names, Locust's words for booleans and its durations.
//
// It stands on spf13/pflag, which has long and short names, and adds what argparse has
// besides. No library was found that has all of it.
package flags

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/pflag"
)

// ErrHelp is returned by Parse when help was asked for.
var ErrHelp = errors.New("help requested")

// A Set is the settings of one command.
type Set struct {
	name     string
	flags    *pflag.FlagSet
	env      map[string]string // flag name → variable
	problems []error
}

// New returns an empty set for the command of that name.
func New(name string) *Set {
	s := &Set{name: name, flags: pflag.NewFlagSet(name, pflag.ContinueOnError), env: map[string]string{}}
	s.flags.SetOutput(io.Discard)
	s.flags.SortFlags = false
	s.flags.Usage = func() {}
	return s
}

// A Flag names a setting: Name is "master-host", Short "H" or "", Env
// "LOCUST_MASTER_NODE_HOST" or "", Usage a half sentence.
type Flag struct{ Name, Short, Env, Usage string }

// String adds a setting whose default is the value of v.
func (s *Set) String(v *string, f Flag) {
	s.flags.StringVarP(v, f.Name, f.Short, *v, f.Usage)
	s.env[f.Name] = f.Env
}

// Int adds a whole number whose default is the value of v.
func (s *Set) Int(v *int, f Flag) {
	s.flags.IntVarP(v, f.Name, f.Short, *v, f.Usage)
	s.env[f.Name] = f.Env
}

// Var adds a setting of any type. One that is a switch needs no value on the command line.
func (s *Set) Var(v pflag.Value, isSwitch bool, f Flag) {
	added := s.flags.VarPF(v, f.Name, f.Short, f.Usage)
	if isSwitch {
		added.NoOptDefVal = "true"
	}
	s.env[f.Name] = f.Env
}

// Parse reads args, and then the variables of the settings that args do not have. It
// returns what is left of args. All mistakes are in one error; ErrHelp comes before them.
func (s *Set) Parse(args []string, lookup func(string) (string, bool)) ([]string, error) {
	s.flags.SetNormalizeFunc(s.complete)
	if err := s.flags.Parse(args); errors.Is(err, pflag.ErrHelp) {
		return nil, ErrHelp
	} else if err != nil {
		s.problems = append(s.problems, s.explain(err))
	}
	s.flags.VisitAll(func(f *pflag.Flag) {
		name := s.env[f.Name]
		value, set := lookup(name)
		if name == "" || !set || f.Changed {
			return
		}
		if err := f.Value.Set(value); err != nil {
			s.problems = append(s.problems, fmt.Errorf("environment variable %s: %q: %w", name, value, err))
		}
	})
	return s.flags.Args(), errors.Join(s.problems...)
}

// complete expands a unique prefix of a flag's name.
func (s *Set) complete(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	var found []string
	for known := range s.env {
		if known == name {
			return pflag.NormalizedName(name)
		}
		if strings.HasPrefix(known, name) {
			found = append(found, known)
		}
	}
	if len(found) == 1 {
		return pflag.NormalizedName(found[0])
	}
	return pflag.NormalizedName(name)
}

// explain adds the nearest name to an unknown one.
func (s *Set) explain(err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	name := unknown.GetSpecifiedName()
	if len(name) <= 1 {
		return err
	}
	best, distance := "", len(name)/2+1
	for known := range s.env {
		if d := editDistance(name, known); d < distance || d == distance && known < best {
			best, distance = known, d
		}
	}
	if best == "" {
		return fmt.Errorf("%w (see --help)", err)
	}
	return fmt.Errorf("%w; did you mean --%s?", err, best)
}

// editDistance counts the insertions, deletions and changes that make b of a.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// PrintFlags prints every setting with its default and its variable.
func (s *Set) PrintFlags(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	s.flags.VisitAll(func(f *pflag.Flag) {
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if f.NoOptDefVal == "" {
			name += " " + strings.ToUpper(f.Name[strings.LastIndexByte(f.Name, '-')+1:])
		}
		usage := f.Usage
		if f.DefValue != "" && f.NoOptDefVal == "" {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\n", name, s.env[f.Name], usage)
	})
	return w.Flush()
}
