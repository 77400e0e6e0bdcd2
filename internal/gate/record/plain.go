package record

import (
	"fmt"
	"strings"
	"unicode"
)

// Plain returns a text from outside so that it is harmless on a terminal and in a log: on
// one line, and with what does not print (control characters, what turns the direction of
// writing, invalid UTF-8) written as its code.
func Plain(text string) string {
	harmless := func(r rune) bool { return unicode.IsPrint(r) && r != unicode.ReplacementChar }
	if strings.IndexFunc(text, func(r rune) bool { return !harmless(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		switch {
		case harmless(r):
			b.WriteRune(r)
		case r == unicode.ReplacementChar && text[i] != 0xef:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
