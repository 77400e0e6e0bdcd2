package flags

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Bool is a switch in Locust's words: true, yes, on, 1, false, no, off and 0, in any case
// (configargparse takes the same in variables).
type Bool bool

// Set reads one of the words.
func (b *Bool) Set(s string) error {
	switch strings.ToLower(s) {
	case "true", "yes", "on", "1":
		*b = true
	case "false", "no", "off", "0":
		*b = false
	default:
		return errors.New("not one of true, yes, on, 1, false, no, off, 0")
	}
	return nil
}

func (b *Bool) String() string { return strconv.FormatBool(bool(*b)) }

// Type is the kind of value, for pflag.
func (b *Bool) Type() string { return "bool" }

// Duration is a time in Locust's syntax: 20 or 20s, 3m, 1h20m, 1h30m10s
// (locust/util/timespan.py). Parts of a second are 500ms.
type Duration time.Duration

// Set reads a time.
func (d *Duration) Set(s string) error {
	parsed, err := parseDuration(s)
	if err != nil {
		return err
	}
	*d = Duration(parsed)
	return nil
}

func (d *Duration) String() string { return time.Duration(*d).String() }

// Type is the kind of value, for pflag.
func (d *Duration) Type() string { return "duration" }

func parseDuration(s string) (time.Duration, error) {
	bad := errors.New("not a time such as 20, 20s, 3m, 1h20m or 500ms")
	if n, err := strconv.ParseUint(s, 10, 63); err == nil {
		if n > uint64(math.MaxInt64/time.Second) {
			return 0, bad
		}
		return time.Duration(n) * time.Second, nil
	}
	if !regexp.MustCompile(`^(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$`).MatchString(s) || s == "" {
		return 0, bad
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, bad
	}
	return d, nil
}

// Choice is one of several words, in any case.
type Choice struct {
	Value   string   // as in Choices
	Choices []string // all in lower or all in upper case
}

// Set reads one of the choices.
func (c *Choice) Set(s string) error {
	i := slices.IndexFunc(c.Choices, func(known string) bool { return strings.EqualFold(known, s) })
	if i < 0 {
		return fmt.Errorf("not one of %s", strings.Join(c.Choices, ", "))
	}
	c.Value = c.Choices[i]
	return nil
}

func (c *Choice) String() string { return c.Value }

// Type is the kind of value, for pflag.
func (c *Choice) Type() string { return "choice" }
