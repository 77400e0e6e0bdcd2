package tasks

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"testing"
	"time"
)

// A tape is a connection to a server that has said all it will say.
type tape struct {
	net.Conn
	*bytes.Reader
}

func (t tape) Read(p []byte) (int, error)  { return t.Reader.Read(p) }
func (t tape) Close() error                { return nil }
func (t tape) SetDeadline(time.Time) error { return nil }

// Whatever a server says, it means to us what it means to net/http.
func FuzzWireResponse(f *testing.F) {
	const head = "HTTP/1.1 200 OK\r\n"
	for _, text := range []string{
		head + "Content-Length: 2\r\n\r\nok",
		head + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 5\r\n\r\n",
		head + "Connection: close\r\nA: b\r\na: c\r\n\r\nall of it",
		"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + head + "Content-Length: 0\r\n\r\n",
		"HTTP/1.1 204 No Content\r\nPragma: no-cache\r\n\r\n",
		"HTTP/1.0 404 Not Found\nContent-Length: 3\n\nabc",
		head + "A: 1\r\n 2\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		head + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
	} {
		f.Add([]byte(text), false)
		f.Add([]byte(text), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, isHead bool) {
		if len(data) == 0 {
			return // "EOF" says more than net/http's "unexpected EOF" for a head
		}
		req := &http.Request{Method: http.MethodGet}
		if isHead {
			req.Method = http.MethodHead
		}
		if ours, theirs := hear(data, req), hearStock(data, req); ours != theirs {
			t.Errorf("ours:  %s\nstock: %s", ours, theirs)
		}
	})
}

// hear says what the default transport makes of data.
func hear(data []byte, req *http.Request) string {
	c := &conn{wire: newWire(nil, nil)}
	c.socket.Conn = tape{Reader: bytes.NewReader(data)}
	c.stream = &c.socket
	c.begin()
	a, err := c.receive(req)
	if err != nil {
		return describe(nil, err)
	}
	a.Header = a.fields()
	return describe(a.Response, nil)
}

// hearStock says what net/http makes of it.
func hearStock(data []byte, req *http.Request) string {
	in := bufio.NewReaderSize(bytes.NewReader(data), readBuffer)
	for {
		res, err := http.ReadResponse(in, req)
		if err != nil || res.StatusCode/100 != 1 || res.StatusCode == http.StatusSwitchingProtocols {
			return describe(res, err)
		}
	}
}

func describe(res *http.Response, err error) string {
	if err != nil {
		return err.Error()
	}
	if res.StatusCode == http.StatusSwitchingProtocols {
		return fmt.Sprint(res.Status, res.Header)
	}
	body, err := io.ReadAll(res.Body)
	trailer := maps.Clone(res.Trailer)
	return fmt.Sprintf("%s %q %d %d.%d %v %d %v %v %q %v %v", res.Proto, res.Status, res.StatusCode, res.ProtoMajor, res.ProtoMinor,
		res.Header, res.ContentLength, res.TransferEncoding, res.Close, body, trailer, err)
}
