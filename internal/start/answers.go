// Package start writes what a team needs to begin with: a plan, a program of users, and the
// file of its pipeline.
package start

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
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
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	u, err := url.Parse(a.Host)
	switch {
	case a.Host == "":
		wrong("host: what is to be tested? An address such as https://staging.example.com")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		wrong("host %q: not an address such as https://staging.example.com", a.Host)
	case u.User != nil:
		wrong("host %s: passwords are not for files", u.Redacted())
	}
	plain := regexp.MustCompile(`^[^\x00-\x1f\x7f"\\]*$`)
	for _, answer := range []struct{ name, text string }{{"name", a.Name}, {"environment", a.Environment}, {"host", a.Host}} {
		if !plain.MatchString(answer.text) {
			wrong("%s %q: no quotes, backslashes and control characters", answer.name, answer.text)
		}
	}
	if !slices.Contains(CIs(), a.CI) {
		wrong("ci %q: known are %s", a.CI, strings.Join(CIs(), ", "))
	}
	if a.Users < 1 {
		wrong("users: %d: at least one", a.Users)
	}
	if a.Duration < time.Second || a.WarmUp < 0 {
		wrong("duration %v after %v: at least a second, and no time before", a.Duration, a.WarmUp)
	}
	return errors.Join(problems...)
}
