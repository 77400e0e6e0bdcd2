package tasks_test

import (
	"strings"
	"testing"
)

const okHead = "HTTP/1.1 200 OK\r\n"

func TestWireParityOfHeads(t *testing.T) {
	empty := "Content-Length: 0\r\n\r\n"
	many := strings.Repeat("X-Many: 0123456789\r\n", 300)
	wantParity(t, []parity{
		{name: "plain", answer: okHead + "Content-Length: 2\r\n\r\nok", stays: true, want: `"200 OK" 1.1 length=2`},
		{name: "lower case keys", answer: okHead + "content-length: 2\r\nx-a: B\r\n\r\nok", stays: true, want: `X-A=["B"]`},
		{name: "upper case keys", answer: okHead + "CONTENT-LENGTH: 2\r\n\r\nok", stays: true, want: "<ok>"},
		{name: "no space behind the colon", answer: okHead + "A:b\r\n" + empty, stays: true, want: `A=["b"]`},
		{name: "space around a value", answer: okHead + "A: \t b c \t \r\n" + empty, stays: true, want: `A=["b c"]`},
		{name: "empty value", answer: okHead + "A:\r\n" + empty, stays: true, want: `A=[""]`},
		{name: "values in order", answer: okHead + "A: 1\r\nB: x\r\nA: 2\r\nA: 3\r\n" + empty, stays: true, want: `A=["1" "2" "3"] B=["x"]`},
		{name: "cookies", answer: okHead + "Set-Cookie: a=1\r\nset-cookie: b=2\r\n" + empty, stays: true, want: `Set-Cookie=["a=1" "b=2"]`},
		{name: "continuation line", answer: okHead + "A: 1\r\n  2\r\n" + empty, stays: true, want: `A=["1 2"]`},
		{name: "continuation at once", answer: okHead + " A: 1\r\n" + empty, want: "malformed MIME header"},
		{name: "bare line feeds", answer: "HTTP/1.1 200 OK\nA: 1\nContent-Length: 2\n\nok", stays: true, want: "<ok>"},
		{name: "carriage return in a value", answer: okHead + "A: 1\r2\r\n" + empty, want: ""},
		{name: "zero byte in a value", answer: okHead + "A: 1\x002\r\n" + empty, want: ""},
		{name: "high bytes in a value", answer: okHead + "A: \xe4\xff\r\n" + empty, stays: true, want: `A=["\xe4\xff"]`},
		{name: "space in a key", answer: okHead + "A b: 1\r\n" + empty, want: ""},
		{name: "space before the colon", answer: okHead + "A : 1\r\n" + empty, want: ""},
		{name: "high byte in a key", answer: okHead + "\xe4: 1\r\n" + empty, want: ""},
		{name: "empty key", answer: okHead + ": 1\r\n" + empty, want: "malformed MIME header"},
		{name: "no colon", answer: okHead + "A\r\n" + empty, want: "malformed MIME header"},
		{name: "pragma", answer: okHead + "Pragma: no-cache\r\n" + empty, stays: true, want: "Cache-Control"},
		{name: "no reason", answer: "HTTP/1.1 200 \r\n" + empty, stays: true, want: `"200 "`},
		{name: "no reason and no space", answer: "HTTP/1.1 200\r\n" + empty, stays: true, want: `"200"`},
		{name: "more spaces", answer: "HTTP/1.1   200 OK\r\n" + empty, stays: true, want: `"200 OK"`},
		{name: "a long reason", answer: "HTTP/1.1 599 A b c \xe4 : d\r\n" + empty, stays: true, want: `"599 A b c`},
		{name: "status of four digits", answer: "HTTP/1.1 2000 OK\r\n" + empty, want: "malformed HTTP status code"},
		{name: "status of two", answer: "HTTP/1.1 20 OK\r\n" + empty, want: "malformed HTTP status code"},
		{name: "signed status", answer: "HTTP/1.1 +20 OK\r\n" + empty, want: ""},
		{name: "negative status", answer: "HTTP/1.1 -20 OK\r\n" + empty, want: "malformed HTTP status code"},
		{name: "status 000", answer: "HTTP/1.1 000 OK\r\n" + empty, want: ""},
		{name: "status 999", answer: "HTTP/1.1 999 OK\r\n" + empty, stays: true, want: `"999 OK"`},
		{name: "HTTP/1.0", answer: "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", want: "close=true"},
		{name: "HTTP/1.0, kept", answer: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", stays: true, want: "close=false"},
		{name: "HTTP/1.0, chunked", answer: "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", want: "<2\r\nok\r\n0\r\n\r\n>"},
		{name: "HTTP/2.0", answer: "HTTP/2.0 200 OK\r\n" + empty, want: ""},
		{name: "HTTP/1.2", answer: "HTTP/1.2 200 OK\r\n" + empty, want: ""},
		{name: "HTTP/x", answer: "HTTP/x 200 OK\r\n" + empty, want: "malformed HTTP version"},
		{name: "lower case protocol", answer: "http/1.1 200 OK\r\n" + empty, want: "malformed HTTP version"},
		{name: "empty line first", answer: "\r\n" + okHead + empty, want: "malformed HTTP response"},
		{name: "nothing", answer: "", want: "read: EOF"},
		{name: "head longer than the buffer", answer: okHead + many + empty, stays: true, want: "X-Many"},
		{name: "close", answer: okHead + "Connection: close\r\n" + empty, want: "close=true"},
		{name: "close among others", answer: okHead + "Connection: x, Close\r\n" + empty, want: "close=true"},
		{name: "kept", answer: okHead + "Connection: Keep-Alive\r\n" + empty, stays: true, want: `Connection=["Keep-Alive"]`},
		{name: "100", answer: "HTTP/1.1 100 Continue\r\n\r\n" + okHead + empty, stays: true, want: `"200 OK"`},
		{name: "103 and 102", answer: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + okHead + empty, stays: true, want: `"200 OK"`},
		{name: "end behind a 103", answer: "HTTP/1.1 103 Early Hints\r\n\r\n", want: "unexpected EOF"},
		{name: "end in the status", answer: "HTTP/1.1 2", want: "malformed HTTP status code"},
		{name: "end in a header", answer: okHead + "A: ", want: "unexpected EOF"},
		{name: "head without end", answer: okHead + strings.Repeat("X-Many: 0123456789abcdef\r\n", 50_000), want: "response headers exceeded N bytes"},
		{name: "line without end", answer: okHead + "X: " + strings.Repeat("0123456789", 120_000), want: "response headers exceeded N bytes"},
		{name: "endless 103", answer: strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 50_000), want: "response headers exceeded N bytes"},
	})
}
