package bare

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hopperband/hopperband/bench/internal/record"
)

func TestRunCountsUntilTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 105*time.Millisecond)
		defer cancel()
		times := new(record.Histogram)
		err := Run(ctx, func(ctx context.Context) error {
			select {
			case <-time.After(10 * time.Millisecond):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}, 3, times)
		if err != nil {
			t.Fatal(err)
		}
		if n := times.Count(); n != 30 {
			t.Errorf("%d requests, want 3 users x 10", n)
		}
	})
}

func TestRunEndsAtAFailure(t *testing.T) {
	refused := errors.New("refused")
	err := Run(t.Context(), func(context.Context) error { return refused }, 2, new(record.Histogram))
	if !errors.Is(err, refused) {
		t.Errorf("error %v, want %v", err, refused)
	}
}
