package stats

import (
	"reflect"
	"testing"
	"time"
)

func TestCellsOfLongTimes(t *testing.T) {
	s := newScale()
	var c cells
	for _, d := range []time.Duration{maxDuration, 0, 1099 * time.Second, 1100 * time.Second, maxDuration, 20 * time.Hour} {
		c.add(d, s)
	}
	want := []Count{{0, 1}, {1_099_000, 1}, {1_100_000, 1}, {72_000_000, 1}, {31_536_000_000, 2}}
	if got := c.locust(s); !reflect.DeepEqual(got, want) {
		t.Errorf("counts are %v, want %v", got, want)
	}
}

func TestCellsMove(t *testing.T) {
	s := newScale()
	var from, to cells
	for range 2 {
		from.add(time.Second, s)
		from.add(time.Hour, s)
		to.take(&from)
		if got := from.locust(s); len(got) != 0 {
			t.Errorf("counts left behind are %v", got)
		}
	}
	if got, want := to.locust(s), []Count{{1000, 2}, {3_600_000, 2}}; !reflect.DeepEqual(got, want) {
		t.Errorf("counts are %v, want %v", got, want)
	}
}

// Few different long times make few cells.
func TestLongTimesShareCells(t *testing.T) {
	s := newScale()
	var c cells
	for i := range 10_000 {
		c.add(time.Hour+time.Duration(i)*time.Microsecond, s)
	}
	if n := len(c.far); n > 2 {
		t.Errorf("10000 times within 10 ms are in %d cells", n)
	}
}
