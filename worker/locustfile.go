package worker

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/hopperband/hopperband/tasks"
)

// printLocustfile prints the Python locustfile that a master of this worker needs: it
// knows users by their classes' names, and deals them out by weight and fixed count.
func printLocustfile(out io.Writer, program string, classes []*tasks.UserClass) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# The user classes of the Go worker %q, for its master:
#
#     locust --master -f THIS_FILE
#
# Written by "%s locustfile"; write it anew when the classes change.
from locust import User, constant, task


class GoUser(User):
    abstract = True
    wait_time = constant(1)

    @task
    def run_by_a_go_worker(self):
        raise RuntimeError("this user class runs on workers written in Go only")
`, program, program)
	for _, c := range classes {
		if err := printClass(&b, c); err != nil {
			return err
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func printClass(b *strings.Builder, c *tasks.UserClass) error {
	if !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(c.Name) || reserved(c.Name) {
		return fmt.Errorf("worker: user class %q: its name cannot be that of a Python class, so no locustfile can have it", c.Name)
	}
	fmt.Fprintf(b, "\n\nclass %s(GoUser):\n    weight = %d\n", c.Name, max(c.Weight, 1))
	if c.FixedCount > 0 {
		fmt.Fprintf(b, "    fixed_count = %d\n", c.FixedCount)
	}
	if c.Host != "" {
		fmt.Fprintf(b, "    host = %s\n", strconv.QuoteToASCII(c.Host))
	}
	return nil
}

// reserved says that a name means something in the printed file or in Python.
func reserved(name string) bool {
	switch name {
	case "User", "GoUser", "constant", "task", "RuntimeError",
		"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
		"elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
		"nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield":
		return true
	}
	return false
}
