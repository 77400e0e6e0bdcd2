package tasks

import (
	"net/http"
	"time"
)

// An answer is a response that is being read: net/http's, or ours in one piece with its body.
type answer struct {
	*http.Response        // its Header is nil if it is still to be made of head
	head           string // the lines below the status
	ours           http.Response
	body           body
	whole          bool // the request is over, and nothing refers to it
}

func takeAnswer(c *conn) *answer {
	a, ok := spare.answers.Get().(*answer)
	if !ok {
		a = new(answer)
	}
	a.body.conn = c
	return a
}

// giveAnswer takes a back. Nothing may refer to it any more.
func giveAnswer(a *answer) {
	*a = answer{}
	spare.answers.Put(a)
}

// spent says whether a and its request may be used again once the body is closed.
func (a *answer) spent() bool { return a != nil && a.whole }

// receive reads the head of the answer to req, past those that are only informational.
func (c *conn) receive(req *http.Request) (*answer, error) {
	if err := c.listen(); err != nil {
		return nil, err
	}
	if _, err := c.in.Peek(1); err != nil {
		return nil, err
	}
	for {
		a := takeAnswer(c)
		if !a.parse(c, req) {
			*a = answer{body: body{conn: c}}
			res, err := http.ReadResponse(c.in, req)
			if err != nil {
				return nil, err
			}
			a.Response = res
			a.body.own(res)
		}
		switch {
		case a.StatusCode == http.StatusSwitchingProtocols:
			return a.upgrade(c), nil
		case a.StatusCode/100 == 1:
			if a.StatusCode == http.StatusContinue && c.pending {
				if err := c.startUpload(req); err != nil {
					return nil, err
				}
			}
			continue
		}
		return a.complete(c, req), nil
	}
}

// complete makes a ready for the caller. An answer without a body gives its connection back.
func (a *answer) complete(c *conn, req *http.Request) *answer {
	c.headRead()
	a.Request, a.TLS = req, c.secured
	a.whole = c.upload == nil && c.wire.proxy == nil
	a.Close = a.Close || c.pending // the server may still expect the body
	a.body.keep = !a.Close && !req.Close && !hasToken(req.Header["Connection"], "close")
	if a.Body == http.NoBody && c.upload == nil { // an upload may take a moment
		c.release(a.body.keep)
		return a
	}
	if a.Body == http.NoBody {
		a.body.src = a.Body
	}
	a.body.res = a.Response
	a.Body = &a.body
	return a
}

// upgrade hands the connection over.
func (a *answer) upgrade(c *conn) *answer {
	c.headRead()
	c.unguard()
	c.socket.end = time.Time{}
	_ = c.socket.settle() // it fails if the connection does
	a.TLS = c.secured
	a.Body = upgraded{c.stream, c.in}
	return a
}
