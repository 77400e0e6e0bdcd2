package protocol

// A kind is what a msgpack value is, as its first byte tells.
type kind byte

const (
	kindReserved kind = iota
	kindNull
	kindBool
	kindInt
	kindFloat
	kindString
	kindBytes
	kindExt
	kindArray
	kindMap
)

// isKey says that a value of this kind can be a map's key here. Python takes bytes as well.
func (k kind) isKey() bool {
	switch k {
	case kindNull, kindBool, kindInt, kindFloat, kindString:
		return true
	}
	return false
}

func (k kind) String() string {
	switch k {
	case kindNull:
		return "nil"
	case kindBool:
		return "a bool"
	case kindInt:
		return "an int"
	case kindFloat:
		return "a float"
	case kindString:
		return "a string"
	case kindBytes:
		return "bytes"
	case kindExt:
		return "an extension"
	case kindArray:
		return "an array"
	case kindMap:
		return "a map"
	}
	return "a reserved byte"
}

// A layout is what follows the first byte of a value: a big-endian length of lenBytes
// bytes, then size bytes, or that many elements of an array or a map, and the length more
// of them.
type layout struct {
	kind     kind
	lenBytes int
	size     uint64
}

// layoutOf follows the table of formats in the msgpack specification.
func layoutOf(c byte) layout {
	switch {
	case c <= 0x7f || c >= 0xe0:
		return layout{kind: kindInt}
	case c <= 0x8f:
		return layout{kind: kindMap, size: uint64(c & 0x0f)}
	case c <= 0x9f:
		return layout{kind: kindArray, size: uint64(c & 0x0f)}
	case c <= 0xbf:
		return layout{kind: kindString, size: uint64(c & 0x1f)}
	case c == 0xc0:
		return layout{kind: kindNull}
	case c == 0xc1:
		return layout{kind: kindReserved}
	case c <= 0xc3:
		return layout{kind: kindBool}
	case c <= 0xc6:
		return layout{kind: kindBytes, lenBytes: 1 << (c - 0xc4)}
	case c <= 0xc9:
		return layout{kind: kindExt, lenBytes: 1 << (c - 0xc7), size: 1}
	case c <= 0xcb:
		return layout{kind: kindFloat, size: 4 << (c - 0xca)}
	case c <= 0xcf:
		return layout{kind: kindInt, size: 1 << (c - 0xcc)}
	case c <= 0xd3:
		return layout{kind: kindInt, size: 1 << (c - 0xd0)}
	case c <= 0xd8:
		return layout{kind: kindExt, size: 1 + 1<<(c-0xd4)}
	case c <= 0xdb:
		return layout{kind: kindString, lenBytes: 1 << (c - 0xd9)}
	case c <= 0xdd:
		return layout{kind: kindArray, lenBytes: 2 << (c - 0xdc)}
	}
	return layout{kind: kindMap, lenBytes: 2 << (c - 0xde)}
}
