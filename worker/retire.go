package worker

import (
	"bytes"
	"fmt"
	"runtime"
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
		m.class.shown.running.Add(-1)
		s.abandoned++
		m.class.shown.abandoned.Add(1)
		s.log.Warn().Str("user_class", m.class.Name).Int("abandoned_users", s.abandoned).
			Str("stack", stackOf(stacks, m)).
			Msg("user abandoned: its task ignores the end of its context; it counts no longer, but its goroutine is still there")
	}
	s.notify()
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

// stackOf finds a user's goroutine in a dump, by the first argument of its first frame. (A
// goroutine's number would do as well, but each user would have to find out its own.)
func stackOf(dump []byte, m *member) string {
	frame := fmt.Appendf(nil, "worker.live({%p", m)
	for block := range bytes.SplitSeq(dump, []byte("\n\n")) {
		if bytes.Contains(block, frame) {
			return string(block)
		}
	}
	return "not found"
}
