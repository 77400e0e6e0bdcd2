package gate

import (
	"math"
	"testing"
	"testing/synctest"
	"time"
)

func TestWakeUps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watchWakeUps()
		time.Sleep(time.Second + time.Millisecond)
		late := w.end()
		if late.Count() != 200 || late.Zero() != 200 {
			t.Errorf("%d wake-ups in a second, %d of them in time; want 200 of 200", late.Count(), late.Zero())
		}
	})
}

// A stall of a fifth of the time makes a fifth of the wake-ups late.
func TestStalledWakeUps(t *testing.T) {
	begin := time.Now()
	w := &wakeUps{next: begin}
	for at := time.Duration(0); at < 800*time.Millisecond; at += wakeUpEvery {
		w.woke(begin.Add(at))
	}
	w.woke(begin.Add(time.Second - time.Nanosecond))
	if w.late.Count() != 200 || w.late.Zero() != 160 {
		t.Errorf("%d wake-ups, %d of them in time; want 200 and 160", w.late.Count(), w.late.Zero())
	}
	for q, want := range map[float64]float64{0.9: 0.1, 0.99: 0.19, 1: 0.2} {
		if got, _ := w.late.Quantile(q); math.Abs(got-want) > 0.01 {
			t.Errorf("quantile %v is %v, want about %v", q, got, want)
		}
	}
}
