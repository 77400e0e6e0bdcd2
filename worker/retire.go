package worker

import (
	"bytes"
	"runtime"
	"strconv"
	"time"
)

// stop tells users to end: waiting ones at once, busy ones after their task, and all that
// are left after grace by force. The caller holds the lock.
func (s *swarm) stop(ms []*member, grace time.Duration) {
	if len(ms) == 0 {
		return
	}
	for _, m := range ms {
		s.retired[m] = struct{}{}
		close(m.stopping)
	}
	if grace <= 0 {
		s.force(ms)
		return
	}
	time.AfterFunc(grace, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.force(ms)
	})
}

// force cancels users and abandons those that do not react. The caller holds the lock.
func (s *swarm) force(ms []*member) {
	late := false
	for _, m := range ms {
		if _, there := s.retired[m]; there {
			m.cancel()
			late = true
		}
	}
	if late {
		time.AfterFunc(abandonAfter, func() { s.abandon(ms) })
	}
}

// kill ends all users by force, those that are stopping already as well. What they still
// record is no sample.
func (s *swarm) kill() {
	s.clear(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	for m := range s.retired {
		m.recorder.Revoke()
		m.cancel()
	}
}

// abandon gives up on users whose code ignores its context.
func (s *swarm) abandon(ms []*member) {
	var stacks []byte
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range ms {
		if _, there := s.retired[m]; !there {
			continue
		}
		delete(s.retired, m)
		if stacks == nil {
			stacks = allStacks()
		}
		m.abandoned = true
		m.recorder.Revoke()
		m.class.running--
		s.abandoned++
		s.log.Warn().Str("user_class", m.class.Name).Int("abandoned_users", s.abandoned).
			Str("stack", stackOf(stacks, m.goroutine.Load())).
			Msg("user abandoned: its task ignores the end of its context; it counts no longer, but its goroutine is still there")
	}
	s.notify()
}

// goroutineID is the number in the running goroutine's own stack trace.
func goroutineID() int64 {
	var buf [40]byte
	id, _ := parseGoroutine(buf[:runtime.Stack(buf[:], false)])
	return id
}

func parseGoroutine(stack []byte) (int64, bool) {
	rest, ok := bytes.CutPrefix(stack, []byte("goroutine "))
	if !ok {
		return 0, false
	}
	number, _, ok := bytes.Cut(rest, []byte(" "))
	id, err := strconv.ParseInt(string(number), 10, 64)
	return id, ok && err == nil
}

// allStacks is a dump of all goroutines, at most 64 MiB of it.
func allStacks() []byte {
	for size := 1 << 20; ; size *= 4 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size || size >= 64<<20 {
			return buf[:n]
		}
	}
}

// stackOf finds one goroutine in a dump.
func stackOf(dump []byte, id int64) string {
	for block := range bytes.SplitSeq(dump, []byte("\n\n")) {
		if got, ok := parseGoroutine(block); ok && got == id {
			return string(block)
		}
	}
	return "not found among " + strconv.Itoa(len(dump)) + " bytes of stacks"
}
