package histogram

import (
	"encoding/json"
	"fmt"
)

// wire is a histogram as it stands in JSON.
type wire struct {
	Schema int       `json:"schema"`
	Count  int64     `json:"count"`
	Zero   int64     `json:"zero"`
	Sum    float64   `json:"sum"`
	Runs   [][]int64 `json:"runs"` // the index of the first bucket, then the counts
}

// MarshalJSON writes the histogram compactly: runs of neighbouring buckets, each as the
// index of the first and then the counts.
func (h Histogram) MarshalJSON() ([]byte, error) {
	w := wire{Schema: Schema, Count: h.count, Zero: h.zero, Sum: h.sum, Runs: [][]int64{}}
	for i, b := range h.buckets {
		if i == 0 || h.buckets[i-1].Index+1 != b.Index {
			w.Runs = append(w.Runs, []int64{int64(b.Index)})
		}
		last := &w.Runs[len(w.Runs)-1]
		*last = append(*last, b.Count)
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote. Another schema, an index out of range, a
// negative count, and a count that is not the sum of its buckets are errors.
func (h *Histogram) UnmarshalJSON(data []byte) error {
	var w wire
	if err := json.Unmarshal(data, &w); err != nil {
		return fmt.Errorf("histogram: %w", err)
	}
	if w.Schema != Schema {
		return fmt.Errorf("histogram: schema %d, only %d can be read", w.Schema, Schema)
	}
	var buckets []Bucket
	for _, run := range w.Runs {
		if len(run) == 0 || run[0] < LowestIndex || run[0] > HighestIndex {
			return fmt.Errorf("histogram: run %v does not begin with a bucket's index", run)
		}
		for i, n := range run[1:] {
			buckets = append(buckets, Bucket{int(run[0]) + i, n})
		}
	}
	read, err := New(buckets, w.Zero, w.Sum)
	if err != nil {
		return err
	}
	if read.count != w.Count {
		return fmt.Errorf("histogram: count is %d, but the buckets have %d", w.Count, read.count)
	}
	*h = read
	return nil
}
