package protocol_test

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/hopperband/hopperband/protocol"
)

func seed(f *testing.F) {
	f.Helper()
	for _, name := range fixtures(f) {
		f.Add(payload(f, name))
	}
	for _, s := range []string{"\xdd\xff\xff\xff\xff", "\xdf\xff\xff\xff\xff", "\xc6\xff\xff\xff\xff", "\x93\xa1x\xd8\x01\xdf\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xa1n"} {
		f.Add([]byte(s))
	}
}

// What Valid accepts, msgpack's own decoder walks to its end.
func FuzzValid(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if protocol.Valid(b) != nil {
			return
		}
		r := bytes.NewReader(b)
		if err := msgpack.NewDecoder(r).Skip(); err != nil || r.Len() > 0 {
			t.Fatalf("%x is valid, but %d bytes are left: %v", b, r.Len(), err)
		}
	})
}

type decoder func([]byte) (protocol.Message, string, error)

// again encodes a decoded message and decodes it. It returns nil if Append refuses it:
// more can be received than is sent.
func again(t *testing.T, decode decoder, nodeID string, m protocol.Message) (protocol.Message, []byte) {
	t.Helper()
	b, err := protocol.Append(nil, nodeID, m)
	if err != nil {
		return nil, nil
	}
	got, gotID, err := decode(b)
	if err != nil || gotID != nodeID {
		t.Fatalf("%+v of %q: decoded as of %q: %v", m, nodeID, gotID, err)
	}
	return got, b
}

// roundTrip expects that a message that was sent and received once does not change any
// more.
func roundTrip(t *testing.T, decode decoder, b []byte) {
	t.Helper()
	first, nodeID, err := decode(b)
	if err != nil {
		return
	}
	second, sent := again(t, decode, nodeID, first)
	if second == nil {
		return
	}
	third, sentAgain := again(t, decode, nodeID, second)
	if _, isSpawn := first.(*protocol.Spawn); isSpawn {
		return // a stop timeout of years loses nanoseconds each time
	}
	if !reflect.DeepEqual(second, third) || !bytes.Equal(sent, sentAgain) {
		t.Fatalf("%+v\nbecame %+v", second, third)
	}
}

func FuzzFromMaster(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) { roundTrip(t, protocol.FromMaster, b) })
}

func FuzzFromWorker(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		roundTrip(t, protocol.FromWorker, b)
	})
}
