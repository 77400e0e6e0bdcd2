package rig

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
)

// A Proxy stands between workers and a master, as a bad network that also listens: it
// records every message, and cuts, stalls, refuses or drops when told to.
type Proxy struct {
	addr, target string
	running      sync.WaitGroup
	judging      sync.Mutex // one call of the filter at a time

	mu       sync.Mutex
	listener net.Listener // nil while refusing
	lines    map[*line]struct{}
	opened   int           // lines up to now
	flowing  chan struct{} // closed unless stalled
	filter   func(Frame) Verdict
	frames   []Frame
	more     chan struct{} // closed and made anew with each frame
}

// NewProxy returns a proxy on a free port of 127.0.0.1 before the master at target. It
// runs until Close.
func NewProxy(target string) (*Proxy, error) {
	p := &Proxy{
		target: target, lines: map[*line]struct{}{},
		flowing: make(chan struct{}), more: make(chan struct{}),
	}
	close(p.flowing)
	const attempts = 5 // somebody else may take a free port first
	var errs []error
	for range attempts {
		port, err := FreePort()
		if err == nil {
			p.addr = local(port)
			err = p.Accept()
		}
		if err == nil {
			return p, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// Addr returns the address for workers, as host:port.
func (p *Proxy) Addr() string { return p.addr }

// Close ends the proxy and all its connections.
func (p *Proxy) Close() {
	p.Refuse()
	p.running.Wait()
}

// Cut resets all connections, on both sides. New ones are accepted at once.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.lines {
		l.cut()
		delete(p.lines, l)
	}
}

// Refuse resets all connections and refuses new ones, as a machine does whose master has
// gone, until Accept.
func (p *Proxy) Refuse() {
	p.mu.Lock()
	if p.listener != nil {
		_ = p.listener.Close()
		p.listener = nil
	}
	p.mu.Unlock()
	p.Cut()
}

// Accept ends Refuse.
func (p *Proxy) Accept() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		return nil
	}
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		return fmt.Errorf("rig: proxy: %w", err)
	}
	p.listener = l
	p.running.Go(func() { p.serve(l) })
	return nil
}

// Stall lets nothing pass in either direction until Flow: the connections stay, new ones
// are accepted, and nobody is told.
func (p *Proxy) Stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.flowing:
		p.flowing = make(chan struct{})
	default:
	}
}

// Flow ends Stall. What was held back is delivered.
func (p *Proxy) Flow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.flowing:
	default:
		close(p.flowing)
	}
}

// Filter sets what decides on each message before it is passed on; nil forwards all. It is
// called for one message at a time, so it may keep a state, and must not wait.
func (p *Proxy) Filter(f func(Frame) Verdict) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.filter = f
}

// Connections returns the number of connections that are open.
func (p *Proxy) Connections() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.lines)
}

// Frames returns the messages recorded up to now, in the order of their arrival.
func (p *Proxy) Frames() []Frame {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.frames)
}

// WaitFrame waits for a message that match accepts, old or new, and returns it.
func (p *Proxy) WaitFrame(ctx context.Context, match func(Frame) bool) (Frame, error) {
	for from := 0; ; {
		p.mu.Lock()
		seen, more := slices.Clone(p.frames[from:]), p.more
		p.mu.Unlock()
		if i := slices.IndexFunc(seen, match); i >= 0 {
			return seen[i], nil
		}
		from += len(seen)
		select {
		case <-more:
		case <-ctx.Done():
			return Frame{}, fmt.Errorf("rig: proxy: waiting for a message: %w", context.Cause(ctx))
		}
	}
}

func (p *Proxy) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() { p.join(conn) })
	}
}

// join connects a worker with the master until either leaves.
func (p *Proxy) join(worker net.Conn) {
	master, err := net.Dial("tcp", p.target)
	if err != nil {
		reset(worker) // the nearest thing to a refused connection
		return
	}
	p.mu.Lock()
	p.opened++
	l := &line{proxy: p, number: p.opened, worker: worker, master: master, done: make(chan struct{})}
	p.lines[l] = struct{}{}
	refusing := p.listener == nil
	p.mu.Unlock()
	if refusing {
		l.cut()
	}
	l.run()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.lines, l)
}

// judge records a message and says what becomes of it.
func (p *Proxy) judge(f Frame) Verdict {
	p.mu.Lock()
	filter := p.filter
	p.mu.Unlock()
	if filter != nil {
		p.judging.Lock()
		f.Verdict = filter(f)
		p.judging.Unlock()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frames = append(p.frames, f)
	close(p.more)
	p.more = make(chan struct{})
	return f.Verdict
}

func (p *Proxy) gate() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.flowing
}
