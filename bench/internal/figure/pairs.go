package figure

import (
	"cmp"
	"slices"

	"github.com/hopperband/hopperband/bench/internal/result"
)

// clean returns the windows of a peer that nobody disturbed, or all of them if there is no
// such one.
func clean(windows []result.Window, peer string) []result.Window {
	var all, good []result.Window
	for _, w := range windows {
		if w.Peer != peer {
			continue
		}
		all = append(all, w)
		if !w.Disturbed {
			good = append(good, w)
		}
	}
	if len(good) > 0 {
		return good
	}
	return all
}

// Ratios returns, for each window of a peer, how many times its requests per CPU-second ours
// are: the mean of our windows next to it in time, before and after. Disturbed windows take
// no part unless there are no others.
func Ratios(windows []result.Window, peer string) []float64 {
	ratios := ratios(windows, peer, func(w result.Window) bool { return !w.Disturbed })
	if len(ratios) == 0 {
		return allRatios(windows, peer)
	}
	return ratios
}

func allRatios(windows []result.Window, peer string) []float64 {
	return ratios(windows, peer, func(result.Window) bool { return true })
}

func ratios(windows []result.Window, peer string, usable func(result.Window) bool) (all []float64) {
	for i, w := range windows {
		if w.Peer != peer || !usable(w) || w.PerCPU() == 0 {
			continue
		}
		before, okBefore := next(windows[:i], true, usable)
		after, okAfter := next(windows[i+1:], false, usable)
		switch {
		case okBefore && okAfter:
			all = append(all, (before+after)/2/w.PerCPU())
		case okBefore || okAfter:
			all = append(all, (before+after)/w.PerCPU())
		}
	}
	return all
}

// next returns the requests per CPU-second of our nearest usable window. It looks no further
// than the next but one window of another peer: what is farther away in time is no neighbor.
func next(windows []result.Window, backwards bool, usable func(result.Window) bool) (float64, bool) {
	const farthest = 4
	windows = slices.Clone(windows)
	if backwards {
		slices.Reverse(windows)
	}
	for _, w := range windows[:min(farthest, len(windows))] {
		if w.Peer == result.Ours && usable(w) {
			return w.PerCPU(), true
		}
	}
	return 0, false
}

// Peers returns the names of all peers, those with the most requests per CPU-second first.
func Peers(windows []result.Window) (names []string) {
	for _, w := range windows {
		if !slices.Contains(names, w.Peer) {
			names = append(names, w.Peer)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(perCPU(windows, b).Median, perCPU(windows, a).Median)
	})
	return names
}

func spread(windows []result.Window, peer string, of func(*result.Window) float64) Spread {
	var values []float64
	for _, w := range clean(windows, peer) {
		values = append(values, of(&w))
	}
	return SpreadOf(values)
}

func perCPU(windows []result.Window, peer string) Spread {
	return spread(windows, peer, (*result.Window).PerCPU)
}
