package locust

import (
	"html"
	"regexp"
	"strings"
)

const maxExcerpt = 160

// excerpt is the beginning of an answer's text, without markup and without our secrets.
func (m *Master) excerpt(body []byte) string {
	text := string(body[:min(len(body), 1<<16)])
	text = regexp.MustCompile(`(?is)<(script|style).*?</(script|style)>|<[^>]*>`).ReplaceAllString(text, " ")
	text = strings.Join(strings.Fields(html.UnescapeString(strings.ToValidUTF8(text, "?"))), " ")
	text = m.cfg.Redact(text)
	if runes := []rune(text); len(runes) > maxExcerpt {
		text = string(runes[:maxExcerpt]) + "…"
	}
	if text == "" {
		return ""
	}
	return ": " + text
}
