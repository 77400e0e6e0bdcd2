package protocol

import "fmt"

// A received is a message that reads its own data.
type received interface {
	Message
	readData(r *reader) error
}

// FromMaster decodes a message of a master, as a worker receives it. It reads what Valid
// accepts; types that a master does not use itself become Custom. It keeps nothing of b.
// On an error the message is to be dropped; the text names its type and field.
func FromMaster(b []byte) (m Message, nodeID string, err error) {
	return decode(b, masterMessage)
}

// FromMasterFor is FromMaster for a worker that handles some custom messages only. The data
// of the others may be many times as large in memory as on the wire: it is not decoded, and
// their Data is nil.
func FromMasterFor(b []byte, handled func(messageType string) bool) (m Message, nodeID string, err error) {
	return decode(b, func(messageType string) received {
		m := masterMessage(messageType)
		if c, ok := m.(*Custom); ok {
			c.unread = !handled(messageType)
		}
		return m
	})
}

// FromWorker decodes a message of a worker, as a master receives it. It is stricter than
// a master: it refuses fields that would end the receive loop of some release, spoil its
// statistics or make it process another message twice. Types that a worker does not use
// itself become Custom.
func FromWorker(b []byte) (m Message, nodeID string, err error) {
	return decode(b, workerMessage)
}

func masterMessage(messageType string) received {
	switch messageType {
	case "ack":
		return new(Ack)
	case "heartbeat":
		return new(HeartbeatEcho)
	case "locustfile":
		return new(Locustfile)
	case "quit":
		return new(Quit)
	case "reconnect":
		return new(Reconnect)
	case "spawn":
		return new(Spawn)
	case "spawning_complete":
		return new(AllSpawned)
	case "stop":
		return new(Stop)
	case "update_user_class":
		return new(UpdateUserClass)
	}
	return &Custom{MessageType: messageType}
}

func workerMessage(messageType string) received {
	switch messageType {
	case "client_ready":
		return new(ClientReady)
	case "client_stopped":
		return new(ClientStopped)
	case "exception":
		return new(Exception)
	case "heartbeat":
		return new(Heartbeat)
	case "locustfile":
		return new(LocustfileRequest)
	case "logs":
		return new(Logs)
	case "quit":
		return new(Quit)
	case "spawning":
		return new(Spawning)
	case "spawning_complete":
		return new(SpawningComplete)
	case "stats":
		return new(Stats)
	}
	return &Custom{MessageType: messageType}
}

func decode(b []byte, message func(string) received) (Message, string, error) {
	if err := Valid(b); err != nil {
		return nil, "", err
	}
	r := newReader(b)
	messageType, err := r.envelope()
	if err != nil {
		return nil, "", fmt.Errorf("protocol: %w", err)
	}
	m := message(messageType)
	if err := m.readData(r); err != nil {
		return nil, "", fmt.Errorf("protocol: %.64s: %w", messageType, err)
	}
	nodeID, err := r.string()
	if err == nil {
		err = checkNodeID(nodeID)
	}
	if err != nil {
		return nil, "", fmt.Errorf("protocol: %.64s: node_id: %w", messageType, err)
	}
	return m, nodeID, nil
}

// envelope reads up to the data: the head of the array and the message type.
func (r *reader) envelope() (messageType string, err error) {
	n, err := r.array()
	if err != nil {
		return "", fmt.Errorf("envelope: %w", err)
	}
	if n != 3 {
		return "", fmt.Errorf("envelope: %d elements where 3 are expected", n)
	}
	messageType, err = r.string()
	if err == nil && messageType == "" {
		err = errNoType
	}
	if err != nil {
		return "", fmt.Errorf("message type: %w", err)
	}
	return messageType, nil
}
