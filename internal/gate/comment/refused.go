package comment

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/record"
)

const maxMessage = 300 // bytes

// refused says what a status means and what to do. GitHub limits with 403, too, and says so
// in headers or only in the message, after which a minute is to be waited (docs: "Rate limits
// for the REST API").
func refused(resp *http.Response, message string) *failure {
	f := &failure{status: resp.StatusCode, text: fmt.Sprintf("status %d", resp.StatusCode)}
	f.wait, f.isAsked = retryAfter(resp.Header, time.Now())
	if !f.isAsked && resp.StatusCode == http.StatusForbidden && strings.Contains(message, "secondary rate limit") {
		f.wait, f.isAsked = longestWait, true
	}
	limited := resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusForbidden && f.isAsked
	f.retry = limited || resp.StatusCode >= 500 && resp.Request.Method != http.MethodPost
	meaning := meaningOf(resp.StatusCode)
	if limited {
		meaning = "too many requests"
		if f.isAsked {
			meaning += fmt.Sprintf(", again possible after %v", f.wait.Round(time.Second))
		}
	}
	for _, more := range []string{meaning, message} {
		if more != "" {
			f.text += ": " + more
		}
	}
	return f
}

// meaningOf is empty for a status that says nothing by itself.
func meaningOf(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return "the token is not accepted: it is wrong, has expired, or was withdrawn"
	case status == http.StatusForbidden:
		return "the token may not do this: it needs the right to write comments (GitHub: pull-requests: write, " +
			"which a pull request of a fork has not; GitLab: scope api, role Reporter)"
	case status == http.StatusNotFound:
		return "no such repository or request, or the token may not see it"
	case status >= 300 && status <= 399:
		return "moved to another address: name that one"
	}
	return ""
}

// said is what an answer says in words, without the secret.
func said(body []byte, secret access.Config) string {
	var answer struct {
		Message any `json:"message"`
		Error   any `json:"error"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return ""
	}
	words := cmp.Or(answer.Message, answer.Error)
	if words == nil {
		return ""
	}
	text := record.Plain(secret.Redact(fmt.Sprint(words)))
	return strings.ToValidUTF8(text[:min(len(text), maxMessage)], "")
}
