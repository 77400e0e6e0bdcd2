package worker

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/hopperband/hopperband/tasks"
)

// printLocustfile prints the Python locustfile that a master of this worker needs: it
// knows users by their classes' names, deals them out by weight and fixed count, and shows
// the tasks in its web UI.
func printLocustfile(out io.Writer, program string, classes []*tasks.UserClass) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# The user classes of the Go worker %q, for its master:
#
#     locust --master -f THIS_FILE
#
# Written by "%s locustfile"; write it anew when the classes change.
from locust import User, constant, tag, task


class GoUser(User):
    abstract = True
    wait_time = constant(1)


def run_by_a_go_worker(user):
    raise RuntimeError("this user class runs on workers written in Go only")
`, program, program)
	var errs []error
	for _, c := range classes {
		errs = append(errs, printClass(&b, c))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func printClass(b *strings.Builder, c *tasks.UserClass) error {
	if !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`).MatchString(c.Name) || reserved(c.Name) {
		return fmt.Errorf("worker: user class %q: its name cannot be that of a Python class, so no locustfile can have it", c.Name)
	}
	outline, err := c.Outline()
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "\n\nclass %s(GoUser):\n    weight = %d\n", c.Name, max(c.Weight, 1))
	if c.FixedCount > 0 {
		fmt.Fprintf(b, "    fixed_count = %d\n", c.FixedCount)
	}
	if c.Host != "" {
		fmt.Fprintf(b, "    host = %s\n", strconv.QuoteToASCII(c.Host))
	}
	names := map[string]bool{}
	for _, t := range outline.Tasks {
		printTask(b, t, names)
	}
	return nil
}

// printTask prints a task of the outermost set. A second one of its name gets a number.
func printTask(b *strings.Builder, t tasks.Task, names map[string]bool) {
	name := identifier(t.Name)
	for n := 2; names[name]; n++ {
		name = fmt.Sprint(identifier(t.Name), "_", n)
	}
	names[name] = true
	b.WriteString("\n")
	if len(t.Tags) > 0 {
		quoted := make([]string, len(t.Tags))
		for i, tag := range t.Tags {
			quoted[i] = strconv.QuoteToASCII(tag)
		}
		fmt.Fprintf(b, "    @tag(%s)\n", strings.Join(quoted, ", "))
	}
	fmt.Fprintf(b, "    @task(%d)\n    def %s(self):\n        run_by_a_go_worker(self)\n", max(t.Weight, 1), name)
}

// reserved says that a name means something in the printed file, in Python, or to a user class
// (locust/user/users.py; the web UI of a master calls json, for one).
func reserved(name string) bool {
	switch name {
	case "User", "GoUser", "constant", "tag", "task", "RuntimeError", "run_by_a_go_worker",
		"host", "weight", "fixed_count", "abstract", "wait_time", "tasks", "on_start", "on_stop", "environment", "client",
		"json", "fullname", "run", "wait", "start", "stop", "group", "greenlet", "context", "min_wait", "max_wait", "wait_function",
		"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
		"elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
		"nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield":
		return true
	}
	return strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__")
}
