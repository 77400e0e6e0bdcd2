package stats

import (
	"reflect"
	"slices"
	"testing"
)

func TestAddCounts(t *testing.T) {
	for _, c := range []struct{ to, cs, want []Count }{
		{nil, nil, nil},
		{nil, []Count{{1, 2}, {3, 4}}, []Count{{1, 2}, {3, 4}}},
		{[]Count{{1, 2}}, nil, []Count{{1, 2}}},
		{[]Count{{1, 2}, {3, 4}}, []Count{{1, 10}, {3, 20}}, []Count{{1, 12}, {3, 24}}},
		{[]Count{{3, 4}, {5, 6}}, []Count{{1, 1}, {4, 1}, {5, 1}, {9, 1}}, []Count{{1, 1}, {3, 4}, {4, 1}, {5, 7}, {9, 1}}},
	} {
		cs := slices.Clone(c.cs)
		if got := addCounts(slices.Clone(c.to), cs); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v and %v is %v, want %v", c.to, c.cs, got, c.want)
		}
		if !reflect.DeepEqual(cs, c.cs) {
			t.Errorf("%v was changed to %v", c.cs, cs)
		}
	}
}

func TestRaise(t *testing.T) {
	all := []Count{{1, 1}, {2, 2}, {4, 4}}
	for _, c := range []struct {
		key  int64
		want []Count
	}{
		{0, all},
		{1, all},
		{2, []Count{{2, 3}, {4, 4}}},
		{3, []Count{{3, 3}, {4, 4}}},
		{9, []Count{{9, 7}}},
	} {
		if got := raise(slices.Clone(all), c.key); !reflect.DeepEqual(got, c.want) {
			t.Errorf("raised to %d: %v, want %v", c.key, got, c.want)
		}
	}
}

func TestAppendCount(t *testing.T) {
	var got []Count
	for _, c := range []Count{{1, 1}, {1, 2}, {2, 0}, {3, 4}} {
		got = appendCount(got, c.Key, c.N)
	}
	if want := []Count{{1, 3}, {3, 4}}; !reflect.DeepEqual(got, want) {
		t.Errorf("counts are %v, want %v", got, want)
	}
}
