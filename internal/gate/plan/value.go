package plan

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// Float is a number.
type Float float64

// Set reads a number.
func (v *Float) Set(s string) error {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return errors.New("not a number")
	}
	*v = Float(f)
	return nil
}

func (v *Float) String() string { return strconv.FormatFloat(float64(*v), 'f', -1, 64) }

// Ratio is a part of a whole: 5% or 0.05.
type Ratio float64

// Set reads a percentage, or a number.
func (v *Ratio) Set(s string) error {
	digits, percent := strings.CutSuffix(s, "%")
	var f Float
	err := f.Set(strings.TrimSpace(digits))
	if err == nil && percent { // a hundredth of what was written: 0.7 / 100 is another number than 7 / 1000
		err = f.Set(f.String() + "e-2")
	}
	if err != nil || f < 0 {
		return errors.New("not a part such as 5% or 0.05")
	}
	*v = Ratio(f)
	return nil
}

func (v *Ratio) String() string {
	return strconv.FormatFloat(math.Round(float64(*v)*1e9)/1e7, 'f', -1, 64) + "%"
}

// Pairs are names and values: a mapping in the plan, name=value in flags and variables.
type Pairs map[string]string

// Set reads one pair.
func (v *Pairs) Set(s string) error { return v.SetAll([]string{s}) }

// SetAll reads pairs.
func (v *Pairs) SetAll(all []string) error {
	read := Pairs{}
	for _, s := range all {
		name, value, ok := strings.Cut(s, "=")
		if !ok || name == "" {
			return errors.New("each has to be name=value")
		}
		read[name] = value
	}
	*v = read
	return nil
}

func (v *Pairs) String() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(*v)) {
		all = append(all, name+"="+(*v)[name])
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// A Secret says where a secret is: env:NAME or file:PATH. It is never the secret itself,
// which Read returns.
type Secret string

// Set takes any text: what is wrong with it is said later, without repeating it.
func (v *Secret) Set(s string) error {
	*v = Secret(s)
	return nil
}

func (v *Secret) String() string {
	if v.wellFormed() {
		return string(*v)
	}
	return ""
}

func (v *Secret) wellFormed() bool {
	kind, rest, ok := strings.Cut(string(*v), ":")
	return ok && rest != "" && (kind == "env" || kind == "file")
}

// Read returns the secret, "" if none is set. A file's last line end is no part of it.
func (v Secret) Read(lookup func(string) (string, bool)) (string, error) {
	if v == "" {
		return "", nil
	}
	return v.read(lookup)
}

func (v Secret) read(lookup func(string) (string, bool)) (string, error) {
	kind, where, _ := strings.Cut(string(v), ":")
	if !v.wellFormed() {
		return "", errors.New("a secret is never written here, only where it is: env:NAME or file:PATH")
	}
	if kind == "env" {
		value, ok := lookup(where)
		if !ok || value == "" {
			return "", fmt.Errorf("environment variable %s is not set", where)
		}
		return value, nil
	}
	text, err := os.ReadFile(where)
	if err != nil {
		return "", err
	}
	value := strings.TrimRight(string(text), "\r\n")
	if value == "" {
		return "", fmt.Errorf("%s is empty", where)
	}
	return value, nil
}

// Secrets are names, such as those of HTTP headers, and where their values are.
type Secrets map[string]Secret

// Set reads one name=env:NAME or name=file:PATH.
func (v *Secrets) Set(s string) error { return v.SetAll([]string{s}) }

// SetAll reads such pairs. What is none is not repeated: it may be the secret itself.
func (v *Secrets) SetAll(all []string) error {
	var pairs Pairs
	if pairs.SetAll(all) != nil || slices.ContainsFunc(slices.Collect(maps.Keys(pairs)), notHeader) {
		return errors.New("each has to be name=env:NAME or name=file:PATH, with the name of an HTTP header")
	}
	*v = Secrets{}
	for name, where := range pairs {
		(*v)[name] = Secret(where)
	}
	return nil
}

func notHeader(name string) bool { return !httpguts.ValidHeaderFieldName(name) }

func (v *Secrets) String() string {
	shown := Pairs{}
	for name, where := range *v {
		shown[name] = where.String()
	}
	return shown.String()
}

// Read returns the values by name.
func (v Secrets) Read(lookup func(string) (string, bool)) (map[string]string, error) {
	read := map[string]string{}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(v)) {
		value, err := v[name].read(lookup) // a header with nothing in it proves nothing
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
		read[name] = value
	}
	return read, errors.Join(problems...)
}
