package comment

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// retryAfter is how long the forge wants the next try to wait: Retry-After in seconds or as
// a date (RFC 9110, 10.2.3); GitHub's and GitLab's reset time once nothing remains.
func retryAfter(h http.Header, now time.Time) (wait time.Duration, asked bool) {
	text := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, math.MaxInt32)) * time.Second, true
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now)), true
	}
	for _, prefix := range []string{"X-Ratelimit-", "Ratelimit-"} {
		reset, err := strconv.ParseInt(h.Get(prefix+"Reset"), 10, 64)
		if err == nil && h.Get(prefix+"Remaining") == "0" {
			return max(0, time.Unix(reset, 0).Sub(now)), true
		}
	}
	return 0, false
}
