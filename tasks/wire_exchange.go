package tasks

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// maxInline is the length, in bytes, of a body that is written in one piece with its head: so
// much fits between any two machines without the server reading it, so that writing it does
// not keep the client from an answer that comes early.
const maxInline = 32 << 10

var errLongHead = fmt.Errorf("net/http: server response headers exceeded %d bytes; aborted", maxHead)

// exchange sends req and reads the head of its answer.
func (c *conn) exchange(req *http.Request) (*answer, error) {
	c.begin()
	if err := c.send(req); err != nil {
		return nil, err
	}
	if c.pending && c.awaitContinue() {
		if err := c.startUpload(req); err != nil {
			return nil, err
		}
	}
	a, err := c.receive(req)
	if err != nil {
		return nil, c.explain(err)
	}
	if c.pending { // the server does not want the body
		closeBody(req)
	}
	return a, nil
}

// explain returns why no answer could be read, which ended with err.
func (c *conn) explain(err error) error {
	switch {
	case c.room <= 0:
		return errLongHead
	case c.upload != nil:
		return c.upload.explain(err)
	}
	return err
}

// send writes the head of req, and its body if it is short and in memory. Any other is on its
// way afterwards, unless it waits for the server's word.
func (c *conn) send(req *http.Request) (err error) {
	b := takeWriter()
	defer giveWriter(b)
	*b = c.appendHead(*b, req)
	inline := isInline(req)
	if inline {
		if *b, err = appendBody(*b, req); err != nil {
			return err
		}
	}
	if _, err := c.Write(*b); err != nil {
		return err
	}
	switch {
	case inline || !hasBody(req):
		return nil
	case expectsContinue(req):
		c.pending = true
		return nil
	}
	return c.startUpload(req)
}

func expectsContinue(req *http.Request) bool { return hasToken(req.Header["Expect"], "100-continue") }

// isInline says whether the body of req can be had without waiting for anyone: net/http and
// those that know its rules set GetBody for such bodies alone.
func isInline(req *http.Request) bool {
	return hasBody(req) && req.GetBody != nil && 0 < req.ContentLength && req.ContentLength <= maxInline && !expectsContinue(req)
}

// appendBody appends the body of req, and closes it.
func appendBody(b []byte, req *http.Request) ([]byte, error) {
	head, size := len(b), int(req.ContentLength)
	for cap(b) < head+size+1 {
		b = append(b[:cap(b)], 0)
	}
	n, err := io.ReadFull(req.Body, b[head:head+size+1]) // one more, to see that this is all
	b = b[:head+n]
	closeBody(req)
	switch {
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF):
		return b, err
	case n != size:
		return b, wrongLength(req, int64(n))
	}
	return b, nil
}

func wrongLength(req *http.Request, n int64) error {
	return fmt.Errorf("http: ContentLength=%d with Body length %d", req.ContentLength, n)
}

// awaitContinue waits for the beginning of an answer, and says whether there was none for so
// long that the body goes out unasked.
func (c *conn) awaitContinue() bool {
	s := &c.socket
	end, now := s.end, time.Now()
	if soon := now.Add(continueTimeout); end.IsZero() || soon.Before(end) {
		s.end = soon
	}
	defer func() { s.end = end; _ = s.settle() }() // it fails if the connection does
	_ = s.settle()
	err := c.listen()
	if err == nil {
		_, err = c.in.Peek(1)
	}
	return isTimeout(err)
}
