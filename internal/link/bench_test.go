package link_test

import (
	"io"
	"testing"

	"github.com/hopperband/hopperband/protocol"
)

// benchmarkPost measures a message from Post until the master's end has read it.
func benchmarkPost(b *testing.B, m protocol.Message) {
	o, p, s := pair(b)
	size, err := protocol.Append(nil, nodeID, m)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(size)))
	b.ReportAllocs()
	h := make([]byte, 9)
	for b.Loop() {
		o.Post(s, m)
		if _, err := io.ReadFull(p.conn, h[:2]); err != nil {
			b.Fatal(err)
		}
		body := int64(h[1])
		if h[0]&2 != 0 {
			if _, err := io.ReadFull(p.conn, h[2:]); err != nil {
				b.Fatal(err)
			}
			body = int64(len(size))
		}
		if _, err := io.CopyN(io.Discard, p.conn, body); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	go func() { _, _ = io.Copy(io.Discard, p.conn) }()
}

func BenchmarkPostQuit(b *testing.B) { benchmarkPost(b, &protocol.Quit{}) }

func BenchmarkPostStats(b *testing.B) {
	m := &protocol.Stats{}
	for range 100 {
		e := protocol.StatsEntry{Method: "GET", Name: "/some/path/to/an/entry", NumRequests: 200}
		for i := range int64(200) {
			e.ResponseTimes = append(e.ResponseTimes, protocol.Count{Key: i * 10, N: 1})
		}
		m.Entries = append(m.Entries, e)
	}
	benchmarkPost(b, m)
}

// BenchmarkHeartbeat includes the PING, its PONG, and their way through the link.
func BenchmarkHeartbeat(b *testing.B) {
	o, p, s := pair(b)
	m := beat()
	b.ReportAllocs()
	for b.Loop() {
		o.Post(s, m)
		p.next()
		p.command("PONG", p.ping())
	}
}
