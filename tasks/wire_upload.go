package tasks

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	uploadBuffer = 16 << 10
	chunkRoom    = 8 // for the length of a chunk
	// lastBytes is how long an upload may take to say that it is done, after its answer.
	lastBytes = 50 * time.Millisecond
)

// An upload is a body that is written in a goroutine of its own, because it is long, or read
// from who knows where, while the answer may come already.
type upload struct {
	done chan struct{}
	err  error // after done
}

// A bodyError is an error of the caller's body.
type bodyError struct{ error }

func (e bodyError) Unwrap() error { return e.error }

// startUpload begins to write the body of req. If the body fails, it closes the connection.
func (c *conn) startUpload(req *http.Request) error {
	if err := c.socket.settle(); err != nil { // from now on two goroutines have the socket
		return err
	}
	u := &upload{done: make(chan struct{})}
	c.upload, c.pending = u, false
	w, raw := c.stream, c.socket.Conn
	go func() {
		u.err = writeBody(w, req)
		close(u.done)
		if _, bad := errors.AsType[bodyError](u.err); bad {
			raw.Close() // and whoever reads the answer learns why
		}
	}()
	return nil
}

// finished says whether all of the body has been written. It waits a moment: the server has
// answered, so it is about to be.
func (u *upload) finished() bool {
	t := time.NewTimer(lastBytes)
	defer t.Stop()
	select {
	case <-u.done:
		return u.err == nil
	case <-t.C:
		return false
	}
}

// explain returns the error of the body if that is why a request ended with err.
func (u *upload) explain(err error) error {
	select {
	case <-u.done:
		if bad, ok := errors.AsType[bodyError](u.err); ok {
			return bad.error
		}
	default:
	}
	return err
}

// writeBody writes the body of req to w and closes it.
func writeBody(w io.Writer, req *http.Request) error {
	defer closeBody(req)
	if n := bodyLength(req); n >= 0 {
		return writeSized(w, req, n)
	}
	return writeChunks(w, req.Body)
}

func writeSized(w io.Writer, req *http.Request, size int64) error {
	b := make([]byte, min(uploadBuffer, size+1)) // one more, to see the end
	for sent := int64(0); ; {
		n, err := req.Body.Read(b[:min(int64(len(b)), size-sent+1)])
		if sent+int64(n) > size {
			return bodyError{wrongLength(req, sent+int64(n))}
		}
		if n > 0 {
			if _, err := w.Write(b[:n]); err != nil {
				return err
			}
		}
		sent += int64(n)
		switch {
		case errors.Is(err, io.EOF) && sent == size:
			return nil
		case errors.Is(err, io.EOF):
			return bodyError{wrongLength(req, sent)}
		case err != nil:
			return bodyError{err}
		}
	}
}

// writeChunks writes body in chunks, each as soon as it is there.
func writeChunks(w io.Writer, body io.Reader) error {
	b := make([]byte, uploadBuffer)
	for {
		n, err := body.Read(b[chunkRoom : len(b)-2])
		if n > 0 {
			size := strconv.AppendInt(make([]byte, 0, chunkRoom), int64(n), 16)
			start := chunkRoom - len(size) - 2
			copy(b[start:], size)
			copy(b[chunkRoom-2:], "\r\n")
			copy(b[chunkRoom+n:], "\r\n")
			if _, err := w.Write(b[start : chunkRoom+n+2]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			_, err := io.WriteString(w, "0\r\n\r\n")
			return err
		case err != nil:
			return bodyError{err}
		}
	}
}
