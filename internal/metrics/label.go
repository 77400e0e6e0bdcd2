package metrics

import (
	"fmt"
	"hash/fnv"
	"strings"
	"unicode/utf8"
)

// maxLabel is the greatest length of a label's value in bytes.
const maxLabel = 256

// label returns s as the value of a label: valid UTF-8 of bounded length. What is too long
// ends with a hash of the whole, so that different values stay different.
func label(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= maxLabel {
		return s
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // it never fails
	mark := fmt.Sprintf("…%016x", h.Sum64())
	n := maxLabel - len(mark)
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + mark
}
