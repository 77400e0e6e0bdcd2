package figure

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hopperband/hopperband/bench/internal/result"
)

const mib = 1 << 20

// heading says when and where something was measured.
func heading(s result.Setting) string {
	return fmt.Sprintf("Measured on %s. Machine: %s. Target: %s.\n\n", s.Date.Format("2006-01-02"), s.Machine, s.Target)
}

// Versions lists the versions of all programs that took part, of each the one that was
// measured last.
func Versions(settings ...result.Setting) string {
	slices.SortStableFunc(settings, func(a, b result.Setting) int { return a.Date.Compare(b.Date) })
	versions := map[string]string{}
	for _, s := range settings {
		maps.Copy(versions, s.Versions)
	}
	parts := make([]string, 0, len(versions))
	for _, name := range slices.Sorted(maps.Keys(versions)) {
		parts = append(parts, name+" "+versions[name])
	}
	return "Versions: " + strings.Join(parts, ", ") + ".\n"
}

// Saturation writes the table of one number of users.
func Saturation(s result.Saturation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s users.** %s", digits(float64(s.Users)), heading(s.Setting))
	b.WriteString("| generator | windows | requests per CPU-second | ours ÷ it, paired | requests/s | its core | target's core | MiB |\n")
	b.WriteString("|---|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, name := range Peers(s.Windows) {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %.2f | %.2f | %.0f |\n", emphasize(name), windowCount(s.Windows, name),
			rates(perCPU(s.Windows, name)), ratio(s.Windows, name), digits(median(s.Windows, name, (*result.Window).PerSecond)),
			median(s.Windows, name, func(w *result.Window) float64 { return w.Generator }),
			median(s.Windows, name, func(w *result.Window) float64 { return w.Target }),
			median(s.Windows, name, func(w *result.Window) float64 { return float64(w.Memory) / mib }))
	}
	return b.String() + shortOfUsers(s)
}

func emphasize(name string) string {
	if name == result.Ours {
		return "**" + name + "**"
	}
	return name
}

func median(windows []result.Window, peer string, of func(*result.Window) float64) float64 {
	return spread(windows, peer, of).Median
}

// rates writes a spread in whole numbers.
func rates(s Spread) string {
	if s.N < 2 {
		return digits(s.Median)
	}
	return fmt.Sprintf("%s (%s–%s)", digits(s.Median), digits(s.Min), digits(s.Max))
}

// ratio writes how many times a peer's figure ours is.
func ratio(windows []result.Window, name string) string {
	if name == result.Ours {
		return "1"
	}
	return SpreadOf(Ratios(windows, name)).Text("%.2f")
}

// windowCount says how many windows a figure is made of, with a mark where all of them
// were disturbed.
func windowCount(windows []result.Window, name string) string {
	used := clean(windows, name)
	if len(used) > 0 && used[0].Disturbed {
		return fmt.Sprintf("%d, disturbed", len(used))
	}
	return fmt.Sprint(len(used))
}

// shortOfUsers names the peers that did not bring up all users.
func shortOfUsers(s result.Saturation) string {
	var b strings.Builder
	for _, name := range Peers(s.Windows) {
		most := median(s.Windows, name, func(w *result.Window) float64 { return float64(w.Connections) })
		if most > 0 && most < 0.95*float64(s.Users) {
			fmt.Fprintf(&b, "%s had %s connections open, not one for each user.\n", name, digits(most))
		}
	}
	if b.Len() > 0 {
		return "\n" + b.String()
	}
	return ""
}

// GrowthTable writes what more users cost: in requests, and in memory for each further one.
func GrowthTable(g result.Growth) string {
	var b strings.Builder
	b.WriteString(heading(g.Setting))
	fmt.Fprintf(&b, "| generator | users | requests per CPU-second | of its own with %d users, paired | MiB | KiB for each further user |\n|---|---:|---:|---:|---:|---:|\n", g.Few)
	for _, name := range Peers(g.Windows) {
		few := g.Of(g.Few)
		fmt.Fprintf(&b, "| %s | %s | %s | 1 | %.0f | – |\n", emphasize(name), digits(float64(g.Few)), rates(perCPU(few, name)), median(few, name, memory)/mib)
		for _, users := range g.Users() {
			many := g.Of(users)
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %.0f | %.1f |\n", emphasize(name), digits(float64(users)), rates(perCPU(many, name)),
				SpreadOf(Growth(g, name, users)).Text("%.2f"), median(many, name, memory)/mib, weight(&g, name, users))
		}
	}
	return b.String()
}

// weight returns the KiB of one more user, between few users and many.
func weight(g *result.Growth, peer string, users int) float64 {
	grown := median(g.Of(users), peer, memory) - median(g.Of(g.Few), peer, memory)
	return grown / 1024 / float64(users-g.Few)
}

func memory(w *result.Window) float64 { return float64(w.Memory) }

// Times writes the errors of response times.
func Times(t result.Times) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%sAnswers are held back for %s.\n\n", heading(t.Setting), t.Delay)
	b.WriteString("| generator | its core, wanted | its core | users | requests/s | true p50 | error of p50 | true p99 | error of p99 |\n")
	b.WriteString("|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range t.Runs {
		w := r.Window
		if w.Told == nil || w.True == nil {
			continue
		}
		mark := ""
		if w.Disturbed {
			mark = ", disturbed"
		}
		fmt.Fprintf(&b, "| %s | %.0f %% | %.0f %%%s | %s | %s | %.2f | %+.2f | %.2f | %+.2f |\n", emphasize(w.Peer), r.Goal*100, w.Generator*100, mark,
			digits(float64(w.Users)), digits(w.PerSecond()), w.True.P50, w.Told.P50-w.True.P50, w.True.P99, w.Told.P99-w.True.P99)
	}
	return b.String()
}

// Empty writes what our worker can record.
func Empty(s result.Saturation) string {
	return fmt.Sprintf("%s%s users whose task sends nothing: %s million recorded requests per CPU-second.\n", heading(s.Setting),
		digits(float64(s.Users)), spread(s.Windows, onlyPeer(s), func(w *result.Window) float64 { return w.PerCPU() / 1e6 }).Text("%.2f"))
}

func onlyPeer(s result.Saturation) string {
	if len(s.Windows) == 0 {
		return ""
	}
	return s.Windows[0].Peer
}

// Masters writes what a master needs for its workers.
func Masters(m result.Masters) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s. Machine: %s.\n\n", m.Date.Format("2006-01-02"), m.Machine)
	b.WriteString("| workers | names | response times up to | requests/s, all workers | the master's core | for each worker | master's MiB |\n")
	b.WriteString("|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range m.Rows {
		mark := ""
		if r.Disturbed {
			mark = ", disturbed"
		}
		fmt.Fprintf(&b, "| %d | %d | %.0f ms | %s | %.1f %%%s | %.2f ms/s | %.0f |\n", r.Workers, r.Names, r.LongestMS,
			digits(float64(r.Workers*r.PerSecond)), r.Cores*100, mark, r.Cores*1000/float64(r.Workers), float64(r.Memory)/mib)
	}
	return b.String()
}

// Spawns writes how users come up.
func Spawns(s result.Spawns) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s. Machine: %s.\n\n", s.Date.Format("2006-01-02"), s.Machine)
	b.WriteString("| users, all at once | until the master knows all running | worker, CPU | master, CPU | worker's MiB |\n|---:|---:|---:|---:|---:|\n")
	for _, r := range s.Rows {
		mark := ""
		if r.Expired {
			mark = ", waited no longer"
		}
		fmt.Fprintf(&b, "| %s | %.2f s%s | %.2f s | %.2f s | %.0f |\n", digits(float64(r.Users)), r.Seconds, mark, r.Worker, r.Master, float64(r.Memory)/mib)
	}
	return b.String()
}
