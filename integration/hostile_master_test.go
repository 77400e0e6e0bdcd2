//go:build integration

package integration

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"

	"github.com/hopperband/hopperband/protocol"
)

// TestHostileMaster: each peer takes its worker in, as a master does, answers its
// heartbeats, and sends it bombs all the time. A worker skips them with one warning and
// stays, since masters send what their users make them send.
func TestHostileMaster(t *testing.T) {
	s := newScene(t, time.Minute)
	const bombed = 3 // heartbeats
	var victims []*victim
	var over []chan struct{}
	for _, b := range bombs() {
		done := make(chan struct{})
		serve := func(c net.Conn) { b.serveWorker(c, bombed, done) }
		victims, over = append(victims, s.victim("master: "+b.name, b.want, serve)), append(over, done)
	}
	for i, v := range victims {
		t.Run(v.name, func(t *testing.T) {
			select {
			case <-over[i]:
			case <-time.After(untilRepeated):
				t.Fatalf("no %d heartbeats within %v", bombed, untilRepeated)
			}
			memory, err := v.worker.PeakMemory()
			if err != nil || memory > maxMemory {
				t.Errorf("peak memory %d MiB, %v; want at most %d", memory>>20, err, maxMemory>>20)
			}
			t.Logf("peak memory %d MiB", memory>>20)
			s.terminate(v.worker.Process, 2*time.Second, 0)
			lines := complaints(t, v.worker.Process)
			if len(lines) != 1 || !strings.Contains(lines[0].Message, "skipped") || !strings.Contains(lines[0].Error, v.want) {
				t.Errorf("complaints %+v, want one of a message that was skipped: %q", lines, v.want)
			}
			if n := v.peer.accepted.Load(); n != 1 {
				t.Errorf("%d connections, want one", n)
			}
		})
	}
}

// serveWorker is a master that answers, each time with two bombs behind it. After some
// heartbeats, done is closed.
func (b bomb) serveWorker(c net.Conn, beats int, done chan<- struct{}) {
	z, err := zmq4.Open(c, null.Security(), zmq4.Router, nil, true, nil)
	if err != nil {
		return
	}
	for err == nil {
		var m protocol.Message
		if m, err = receiveFromWorker(z); err != nil {
			return
		}
		switch m.(type) {
		case *protocol.ClientReady:
			err = b.sendBehind(z, &protocol.Ack{})
		case *protocol.Heartbeat:
			err = b.sendBehind(z, &protocol.HeartbeatEcho{})
			if beats--; beats == 0 {
				close(done)
			}
		case *protocol.Quit:
			_, _ = io.Copy(io.Discard, c)
			return
		}
	}
}

// receiveFromWorker returns the next message. It answers PINGs, whose PONG the worker's
// link needs with their context, which zmq4 does not give back: bombs are answer enough.
func receiveFromWorker(z *zmq4.Conn) (protocol.Message, error) {
	for {
		msg, err := z.RecvMsg()
		if err != nil {
			return nil, err
		}
		if msg.Type == zmq4.UsrMsg {
			m, _, err := protocol.FromWorker(msg.Bytes())
			return m, err
		}
	}
}

func (b bomb) sendBehind(z *zmq4.Conn, m protocol.Message) error {
	answer, err := protocol.Append(nil, "any", m)
	if err != nil {
		return err
	}
	for _, payload := range [][]byte{answer, []byte(b.payload), []byte(b.payload)} {
		if err := z.SendMsg(zmq4.NewMsg(payload)); err != nil {
			return err
		}
	}
	return nil
}
