package tasks

import (
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

const defaultUserAgent = "Go-http-client/1.1" // net/http's

// appendHead appends the head of req to b as net/http writes it: first what it sets itself,
// then the other headers in order.
func (c *conn) appendHead(b []byte, req *http.Request) []byte {
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	b = append(append(b, req.Method...), ' ')
	if c.to.proxy != "" && c.to.scheme == "http" {
		b = append(append(append(b, c.to.scheme...), "://"...), host...)
	}
	b = append(append(b, req.URL.RequestURI()...), " HTTP/1.1\r\n"...)
	b = appendHeader(b, "Host", host)
	agent := defaultUserAgent
	if _, ok := req.Header["User-Agent"]; ok {
		agent = req.Header.Get("User-Agent")
	}
	if agent != "" {
		b = appendHeader(b, "User-Agent", textproto.TrimString(agent))
	}
	if req.Close && !hasToken(req.Header["Connection"], "close") {
		b = appendHeader(b, "Connection", "close")
	}
	b = appendLength(b, req)
	b = appendHeaders(b, req.Header)
	if c.auth != "" {
		b = appendHeader(b, "Proxy-Authorization", c.auth)
	}
	return append(b, "\r\n"...)
}

func appendLength(b []byte, req *http.Request) []byte {
	switch n := bodyLength(req); {
	case n < 0:
		return appendHeader(b, "Transfer-Encoding", "chunked")
	case n == 0 && req.Method != http.MethodPost && req.Method != http.MethodPut && req.Method != http.MethodPatch:
		return b
	default:
		b = append(b, "Content-Length: "...)
		return append(strconv.AppendInt(b, n, 10), "\r\n"...)
	}
}

// appendHeaders appends the headers that are the caller's alone.
func appendHeaders(b []byte, h http.Header) []byte {
	last := ""
	for {
		key := nextKey(h, last)
		if key == "" {
			return b
		}
		for _, v := range h[key] {
			b = appendHeader(b, key, textproto.TrimString(v))
		}
		last = key
	}
}

// nextKey returns the key behind last in order, or nothing. (The keys are few. To sort them
// would take a larger stack, which ten thousand users would have to keep.)
func nextKey(h http.Header, last string) string {
	next := ""
	for key := range h {
		if key <= last || next != "" && key >= next {
			continue
		}
		switch key {
		case "Host", "User-Agent", "Content-Length", "Transfer-Encoding", "Trailer":
		default:
			next = key
		}
	}
	return next
}

func appendHeader(b []byte, key, value string) []byte {
	b = append(append(b, key...), ": "...)
	return append(append(b, value...), "\r\n"...)
}

// hasToken says whether a header that is a list has a token.
func hasToken(values []string, token string) bool {
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(textproto.TrimString(part), token) {
				return true
			}
		}
	}
	return false
}
