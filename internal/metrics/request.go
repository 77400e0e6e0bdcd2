package metrics

import (
	"cmp"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// The fields of the messages of remote write 1.0 (prometheus/prompb, remote.proto and
// types.proto): WriteRequest has TimeSeries, which has Labels and Samples.
const (
	requestSeries   = 1
	seriesLabels    = 1
	seriesSamples   = 2
	labelName       = 1
	labelValue      = 2
	sampleValue     = 1
	sampleTimestamp = 2
)

// A sample is one series with its value. Its labels are sorted by name.
type sample struct {
	labels []labelPair
	value  float64
}

type labelPair struct{ name, value string }

// A request is an encoded WriteRequest, as the library takes messages of its own encoding.
type request []byte

// newRequest encodes samples of one time, in Unix milliseconds.
func newRequest(samples []sample, at int64) request {
	var r, series, part []byte
	for i := range samples {
		series = series[:0]
		for _, l := range samples[i].labels {
			part = appendString(part[:0], labelName, l.name)
			part = appendString(part, labelValue, l.value)
			series = appendBytes(series, seriesLabels, part)
		}
		part = protowire.AppendTag(part[:0], sampleValue, protowire.Fixed64Type)
		part = protowire.AppendFixed64(part, math.Float64bits(samples[i].value))
		part = protowire.AppendTag(part, sampleTimestamp, protowire.VarintType)
		part = protowire.AppendVarint(part, uint64(at))
		series = appendBytes(series, seriesSamples, part)
		r = appendBytes(r, requestSeries, series)
	}
	return r
}

func appendString(b []byte, field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}

func appendBytes(b []byte, field protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), v)
}

// Size is the length of the encoding.
func (r request) Size() int { return len(r) }

// MarshalToSizedBuffer copies the encoding.
func (r request) MarshalToSizedBuffer(b []byte) (int, error) { return copy(b, r), nil }

func sortLabels(ls []labelPair) {
	slices.SortFunc(ls, func(a, b labelPair) int { return cmp.Compare(a.name, b.name) })
}
