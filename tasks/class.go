package tasks

import (
	"context"
	"errors"
)

// A UserClass describes one kind of simulated user. It is not changed by running.
type UserClass struct {
	// Name is the name of the user class in the master's locustfile.
	Name string
	// Weight is the relative number of users, for the locustfile that the worker prints; 0
	// means 1. (The master decides by its own locustfile.)
	Weight int
	// FixedCount asks for exactly so many users, as Locust's fixed_count does; 0 means by
	// weight.
	FixedCount int
	// Host is the target host, such as "https://example.com", where the master names none.
	Host string
	// WaitTime is the pause between two tasks of a user; nil means none.
	WaitTime WaitTime
	// New builds the tasks of one user, in the user's goroutine. It does no I/O and takes no
	// test data, which is the job of OnStart: Validate calls it once for a user that never
	// runs.
	New func(*User) TaskSet
}

// A TaskSet is the set of tasks that a user picks from: at random by weight, in order, or,
// if its tasks have Transitions, as a Markov chain.
//
// A nested set belongs to its user: what its functions remember stays between two entries
// (Locust makes a new one each time), so reset it in OnStart. Only the order of a
// Sequential set or of a Markov chain begins anew on each entry.
type TaskSet struct {
	// Tasks has at least one task.
	Tasks []Task
	// Sequential runs the tasks in order, each Weight times, over and over.
	Sequential bool
	// WaitTime is the pause between two tasks of this set; nil means that of the enclosing
	// set, or of the user class.
	WaitTime WaitTime
	// OnStart runs on entry. If it returns an error, the set is not entered: a nested set
	// counts as a task that returned this error, and at the root the user ends.
	OnStart func(context.Context) error
	// OnStop runs on leaving a set that was entered, also after a forced stop: its context
	// is canceled 2 s after the forced stop at the latest.
	OnStop func(context.Context) error
}

// A Task is one thing that a user does. Exactly one of Run and Set is set.
type Task struct {
	// Name may be left out if Run is a method or a named function: then it is its name.
	Name string
	// Weight is the relative frequency, or, in a Sequential set, how often the task runs in
	// a row; 0 means 1.
	Weight int
	// Tags select the task by the master's --tags and --exclude-tags; a nested set hands
	// them down to its tasks.
	Tags []string
	// Run does the task. An error that is no failed request (see RequestError) and no
	// control error is reported as an exception.
	Run func(context.Context) error
	// Set is a nested task set. It is left when one of its tasks returns InterruptTaskSet;
	// the next task of the enclosing set then follows at once, as in Locust.
	Set *TaskSet
	// Transitions holds the weights of the tasks that may follow, by name. If one task of a
	// set has Transitions, all must; the first task comes first.
	Transitions map[string]int
}

// Control errors are returned by a task to say what happens next, as fs.SkipDir is by a
// walk. They may be wrapped, and joined with other errors.
var (
	// InterruptTaskSet leaves the nested task set, as Locust's interrupt does.
	InterruptTaskSet = errors.New("interrupt task set") //nolint:gochecknoglobals,staticcheck // a sentinel by the name that Locust gives it
	// StopUser ends the user, as Locust's StopUser does.
	StopUser = errors.New("stop user") //nolint:gochecknoglobals,staticcheck // a sentinel by the name that Locust gives it
	// StopTest ends the user, and then all others of its worker, as Locust documents its own
	// (in 2.47 one that a task raises ends its user only: locust/user/users.py). The test goes
	// on at the master, with the users of other workers. Wrap it to say why.
	StopTest = errors.New("stop test") //nolint:gochecknoglobals,staticcheck // a sentinel by the name that Locust gives it
)
