// Package start writes what a team needs to begin with: a plan, a program of users, and the
// file of its pipeline.
package start

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
)

// CIs are the pipelines that there are files for. None writes no file.
func CIs() []string { return []string{"github", "gitlab", "jenkins", "none"} }

// Answers are what a team says about its load test.
type Answers struct {
	Name        string // of the plan
	Host        string // what is tested, such as https://staging.example.com
	Environment string // where it runs, such as staging
	CI          string // one of CIs
	Users       int
	WarmUp      time.Duration
	Duration    time.Duration
	// Version is that of the module to write into go.mod; empty leaves it to the go command,
	// which takes the newest.
	Version string
}

// Defaults are the answers to all but Host.
func Defaults() Answers {
	return Answers{Name: "load test", Environment: "staging", CI: "github", Users: 10, WarmUp: 15 * time.Second, Duration: 2 * time.Minute}
}

// Check names each answer that cannot be.
func (a Answers) Check() error {
	var problems []error
	for _, name := range []string{"host", "environment", "ci", "users", "warm-up", "duration", "name"} {
		problems = append(problems, a.Mistake(name))
	}
	return errors.Join(problems...)
}

// Mistake is what is wrong with one answer, called as its flag is; nil if nothing is.
func (a Answers) Mistake(name string) error {
	switch {
	case name == "host":
		return addressMistake(a.Host)
	case name == "environment":
		return textMistake(name, a.Environment)
	case name == "name":
		return textMistake(name, a.Name)
	case name == "ci" && !slices.Contains(CIs(), a.CI):
		return fmt.Errorf("ci %q: known are %s", a.CI, strings.Join(CIs(), ", "))
	case name == "users" && a.Users < 1:
		return fmt.Errorf("users: %d: at least one", a.Users)
	case name == "warm-up" && a.WarmUp < 0:
		return fmt.Errorf("warm-up: %v: no time before the beginning", a.WarmUp)
	case name == "duration" && a.Duration < time.Second:
		return fmt.Errorf("duration: %v: at least a second", a.Duration)
	}
	return nil
}

func addressMistake(host string) error {
	u, err := url.Parse(host)
	switch {
	case host == "":
		return errors.New("host: what is to be tested? An address such as https://staging.example.com")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("host %q: not an address such as https://staging.example.com", host)
	case u.User != nil:
		return fmt.Errorf("host %s: passwords are not for files", u.Redacted())
	}
	return textMistake("host", host)
}

// textMistake is that of a text which stands between quotes in a file.
func textMistake(name, text string) error {
	if strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsPrint(r) || r == unicode.ReplacementChar || r == '"' || r == '\\'
	}) {
		return fmt.Errorf("%s %q: no quotes, backslashes and control characters", name, text)
	}
	return nil
}
