package tasks

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"math"
	"net"
	"net/http"
	"runtime"
	"time"
)

// A destination is what a connection leads to.
type destination struct{ scheme, host, proxy string }

// A conn is one connection of a user. One request at a time has it.
type conn struct {
	wire    *wire
	to      destination
	auth    string // for the proxy of requests to http
	socket  socket
	stream  net.Conn // TLS over the socket, or the socket itself
	secured *tls.ConnectionState

	done   <-chan struct{} // of the context that cuts the connection off
	unhook func() bool

	turn   turn
	used   time.Time // when the last request began
	reused bool      // it has served a request before this one

	// Of the running request.
	in      *bufio.Reader
	room    int64 // bytes that may still be read
	sent    bool  // some of the request is on its way
	heard   bool  // some of the answer is here
	upload  *upload
	pending bool // its body waits for "100 Continue"
}

// guard makes the connection end its reads and writes with ctx. It must be called before
// each request.
func (c *conn) guard(ctx context.Context, now time.Time) error {
	if done := ctx.Done(); done != c.done {
		c.unguard() // if it was too late for that, the request ends at its first write
		c.done = done
		if done != nil {
			raw := c.socket.Conn
			c.unhook = context.AfterFunc(callers(ctx), func() { raw.Close() })
		}
	}
	return c.socket.limit(now, deadlineOf(ctx))
}

// unguard ends what guard began. It says whether the connection is whole.
func (c *conn) unguard() bool {
	whole := c.unhook == nil || c.unhook()
	c.done, c.unhook = nil, nil
	return whole
}

// Read reads for in.
func (c *conn) Read(p []byte) (int, error) {
	if c.room <= 0 {
		return 0, io.EOF
	}
	n, err := c.stream.Read(p[:min(int64(len(p)), c.room)])
	c.room -= int64(n)
	c.heard = c.heard || n > 0
	return n, err
}

// Write writes a part of a request.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.stream.Write(p)
	c.sent = c.sent || n > 0 || err == nil
	return n, err
}

// begin begins a request.
func (c *conn) begin() {
	c.room = maxHead
	c.sent, c.heard, c.pending, c.upload = false, false, false, nil
}

// listen waits until there is something to read by in.
func (c *conn) listen() error {
	if c.in != nil {
		return nil
	}
	if c.secured == nil {
		passed := c.turn.pass(c.used)
		if passed {
			runtime.Gosched()
		}
		if err := c.socket.await(); err != nil {
			return err
		}
		c.turn.over(c.used, passed, c.socket.waited)
	}
	c.in = takeReader(c)
	return nil
}

// headRead lifts the bound on what may be read.
func (c *conn) headRead() { c.room = math.MaxInt64 }

// release ends a request whose answer has been read in full. The connection is kept if
// nothing speaks against it.
func (c *conn) release(keep bool) {
	keep = keep && c.in.Buffered() == 0 && (c.upload == nil || c.upload.finished())
	giveReader(c.in)
	c.in, c.upload = nil, nil
	if c.done != c.wire.done || !keep {
		keep = c.unguard() && keep
	}
	if !keep || !c.wire.push(c) {
		c.close()
	}
}

// close closes the connection as one should.
func (c *conn) close() {
	c.unguard()
	c.stream.Close()
}

// abort closes it at once.
func (c *conn) abort() {
	c.unguard()
	if c.socket.Conn != nil {
		c.socket.Close()
	}
	if c.in != nil {
		giveReader(c.in)
		c.in = nil
	}
}

// mayRepeat says whether req may be sent again after it failed on c: by net/http's rules,
// if the server has surely not acted on it, or it may act twice.
func (c *conn) mayRepeat(req *http.Request) bool {
	switch {
	case !c.reused || c.heard:
		return false
	case !c.sent:
		return !hasBody(req) || req.GetBody != nil
	}
	return isReplayable(req)
}

// isReplayable says whether a server may get req twice.
func isReplayable(req *http.Request) bool {
	if hasBody(req) && req.GetBody == nil {
		return false
	}
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return req.Header["Idempotency-Key"] != nil || req.Header["X-Idempotency-Key"] != nil
}

// rewound returns req with its body from the start.
func rewound(req *http.Request) (*http.Request, error) {
	if !hasBody(req) || req.GetBody == nil {
		return req, nil
	}
	closeBody(req)
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	again := *req
	again.Body = body
	return &again, nil
}

func hasBody(req *http.Request) bool { return req.Body != nil && req.Body != http.NoBody }

// An upgraded is the connection of a "101 Switching Protocols", which is the caller's.
type upgraded struct {
	net.Conn
	in *bufio.Reader // has what came with the head
}

// Read implements io.Reader.
func (u upgraded) Read(p []byte) (int, error) { return u.in.Read(p) }
