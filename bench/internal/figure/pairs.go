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
	return pairs{windows, of(peer), of(result.Ours)}.ratios()
}

// Growth returns, for each window of a peer with a number of users, its requests per
// CPU-second as a part of what the peer's windows with few users next to it in time have.
func Growth(g result.Growth, peer string, users int) []float64 {
	with := func(users int) func(*result.Window) bool {
		return func(w *result.Window) bool { return w.Peer == peer && w.Users == users }
	}
	all := pairs{g.Windows, with(users), with(g.Few)}.ratios()
	for i := range all {
		all[i] = 1 / all[i]
	}
	return all
}

func of(peer string) func(*result.Window) bool {
	return func(w *result.Window) bool { return w.Peer == peer }
}

// Pairs are the windows of interest, and those that each of them is compared with.
type pairs struct {
	windows   []result.Window
	one, base func(*result.Window) bool
}

// ratios returns what the base has of each of the windows of interest.
func (p pairs) ratios() []float64 {
	clean := p.usable(func(w *result.Window) bool { return !w.Disturbed })
	if len(clean) == 0 {
		return p.usable(func(*result.Window) bool { return true })
	}
	return clean
}

func (p pairs) usable(usable func(*result.Window) bool) (all []float64) {
	for i := range p.windows {
		w := &p.windows[i]
		if !p.one(w) || !usable(w) || w.PerCPU() == 0 {
			continue
		}
		before, okBefore := p.next(p.windows[:i], true, usable)
		after, okAfter := p.next(p.windows[i+1:], false, usable)
		switch {
		case okBefore && okAfter:
			all = append(all, (before+after)/2/w.PerCPU())
		case okBefore || okAfter:
			all = append(all, (before+after)/w.PerCPU())
		}
	}
	return all
}

// next returns the requests per CPU-second of the base's nearest usable window. It looks no
// further than the next but one of another kind: what is farther away in time is no neighbor.
func (p pairs) next(windows []result.Window, backwards bool, usable func(*result.Window) bool) (float64, bool) {
	const farthest = 4
	windows = slices.Clone(windows)
	if backwards {
		slices.Reverse(windows)
	}
	for i := range windows[:min(farthest, len(windows))] {
		if w := &windows[i]; p.base(w) && usable(w) {
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
