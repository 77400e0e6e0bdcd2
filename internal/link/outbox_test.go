package link

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestOutboxForgetsASession(t *testing.T) {
	o := newOutbox()
	fail := func(err error) { t.Errorf("the session was ended: %v", err) }
	o.open(1, fail)
	if !o.post(1, []*outgoing{{buf: []byte("a")}, {buf: []byte("b")}, {kind: mark}}) {
		t.Fatal("not taken")
	}
	o.answer([]byte("context"))
	if !o.note(&outgoing{buf: []byte("note")}) {
		t.Fatal("note not taken")
	}
	if got := o.shut(); got != 2 {
		t.Errorf("%d messages dropped, want 2: a mark is none", got)
	}
	if o.post(1, []*outgoing{{}}) || o.takes(1) || o.takes(0) {
		t.Error("taken after the session's end")
	}
	o.open(2, fail)
	if m := o.next(false); m != nil {
		t.Errorf("%q of session 1 is left", m.buf)
	}
	if _, ok := o.pong(); ok {
		t.Error("a PONG of session 1 is left")
	}
	if m := o.next(true); m == nil || string(m.buf) != "note" {
		t.Errorf("got %v, want the note", m)
	}
}

// One post may be of any size, as the report of very many names is: to refuse it would refuse
// it in the next session, too. What is posted while so much waits is refused.
func TestOutboxBoundsWhatWaits(t *testing.T) {
	for name, large := range map[string][]*outgoing{
		"bytes":    {{buf: make([]byte, maxPostedBytes+1)}},
		"messages": slices.Repeat([]*outgoing{{}}, maxPosted+1),
	} {
		o := newOutbox()
		var ended error
		o.open(1, func(err error) { ended = err })
		if !o.post(1, []*outgoing{{buf: []byte("heartbeat")}}) || !o.post(1, large) || ended != nil {
			t.Errorf("%s: refused: %v", name, ended)
		}
		if o.post(1, []*outgoing{{buf: []byte("heartbeat")}}) || !errors.Is(ended, errFull) {
			t.Errorf("%s: one more was taken: %v", name, ended)
		}
	}
}

func TestOutboxBoundsPongs(t *testing.T) {
	o := newOutbox()
	for range 1000 {
		o.answer(make([]byte, 16))
	}
	n := 0
	for _, ok := o.pong(); ok; _, ok = o.pong() {
		n++
	}
	if n != 16 {
		t.Errorf("%d PONGs are kept, want 16", n)
	}
}

// TestPulseRechecks has a Read time out while its deadline is moved.
func TestPulseRechecks(t *testing.T) {
	p := &pulse{conn: &scripted{}, live: true, sent: 1}
	for _, deadline := range []time.Time{{}, time.Now().Add(time.Hour)} {
		p.deadline = deadline
		if err := p.expired(); err != nil {
			t.Errorf("deadline %s: %v, want to read on", deadline, err)
		}
	}
	p.deadline = time.Now().Add(-time.Second)
	if err := p.expired(); err == nil {
		t.Error("no error after the deadline")
	}
}

// A master knows nothing any more of a worker whose quit it has read.
func TestQuitGoesBehindTheNotes(t *testing.T) {
	o := newOutbox()
	o.open(1, func(err error) { t.Errorf("the session was ended: %v", err) })
	for _, name := range []string{"exception", "logs"} {
		o.note(&outgoing{name: name})
	}
	o.post(1, []*outgoing{{name: "stats"}, {kind: mark, name: "mark"}, {kind: farewell, name: "quit"}})
	o.finish(&outgoing{kind: mark, report: lastReport, name: "last"})
	var got []string
	for m := o.next(true); m != nil; m = o.next(true) {
		got = append(got, m.name)
	}
	if want := []string{"stats", "mark", "exception", "logs", "quit", "last"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
