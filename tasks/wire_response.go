package tasks

import (
	"bytes"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"time"
)

// An answer is a response that is being read: net/http's, or ours in one piece with its body.
type answer struct {
	*http.Response
	ours http.Response
	body body
}

// receive reads the head of the answer to req, past those that are only informational.
func (c *conn) receive(req *http.Request) (*http.Response, error) {
	if _, err := c.in.Peek(1); err != nil {
		return nil, err
	}
	for {
		a := &answer{body: body{conn: c}}
		if !a.parse(c, req) {
			res, err := http.ReadResponse(c.in, req)
			if err != nil {
				return nil, err
			}
			a.Response, a.body.src = res, res.Body
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

// complete makes a ready for the caller. An answer without a body gives its connection back.
func (a *answer) complete(c *conn, req *http.Request) *http.Response {
	c.headRead()
	a.Request, a.TLS = req, c.secured
	a.body.keep = !a.Close && !req.Close && !hasToken(req.Header["Connection"], "close")
	if a.Body == http.NoBody && c.upload == nil { // an upload may take a moment
		c.release(a.body.keep)
		return a.Response
	}
	if a.Body == http.NoBody {
		a.body.src = a.Body
	}
	a.body.res = a.Response
	a.Body = &a.body
	return a.Response
}

// upgrade hands the connection over.
func (a *answer) upgrade(c *conn) *http.Response {
	c.headRead()
	c.unguard()
	c.socket.end = time.Time{}
	_ = c.socket.settle() // it fails if the connection does
	a.Body = upgraded{c.stream, c.in}
	return a.Response
}

// parse reads the head if it has come in one piece and is of the usual kind: what net/http
// would make of it is then easy to say. Otherwise it reads nothing.
func (a *answer) parse(c *conn, req *http.Request) bool {
	got, _ := c.in.Peek(c.in.Buffered()) // it never fails
	end := bytes.Index(got, []byte("\r\n\r\n"))
	if end < 0 || req.Method == http.MethodHead || !isUsualStatus(got[:end]) {
		return false
	}
	head := got[:end+4]
	text := string(head) // all keys and values are parts of it
	line, rest, _ := strings.Cut(text, "\r\n")
	a.Response = &a.ours
	a.Proto, a.ProtoMajor, a.ProtoMinor = line[:8], 1, 1
	a.Status = line[9:]
	a.StatusCode = int(line[9]-'0')*100 + int(line[10]-'0')*10 + int(line[11]-'0')
	a.ContentLength = -1
	if !consistsOf(a.Status, inValue) || !a.parseHeaders(rest) {
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

// isUsualStatus says whether the head begins like "HTTP/1.1 200 OK", with a status that
// brings a body.
func isUsualStatus(head []byte) bool {
	if len(head) < 13 || string(head[:9]) != "HTTP/1.1 " || head[12] != ' ' {
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
// of the usual kind, and whether they tell how long the body is.
func (a *answer) parseHeaders(lines string) bool {
	n := strings.Count(lines, "\n") - 1
	a.Header = make(http.Header, n)
	values := make([]string, n) // one piece for all
	for len(lines) > 2 {
		var line string
		line, lines, _ = strings.Cut(lines, "\r\n")
		key, value, ok := parseHeader(line)
		if !ok || !a.heed(key, value) {
			return false
		}
		switch had := a.Header[key]; {
		case key == "Transfer-Encoding":
		case had != nil:
			a.Header[key] = append(had, value)
		default:
			values[0] = value
			a.Header[key], values = values[:1:1], values[1:]
		}
	}
	return (a.ContentLength >= 0) != (a.TransferEncoding != nil)
}

// parseHeader takes a line apart. It says whether it is of the usual kind.
func parseHeader(line string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(line, ":")
	ok = ok && key != "" && consistsOf(key, inToken) && consistsOf(value, inValue)
	return http.CanonicalHeaderKey(key), strings.Trim(value, " \t"), ok
}

// heed does what a header asks of the transport. It says whether it knows what that is.
func (a *answer) heed(key, value string) (known bool) {
	switch key {
	case "Content-Length":
		n, err := strconv.ParseUint(value, 10, 63)
		known = err == nil && a.ContentLength < 0
		a.ContentLength = int64(n)
		return known
	case "Transfer-Encoding":
		known = value == "chunked" && a.TransferEncoding == nil
		a.TransferEncoding = []string{value}
		return known
	case "Connection":
		return strings.EqualFold(value, "keep-alive")
	}
	return key != "Trailer" && key != "Pragma"
}
