package stats_test

import "time"

// at returns a moment n seconds into the tests' time.
func at(n int) time.Time { return time.Unix(1_700_000_000+int64(n), 0) }
