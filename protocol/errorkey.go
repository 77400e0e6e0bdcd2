package protocol

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrorKey returns the key under which Locust counts an error: the hexadecimal SHA-256 of
// the method, the name and Python's repr of the text, with dots between (locust/stats.py,
// since 2.10.2). Equal keys put the errors of workers in Go and in Python together.
func ErrorKey(method, name, text string) string {
	b := make([]byte, 0, len(method)+len(name)+len(text)+4)
	b = append(append(b, clean(method)...), '.')
	b = append(append(b, clean(name)...), '.')
	sum := sha256.Sum256(appendRepr(b, clean(text)))
	return hex.EncodeToString(sum[:])
}

// appendRepr appends what Python's repr makes of a string: in single quotes, or in double
// ones if it contains single quotes and no double ones.
func appendRepr(b []byte, s string) []byte {
	quote := '\''
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	b = append(b, byte(quote))
	for _, r := range s {
		switch {
		case r == quote || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case unicode.IsPrint(r):
			b = utf8.AppendRune(b, r)
		default:
			b = appendEscape(b, r)
		}
	}
	return append(b, byte(quote))
}

// appendEscape appends \xNN, \uNNNN or \UNNNNNNNN, the shortest that holds r.
func appendEscape(b []byte, r rune) []byte {
	kind, width := byte('x'), 2
	switch {
	case r > 0xffff:
		kind, width = 'U', 8
	case r > 0xff:
		kind, width = 'u', 4
	}
	digits := strconv.FormatInt(int64(r), 16)
	b = append(b, '\\', kind)
	b = append(b, strings.Repeat("0", width-len(digits))...)
	return append(b, digits...)
}
