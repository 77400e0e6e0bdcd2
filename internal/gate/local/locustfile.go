package local

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// declare is the Python that makes a locustfile know custom arguments: a master passes on
// only those that it knows (locust/web.py, swarm).
func declare(arguments map[string]string) string {
	if len(arguments) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\nfrom locust import events\n\n\n@events.init_command_line_parser.add_listener\ndef _(parser):\n")
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		fmt.Fprintf(&b, "    parser.add_argument(%s, default=%s)\n", python("--"+strings.ReplaceAll(name, "_", "-")), python(arguments[name]))
	}
	return b.String()
}

// python is a text as Python writes it: JSON's strings are Python's too.
func python(text string) string {
	b, _ := json.Marshal(text) // strings cannot fail
	return string(b)
}
