package link

import (
	"encoding/binary"
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// errSilent ends a session whose peer's I/O does not answer.
var errSilent = errors.New("link: the master has stopped answering on this connection")

// A pulse is the inbound half of a connection. It knows which PINGs are unanswered: if
// after one of them no byte comes for so long, its Read fails. The time only runs while
// somebody reads, so a slow owner of the link is not taken for a silent master.
type pulse struct {
	conn    net.Conn
	timeout time.Duration

	mu       sync.Mutex
	live     bool   // the handshake, which has a deadline of its own, is over
	sent     uint64 // sequence number of the last PING
	answered uint64 // sequence number of the last PONG
	covered  []coverage
	deadline time.Time // of the Read under way; zero: none
	final    time.Time // end of all reading; zero: none
}

// A coverage says that the PONG with a sequence number, and every later one, confirms a
// report.
type coverage struct {
	seq    uint64
	report int
}

// begin starts the watch, after the handshake.
func (p *pulse) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live = true
}

// ping returns the context of the next PING, which must be written at once.
func (p *pulse) ping() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent++
	if p.deadline.IsZero() {
		p.arm()
	}
	return binary.BigEndian.AppendUint64(make([]byte, 0, 8), p.sent)
}

// cover makes the next PING confirm a report.
func (p *pulse) cover(report int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.covered = append(p.covered, coverage{p.sent + 1, report})
}

// pong takes the context of a PONG. It returns the reports that are confirmed by it.
func (p *pulse) pong(context []byte) (reports []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(context) != 8 {
		return nil
	}
	seq := binary.BigEndian.Uint64(context)
	if seq > p.sent || seq <= p.answered {
		return nil
	}
	p.answered = seq
	for len(p.covered) > 0 && p.covered[0].seq <= seq {
		reports = append(reports, p.covered[0].report)
		p.covered = p.covered[1:]
	}
	return reports
}

// Read reads from the connection.
func (p *pulse) Read(b []byte) (int, error) {
	p.mu.Lock()
	p.arm()
	p.mu.Unlock()
	for {
		n, err := p.conn.Read(b)
		if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return n, err
		}
		if err := p.expired(); err != nil {
			return 0, err
		}
	}
}

// arm sets the deadline of the Read that begins or is under way.
func (p *pulse) arm() {
	if !p.live {
		return
	}
	p.deadline = time.Time{}
	if p.sent > p.answered {
		p.deadline = time.Now().Add(p.timeout)
	}
	if !p.final.IsZero() {
		p.deadline = p.final
	}
	_ = p.conn.SetReadDeadline(p.deadline)
}

// expired says whether the time is really over: the deadline may have been moved when it
// was reached already.
func (p *pulse) expired() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.live {
		return os.ErrDeadlineExceeded
	}
	if !p.final.IsZero() {
		return errStopped
	}
	if p.deadline.IsZero() || time.Now().Before(p.deadline) {
		_ = p.conn.SetReadDeadline(p.deadline)
		return nil
	}
	return errSilent
}

// stop makes reading end at a point in time, whatever comes.
func (p *pulse) stop(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.final = at
	p.arm()
}
