package tasks_test

import (
	"strings"
	"testing"
)

const chunkedHead = okHead + "Transfer-Encoding: chunked\r\n"

func TestWireParityOfBodies(t *testing.T) {
	large := strings.Repeat("0123456789", 10_000)
	wantParity(t, []parity{
		{name: "until the end", answer: okHead + "\r\nall of it", want: "close=true <all of it>"},
		{name: "until the end, empty", answer: okHead + "\r\n", want: "<>"},
		{name: "large", answer: okHead + "Content-Length: 100000\r\n\r\n" + large, stays: true, want: "0123456789> <nil>"},
		{name: "too short", answer: okHead + "Content-Length: 3\r\n\r\nok", want: "unexpected EOF"},
		{name: "none at all", answer: okHead + "Content-Length: 3\r\n\r\n", want: "unexpected EOF"},
		{name: "more than announced", answer: okHead + "Content-Length: 2\r\n\r\nokHTTP/1.1 500 Garbage\r\n\r\n", stays: true, more: true, want: "<ok>"},
		{name: "two equal lengths", answer: okHead + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok", stays: true, want: "<ok>"},
		{name: "two lengths", answer: okHead + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok", want: "multiple Content-Length"},
		{name: "two lengths in one", answer: okHead + "Content-Length: 2, 2\r\n\r\nok", want: "bad Content-Length"},
		{name: "signed length", answer: okHead + "Content-Length: +2\r\n\r\nok", want: "bad Content-Length"},
		{name: "hexadecimal length", answer: okHead + "Content-Length: 0x2\r\n\r\nok", want: "bad Content-Length"},
		{name: "empty length", answer: okHead + "Content-Length:\r\n\r\n", want: ""},
		{name: "length with zeros", answer: okHead + "Content-Length: 0002\r\n\r\nok", stays: true, want: "<ok>"},
		{name: "length of 2^63", answer: okHead + "Content-Length: 9223372036854775808\r\n\r\nok", want: "bad Content-Length"},
		{name: "length of 2^63-1", answer: okHead + "Content-Length: 9223372036854775807\r\n\r\nok", want: "unexpected EOF"},

		{name: "204", answer: "HTTP/1.1 204 No Content\r\n\r\n", stays: true, want: `"204 No Content" 1.1 length=0`},
		{name: "204 with a body", answer: "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok", stays: true, more: true, want: "<>"},
		{name: "304 with a length", answer: "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n", stays: true, want: `Content-Length=["1000"]`},
		{name: "204, chunked", answer: "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", stays: true, more: true, want: "<>"},
		{name: "205", answer: "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", stays: true, want: "<>"},
		{name: "HEAD", method: "HEAD", answer: okHead + "Content-Length: 1000\r\n\r\n", stays: true, want: "length=1000"},
		{name: "HEAD without a length", method: "HEAD", answer: okHead + "\r\n", want: "length=-1"},
		{name: "HEAD, chunked", method: "HEAD", answer: chunkedHead + "\r\n", stays: true, want: "<>"},
		{name: "HEAD with a body", method: "HEAD", answer: okHead + "Content-Length: 2\r\n\r\nok", stays: true, more: true, want: "<>"},
		{name: "HEAD, bad length", method: "HEAD", answer: okHead + "Content-Length: x\r\n\r\n", want: "bad Content-Length"},
		{name: "POST", method: "POST", body: "hello", answer: okHead + "Content-Length: 2\r\n\r\nok", stays: true, want: "<ok>"},
		{name: "POST of much", method: "POST", body: large, answer: okHead + "Content-Length: 2\r\n\r\nok", stays: true, want: "<ok>"},
		{name: "POST, closed without an answer", method: "POST", body: "hello", answer: "", want: "read: EOF"},
		{name: "other method", method: "QUERY", body: "q", answer: okHead + "Content-Length: 2\r\n\r\nok", stays: true, want: "<ok>"},

		{name: "gzip that is none", answer: okHead + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok", want: "EOF"},
		{name: "bad redirect", answer: "HTTP/1.1 302 Found\r\nLocation: http://%zz\r\nContent-Length: 0\r\n\r\n", stays: true, want: "302"},
	})
}

func TestWireParityOfChunks(t *testing.T) {
	wantParity(t, []parity{
		{name: "chunked", answer: chunkedHead + "\r\n2\r\nok\r\n0\r\n\r\n", stays: true, want: "te=[chunked] close=false <ok>"},
		{name: "chunked, upper case", answer: okHead + "Transfer-Encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", stays: true, want: "<ok>"},
		{name: "chunked, empty", answer: chunkedHead + "\r\n0\r\n\r\n", stays: true, want: "<>"},
		{name: "chunked and a length", answer: chunkedHead + "Content-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n", stays: true, want: "<ok>"},
		{name: "many chunks", answer: chunkedHead + "\r\n" + strings.Repeat("a\r\n0123456789\r\n", 1000) + "0\r\n\r\n", stays: true, want: "0123456789> <nil>"},
		{name: "chunk extension", answer: chunkedHead + "\r\n2;a=b\r\nok\r\n0;c\r\n\r\n", stays: true, want: "<ok>"},
		{name: "chunk size in capitals and zeros", answer: chunkedHead + "\r\n000A\r\n0123456789\r\n0\r\n\r\n", stays: true, want: "<0123456789>"},
		{name: "chunks with bare line feeds", answer: chunkedHead + "\r\n2\nok\r\n0\n\r\n", want: ""},
		{name: "chunk longer than it says", answer: chunkedHead + "\r\n2\r\nokay\r\n0\r\n\r\n", want: "malformed chunked encoding"},
		{name: "chunk size missing", answer: chunkedHead + "\r\n\r\nok\r\n0\r\n\r\n", want: ""},
		{name: "chunk size too large", answer: chunkedHead + "\r\nfffffffffffffffff\r\nok", want: "http chunk length too large"},
		{name: "negative chunk size", answer: chunkedHead + "\r\n-2\r\nok\r\n0\r\n\r\n", want: "invalid byte in chunk length"},
		{name: "end in a chunk size", answer: chunkedHead + "\r\n2", want: "unexpected EOF"},
		{name: "end in a chunk", answer: chunkedHead + "\r\n3\r\nok", want: "unexpected EOF"},
		{name: "end behind a chunk", answer: chunkedHead + "\r\n2\r\nok\r\n", want: "unexpected EOF"},
		{name: "end behind the last chunk", answer: chunkedHead + "\r\n2\r\nok\r\n0\r\n", want: "unexpected EOF reading trailer"},
		{name: "chunks and more", answer: chunkedHead + "\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 500 Garbage\r\n\r\n", stays: true, more: true, want: "<ok>"},
		{name: "gzip, chunked in transfer", answer: okHead + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", want: "unsupported transfer encoding"},
		{name: "two transfer encodings", answer: chunkedHead + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", want: "transfer encoding"},
		{name: "identity", answer: okHead + "Transfer-Encoding: identity\r\n\r\nok", want: "unsupported transfer encoding"},

		{name: "trailer", answer: chunkedHead + "Trailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 5\r\n\r\n", stays: true, want: `trailer X-Sum=["5"]`},
		{name: "trailer that nobody announced", answer: chunkedHead + "\r\n2\r\nok\r\n0\r\nx-sum: 5\r\n\r\n", stays: true, want: `trailer X-Sum=["5"]`},
		{name: "announced trailer that is missing", answer: chunkedHead + "Trailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\n\r\n", stays: true, want: "trailer X-Sum=[]"},
		{name: "trailer that must not be one", answer: chunkedHead + "Trailer: Content-Length\r\n\r\n0\r\n\r\n", want: "bad trailer key"},
		{name: "bad trailer", answer: chunkedHead + "\r\n2\r\nok\r\n0\r\nX Sum\r\n\r\n", want: "malformed MIME header"},
		{name: "end in the trailer", answer: chunkedHead + "\r\n2\r\nok\r\n0\r\nX-Sum: ", want: "suspiciously long trailer"},
		{name: "trailer without end", answer: chunkedHead + "\r\n2\r\nok\r\n0\r\n" + strings.Repeat("X-Sum: 0123456789\r\n", 500) + "\r\n", want: "suspiciously long trailer"},
	})
}
