package worker

import (
	"bytes"
	"fmt"
	"maps"
	"runtime"
	"slices"
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
	}
	s.force(slices.Collect(maps.Keys(s.retired)))
}

// stacksShown is how many stacks are logged of users that are abandoned at the same time: most
// of them hang in the same place.
const stacksShown = 10

// abandon gives up on users whose code ignores its context.
func (s *swarm) abandon(ms []*member) {
	left, total := s.giveUp(ms)
	if len(left) == 0 {
		return
	}
	stacks := allStacks()
	for _, m := range left[:min(len(left), stacksShown)] {
		s.log.Warn().Str("user_class", m.class.Name).Int("abandoned_users", total).Str("stack", stackOf(stacks, m)).
			Msg("user abandoned: its task ignores the end of its context; it counts no longer, but its goroutine is still there")
	}
	if more := len(left) - stacksShown; more > 0 {
		s.log.Warn().Int("more", more).Int("abandoned_users", total).Msg("more users abandoned, whose stacks are not shown")
	}
}

// giveUp counts users no longer. It returns those that are still there, and how many are so
// in all.
func (s *swarm) giveUp(ms []*member) (left []*member, total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range ms {
		if _, there := s.retired[m]; !there {
			continue
		}
		delete(s.retired, m)
		m.abandoned = true
		m.recorder.Revoke()
		m.class.running--
		m.class.shown.running.Add(-1)
		s.abandoned++
		m.class.shown.abandoned.Add(1)
		left = append(left, m)
	}
	s.notify()
	return left, s.abandoned
}

// allStacks is a dump of all goroutines, at most 64 MiB of it. The world stands still for
// each attempt.
func allStacks() []byte {
	const most, each = 64 << 20, 2 << 10
	for size := min(max(1<<20, runtime.NumGoroutine()*each), most); ; size = min(4*size, most) {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size || size == most {
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
