package record

import (
	"math"
	"strconv"
)

// Format writes a value with its unit as people read it, to three or four digits: "182ms",
// "0.52%", "118/s".
func Format(value float64, unit string) string {
	switch unit {
	case Seconds:
		return formatSeconds(value)
	case Ratio:
		return digits(value*100) + "%"
	case PerSecond:
		return digits(value) + "/s"
	case Bytes:
		return digits(value) + " bytes"
	}
	return digits(value)
}

func formatSeconds(s float64) string {
	switch abs := math.Abs(s); {
	case s == 0:
		return "0s"
	case abs < 0.9995e-3:
		return digits(s*1e6) + "µs"
	case abs < 0.9995:
		return digits(s*1e3) + "ms"
	}
	return digits(s) + "s"
}

// digits writes a number to three digits, whole numbers in full.
func digits(v float64) string {
	switch abs := math.Abs(v); {
	case v == math.Trunc(v) && abs < 1e15, abs >= 99.95:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case abs >= 9.995:
		return trimmed(v, 1)
	case abs >= 0.01:
		return trimmed(v, 2)
	}
	return strconv.FormatFloat(v, 'g', 2, 64)
}

// trimmed writes a number with so many decimals at most.
func trimmed(v float64, decimals int) string {
	scale := math.Pow10(decimals)
	return strconv.FormatFloat(math.Round(v*scale)/scale, 'f', -1, 64)
}
