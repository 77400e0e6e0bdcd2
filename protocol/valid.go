package protocol

import "unicode/utf8"

const (
	// maxDepth is how deep maps and arrays may be nested, the envelope included.
	maxDepth = 32
	// maxContainers is how many maps and arrays a message may have: an empty one is a
	// byte on the wire and dozens in memory.
	maxContainers = 1 << 20
)

// Valid says whether b is exactly one well-formed msgpack value that is safe to decode:
// at most MaxSize long, with no announced length greater than the bytes present, nested at
// most 32 levels deep, with at most 1048576 maps and arrays, with strings that are valid
// UTF-8 and map keys that are strings, numbers, bools or nil, and with nothing after it. It neither
// allocates nor recurses. A value that passes costs a decoder no more memory than its
// length times a small constant.
func Valid(b []byte) error {
	if len(b) > MaxSize {
		return errSize
	}
	v := validator{rest: b}
	v.open[0].left = 1
	return v.run()
}

// A level is a map or an array whose end is still to come. Level 0 holds the one value.
type level struct {
	left  uint64 // values, keys among them
	isMap bool   // a key is next if left is even
}

type validator struct {
	rest       []byte
	open       [maxDepth + 1]level
	depth      int
	containers int
}

func (v *validator) run() error {
	for {
		for v.open[v.depth].left == 0 {
			if v.depth == 0 {
				return v.end()
			}
			v.depth--
		}
		if err := v.next(); err != nil {
			return err
		}
	}
}

func (v *validator) end() error {
	if len(v.rest) > 0 {
		return errTrailing
	}
	return nil
}

// next takes one value, or the head of a map or an array.
func (v *validator) next() error {
	if len(v.rest) == 0 {
		return errTruncated
	}
	l := layoutOf(v.rest[0])
	v.rest = v.rest[1:]
	in := &v.open[v.depth]
	if in.isMap && in.left%2 == 0 && !l.kind.isKey() {
		return errKey
	}
	in.left--
	if l.lenBytes > len(v.rest) {
		return errTruncated
	}
	size := l.size
	if l.lenBytes > 0 {
		size += bigEndian(v.rest[:l.lenBytes])
		v.rest = v.rest[l.lenBytes:]
	}
	switch l.kind {
	case kindReserved:
		return errReserved
	case kindArray:
		return v.enter(level{left: size})
	case kindMap:
		return v.enter(level{left: 2 * size, isMap: true})
	}
	return v.skip(size, l.kind)
}

func (v *validator) enter(l level) error {
	if l.left > uint64(len(v.rest)) { // a value is at least one byte
		return errTruncated
	}
	if v.containers++; v.containers > maxContainers {
		return errContainers
	}
	if v.depth++; v.depth > maxDepth {
		return errDepth
	}
	v.open[v.depth] = l
	return nil
}

func (v *validator) skip(size uint64, k kind) error {
	if size > uint64(len(v.rest)) {
		return errTruncated
	}
	if k == kindString && !utf8.Valid(v.rest[:size]) {
		return errUTF8
	}
	v.rest = v.rest[size:]
	return nil
}

func bigEndian(b []byte) uint64 {
	n := uint64(0)
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}
