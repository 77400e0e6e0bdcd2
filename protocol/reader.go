package protocol

import (
	"bytes"
	"fmt"
	"math"

	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// A reader reads msgpack values that are valid. The Decoder is lenient: it takes nil for
// zero and looks for maps inside extensions, where Valid has not been. So each method
// looks at the kind of a value before the Decoder does.
type reader struct{ dec *msgpack.Decoder }

// newReader reads b itself, without a buffer between.
func newReader(b []byte) *reader {
	return &reader{dec: msgpack.NewDecoder(bytes.NewReader(b))}
}

// kind is the kind of the next value.
func (r *reader) kind() (kind, error) {
	c, err := r.dec.PeekCode()
	return layoutOf(c).kind, err
}

func (r *reader) want(k kind) error {
	got, err := r.kind()
	if err == nil && got != k {
		err = unexpected(got, k.String())
	}
	return err
}

func unexpected(got kind, want string) error {
	return fmt.Errorf("%v where %s is expected", got, want)
}

func (r *reader) skip() error { return r.dec.Skip() }

// null takes the next value if it is nil, and says whether it was.
func (r *reader) null() (bool, error) {
	k, err := r.kind()
	if err != nil || k != kindNull {
		return false, err
	}
	return true, r.dec.DecodeNil()
}

func (r *reader) string() (string, error) {
	if err := r.want(kindString); err != nil {
		return "", err
	}
	return r.dec.DecodeString()
}

func (r *reader) array() (int, error) {
	if err := r.want(kindArray); err != nil {
		return 0, err
	}
	return r.dec.DecodeArrayLen()
}

func (r *reader) object() (int, error) {
	if err := r.want(kindMap); err != nil {
		return 0, err
	}
	return r.dec.DecodeMapLen()
}

// int reads an int of any form, or a float without a fraction.
func (r *reader) int() (int64, error) {
	k, err := r.kind()
	if err != nil {
		return 0, err
	}
	switch k {
	case kindInt:
		return r.anyInt()
	case kindFloat:
		return r.wholeFloat()
	}
	return 0, unexpected(k, "an int")
}

func (r *reader) anyInt() (int64, error) {
	u, big, err := r.bigInt()
	if err != nil || !big {
		return int64(u), err
	}
	return 0, fmt.Errorf("%d is out of range", u)
}

// bigInt reads an int. Big ones are above the greatest int64; of others it returns the
// bits.
func (r *reader) bigInt() (u uint64, big bool, err error) {
	c, err := r.dec.PeekCode()
	if err != nil {
		return 0, false, err
	}
	if c == msgpcode.Uint64 {
		u, err = r.dec.DecodeUint64()
		return u, u > math.MaxInt64, err
	}
	n, err := r.dec.DecodeInt64()
	return uint64(n), false, err
}

func (r *reader) wholeFloat() (int64, error) {
	f, err := r.dec.DecodeFloat64()
	if err == nil && (f != math.Trunc(f) || math.Abs(f) >= 1<<63) {
		err = fmt.Errorf("%v where an int is expected", f)
	}
	if err != nil {
		return 0, err
	}
	return int64(f), nil
}

// anyFloat reads a float, also NaN and infinities, or an int of any form.
func (r *reader) anyFloat() (float64, error) {
	k, err := r.kind()
	if err != nil {
		return 0, err
	}
	switch k {
	case kindInt:
		u, big, err := r.bigInt()
		if big {
			return float64(u), err
		}
		return float64(int64(u)), err
	case kindFloat:
		return r.dec.DecodeFloat64()
	}
	return 0, unexpected(k, "a number")
}

func (r *reader) float() (float64, error) {
	f, err := r.anyFloat()
	if err == nil && !finite(f) {
		err = fmt.Errorf("%v where a finite number is expected", f)
	}
	return f, err
}
