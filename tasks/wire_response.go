package tasks

import (
	"bytes"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"time"
)

// An answer is a response with its body.
type answer struct {
	http.Response
	body body
}

// receive reads the head of the answer to req, past those that are only informational.
func (c *conn) receive(req *http.Request) (*http.Response, error) {
	for {
		if _, err := c.in.Peek(1); err != nil {
			return nil, err
		}
		a := &answer{body: body{conn: c}}
		if !a.parse(c, req) {
			res, err := http.ReadResponse(c.in, req)
			if err != nil {
				return nil, err
			}
			a.adopt(res)
		}
		switch {
		case a.StatusCode == http.StatusSwitchingProtocols:
			return a.upgrade(c), nil
		case a.StatusCode/100 == 1:
			if a.StatusCode == http.StatusContinue && c.waits(req) {
				if err := c.startUpload(req); err != nil {
					return nil, err
				}
			}
			continue
		}
		return a.complete(c, req), nil
	}
}

// waits says whether the body of req waits for "100 Continue".
func (c *conn) waits(req *http.Request) bool {
	return c.upload == nil && hasBody(req) && expectsContinue(req)
}

// adopt takes over what net/http has read.
func (a *answer) adopt(res *http.Response) {
	a.Response = *res
	a.body.src = res.Body
}

// complete makes a ready for the caller. An answer without a body gives its connection back.
func (a *answer) complete(c *conn, req *http.Request) *http.Response {
	c.headRead()
	a.Request, a.TLS = req, c.secured
	a.body.keep = !a.Close && !req.Close && !hasToken(req.Header["Connection"], "close")
	if a.Body == http.NoBody {
		c.release(a.body.keep)
		return &a.Response
	}
	a.body.res = &a.Response
	a.Body = &a.body
	return &a.Response
}

// upgrade hands the connection over.
func (a *answer) upgrade(c *conn) *http.Response {
	c.headRead()
	c.unguard()
	c.socket.end = time.Time{}
	_ = c.socket.settle() // it fails if the connection does
	a.Body = upgraded{c.stream, c.in}
	return &a.Response
}

// parse reads the head if it is whole, within the buffer, and of the usual kind: what
// net/http would make of it is then easy to say. Otherwise it reads nothing.
func (a *answer) parse(c *conn, req *http.Request) bool {
	head, _ := c.peekHead() // if there is an error, net/http's reader meets it again
	if head == nil || req.Method == http.MethodHead || !isUsualStatus(head) {
		return false
	}
	text := string(head) // all keys and values are parts of it
	line, rest, _ := strings.Cut(text, "\r\n")
	a.Proto, a.ProtoMajor, a.ProtoMinor = line[:8], 1, 1
	a.Status = line[9:]
	a.StatusCode = int(line[9]-'0')*100 + int(line[10]-'0')*10 + int(line[11]-'0')
	a.ContentLength = -1
	if !a.parseHeaders(rest) {
		*a = answer{body: body{conn: c}}
		return false
	}
	_, _ = c.in.Discard(len(head)) // it has been peeked at
	switch {
	case a.TransferEncoding != nil:
		a.body.src = httputil.NewChunkedReader(c.in)
		a.body.chunked = true
	case a.ContentLength == 0:
		a.Body = http.NoBody
	default:
		a.body.left = a.ContentLength
	}
	return true
}

// peekHead returns what comes next, up to an empty line; or nil if that is not to be had in
// one piece, and the error if that is why.
func (c *conn) peekHead() ([]byte, error) {
	for seen := 0; ; {
		b, _ := c.in.Peek(c.in.Buffered()) // never fails
		if i := bytes.Index(b[max(seen-3, 0):], []byte("\r\n\r\n")); i >= 0 {
			return b[:max(seen-3, 0)+i+4], nil
		}
		seen = len(b)
		if seen == c.in.Size() {
			return nil, nil
		}
		if _, err := c.in.Peek(seen + 1); err != nil {
			return nil, err
		}
	}
}

// isUsualStatus says whether the head begins like "HTTP/1.1 200 OK", with a status that
// brings a body.
func isUsualStatus(head []byte) bool {
	if len(head) < 15 || string(head[:9]) != "HTTP/1.1 " || head[12] != ' ' {
		return false
	}
	code := head[9:12]
	for _, b := range code {
		if b < '0' || b > '9' {
			return false
		}
	}
	return code[0] >= '2' && string(code) != "204" && string(code) != "304"
}

// parseHeaders reads the lines of a head, up to the empty one. It says whether each is
// of the usual kind.
func (a *answer) parseHeaders(lines string) bool {
	n := strings.Count(lines, "\n") - 1
	a.Header = make(http.Header, n)
	values := make([]string, n) // one piece for all
	sized := false
	for len(lines) > 2 {
		end := strings.Index(lines, "\r\n")
		line := lines[:end]
		lines = lines[end+2:]
		colon := strings.IndexByte(line, ':')
		if colon <= 0 || !consistsOf(line[:colon], inToken) {
			return false
		}
		key, value := http.CanonicalHeaderKey(line[:colon]), strings.Trim(line[colon+1:], " \t")
		if !consistsOf(value, inValue) {
			return false
		}
		switch key {
		case "Content-Length":
			var err error
			if a.ContentLength, err = parseLength(value); err != nil || sized {
				return false
			}
			sized = true
		case "Transfer-Encoding":
			if value != "chunked" || a.TransferEncoding != nil {
				return false
			}
			a.TransferEncoding = []string{value}
			continue
		case "Connection":
			if !strings.EqualFold(value, "keep-alive") {
				return false
			}
		case "Trailer", "Pragma":
			return false
		}
		if had := a.Header[key]; had != nil {
			a.Header[key] = append(had, value)
			continue
		}
		values[0] = value
		a.Header[key], values = values[:1:1], values[1:]
	}
	return sized != (a.TransferEncoding != nil)
}

func parseLength(s string) (int64, error) {
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err
}
