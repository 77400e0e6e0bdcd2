package link

// A State is what a Link is doing.
type State int32

// The states of a Link, in the order of a connection's life.
const (
	StateDown     State = iota // no connection; waiting to dial
	StateDialing               // TCP connect and ZMTP handshake
	StateProving               // shaken hands, but the master has not answered yet
	StateUp                    // the master has answered on this connection
	StateDraining              // closing: what is queued is written and confirmed first
	StateClosed                // for good
)

// String returns the state's name in lower case, such as "proving".
func (s State) String() string {
	switch s {
	case StateDown:
		return "down"
	case StateDialing:
		return "dialing"
	case StateProving:
		return "proving"
	case StateUp:
		return "up"
	case StateDraining:
		return "draining"
	case StateClosed:
		return "closed"
	}
	return "unknown"
}
