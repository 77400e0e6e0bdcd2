package tasks

import (
	"bufio"
	"bytes"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
)

// parse reads the head if it has come in one piece and is of the usual kind: what net/http
// would make of it is then easy to say. Otherwise it reads nothing.
func (a *answer) parse(c *conn, req *http.Request) bool {
	head := wholeHead(c.in)
	if head == nil || req.Method == http.MethodHead || !isUsualStatus(head) || !a.scan(string(head)) {
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

// wholeHead returns what in has of a head, if that is all of it.
func wholeHead(in *bufio.Reader) []byte {
	got, _ := in.Peek(in.Buffered()) // it never fails
	end := bytes.Index(got, []byte("\r\n\r\n"))
	if end < 0 {
		return nil
	}
	return got[:end+4]
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

// scan reads a head. It says whether each line is of the usual kind, and whether they tell
// how long the body is. It makes no Header unless this package will ask for it.
func (a *answer) scan(head string) bool {
	line, lines, _ := strings.Cut(head, "\r\n")
	if !consistsOf(line[9:], inValue) {
		return false
	}
	a.Response = &a.ours
	a.Proto, a.ProtoMajor, a.ProtoMinor = line[:8], 1, 1
	a.Status = line[9:]
	a.StatusCode = int(line[9]-'0')*100 + int(line[10]-'0')*10 + int(line[11]-'0')
	a.ContentLength = -1
	asked := isRedirect(a.StatusCode)
	for rest := lines; len(rest) > 2; {
		line, rest, _ = strings.Cut(rest, "\r\n")
		key, value, ok := parseField(line)
		if !ok || !a.heed(key, value) {
			return false
		}
		asked = asked || key == "Set-Cookie" || key == "Content-Encoding"
	}
	a.head = lines
	if asked {
		a.Header = a.fields()
	}
	return (a.ContentLength >= 0) != (a.TransferEncoding != nil)
}

// fields returns the Header.
func (a *answer) fields() http.Header {
	if a.Header == nil && a.head != "" {
		return parseFields(a.head)
	}
	return a.Header
}

// parseFields returns the header of lines that scan has read.
func parseFields(lines string) http.Header {
	n := strings.Count(lines, "\n") - 1
	h := make(http.Header, n)
	values := make([]string, n) // one piece for all
	for len(lines) > 2 {
		var line string
		line, lines, _ = strings.Cut(lines, "\r\n")
		key, value, _ := parseField(line)
		switch had := h[key]; {
		case key == "Transfer-Encoding":
		case had != nil:
			h[key] = append(had, value)
		default:
			values[0] = value
			h[key], values = values[:1:1], values[1:]
		}
	}
	return h
}

// parseField takes a line apart. It says whether it is of the usual kind.
func parseField(line string) (key, value string, ok bool) {
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
