package tasks

import (
	"net/netip"
	"strings"
)

// maxFailureText bounds the text of a failure, in bytes.
const maxFailureText = 200

// scrub takes out of a text what differs from one error to the next: quotations, URLs,
// addresses and numbers.
func scrub(text string) string {
	words := strings.Fields(unquote(text))
	for i, w := range words {
		words[i] = scrubWord(w)
	}
	text = strings.Join(words, " ")
	text = strings.ToValidUTF8(text[:min(len(text), maxFailureText)], "")
	return strings.TrimRight(text, " :")
}

// unquote takes out what stands between double quotes.
func unquote(text string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, `"`)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		text = rest[closing(rest):]
	}
}

// closing returns the index behind the quote that ends a quotation.
func closing(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}

func scrubWord(w string) string {
	core := strings.TrimLeft(w, "(")
	head := w[:len(w)-len(core)]
	core = strings.TrimRight(core, ".,:;)")
	tail := w[len(head)+len(core):]
	switch {
	case strings.Contains(core, "://"):
		core = "URL"
	case strings.Contains(core, "->"), isAddress(core):
		core = "address"
	default:
		core = scrubNumber(core)
	}
	return head + core + tail
}

func isAddress(s string) bool {
	if _, err := netip.ParseAddrPort(s); err == nil {
		return true
	}
	_, err := netip.ParseAddr(s)
	return err == nil
}

// scrubNumber puts N in place of numbers that stand alone or behind "=". (Those of HTTP/1.1
// and x509 do not.)
func scrubNumber(s string) string {
	start := strings.LastIndexByte(s, '=') + 1
	if start < len(s) && strings.Trim(s[start:], "0123456789.") == "" {
		return s[:start] + "N"
	}
	return s
}
