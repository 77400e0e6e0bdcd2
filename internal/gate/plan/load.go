package plan

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
)

// DefaultFile is the plan that is read if no other is named, and if it exists.
const DefaultFile = "gate.yaml"

// Load reads a plan: from its file, from variables and from args, each going before the
// former. Extra flags are those of the command that have nothing to do with a plan; rest
// are the arguments that are no flags. All mistakes are in one error, which names where
// each stands; flags.ErrHelp comes before them.
func Load(args []string, lookup func(string) (string, bool), extra ...flags.Flag) (p *Plan, rest []string, err error) {
	path := flags.String("")
	first := set(New(), &path, extra)
	if _, err := first.Parse(args, lookup); errors.Is(err, flags.ErrHelp) {
		return nil, nil, err
	}
	p = New()
	problems := []error{p.read(string(path))}
	s := set(p, &path, extra)
	parsed, err := s.Parse(args, lookup)
	problems = append(problems, err)
	if parsed != nil {
		rest = parsed.Args
		p.remember(parsed)
	}
	if err := errors.Join(problems...); err != nil {
		return p, rest, err
	}
	err = p.check(lookup)
	if err != nil && p.path == "" {
		err = errors.Join(fmt.Errorf("plan: there is no %s here, and no --plan", DefaultFile), err)
	}
	return p, rest, err
}

// Help is all the flags, with their defaults.
func Help(extra ...flags.Flag) *flags.Set {
	path := flags.String("")
	return set(New(), &path, extra)
}

func set(p *Plan, path *flags.String, extra []flags.Flag) *flags.Set {
	all := []flags.Flag{{
		Name: "plan", Short: "f", Env: Variable("plan"), Value: path, Group: "Plan",
		Usage: "file of the plan, by default " + DefaultFile + " if there is one",
	}}
	settings := p.settings()
	for i := range settings {
		s := &settings[i]
		all = append(all, flags.Flag{
			Name: s.flag(), Env: Variable(s.flag()), Value: s.value, Takes: s.takes(), Usage: s.usage, Group: s.section(),
		})
	}
	return &flags.Set{Flags: append(all, extra...)}
}

// read reads the file.
func (p *Plan) read(path string) error {
	if path == "" {
		if _, err := os.Stat(DefaultFile); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		path = DefaultFile
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("plan: %w", err)
	}
	p.path = path
	d := decoder{file: path, origins: p.origins}
	d.decode(text, p.settings())
	return errors.Join(d.problems...)
}

// remember notes which flags and variables went before the file.
func (p *Plan) remember(parsed *flags.Parsed) {
	given := map[string]string{}
	for _, g := range parsed.Given {
		given[g.Flag.Name] = g.Origin
	}
	for _, s := range p.settings() {
		if origin, ok := given[s.flag()]; ok {
			p.origins[s.key] = origin
		}
	}
}

// Path is the plan's file, "" if there is none.
func (p *Plan) Path() string { return p.path }

func durationOf(d flags.Duration) time.Duration { return time.Duration(d) }
