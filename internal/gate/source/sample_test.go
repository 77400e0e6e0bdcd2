package source_test

import (
	"testing"
	"time"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/source"
)

// counted is a sample at a second, of workers that were seen some seconds before that and had
// counted so many requests.
func counted(second int64, behind map[string]time.Duration, requests map[string]int64) *source.Sample {
	s := &source.Sample{At: time.Unix(second, 0), Workers: map[string]*source.Worker{}}
	for id, n := range requests {
		s.Workers[id] = &source.Worker{
			At:      s.At.Add(-behind[id]),
			Figures: map[source.Name]record.Figures{{Name: "/"}: {Name: "/", Requests: n}},
		}
	}
	return s
}

// A worker that is gone does not count as one that went on to the end as fast as it was.
func TestRateOfALostWorker(t *testing.T) {
	before := counted(1000, nil, map[string]int64{"a": 0, "b": 0})
	middle := counted(1005, nil, map[string]int64{"a": 500, "b": 500})
	after := counted(1010, nil, map[string]int64{"a": 1000})
	totals, err := after.Merge(middle).Since(before)
	if err != nil || totals.Total.Requests != 1500 || totals.Total.Rate != 150 {
		t.Errorf("%+v, error %v; want 1500 requests in 10 s", totals, err)
	}
	back := counted(1020, nil, map[string]int64{"a": 2000, "b": 2000})
	totals, err = back.Merge(after.Merge(middle)).Since(before)
	if err != nil || totals.Total.Rate != 200 {
		t.Errorf("%+v, error %v; want 4000 requests in 20 s", totals, err)
	}
}

func TestSeen(t *testing.T) {
	behind := map[string]time.Duration{"a": 4 * time.Second, "b": 10 * time.Second}
	both := counted(1000, behind, map[string]int64{"a": 1, "b": 1})
	if got, want := both.Seen(nil), time.Unix(993, 0); !got.Equal(want) {
		t.Errorf("seen at %v, want %v", got, want)
	}
	one := counted(1030, behind, map[string]int64{"a": 1})
	for second, lost := range map[int64]map[string]bool{1026: {"b": true}, 1008: nil} { // b was seen at 990
		if got, want := one.Merge(both).Seen(lost), time.Unix(second, 0); !got.Equal(want) {
			t.Errorf("without the lost %v, seen at %v, want %v", lost, got, want)
		}
	}
	if none := (&source.Sample{At: time.Unix(1, 0)}); !none.Seen(nil).Equal(none.At) {
		t.Errorf("nobody was seen at %v", none.Seen(nil))
	}
}
