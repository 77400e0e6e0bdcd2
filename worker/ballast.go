package worker

import "os"

// ballast is how much memory, in bytes, a worker asks for and never touches, so that it takes
// none of the machine's. Go collects garbage when the heap has doubled since it last did: that
// of a few hundred users has in half a second, and what arrives while the collector runs waits
// for up to ten milliseconds, enough to decide about the 99th percentile.
const ballast = 64 << 20

// newBallast returns none where GOGC or GOMEMLIMIT say how to collect garbage.
func newBallast() []byte {
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		if _, set := os.LookupEnv(name); set {
			return nil
		}
	}
	return make([]byte, ballast)
}
