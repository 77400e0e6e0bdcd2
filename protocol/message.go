// Package protocol encodes and decodes the messages of Locust's master and workers.
package protocol

// A Message is the type and the data of one message.
type Message interface {
	// Type is the message type as on the wire, such as "client_ready".
	Type() string
}
