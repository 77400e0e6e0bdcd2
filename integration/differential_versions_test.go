//go:build integration

package integration

import "github.com/hopperband/hopperband/integration/rig"

// versions are those of Locust from one on, and before another. "" is no bound.
type versions struct{ since, before string }

func (v versions) has(version string) bool {
	return !rig.Older(version, v.since) && (v.before == "" || rig.Older(version, v.before))
}

// version is that of this test's Locust.
func (s *scene) version() string {
	s.t.Helper()
	version, err := rig.Version(s.venv)
	s.ok(err)
	return version
}

// forms are the deliberate deviations in the shape of messages, from those of Locust's worker
// of a version. Older workers differ from newer ones; ours is as the newest, which their
// masters understand just as well.
func forms(version string) (all []form) {
	const keys = "Python's round() leaves a time of 100 ms and more a float, as a key too; to a dict 100.0 and 100 are the same key"
	for _, f := range []form{
		{path: "client_ready", python: "str", ours: "int", why: "-1 stands for no version of Locust's, so that no master warns of it"},
		{path: "stats.stats[].response_times{float}", python: "int", in: versions{before: "2.43.4"}, why: keys},
		{path: "stats.stats_total.response_times{float}", python: "int", in: versions{before: "2.43.4"}, why: keys},
		{path: "stats.stats_total.method", python: "nil|str", ours: "str", in: versions{before: "2.46.2"}, why: "a master ignores it; it is nil before the first test only"},
		{path: "stats.errors{str}.first_seen", ours: "float", in: versions{before: "2.44.0"}, failures: true, why: "a master takes what it knows"},
		{path: "stats.errors{str}.last_seen", ours: "float", in: versions{before: "2.44.0"}, failures: true, why: "a master takes what it knows"},
	} {
		if f.in.has(version) {
			all = append(all, f)
		}
	}
	return all
}
