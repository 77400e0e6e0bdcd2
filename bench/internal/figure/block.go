package figure

import (
	"fmt"
	"strings"
)

// Replace puts content into the block of a page that is marked by the lines
// <!-- bench NAME --> and <!-- end bench NAME -->.
func Replace(page, name, content string) (string, error) {
	begin, end := fmt.Sprintf("<!-- bench %s -->\n", name), fmt.Sprintf("<!-- end bench %s -->", name)
	head, rest, found := strings.Cut(page, begin)
	if !found {
		return page, fmt.Errorf("figure: the page has no line %q", strings.TrimSpace(begin))
	}
	_, tail, found := strings.Cut(rest, end)
	if !found {
		return page, fmt.Errorf("figure: the page has no line %q", end)
	}
	return head + begin + strings.TrimRight(content, "\n") + "\n" + end + tail, nil
}
