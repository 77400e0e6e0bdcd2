package worker

import (
	"os"
	"testing"
)

func TestBallast(t *testing.T) {
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		t.Setenv(name, "") // restored afterwards
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(newBallast()); n != ballast {
		t.Errorf("%d bytes, want %d", n, ballast)
	}
	for name, value := range map[string]string{"GOGC": "100", "GOMEMLIMIT": "100MiB"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			if n := len(newBallast()); n != 0 {
				t.Errorf("%d bytes beside %s=%s, want none", n, name, value)
			}
		})
	}
}
