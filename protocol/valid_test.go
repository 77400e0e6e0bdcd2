package protocol_test

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/hopperband/hopperband/protocol"
)

// nested is n arrays of one element around nil.
func nested(n int) []byte {
	return append(bytes.Repeat([]byte{0x91}, n), 0xc0)
}

func TestValid(t *testing.T) {
	tests := []struct {
		name string
		b    string
		want string // "" if valid
	}{
		{"nil", "\xc0", ""},
		{"every number", "\x9f\x05\xff\xcc\x01\xcd\x01\x02\xce\x01\x02\x03\x04\xcf12345678\xd0\x01\xd1\x01\x02\xd2\x01\x02\x03\x04\xd312345678\xca1234\xcb12345678\xc2\xc3\xc0", ""},
		{"every string", "\x94\xa1a\xd9\x01a\xda\x00\x01a\xdb\x00\x00\x00\x01a", ""},
		{"every bytes", "\x93\xc4\x01\xff\xc5\x00\x01\xff\xc6\x00\x00\x00\x01\xff", ""},
		{"every extension", "\x98\xc7\x01tx\xc8\x00\x01tx\xc9\x00\x00\x00\x01tx\xd4tx\xd5txx\xd6txxxx\xd7txxxxxxxx\xd8txxxxxxxxxxxxxxxx", ""},
		{"every array", "\x93\x90\xdc\x00\x01\xc0\xdd\x00\x00\x00\x01\xc0", ""},
		{"every map", "\x93\x80\xde\x00\x01a\xc0\xdf\x00\x00\x00\x01a\xc0", ""},
		{"number keys", "\x83\xff\xc0\xcd\x01\x02\xc0\xcb12345678\xc0", ""},
		{"nil key", "\x81\xc0\xc0", ""},
		{"bool key", "\x82\xa1a\xc0\xc3\xc0", ""},
		{"32 levels", string(nested(32)), ""},
		{"1048576 arrays", "\xdd\x00\x0f\xff\xff" + strings.Repeat("\x90", 1<<20-1), ""},
		{"greatest", "\xc6\x03\xff\xff\xfb" + strings.Repeat("x", protocol.MaxSize-5), ""},

		{"nothing", "", "exceeds the bytes present"},
		{"array of 4 GiB", "\xdd\xff\xff\xff\xff", "exceeds the bytes present"},
		{"map of 4 GiB", "\xdf\xff\xff\xff\xff", "exceeds the bytes present"},
		{"bytes of 4 GiB", "\xc6\xff\xff\xff\xff", "exceeds the bytes present"},
		{"string of 4 GiB", "\xdb\xff\xff\xff\xff", "exceeds the bytes present"},
		{"extension of 4 GiB", "\xc9\xff\xff\xff\xff\x01", "exceeds the bytes present"},
		{"half a length", "\xdb\xff\xff", "exceeds the bytes present"},
		{"half a number", "\xcd\x01", "exceeds the bytes present"},
		{"short string", "\xa2a", "exceeds the bytes present"},
		{"array without its end", "\x92\xc0", "exceeds the bytes present"},
		{"map without a value", "\x81\xa1a", "exceeds the bytes present"},
		{"33 levels", string(nested(33)), "deeper than 32 levels"},
		{"3 million levels", string(nested(3_000_000)), "deeper than 32 levels"},
		{"1048577 arrays", "\xdd\x00\x10\x00\x00" + strings.Repeat("\x90", 1<<20), "more than 1048576 maps and arrays"},
		{"array key", "\x81\x90\xc0", "map key"},
		{"map key", "\x81\x80\xc0", "map key"},
		{"bytes key", "\x81\xc4\x00\xc0", "map key"},
		{"reserved byte", "\x91\xc1", "0xc1"},
		{"trailing byte", "\xc0\xc0", "bytes after the value"},
		{"bad UTF-8", "\xa2a\xff", "UTF-8"},
		{"surrogate", "\xa3\xed\xa0\x80", "UTF-8"},
		{"bad UTF-8 in a key", "\x81\xa1\xff\xc0", "UTF-8"},
		{"too long", strings.Repeat("x", protocol.MaxSize+1), "longer than 64 MiB"},
	}
	for _, tt := range tests {
		err := protocol.Valid([]byte(tt.b))
		if tt.want == "" && err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: error %v, want … %s", tt.name, err, tt.want)
		}
	}
}

func TestValidAllocatesNothing(t *testing.T) {
	for _, name := range fixtures(t) {
		b := payload(t, name)
		if n := testing.AllocsPerRun(10, func() { _ = protocol.Valid(b) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// allocated is what decoding b allocates, in bytes.
func allocated(b []byte) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _, _ = protocol.FromMaster(b)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A hostile message costs a constant times its size. The worst that passes are maps of
// one entry: 3 bytes on the wire, about 350 in memory.
func TestHostileMessagesCostLittle(t *testing.T) {
	const slack, factor = 64 << 10, 128
	head := "\x93\xa1x"
	many := func(s string) string { return head + "\xdc\xff\xff" + strings.Repeat(s, 0xffff) + "\xa1n" }
	keys := strings.Builder{}
	for c := range 0xffff {
		keys.WriteString("\xcd" + string([]byte{byte(c >> 8), byte(c)}) + "\xc0")
	}
	tests := map[string]string{
		"array":                 head + "\xdd\xff\xff\xff\xff",
		"map":                   head + "\xdf\xff\xff\xff\xff",
		"bytes":                 head + "\xc6\xff\xff\xff\xff",
		"bare array":            "\xdd\xff\xff\xff\xff",
		"bare map":              "\xdf\xff\xff\xff\xff",
		"bare bytes":            "\xc6\xff\xff\xff\xff",
		"map in an extension":   head + "\xd8\x01\xdf\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xa1n",
		"spawn in an extension": "\x93\xa5spawn\xd8\x01\xdf\xff\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xa1n",
		"deep":                  string(nested(3_000_000)),
		"many nils":             many("\xc0"),
		"many empty arrays":     many("\x90"),
		"many empty maps":       many("\x80"),
		"many maps":             many("\x81\xa0\xc0"),
		"many floats":           many("\xcb12345678"),
		"many strings":          many("\xa2ab"),
		"keys":                  head + "\xde\xff\xff" + keys.String() + "\xa1n",
		"keys of two kinds":     head + "\xde\xff\xff" + "\xc0\xc0" + keys.String()[4:] + "\xa1n",
		"equal keys":            head + "\xde\xff\xff" + strings.Repeat("\xa0\xc0", 0xffff) + "\xa1n",
		"long type":             "\x93\xdb\x00\x10\x00\x00" + strings.Repeat("x", 1<<20) + "\xc7\x00\x00\xa1n",
	}
	for name, s := range tests {
		b := []byte(s)
		if got, most := allocated(b), uint64(slack+factor*len(b)); got > most {
			t.Errorf("%s: %d bytes allocated for %d, more than %d", name, got, len(b), most)
		} else {
			t.Logf("%s: %.1f times its size", name, float64(got)/float64(len(b)))
		}
	}
}
