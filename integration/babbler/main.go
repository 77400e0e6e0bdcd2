// Command babbler is the worker of the test of hostile names: its users request one page
// under names of all sorts, and one of them records 100 000 names besides.
package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

// flood is how many names are made up.
const flood = 100_000

func main() {
	worker.Main(
		&tasks.UserClass{Name: "Babbler", WaitTime: tasks.Between(20*time.Millisecond, 60*time.Millisecond), New: newBabbler},
		&tasks.UserClass{Name: "Flood", FixedCount: 1, New: newFlood},
	)
}

func names() []string {
	return []string{
		"line\nbreak", `quo"te`, `back\slash`, "tab\tand\rreturn", "null\x00", "not\xff\xfeUTF-8", `{curly="braces"} 1`, "\n# EOF\n",
		"日本", strings.Repeat("ü", 1000), " ", "'; --", "(more than 500 names) ",
	}
}

type babbler struct {
	*tasks.HTTP
	said int
}

func newBabbler(u *tasks.User) tasks.TaskSet {
	b := &babbler{HTTP: tasks.NewHTTP(u)}
	return tasks.TaskSet{Tasks: []tasks.Task{{Run: b.babble}}}
}

func (b *babbler) babble(ctx context.Context) error {
	b.said++
	return b.Get(ctx, "/items", tasks.Named(names()[b.said%len(names())])).Err
}

func newFlood(u *tasks.User) tasks.TaskSet {
	return tasks.TaskSet{Tasks: []tasks.Task{{Name: "flood", Run: func(ctx context.Context) error {
		if err := tasks.Sleep(ctx, 2*time.Second); err != nil { // the others have said each of their names
			return err
		}
		for i := range flood {
			if err := u.Record(ctx, tasks.Request{Method: "FLOOD", Name: fmt.Sprint("/", i), Duration: time.Millisecond}); err != nil {
				return err
			}
		}
		<-ctx.Done()
		return ctx.Err()
	}}}}
}
