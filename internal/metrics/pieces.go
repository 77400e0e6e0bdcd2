package metrics

import (
	"bufio"
	"net/http"
	"sync"
)

// pieceSize is how much of an answer is written at a time, in bytes.
const pieceSize = 64 << 10

// inPieces answers in pieces of pieceSize. Encoders write a few bytes at a time, and the
// server alone would send each 4 KiB of them.
func inPieces(h http.Handler) http.Handler {
	writers := &sync.Pool{New: func() any { return bufio.NewWriterSize(nil, pieceSize) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := pieces{writers.Get().(*bufio.Writer), w}
		p.Reset(w)
		h.ServeHTTP(p, r)
		_ = p.Flush() // whoever wraps w sees what fails
		p.Reset(nil)
		writers.Put(p.Writer)
	})
}

// A pieces is a response with the methods of its buffer, by which encoders know that they
// need none of their own (prometheus/common/expfmt, text_create.go).
type pieces struct {
	*bufio.Writer

	response http.ResponseWriter
}

// Header implements http.ResponseWriter.
func (p pieces) Header() http.Header { return p.response.Header() }

// WriteHeader implements http.ResponseWriter.
func (p pieces) WriteHeader(status int) { p.response.WriteHeader(status) }
