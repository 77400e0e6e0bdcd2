package protocol

import (
	"fmt"
	"math"
	"strings"

	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// replacement stands for each run of bytes that is not valid UTF-8. One such byte makes
// a master process somebody's previous message twice.
const replacement = "\uFFFD"

// A sink appends what it is given.
type sink struct{ b []byte }

func (s *sink) Write(p []byte) (int, error) {
	s.b = append(s.b, p...)
	return len(p), nil
}

func (s *sink) WriteByte(c byte) error {
	s.b = append(s.b, c)
	return nil
}

// A writer writes msgpack values that are harmless to a master.
type writer struct {
	sink sink
	enc  *msgpack.Encoder
	err  error

	containers int // maps and arrays so far
}

func newWriter(b []byte) *writer {
	w := &writer{sink: sink{b: b}, enc: msgpack.GetEncoder()}
	w.enc.Reset(&w.sink)
	return w
}

// finish gives the encoder back and returns what was written.
func (w *writer) finish() ([]byte, error) {
	msgpack.PutEncoder(w.enc)
	w.enc = nil
	return w.sink.b, w.err
}

// keep keeps the first error.
func (w *writer) keep(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) null()       { w.keep(w.enc.EncodeNil()) }
func (w *writer) bool(v bool) { w.keep(w.enc.EncodeBool(v)) }

func (w *writer) array(n int) {
	w.contain()
	w.keep(w.enc.EncodeArrayLen(n))
}

func (w *writer) object(n int) {
	w.contain()
	w.keep(w.enc.EncodeMapLen(n))
}

// contain counts a map or an array: Valid refuses a message with too many of them.
func (w *writer) contain() {
	if w.containers++; w.containers > maxContainers {
		w.keep(fmt.Errorf("more than %d maps and arrays", maxContainers))
	}
}

func (w *writer) uint(n uint64)  { w.keep(w.enc.EncodeUint(n)) }
func (w *writer) bytes(b []byte) { w.keep(w.enc.EncodeBytes(b)) }

// int writes the smallest form. Nearly all of a report is numbers below 65536, which the
// Encoder takes three times as long for.
func (w *writer) int(n int64) {
	switch {
	case n < 0 || n > math.MaxUint16:
		w.keep(w.enc.EncodeInt(n))
	case n <= math.MaxInt8:
		w.sink.b = append(w.sink.b, byte(n))
	case n <= math.MaxUint8:
		w.sink.b = append(w.sink.b, msgpcode.Uint8, byte(n))
	default:
		w.sink.b = append(w.sink.b, msgpcode.Uint16, byte(n>>8), byte(n))
	}
}

func (w *writer) string(s string) {
	w.keep(w.enc.EncodeString(clean(s)))
}

// field writes the key of a map and its string.
func (w *writer) field(key, s string) {
	w.string(key)
	w.string(s)
}

// float writes a float64. NaN and infinities become 0: no report is lost for one of them.
func (w *writer) float(f float64) {
	if !finite(f) {
		f = 0
	}
	w.keep(w.enc.EncodeFloat64(f))
}

// milliseconds writes a sum or a maximum of response times. Nothing is the integer 0, as
// in Python, whose counters start so (locust/stats.py).
func (w *writer) milliseconds(f float64) {
	if f == 0 || !finite(f) {
		w.int(0)
		return
	}
	w.float(f)
}

func clean(s string) string {
	return strings.ToValidUTF8(s, replacement)
}

func finite(f float64) bool {
	return !math.IsNaN(f) && !math.IsInf(f, 0)
}
