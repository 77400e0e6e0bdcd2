package link

import (
	"errors"
	"slices"
	"sync"
)

// errFull ends a session whose owner posts faster than the master takes.
var errFull = errors.New("link: more than 1024 messages or 64 MiB wait to be sent: the master does not take them")

// An outgoing message, encoded.
type outgoing struct {
	kind   kind
	name   string // message type
	report int    // number of the report that a mark ends
	buf    []byte
}

// A fifo is a queue of messages that knows its size.
type fifo struct {
	items []*outgoing
	bytes int
}

func (f *fifo) push(ms ...*outgoing) {
	f.items = append(f.items, ms...)
	f.bytes += total(ms)
}

func (f *fifo) pop() *outgoing {
	if len(f.items) == 0 {
		return nil
	}
	m := f.items[0]
	f.items = slices.Delete(f.items, 0, 1)
	f.bytes -= len(m.buf)
	return m
}

func (f *fifo) fits(ms []*outgoing, maxItems, maxBytes int) bool {
	return len(f.items)+len(ms) <= maxItems && f.bytes+total(ms) <= maxBytes
}

func total(ms []*outgoing) (n int) {
	for _, m := range ms {
		n += len(m.buf)
	}
	return n
}

// An outbox holds what waits to be written. Its lock is never held during I/O.
type outbox struct {
	wake chan struct{} // has an element when the writer should look

	mu      sync.Mutex
	session int         // the session whose messages are taken; 0: none
	fail    func(error) // ends that session
	posted  fifo        // of the session
	notes   fifo        // of all sessions
	pongs   [][]byte    // contexts of the peer's PINGs
	closed  bool
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

func (o *outbox) kick() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// open begins a session.
func (o *outbox) open(session int, fail func(error)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.session, o.fail = session, fail
}

// shut ends a session: what was posted to it and not written is dropped. It returns how
// many messages that are.
func (o *outbox) shut() (dropped int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.posted.items {
		if m.kind != mark {
			dropped++
		}
	}
	o.session, o.fail = 0, nil
	o.posted, o.pongs = fifo{}, nil
	return dropped
}

// takes reports whether messages of a session are taken.
func (o *outbox) takes(session int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !o.closed && session != 0 && session == o.session
}

// post queues messages of a session. A false means that the session is over, if need be
// because of these messages.
func (o *outbox) post(session int, ms []*outgoing) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed || session == 0 || session != o.session {
		return false
	}
	if !o.posted.fits(nil, maxPosted, maxPostedBytes) { // a report of any size goes, if nothing is in its way
		o.fail(errFull)
		o.session = 0
		return false
	}
	o.posted.push(ms...)
	o.kick()
	return true
}

// note queues a note; false means that there is no room.
func (o *outbox) note(m *outgoing) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	one := []*outgoing{m}
	if o.closed || !o.notes.fits(one, maxNotes, maxNoteBytes) {
		return false
	}
	o.notes.push(one...)
	o.kick()
	return true
}

// answer queues a PONG. A peer that sends PINGs and reads no answer gets no memory.
func (o *outbox) answer(context []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.pongs) < 16 {
		o.pongs = append(o.pongs, context)
	}
	o.kick()
}

// abort ends a session, if it still is the running one.
func (o *outbox) abort(session int, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if session != 0 && session == o.session {
		o.fail(err)
	}
}

// finish takes nothing more, and queues last, a mark, behind everything else.
func (o *outbox) finish(last *outgoing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.posted.push(last)
	o.kick()
}

// close takes nothing more. It returns how many messages and notes were waiting.
func (o *outbox) close() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	return len(o.posted.items) + len(o.notes.items)
}

// pong returns the context of a PING to be answered.
func (o *outbox) pong() (context []byte, ok bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.pongs) == 0 {
		return nil, false
	}
	context = o.pongs[0]
	o.pongs = slices.Delete(o.pongs, 0, 1)
	return context, true
}

// next returns what is to be written next, or nil: what is posted, then the notes, then a
// quit, behind which the master knows this worker no more, and what follows it. Notes are for
// proven sessions only.
func (o *outbox) next(proven bool) *outgoing {
	o.mu.Lock()
	defer o.mu.Unlock()
	if proven && o.isLast() {
		if m := o.notes.pop(); m != nil {
			return m
		}
	}
	return o.posted.pop()
}

// isLast says that nothing is posted that goes before the notes.
func (o *outbox) isLast() bool {
	if len(o.posted.items) == 0 {
		return true
	}
	m := o.posted.items[0]
	return m.kind == farewell || m.kind == mark && m.report == lastReport
}
