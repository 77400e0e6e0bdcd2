package metrics

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

const (
	// DefaultPort is where metrics are served if nothing else is said.
	DefaultPort = 9646
	portsToTry  = 100
)

// Listen listens on host:port.
func Listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("metrics: listening on %s: %w", address, err)
	}
	return l, nil
}

// ListenDefault listens on DefaultPort, or on the first free one after it.
func ListenDefault() (l net.Listener, err error) {
	for port := DefaultPort; port < DefaultPort+portsToTry; port++ {
		l, err = Listen(net.JoinHostPort("", strconv.Itoa(port)))
		if !errors.Is(err, syscall.EADDRINUSE) {
			return l, err
		}
	}
	return nil, fmt.Errorf("%w (and %d ports before it)", err, portsToTry-1)
}

// CheckAddress says what is wrong with host:port.
func CheckAddress(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fmt.Errorf("metrics: address %q: %w", address, err)
	}
	return nil
}
