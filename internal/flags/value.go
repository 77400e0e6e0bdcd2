package flags

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Value takes what is given for a flag. Set's errors do not name it; String is the text
// that would set it again.
type Value interface {
	Set(string) error
	String() string
}

// A List is the Value of a flag that takes Many.
type List interface {
	Value
	SetAll([]string) error
}

// setAll sets a value to a list.
func setAll(v Value, values []string) error {
	if list, ok := v.(List); ok {
		return list.SetAll(values)
	}
	return fmt.Errorf("%q: one value is needed, not a list", values)
}

// String is any text.
type String string

// Set takes any text.
func (v *String) Set(s string) error {
	*v = String(s)
	return nil
}

func (v *String) String() string { return string(*v) }

// Strings are the values of a flag that takes Many. The last list that is given counts.
type Strings []string

// Set makes a list of one value.
func (v *Strings) Set(s string) error {
	*v = Strings{s}
	return nil
}

// SetAll makes a list of all values.
func (v *Strings) SetAll(values []string) error {
	*v = slices.Clone(values)
	return nil
}

// String is a list as it can stand in a file, in JSON where one without quotes would read
// differently.
func (v *Strings) String() string {
	plain := "[" + strings.Join(*v, ", ") + "]"
	if read, _ := parseList(plain); !slices.Equal(read, *v) {
		if text, err := json.Marshal([]string(*v)); err == nil {
			return string(text)
		}
	}
	return plain
}

// Int is a whole number, with spaces around it as Python's int allows.
type Int int

// Set reads a number.
func (v *Int) Set(s string) error {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return errors.New("not a whole number")
	}
	*v = Int(n)
	return nil
}

func (v *Int) String() string { return strconv.Itoa(int(*v)) }

// Bool is a switch in Locust's words: true, yes, on, 1, false, no, off and 0, in any case
// (ConfigArgParse takes the same in variables and files).
type Bool bool

// Set reads one of the words.
func (v *Bool) Set(s string) error {
	switch strings.ToLower(s) {
	case "true", "yes", "on", "1":
		*v = true
	case "false", "no", "off", "0":
		*v = false
	default:
		return errors.New("not one of true, yes, on, 1, false, no, off, 0")
	}
	return nil
}

func (v *Bool) String() string { return strconv.FormatBool(bool(*v)) }

// Duration is a time in Locust's syntax: 20 or 20s, 3m, 1h20m, 1h30m10s
// (locust/util/timespan.py). Parts of a second are 500ms or, as String has them, 0.5s.
type Duration time.Duration

// Set reads a time.
func (v *Duration) Set(s string) error {
	bad := errors.New("not a time such as 20, 20s, 3m, 1h20m or 500ms")
	if n, err := strconv.ParseUint(s, 10, 63); err == nil {
		if n > uint64(math.MaxInt64/time.Second) {
			return bad
		}
		*v = Duration(n) * Duration(time.Second)
		return nil
	}
	if !regexp.MustCompile(`^(\d+h)?(\d+m)?(\d+(\.\d+)?s)?(\d+(\.\d+)?(ms|µs|ns))?$`).MatchString(s) {
		return bad
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return bad
	}
	*v = Duration(d)
	return nil
}

func (v *Duration) String() string { return time.Duration(*v).String() }

// Choice is one of several words, in any case.
type Choice struct {
	Value   string   // as in Choices
	Choices []string // all in lower or all in upper case
}

// Set reads one of the choices.
func (v *Choice) Set(s string) error {
	i := slices.IndexFunc(v.Choices, func(known string) bool { return strings.EqualFold(known, s) })
	if i < 0 {
		return fmt.Errorf("not one of %s", strings.Join(v.Choices, ", "))
	}
	v.Value = v.Choices[i]
	return nil
}

func (v *Choice) String() string { return v.Value }

// Float is a number, with spaces around it as Python's float allows.
type Float float64

// Set reads a number.
func (v *Float) Set(s string) error {
	x, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		return errors.New("not a number")
	}
	*v = Float(x)
	return nil
}

func (v *Float) String() string { return strconv.FormatFloat(float64(*v), 'f', -1, 64) }
