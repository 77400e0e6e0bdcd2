package metrics

import (
	"bufio"
	"bytes"
	"math"
	"strconv"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// A lines writes the histograms of requests in the formats of text: nearly all of a scrape
// in text is these. It writes what the library does, which checks and escapes all labels
// of each line, while only the bound and the count differ.
type lines struct {
	b     *bufio.Writer // keeps what goes wrong
	float func(text []byte, v float64) []byte
	count func(text []byte, n uint64) []byte
}

// newLines reports whether the format is one of text.
func newLines(b *bufio.Writer, format expfmt.Format) (lines, bool) {
	switch format.FormatType() {
	case expfmt.TypeTextPlain:
		return lines{b, appendFloat, func(text []byte, n uint64) []byte { return appendFloat(text, float64(n)) }}, true
	case expfmt.TypeOpenMetrics:
		return lines{b, appendOpenFloat, func(text []byte, n uint64) []byte { return strconv.AppendUint(text, n, 10) }}, true
	}
	return lines{}, false
}

func (l lines) write(f *dto.MetricFamily) {
	name := f.GetName()
	text := appendAll(nil, "# HELP ", name, " ", f.GetHelp(), "\n# TYPE ", name, " histogram\n")
	_, _ = l.b.Write(text)
	for _, m := range f.GetMetric() {
		text = l.histogram(text[:0], name, labelsOf(m), m.GetHistogram())
		_, _ = l.b.Write(text)
	}
}

func (l lines) histogram(text []byte, name, labels string, h *dto.Histogram) []byte {
	for _, b := range h.GetBucket() {
		text = l.bucket(text, name, labels, b.GetUpperBound(), b.GetCumulativeCount())
	}
	text = l.bucket(text, name, labels, math.Inf(1), h.GetSampleCount())
	text = append(l.float(appendAll(text, name, "_sum{", labels, "} "), h.GetSampleSum()), '\n')
	return append(l.count(appendAll(text, name, "_count{", labels, "} "), h.GetSampleCount()), '\n')
}

func (l lines) bucket(text []byte, name, labels string, bound float64, n uint64) []byte {
	text = l.float(appendAll(text, name, "_bucket{", labels, `,le="`), bound)
	return append(l.count(appendAll(text, `"} `), n), '\n')
}

func appendAll(text []byte, parts ...string) []byte {
	for _, p := range parts {
		text = append(text, p...)
	}
	return text
}

// labelsOf returns a="b",c="d".
func labelsOf(m *dto.Metric) string {
	var text []byte
	for i, x := range m.GetLabel() {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendAll(text, x.GetName(), `="`)
		for _, c := range []byte(x.GetValue()) {
			switch c {
			case '\\', '"':
				text = append(text, '\\', c)
			case '\n':
				text = append(text, '\\', 'n')
			default:
				text = append(text, c)
			}
		}
		text = append(text, '"')
	}
	return string(text)
}

func appendFloat(text []byte, v float64) []byte { return strconv.AppendFloat(text, v, 'g', -1, 64) }

// appendOpenFloat appends a number that shows that it is no integer, as OpenMetrics wants it.
func appendOpenFloat(text []byte, v float64) []byte {
	from := len(text)
	text = appendFloat(text, v)
	if !math.IsInf(v, 0) && !bytes.ContainsAny(text[from:], "e.") {
		text = append(text, '.', '0')
	}
	return text
}
