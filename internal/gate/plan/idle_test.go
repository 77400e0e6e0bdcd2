package plan_test

import (
	"slices"
	"strings"
	"testing"
)

// What a run makes nothing of is named, unless a flag has put its master out of use.
func TestIdle(t *testing.T) {
	const local = "local: {worker: /bin/sh, locust: /bin/sh, workers: 2}\nrun: {users: 1, duration: 10s}\n"
	for name, test := range map[string]struct {
		plan string
		args []string
		want []string // in this order
	}{
		"all used":           {good, nil, nil},
		"local":              {local, nil, nil},
		"no local worker":    {minimal + "local:\n  workers: 2\n  logs: logs", nil, []string{":4: local.workers is not used: there is no local.worker", ":5: local.logs is not used"}},
		"workers beside":     {local + "source:\n  workers: ['http://h']", nil, []string{":4: source.workers is not used: the gate starts"}},
		"password of nobody": {local + "master: {user: ci}", nil, []string{":3: master.user is not used"}},
		"two sources":        {minimal + "source: {workers: ['http://h'], prometheus: 'http://p'}", nil, []string{":3: source.prometheus is not used: source.figures is workers"}},
		"of a flag":          {minimal, []string{"--local-workers", "3"}, []string{"--local-workers: local.workers is not used"}},
		"another master":     {local, []string{"--local-worker=", "--master-url", "http://h"}, nil},
		"a local one":        {minimal + "source: {workers: ['http://h']}\nlocal: {locust: /bin/sh}", []string{"--master-url=", "--local-worker", "/bin/sh"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := load(t, test.plan, test.args...)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Idle(); !slices.EqualFunc(got, test.want, strings.Contains) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// Parts are the numbers that they are written as, so that 7 of 1000 are 0.7%.
func TestParts(t *testing.T) {
	for text, want := range map[string]float64{"0.7%": 0.007, "55%": 0.55, "0.57": 0.57, "5e1%": 0.5, "0.1 %": 0.001} {
		p, err := load(t, minimal+"validity: {missed: '"+text+"'}")
		if err != nil || float64(p.Validity.Missed) != want {
			t.Errorf("%s: %v, error %v, want %v", text, float64(p.Validity.Missed), err, want)
		}
	}
}
