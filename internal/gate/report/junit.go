package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"

	"github.com/hopperband/hopperband/internal/gate/record"
)

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	ClassName string        `xml:"classname,attr"`
	Name      string        `xml:"name,attr"`
	Time      string        `xml:"time,attr"`
	Failure   *junitMessage `xml:"failure"`
	Error     *junitMessage `xml:"error"`
	Skipped   *junitMessage `xml:"skipped"`
	Output    string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
}

// JUnit writes the report as JUnit XML, one case for each check; of those that only advise,
// for each that is beyond its limit. A check that makes the run invalid is an error, any
// other that failed is a failure, and one that could not be made is skipped.
func (r *Report) JUnit(w io.Writer) error {
	suite := junitSuite{
		Name: "load test " + record.Plain(r.Plan.Name), Time: fmt.Sprintf("%.3f", r.Window.Seconds()),
		Timestamp: r.Identity.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: []junitProperty{
			{"verdict", string(r.Outcome)},
			{"run", r.ID},
			{"version", r.Identity.Version},
			{"environment", r.Identity.Environment},
			{"commit", r.Identity.Commit},
			{"branch", r.Identity.Branch},
		},
	}
	for i := range suite.Properties {
		suite.Properties[i].Value = record.Plain(suite.Properties[i].Value)
	}
	for _, c := range r.shown() {
		suite.add(c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("report: writing JUnit XML: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(junitSuites{Suites: []junitSuite{suite}}); err != nil {
		return fmt.Errorf("report: writing JUnit XML: %w", err)
	}
	return nil
}

func (s *junitSuite) add(c record.Check) {
	x := junitCase{ClassName: string(c.Kind), Name: record.Plain(caseName(c)), Time: "0", Output: record.Plain(c.Text)}
	message := &junitMessage{Message: record.Plain(c.Text), Type: string(c.Kind)}
	s.Tests++
	switch {
	case c.Decides && c.Result == record.NoData, c.Result == record.Failed && c.Kind == record.ValidityCheck:
		x.Error = message
		s.Errors++
	case c.Result == record.Failed:
		x.Failure = message
		s.Failures++
	case c.Result == record.Unknown:
		message.Type = ""
		x.Skipped = message
		s.Skipped++
	}
	s.Cases = append(s.Cases, x)
}

func caseName(c record.Check) string {
	if c.Kind == record.ValidityCheck {
		return c.Check
	}
	return c.Check + " of " + c.Of()
}

// shown returns the checks that a person or a build server wants to see: all but those that
// only advise and have nothing to say.
func (r *Report) shown() []record.Check {
	var checks []record.Check
	for _, c := range r.Checks {
		if c.Decides || c.Kind != record.BaselineCheck || c.Result != record.Passed && c.Result != record.Unknown {
			checks = append(checks, c)
		}
	}
	slices.SortStableFunc(checks, func(a, b record.Check) int { return gravity(b.Result) - gravity(a.Result) })
	return checks
}
