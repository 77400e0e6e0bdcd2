package flags

import (
	"fmt"
	"regexp"
	"strings"
)

// A scanner reads a command's arguments in argparse's grammar (Python 3.11, argparse.py).
type scanner struct {
	set      *Set
	settings []setting
	rest     []string
	unknown  []string
	problems []error
}

func (s *scanner) scan(args []string) {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			s.rest = append(s.rest, args...)
			return
		}
		n, err := s.set.read(arg)
		switch {
		case err != nil:
			s.problems = append(s.problems, err)
			args = args[s.plain(args):]
		case n.plain:
			s.rest = append(s.rest, arg)
		case n.flag == nil:
			s.unknown = append(s.unknown, n.name)
			args = s.skip(args)
		default:
			args = s.take(n, args)
		}
	}
}

// take reads the values of a flag and returns the arguments behind them.
func (s *scanner) take(n named, args []string) []string {
	v := setting{flag: n.flag, origin: n.flag.String()}
	count := 0
	switch {
	case n.more != "":
		args = append([]string{"-" + n.more}, args...)
	case n.value != nil:
		v.values = []string{*n.value}
	case n.flag.Takes == Many:
		count = s.plain(args)
		v.values, v.list = args[:count], true
	case n.flag.Takes == One:
		count = min(1, s.plain(args))
		if v.values = args[:count]; count == 0 {
			s.problems = append(s.problems, fmt.Errorf("%s: a value is needed behind it", v.origin))
			return args
		}
	}
	s.settings = append(s.settings, v)
	return args[count:]
}

// skip leaves out the values of an unknown flag: the arguments up to the next flag, or up
// to one that is the command's own.
func (s *scanner) skip(args []string) []string {
	for i, arg := range args[:s.plain(args)] {
		if s.set.Argument != nil && s.set.Argument(arg) {
			return args[i:]
		}
	}
	return args[s.plain(args):]
}

// plain counts the arguments up to the next flag.
func (s *scanner) plain(args []string) int {
	for i, arg := range args {
		if n, err := s.set.read(arg); arg == "--" || err != nil || !n.plain {
			return i
		}
	}
	return len(args)
}

// last is the last value of a flag with one value, or "".
func (s *scanner) last(name string) (value string) {
	for _, v := range s.settings {
		if v.flag.Name == name && len(v.values) > 0 {
			value = v.values[0]
		}
	}
	return value
}

// named is what an argument names: nothing if it is plain, or a flag, nil if it is unknown.
type named struct {
	plain bool
	name  string // as it was given
	flag  *Flag
	value *string // what follows an equals sign or a letter, or nil
	more  string  // more letters behind that of a switch
}

// read tells flags from other arguments. Negative numbers and what has a space in it are
// no flags.
func (s *Set) read(arg string) (named, error) {
	if len(arg) < 2 || arg[0] != '-' {
		return named{plain: true}, nil
	}
	name, value, hasValue := strings.Cut(arg, "=")
	n := named{name: name}
	if hasValue {
		n.value = &value
	}
	var err error
	if strings.HasPrefix(arg, "--") {
		n.flag, err = s.find(name[2:])
	} else {
		s.readShort(arg, &n)
	}
	n.plain = n.flag == nil && err == nil &&
		(regexp.MustCompile(`^-(\d+|\d*\.\d+)$`).MatchString(arg) || strings.Contains(arg, " "))
	return n, err
}

// readShort reads -H, -Hvalue, -H=value and -lV.
func (s *Set) readShort(arg string, n *named) {
	for f := range s.all {
		if f.Short == "" || f.Short != arg[1:2] {
			continue
		}
		n.flag = f
		if behind := arg[2:]; behind != "" && n.name != arg[:2] {
			if n.value = &behind; f.Takes == Switch {
				n.value, n.more = nil, behind
			}
		}
	}
}

// find returns the flag of a name or of a unique prefix; one of Locust's goes first.
func (s *Set) find(name string) (*Flag, error) {
	var found, extra []*Flag
	for f := range s.all {
		switch {
		case f.Name == "":
		case f.Name == name:
			return f, nil
		case strings.HasPrefix(f.Name, name) && f.Extra:
			extra = append(extra, f)
		case strings.HasPrefix(f.Name, name):
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		found = extra
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	}
	return nil, fmt.Errorf("--%s: could be any of %s", name, join(found))
}

// helpName is the flag that every set has.
const helpName = "help"

// all goes over the flags.
func (s *Set) all(yield func(*Flag) bool) {
	for i := range s.Flags {
		if !yield(&s.Flags[i]) {
			return
		}
	}
	yield(&Flag{Name: helpName, Short: "h", Usage: "print this help and end", Takes: Switch})
}

func join(flags []*Flag) string {
	names := make([]string, len(flags))
	for i, f := range flags {
		names[i] = f.String()
	}
	return strings.Join(names, ", ")
}
