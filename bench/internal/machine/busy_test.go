package machine

import (
	"testing"
	"time"
)

const stat = `cpu  9 9 9 9 9 9 9 9 0 0
cpu0 100 10 20 1000 5 7 7 3 0 0
cpu1 200 0 0 1000 5 7 7 0 0 0
cpu2 400 0 0 1000 5 7 7 0 0 0
intr 1 2 3
`

func TestParseBusy(t *testing.T) {
	busy, err := parseBusy(stat, []int{0, 1})
	if err != nil || busy != 3330*time.Millisecond {
		t.Errorf("busy %v, error %v, want 3.33s", busy, err)
	}
	for _, bad := range []string{"", "cpu0 x 0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0 0 0\n"} {
		if _, err := parseBusy(bad, []int{0, 1}); err == nil {
			t.Errorf("stat %q: no error", bad)
		}
	}
}

func TestReadBusyGrows(t *testing.T) {
	before, err := ReadBusy([]int{0})
	if err != nil {
		t.Fatal(err)
	}
	if after, err := ReadBusy([]int{0}); err != nil || after < before || before == 0 {
		t.Errorf("busy %v and then %v, error %v", before, after, err)
	}
}
