package tasks

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/textproto"
)

var (
	errTrailerEOF  = errors.New("http: unexpected EOF reading trailer")
	errLongTrailer = errors.New("http: suspiciously long trailer after chunked body")
)

// A body is the body of an answer while it is read. Closing it gives the connection back, or
// closes that too if the body has not been read to its end.
type body struct {
	conn    *conn
	res     *http.Response
	src     io.Reader // nil: the next left bytes of the connection
	left    int64
	chunked bool
	keep    bool
	err     error // it stays; io.EOF after the last byte
}

// own reads the body of res, which net/http has read the head of.
func (b *body) own(res *http.Response) {
	if res.ContentLength > 0 && res.Body != http.NoBody {
		b.left = res.ContentLength
		return
	}
	b.src = res.Body
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	switch {
	case b.conn == nil:
		return 0, http.ErrBodyReadAfterClose
	case b.err != nil:
		return 0, b.err
	}
	n, err := b.read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = cause(b.res.Request.Context(), err)
	}
	b.err = err
	return n, err
}

func (b *body) read(p []byte) (int, error) {
	if b.src != nil {
		n, err := b.src.Read(p)
		if b.chunked && errors.Is(err, io.EOF) {
			err = b.trailer()
		}
		return n, err
	}
	in := b.conn.in
	p = p[:min(int64(len(p)), b.left)]
	if int64(len(p)) == b.left && len(p) >= in.Size() {
		p = p[:len(p)-1] // the last byte comes by way of the buffer, which shows what follows it
	}
	n, err := in.Read(p)
	b.left -= int64(n)
	switch {
	case b.left == 0:
		return n, io.EOF
	case errors.Is(err, io.EOF):
		return n, io.ErrUnexpectedEOF
	}
	return n, err
}

// trailer reads what follows the last chunk. It returns io.EOF if all is well.
func (b *body) trailer() error {
	in := b.conn.in
	end, err := in.Peek(2)
	switch {
	case string(end) == "\r\n":
		_, _ = in.Discard(2) // it has been peeked at
		return io.EOF
	case len(end) < 2 && errors.Is(err, io.EOF):
		return errTrailerEOF
	case err != nil:
		return err
	}
	switch whole, err := seesEmptyLine(in); {
	case isTimeout(err):
		return err
	case !whole:
		return errLongTrailer
	}
	h, err := textproto.NewReader(in).ReadMIMEHeader()
	if err != nil {
		return err
	}
	b.res.Trailer = http.Header(h)
	return io.EOF
}

// seesEmptyLine says whether there is one ahead, within the buffer.
func seesEmptyLine(in *bufio.Reader) (bool, error) {
	for {
		got, _ := in.Peek(in.Buffered()) // it never fails
		if bytes.Contains(got, []byte("\r\n\r\n")) {
			return true, nil
		}
		if len(got) == in.Size() {
			return false, nil
		}
		if _, err := in.Peek(len(got) + 1); err != nil {
			return false, err
		}
	}
}

// Close implements io.Closer.
func (b *body) Close() error {
	c := b.conn
	if c == nil {
		return nil
	}
	b.conn = nil
	if errors.Is(b.err, io.EOF) {
		c.release(b.keep)
	} else {
		c.abort()
	}
	return nil
}
