package link

import "sync/atomic"

// MessageCount is how many messages of one type there were since Start.
type MessageCount struct {
	Type           string // Locust's, or "custom" for all types of the users' own
	Sent, Received uint64
}

const custom = "custom"

// messageTypes are the types of Locust's own messages (locust/runners.py), and custom.
func messageTypes() []string {
	return []string{
		"ack", "client_ready", "client_stopped", "exception", "heartbeat", "locustfile", "logs", "quit", "reconnect",
		"spawn", "spawning", "spawning_complete", "stats", "stop", "update_user_class", custom,
	}
}

// A tally counts messages by type. Its keys do not change.
type tally map[string]*atomic.Uint64

func newTally() tally {
	t := tally{}
	for _, name := range messageTypes() {
		t[name] = new(atomic.Uint64)
	}
	return t
}

func (t tally) add(messageType string) {
	n := t[messageType]
	if n == nil {
		n = t[custom]
	}
	n.Add(1)
}

// Messages returns how many messages of each type were sent and received.
func (l *Link) Messages() []MessageCount {
	var counts []MessageCount
	for _, name := range messageTypes() {
		counts = append(counts, MessageCount{Type: name, Sent: l.sent[name].Load(), Received: l.received[name].Load()})
	}
	return counts
}
