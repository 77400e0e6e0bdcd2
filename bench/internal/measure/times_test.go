//go:build linux

package measure

import (
	"testing"

	"github.com/hopperband/hopperband/bench/internal/result"
)

func TestCloser(t *testing.T) {
	window := func(cores float64, disturbed bool) result.Window {
		return result.Window{Generator: cores, Disturbed: disturbed}
	}
	for _, test := range []struct {
		name    string
		w, than result.Window
		want    bool
	}{
		{"closer from below", window(0.9, false), window(0.77, false), true},
		{"closer from above", window(0.97, false), window(0.9, false), true},
		{"farther", window(0.77, false), window(0.9, false), false},
		{"disturbed", window(0.95, true), window(0.77, false), false},
		{"undisturbed", window(0.77, false), window(0.95, true), true},
	} {
		if got := closer(test.w, test.than, 0.95); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
