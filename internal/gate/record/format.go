package record

import (
	"math"
	"strconv"
)

// Format writes a value with its unit as people read it, to three or four digits: "182ms",
// "0.52%", "118/s".
func Format(value float64, unit string) string { return format(value, unit, digits) }

func format(value float64, unit string, number func(float64) string) string {
	switch unit {
	case Seconds:
		return formatSeconds(value, number)
	case Ratio:
		return number(value*100) + "%"
	case PerSecond:
		return number(value) + "/s"
	case Bytes:
		return number(value) + " bytes"
	}
	return number(value)
}

// mostDecimals is how many decimals two values are told apart by.
const mostDecimals = 17

// SeenText writes the value seen as Format does, or with as many decimals as tell it from
// the allowed one; nothing without a value.
func (c Check) SeenText() string {
	switch {
	case c.Seen == nil:
		return ""
	case c.Allowed == nil || *c.Seen == *c.Allowed:
		return Format(*c.Seen, c.Unit)
	}
	text, limit := Format(*c.Seen, c.Unit), Format(*c.Allowed, c.Unit)
	for decimals := 1; text == limit && decimals < mostDecimals; decimals++ {
		fixed := func(v float64) string { return strconv.FormatFloat(v, 'f', decimals, 64) }
		text, limit = format(*c.Seen, c.Unit, fixed), format(*c.Allowed, c.Unit, fixed)
	}
	return text
}

func formatSeconds(s float64, number func(float64) string) string {
	switch abs := math.Abs(s); {
	case s == 0:
		return "0s"
	case abs < 0.9995e-3:
		return number(s*1e6) + "µs"
	case abs < 0.9995:
		return number(s*1e3) + "ms"
	}
	return number(s) + "s"
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
