package tasks

import (
	"testing"
	"time"
)

// A user lets the others go first where that pays: it finds out by trying.
func TestTurn(t *testing.T) {
	for _, tt := range []struct {
		name   string
		took   time.Duration // from one request to the next
		prompt bool          // an answer is there once the others have had their turn
		least  int           // times of 1 000 that the others go first
		most   int
	}{
		{"an answer at once", 100 * time.Microsecond, true, 980, 990},
		{"none so soon", 100 * time.Microsecond, false, 125, 125},
		{"others take so long that there is no hurry", longestHaste, true, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var turn turn
			now := time.Unix(0, 0)
			passed := 0
			for range 1000 {
				now = now.Add(tt.took)
				pass := turn.pass(now)
				if pass {
					passed++
				}
				turn.over(now, pass, !pass || !tt.prompt)
			}
			if passed < tt.least || passed > tt.most {
				t.Errorf("the others went first %d times of 1000, want %d to %d", passed, tt.least, tt.most)
			}
		})
	}
}
