package protocol_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hopperband/hopperband/protocol"
)

// A hostile gives the worst values that the fields of a message can have.
type hostile struct{ *rand.Rand }

func pick[T any](h hostile, of ...T) T { return of[h.IntN(len(of))] }

func (h hostile) string() string {
	return pick(h, "", "/a", "a\xffb", "\xed\xa0\x80", "\x00", "ü☃\U0001F600", "'\"\\", "__ObjectId", strings.Repeat("long", h.IntN(100)), string([]byte{byte(h.Uint32()), byte(h.Uint32())}))
}

func (h hostile) float() float64 {
	return pick(h, 0, math.Copysign(0, -1), 1.5, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, math.Float64frombits(h.Uint64()))
}

func (h hostile) null() protocol.NullFloat {
	return protocol.NullFloat{Float64: h.float(), Valid: h.IntN(2) == 0}
}

func (h hostile) int() int64 {
	return pick(h, 0, 1, -1, math.MaxInt64, math.MinInt64, 1<<31, int64(h.Uint64()))
}

func (h hostile) counts() []protocol.Count {
	if h.IntN(4) == 0 {
		return nil
	}
	cs := make([]protocol.Count, h.IntN(40))
	for i := range cs {
		cs[i] = protocol.Count{Key: pick(h, h.int(), int64(i), int64(h.IntN(5))), N: h.int()}
	}
	return cs
}

func (h hostile) users() map[string]int {
	if h.IntN(4) == 0 {
		return nil
	}
	m := map[string]int{}
	for range h.IntN(20) {
		m[h.string()] = int(h.int())
	}
	return m
}

func (h hostile) entry() protocol.StatsEntry {
	return protocol.StatsEntry{
		Method: h.string(), Name: h.string(),
		NumRequests: h.int(), NumNoneRequests: h.int(), NumFailures: h.int(), TotalContentLength: h.int(),
		TotalResponseTime: h.float(), MaxResponseTime: h.float(), MinResponseTime: h.null(),
		LastRequestTimestamp: h.null(), StartTime: h.float(),
		ResponseTimes: h.counts(), NumReqsPerSec: h.counts(), NumFailPerSec: h.counts(),
	}
}

func (h hostile) stats() *protocol.Stats {
	s := &protocol.Stats{Total: h.entry(), UserClassesCount: h.users()}
	for range h.IntN(4) {
		s.Entries = append(s.Entries, h.entry())
	}
	for range h.IntN(4) {
		s.Errors = append(s.Errors, protocol.StatsError{Method: h.string(), Name: h.string(), Error: h.string(), Occurrences: h.int(), FirstSeen: h.null(), LastSeen: h.null()})
	}
	return s
}

func (h hostile) data(depth int) any {
	if depth == 0 {
		return pick[any](h, nil, h.string(), h.int(), h.Uint64(), []byte(h.string()), h.users())
	}
	inner := h.data(depth - 1)
	return pick[any](h, []any{inner, h.data(0)}, object{h.string(): inner}, map[int64]any{h.int(): inner})
}

// message is one of those that a worker sends.
func (h hostile) message() protocol.Message {
	return pick(h, h.plain, h.plain, h.full)()
}

func (h hostile) plain() protocol.Message {
	return pick[protocol.Message](h,
		&protocol.ClientReady{Version: h.string()},
		&protocol.ClientStopped{},
		&protocol.Exception{Msg: h.string(), Traceback: h.string()},
		&protocol.Heartbeat{State: pick(h, protocol.StateReady, protocol.StateSpawning, protocol.StateRunning), CPUUsage: h.float(), MemoryUsage: h.Uint64()},
		&protocol.LocustfileRequest{Version: h.string()},
		&protocol.Logs{WorkerID: h.string(), Lines: slices.Repeat([]string{h.string()}, h.IntN(4))},
		&protocol.Quit{},
		&protocol.Spawning{},
	)
}

func (h hostile) full() protocol.Message {
	return pick[protocol.Message](h,
		&protocol.Custom{MessageType: "pong", Data: h.data(h.IntN(8))},
		&protocol.SpawningComplete{UserClassesCount: h.users()},
		h.stats(),
	)
}

// Whatever the values in a message are: what Append makes of it harms no master.
func TestAppendIsHarmless(t *testing.T) {
	h := hostile{rand.New(rand.NewPCG(1, 2))}
	seen := map[string]int{}
	var buf []byte
	for range 3000 {
		m := h.message()
		b, err := protocol.Append(buf[:0], goNodeID, m)
		if err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
		if err := protocol.Valid(b); err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
		if _, _, err := protocol.FromWorker(b); err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
		if err := harmless(b); err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
		seen[m.Type()]++
		buf = b
	}
	if len(seen) != 11 {
		t.Errorf("only %v were tried", seen)
	}
}

// The judge itself must find the captured messages that break masters.
func TestHarmlessFindsBad(t *testing.T) {
	for _, name := range fixtures(t) {
		err := harmless(payload(t, name))
		switch {
		case name == "bad_extra_data.hex": // found by Valid alone
		case strings.HasPrefix(name, "bad_") && err == nil:
			t.Errorf("%s passes", name)
		case strings.HasPrefix(name, "go_") && err != nil:
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzAppend(f *testing.F) {
	f.Add("node", "type", "name", 1.5, int64(3), []byte{1})
	f.Add("\xff", "", "\xed\xa0\x80", math.NaN(), int64(math.MinInt64), []byte(nil))
	f.Add("n", "pong", "__datetime__", math.Inf(1), int64(-1), []byte{0xc1})
	f.Fuzz(func(t *testing.T, nodeID, messageType, s string, x float64, n int64, raw []byte) {
		null := protocol.NullFloat{Float64: x, Valid: n%2 == 0}
		counts := []protocol.Count{{Key: n, N: n}, {Key: int64(len(s)), N: n}, {Key: n, N: 1}}
		entry := protocol.StatsEntry{
			Method: s, Name: messageType, NumRequests: n, TotalResponseTime: x, MaxResponseTime: x, MinResponseTime: null,
			LastRequestTimestamp: null, StartTime: x, ResponseTimes: counts, NumReqsPerSec: counts,
		}
		fails := []protocol.StatsError{{Method: s, Name: s, Error: messageType, Occurrences: n, FirstSeen: null}, {Error: string(raw)}}
		users := map[string]int{s: int(n), messageType: 1}
		for _, m := range []protocol.Message{
			&protocol.ClientReady{Version: s},
			&protocol.Custom{MessageType: messageType, Data: []any{object{s: x}, map[int64]any{n: raw}, users}},
			&protocol.Exception{Msg: s, Traceback: messageType},
			&protocol.Heartbeat{State: protocol.State(messageType), CPUUsage: x, MemoryUsage: uint64(n)},
			&protocol.Logs{WorkerID: s, Lines: []string{messageType, s}},
			&protocol.SpawningComplete{UserClassesCount: users},
			&protocol.Stats{Entries: []protocol.StatsEntry{entry}, Total: entry, Errors: fails, UserClassesCount: users},
		} {
			b, err := protocol.Append(nil, nodeID, m)
			if err != nil {
				continue
			}
			if !utf8.ValidString(nodeID) || nodeID == "" {
				t.Fatalf("node ID %q was accepted", nodeID)
			}
			if _, _, err := protocol.FromWorker(b); err != nil {
				t.Fatalf("%+v: %v", m, err)
			}
			if err := harmless(b); err != nil {
				t.Fatalf("%+v: %v", m, err)
			}
		}
	})
}
