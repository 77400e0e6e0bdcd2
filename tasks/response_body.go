package tasks

import (
	"bufio"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

const (
	// maxPrealloc bounds the memory that a response gets on its mere word.
	maxPrealloc = 1 << 20
	// maxBody bounds a body that is kept, in bytes.
	maxBody = 64 << 20
)

var errLongBody = fmt.Errorf("response body exceeded %d bytes; DiscardBody reads longer ones", maxBody)

// read reads the body of hr into res and decodes it.
func (s *session) read(res *Response, hr *http.Response, set *settings) error {
	if hr.StatusCode == http.StatusSwitchingProtocols || hr.Body == http.NoBody {
		return nil
	}
	var err error
	switch encoding := strings.ToLower(hr.Header.Get("Content-Encoding")); {
	case set.keepEncoding || hr.StatusCode == http.StatusPartialContent:
		return res.readFrom(hr.Body, hr.ContentLength, set)
	case encoding == "gzip" || encoding == "x-gzip":
		err = s.readGzip(res, hr, set)
	case encoding == "deflate":
		err = res.readDeflate(hr.Body, set)
	default:
		return res.readFrom(hr.Body, hr.ContentLength, set)
	}
	if set.raw {
		decoded(hr, res.Length)
	}
	return err
}

// decoded makes the head of hr fit a body that has been decoded.
func decoded(hr *http.Response, length int64) {
	hr.Header.Del("Content-Encoding")
	hr.Header.Del("Content-Length")
	hr.ContentLength, hr.Uncompressed = length, true
}

func (s *session) readGzip(res *Response, hr *http.Response, set *settings) error {
	z := takeGzip()
	defer giveGzip(z)
	switch err := z.Reset(hr.Body); {
	case errors.Is(err, io.EOF): // there is no body, and no head of a gzip either
		return nil
	case err != nil:
		return err
	}
	return res.readFrom(z, 3*hr.ContentLength, set)
}

// readDeflate decodes what servers call deflate: zlib's format, or the bare one. It reads
// body to its end, so that the connection can be used again.
func (r *Response) readDeflate(body io.Reader, set *settings) error {
	b := bufio.NewReader(body)
	head, err := b.Peek(2)
	var z io.Reader
	switch {
	case len(head) == 0 && errors.Is(err, io.EOF):
		return nil
	case len(head) == 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0:
		if z, err = zlib.NewReader(b); err != nil {
			return err
		}
	default:
		z = flate.NewReader(b)
	}
	if err := r.readFrom(z, -1, set); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, body)
	return err
}

// readFrom reads body, which is about size bytes long, or unknown if size is negative.
func (r *Response) readFrom(body io.Reader, size int64, set *settings) (err error) {
	if set.discard {
		r.Length, err = io.Copy(io.Discard, body)
		return err
	}
	r.Body, err = readAll(body, size)
	r.Length = int64(len(r.Body))
	return err
}

func readAll(body io.Reader, size int64) ([]byte, error) {
	if size < 0 {
		size = 511
	}
	b := make([]byte, 0, min(size, maxPrealloc)+1) // one more, to see the end in full
	for {
		n, err := body.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case len(b) > maxBody:
			return nil, errLongBody
		case err == io.EOF:
			return b, nil
		case err != nil:
			return b, err
		case len(b) == cap(b):
			b = slices.Grow(b, len(b))
		}
	}
}
