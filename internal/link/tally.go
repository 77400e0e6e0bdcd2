package link

import (
	"slices"
	"sync/atomic"
)

// MessageCount is how many messages of one type there were since Start.
type MessageCount struct {
	Type           string // Locust's, or "custom" for all types of the users' own
	Sent, Received uint64
}

const custom = "custom"

// messageTypes are the types of Locust's own messages (locust/runners.py), and custom.
var messageTypes = [...]string{
	"ack", "client_ready", "client_stopped", "exception", "heartbeat", "locustfile", "logs", "quit", "reconnect",
	"spawn", "spawning", "spawning_complete", "stats", "stop", "update_user_class", custom,
}

// A tally counts messages by type.
type tally [len(messageTypes)]atomic.Uint64

func (t *tally) add(messageType string) {
	i := slices.Index(messageTypes[:], messageType)
	if i < 0 {
		i = len(t) - 1
	}
	t[i].Add(1)
}

// Messages returns how many messages of each type were sent and received.
func (l *Link) Messages() []MessageCount {
	counts := make([]MessageCount, len(messageTypes))
	for i, name := range messageTypes {
		counts[i] = MessageCount{Type: name, Sent: l.counts.sentOf[i].Load(), Received: l.counts.receivedOf[i].Load()}
	}
	return counts
}
