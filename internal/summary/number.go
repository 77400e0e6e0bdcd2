package summary

import (
	"math"
	"strconv"
	"strings"
)

// float writes a number as Python's repr does: the shortest text that reads as the same
// number, always with a point or an exponent.
func float(x float64) string {
	if a := math.Abs(x); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(x, 'e', -1, 64)
	}
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// orZero writes a number, and 0 as Python's whole number: what stands for none.
func orZero(x float64) string {
	if x == 0 {
		return "0"
	}
	return float(x)
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }
