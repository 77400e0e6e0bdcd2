package protocol

import (
	"fmt"
	"math"
	"slices"

	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// A field is a key of a map and how to read its value.
type field struct {
	key  string
	need bool
	read func(*reader) error
}

func required(key string, read func(*reader) error) field { return field{key, true, read} }
func optional(key string, read func(*reader) error) field { return field{key, false, read} }

func fieldError(key string, err error) error { return fmt.Errorf("%s: %w", key, err) }

// fields reads a map. It skips the keys it does not know.
func (r *reader) fields(fields ...field) error {
	n, err := r.object()
	if err != nil {
		return err
	}
	var seen uint64
	for range n {
		i, err := r.field(fields)
		if err != nil {
			return err
		}
		if i >= 0 {
			seen |= 1 << i
		}
	}
	for i, f := range fields {
		if f.need && seen&(1<<i) == 0 {
			return fieldError(f.key, errMissing)
		}
	}
	return nil
}

// field reads a key and its value. It returns the field's index, or -1.
func (r *reader) field(fields []field) (int, error) {
	k, err := r.kind()
	if err != nil {
		return -1, err
	}
	i := -1
	if k == kindString {
		key, err := r.string()
		if err != nil {
			return -1, err
		}
		i = slices.IndexFunc(fields, func(f field) bool { return f.key == key })
	} else if err := r.skip(); err != nil {
		return -1, err
	}
	if i < 0 {
		return i, r.skip()
	}
	if err := fields[i].read(r); err != nil {
		return i, fieldError(fields[i].key, err)
	}
	return i, nil
}

func text(p *string) func(*reader) error {
	return func(r *reader) (err error) {
		*p, err = r.string()
		return err
	}
}

func textOrNull(p *string) func(*reader) error {
	return func(r *reader) error {
		*p = ""
		if null, err := r.null(); null || err != nil {
			return err
		}
		return text(p)(r)
	}
}

func integer(p *int64) func(*reader) error {
	return func(r *reader) (err error) {
		*p, err = r.int()
		return err
	}
}

// number reads an int of 0 to 2147483647.
func number(p *int) func(*reader) error {
	return func(r *reader) error {
		n, err := r.int()
		if err == nil && (n < 0 || n > math.MaxInt32) {
			err = fmt.Errorf("%d is out of range", n)
		}
		if err != nil {
			return err
		}
		*p = int(n)
		return nil
	}
}

// unsigned reads an int of any form that is not negative, or a float without a fraction.
func unsigned(p *uint64) func(*reader) error {
	return func(r *reader) error {
		c, err := r.dec.PeekCode()
		if err != nil {
			return err
		}
		if c == msgpcode.Uint64 {
			*p, err = r.dec.DecodeUint64()
			return err
		}
		n, err := r.int()
		if err == nil && n < 0 {
			err = fmt.Errorf("%d is negative", n)
		}
		if err != nil {
			return err
		}
		*p = uint64(n)
		return nil
	}
}

func float(p *float64) func(*reader) error {
	return func(r *reader) (err error) {
		*p, err = r.float()
		return err
	}
}

func floatOrNull(p *NullFloat) func(*reader) error {
	return func(r *reader) error {
		*p = NullFloat{}
		if null, err := r.null(); null || err != nil {
			return err
		}
		f, err := r.float()
		if err != nil {
			return err
		}
		*p = NullFloat{Float64: f, Valid: true}
		return nil
	}
}

func counts(p *[]Count) func(*reader) error {
	return func(r *reader) error {
		n, err := r.object()
		if err != nil {
			return err
		}
		*p = nil
		for range n {
			key, err := r.int()
			if err != nil {
				return fmt.Errorf("key: %w", err)
			}
			count, err := r.int()
			if err != nil {
				return fmt.Errorf("%d: %w", key, err)
			}
			*p = append(*p, Count{Key: key, N: count})
		}
		return nil
	}
}
