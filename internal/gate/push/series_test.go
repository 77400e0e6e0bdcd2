package push_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// one is a series of a remote write (prompb: TimeSeries): its name and labels, and its value.
func one(t *testing.T, series []byte) (string, float64) {
	t.Helper()
	var name string
	var labels []string
	var value float64
	fields(t, series, func(n protowire.Number, part []byte, _ uint64) {
		if n != 1 {
			fields(t, part, func(n protowire.Number, _ []byte, fixed uint64) {
				if n == 1 {
					value = math.Float64frombits(fixed)
				}
			})
			return
		}
		var pair [2]string
		fields(t, part, func(n protowire.Number, text []byte, _ uint64) { pair[n-1] = string(text) })
		if pair[0] == "__name__" {
			name = pair[1]
		} else {
			labels = append(labels, fmt.Sprintf("%s=%q", pair[0], pair[1]))
		}
	})
	return name + " " + strings.Join(labels, " "), value
}

func lines(series map[string]float64) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(series)) {
		fmt.Fprintln(&b, name, series[name])
	}
	return b.String()
}
