package flags_test

import (
	"math"
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/flags"
)

func TestDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"20": 20 * time.Second, "20s": 20 * time.Second, "3m": 3 * time.Minute, "1h20m": 80 * time.Minute,
		"1h30m10s": 90*time.Minute + 10*time.Second, "500ms": 500 * time.Millisecond, "0": 0, "1.5s": 1500 * time.Millisecond,
	} {
		var d flags.Duration
		if err := d.Set(s); err != nil || time.Duration(d) != want {
			t.Errorf("%q: %v, %v; want %v", s, time.Duration(d), err, want)
		}
	}
	for _, s := range []string{"", "x", "-1", "1d", "1.5h", "1.5m", ".5s", "1.s", "m", "99999999999999999999", "9999999999h"} {
		var d flags.Duration
		if err := d.Set(s); err == nil {
			t.Errorf("%q is %v", s, time.Duration(d))
		}
	}
}

func TestValuesReadTheirOwnText(t *testing.T) {
	host, port, yes, wait := flags.String("h"), flags.Int(-5), flags.Bool(true), flags.Duration(90*time.Minute+10*time.Second)
	for name, pair := range map[string][2]flags.Value{
		"string":   {&host, new(flags.String)},
		"int":      {&port, new(flags.Int)},
		"bool":     {&yes, new(flags.Bool)},
		"duration": {&wait, new(flags.Duration)},
		"choice":   {&flags.Choice{Value: "INFO", Choices: []string{"INFO"}}, &flags.Choice{Choices: []string{"INFO"}}},
	} {
		if err := pair[1].Set(pair[0].String()); err != nil || pair[1].String() != pair[0].String() {
			t.Errorf("%s: %s has become %s, %v", name, pair[0], pair[1], err)
		}
	}
	for _, d := range []time.Duration{0, 1, 1500 * time.Microsecond, 1500 * time.Millisecond, 61500 * time.Millisecond, math.MaxInt64} {
		in, out := flags.Duration(d), flags.Duration(0)
		if err := out.Set(in.String()); err != nil || in != out {
			t.Errorf("%s has become %s, %v", &in, &out, err)
		}
	}
}
