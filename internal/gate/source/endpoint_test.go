package source_test

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/source"
)

// Names are what a resolver knows.
type names map[string][]string

func (n names) LookupHost(_ context.Context, host string) ([]string, error) {
	if found, ok := n[host]; ok {
		return found, nil
	}
	return nil, errors.New("no such host")
}

// move lets a worker listen on an address, at a port if it is not 0, and returns the port.
func (w *worker) move(t *testing.T, address, port string) string {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(address, port))
	if err != nil {
		t.Skipf("this system has no second loopback address: %v", err)
	}
	server := httptest.NewUnstartedServer(w.server.Config.Handler)
	_ = server.Listener.Close()
	server.Listener = l
	server.Start()
	t.Cleanup(server.Close)
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

// A name with several addresses is several workers, those that it has at the time.
func TestNameOfSeveralWorkers(t *testing.T) {
	a, b := startWorker(t, "a", true), startWorker(t, "b", true)
	port := a.move(t, "127.0.0.1", "0")
	b.move(t, "127.0.0.2", port)
	known := names{"workers.test": {"127.0.0.1", "127.0.0.3"}} // where nobody listens
	s, err := source.NewWorkers([]string{"http://workers.test:" + port + "/metrics"}, known, access.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if got := sample(t, s); len(got.Workers) != 1 || got.Workers["a"] == nil {
		t.Errorf("workers %v, want a", got.Workers)
	}
	known["workers.test"] = append(known["workers.test"], "127.0.0.2")
	got := sample(t, s)
	if len(got.Workers) != 2 || got.Workers["a"] == nil || got.Workers["b"] == nil || len(got.Clocks) != 2 {
		t.Errorf("workers %v, clocks %v; want a and b", got.Workers, got.Clocks)
	}
	delete(known, "workers.test")
	if _, err := s.Sample(t.Context()); !errors.Is(err, source.ErrUnreachable) || !strings.Contains(err.Error(), "workers.test") {
		t.Errorf("a name that is not known: %v", err)
	}
}
