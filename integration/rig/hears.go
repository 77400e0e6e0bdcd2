package rig

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/null"

	"github.com/hopperband/hopperband/protocol"
)

// hearTimeout is much longer than any start in the master's receive loop takes (locust/runners.py: 1 s).
const hearTimeout = 40 * time.Second

// Deaf returns an error if the master does not hear a new worker: if it does not answer a
// fresh client_ready with an ack within 40 s. That worker then quits. A test that runs is
// spread anew over the workers, so this is for its end; and a headless master whose last
// worker it was shuts down.
func (m *Master) Deaf(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, hearTimeout)
	defer cancel()
	if err := registerAndQuit(ctx, m.Addr); err != nil {
		return fmt.Errorf("rig: %s is deaf: %w; its last lines:\n%s", m.name, err, m.Tail(20))
	}
	return nil
}

func registerAndQuit(ctx context.Context, addr string) error {
	var d net.Dialer
	tcp, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer tcp.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = tcp.SetDeadline(deadline)
	}
	id := nodeID()
	conn, err := zmq4.Open(tcp, null.Security(), zmq4.Dealer, zmq4.SocketIdentity(id), false, nil)
	if err != nil {
		return err
	}
	if err := send(conn, id, &protocol.ClientReady{}); err != nil {
		return err
	}
	for {
		m, err := receive(conn)
		if err != nil {
			return err
		}
		if _, ok := m.(*protocol.Ack); ok {
			return leave(conn, id)
		}
	}
}

// leave quits, and waits until the master's I/O has taken that: a connection closed with
// unread messages takes with it what was sent.
func leave(conn *zmq4.Conn, id string) error {
	if err := send(conn, id, &protocol.Quit{}); err != nil {
		return err
	}
	if err := conn.SendCmd(zmq4.CmdPing, []byte{0, 50}); err != nil {
		return err
	}
	for {
		msg, err := conn.RecvMsg()
		if err != nil {
			return err
		}
		if msg.Type == zmq4.CmdMsg {
			return nil // the PONG
		}
	}
}

func send(conn *zmq4.Conn, id string, m protocol.Message) error {
	b, err := protocol.Append(nil, id, m)
	if err != nil {
		return err
	}
	return conn.SendMsg(zmq4.NewMsg(b))
}

func receive(conn *zmq4.Conn) (protocol.Message, error) {
	for {
		msg, err := conn.RecvMsg()
		if err != nil {
			return nil, err
		}
		if msg.Type == zmq4.UsrMsg {
			m, _, err := protocol.FromMaster(msg.Bytes())
			return m, err
		}
	}
}

func nodeID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: it would end the program
	return "rig_" + hex.EncodeToString(b)
}
