package link_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/hopperband/hopperband/internal/link"
	"github.com/hopperband/hopperband/protocol"
)

const nodeID = "host_0123456789abcdef0123456789abcdef"

// An owner drives a Link as a worker does.
type owner struct {
	*link.Link
	t        testing.TB
	log      *journal
	patience time.Duration // for the next event
}

// own starts a link to an address with short times, and closes it at the test's end.
func own(t testing.TB, cfg link.Config) *owner {
	t.Helper()
	o, _ := ownCancel(t, cfg)
	return o
}

// ownCancel is own with the end of the link's context.
func ownCancel(t testing.TB, cfg link.Config) (o *owner, cancel func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	log := &journal{}
	cfg.NodeID, cfg.Log = nodeID, zerolog.New(log)
	if cfg.FirstPause == 0 {
		cfg.FirstPause = 5 * time.Millisecond
	}
	o = &owner{link.Start(ctx, cfg), t, log, patience}
	t.Cleanup(o.kill)
	return o, cancel
}

// kill closes without waiting for anything.
func (o *owner) kill() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = o.Close(ctx)
}

// expect takes the next event, which must be of a type.
func expect[E link.Event](o *owner) E {
	o.t.Helper()
	select {
	case ev := <-o.Events():
		e, ok := ev.(E)
		if !ok {
			o.t.Fatalf("event is a %T %+v, want a %T", ev, ev, e)
		}
		return e
	case <-time.After(o.patience):
		var e E
		o.t.Fatalf("no event, want a %T", e)
		return e
	}
}

// up brings a session up with a client_ready and its ack.
func (o *owner) up(p *peer) (session int) {
	o.t.Helper()
	session = expect[link.Connected](o).Session
	o.Post(session, &protocol.ClientReady{})
	if got := p.message().Type(); got != "client_ready" {
		o.t.Fatalf("the hello is a %q, want a client_ready", got)
	}
	p.send(&protocol.Ack{})
	if _, ok := expect[link.Message](o).Message.(*protocol.Ack); !ok {
		o.t.Fatal("the first message is no ack")
	}
	return session
}

// messages is what the link has counted of a type.
func (o *owner) messages(messageType string) link.MessageCount {
	for _, m := range o.Messages() {
		if m.Type == messageType {
			return m
		}
	}
	return link.MessageCount{}
}

// pair is a session that is up.
func pair(t testing.TB) (*owner, *peer, int) {
	t.Helper()
	m := listen(t)
	o := own(t, link.Config{Addr: m.addr()})
	p := m.accept()
	return o, p, o.up(p)
}

func beat() *protocol.Heartbeat { return &protocol.Heartbeat{State: protocol.StateReady} }

func report(name string) *protocol.Stats {
	return &protocol.Stats{Entries: []protocol.StatsEntry{{Method: "GET", Name: name, NumRequests: 1}}}
}

func note(text string) *protocol.Exception { return &protocol.Exception{Msg: text, Traceback: "t"} }

// within is a context for Close.
func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.After(patience); !ok(); {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("%s: not within %s", what, patience)
		}
	}
}

// leakless checks, after the cleanups that come later, that no goroutine and no
// descriptor is left.
func leakless(t *testing.T) {
	t.Helper()
	warm, err := net.Dial("tcp", listen(t).addr()) // the network poller has descriptors of its own
	if err == nil {
		_ = warm.Close()
	}
	goroutines, files := runtime.NumGoroutine(), descriptors()
	t.Cleanup(func() {
		eventually(t, "goroutines and descriptors are left", func() bool {
			return runtime.NumGoroutine() <= goroutines && descriptors() <= files
		})
	})
}

// descriptors counts the process's open files; 0 where the system does not tell.
func descriptors() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

// A journal keeps the log's lines.
type journal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.buf.Write(p)
}

// lines returns the messages at a level.
func (j *journal) lines(level string) (lines []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for line := range strings.Lines(j.buf.String()) {
		var entry struct{ Level, Message string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Level == level {
			lines = append(lines, entry.Message)
		}
	}
	return lines
}
