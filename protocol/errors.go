package protocol

import "errors"

// What Valid finds. They carry the whole text, so that Valid allocates nothing.
var (
	errSize       = errors.New("protocol: invalid message: longer than 64 MiB")
	errTruncated  = errors.New("protocol: invalid message: announced length exceeds the bytes present")
	errDepth      = errors.New("protocol: invalid message: nested deeper than 32 levels")
	errContainers = errors.New("protocol: invalid message: more than 1048576 maps and arrays")
	errKey        = errors.New("protocol: invalid message: map key is none of a string, a number, a bool and nil")
	errReserved   = errors.New("protocol: invalid message: reserved byte 0xc1")
	errTrailing   = errors.New("protocol: invalid message: bytes after the value")
	errUTF8       = errors.New("protocol: invalid message: string is not valid UTF-8")
)

var (
	errNoNodeID = errors.New("empty")
	errNoType   = errors.New("empty message type")
	errNoString = errors.New("missing, or no string")
	errMissing  = errors.New("missing")
)
