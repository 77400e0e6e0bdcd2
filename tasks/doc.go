// Package tasks describes simulated users: what they do, how often, and how long they wait
// in between. It runs one user and measures its requests.
//
// A UserClass builds for each of its users a TaskSet: functions, usually methods of a value
// that holds the state of that user. The user picks a task, runs it, waits, and picks the
// next one, until it is stopped.
//
//	type shopper struct {
//		*tasks.HTTP
//	}
//
//	func newShopper(u *tasks.User) tasks.TaskSet {
//		s := &shopper{HTTP: tasks.NewHTTP(u)}
//		return tasks.TaskSet{OnStart: s.login, Tasks: []tasks.Task{
//			{Run: s.browse, Weight: 3},
//			{Run: s.checkout, Tags: []string{"slow"}},
//		}}
//	}
//
// The words are Locust's. A worker runs the users when its master says so; Driver lets a
// test run one as well.
//
// # Requests
//
// HTTP is the client for HTTP. User.Measure makes a request of any function, and
// User.Record takes what was measured elsewhere. A request that failed is in the
// statistics; its error, a *RequestError, tells the task. The task returns it to end early,
// or goes on: neither is an exception. Any other error that a task returns, and a panic, is
// reported to the master as an exception, and the user goes on with its next task.
//
// # Stops
//
// A user is stopped after its running task, and then, after the stop timeout, by force: the
// context of its task is canceled. A request that this cuts off is no sample; it is counted
// as interrupted. A task should return when its context is done. One that goes on
// regardless is ended with runtime.Goexit at its 100th call that is cut off. OnStop and the
// functions given to User.Cleanup run in any case.
//
// # Goroutines
//
// Each user is one goroutine, in which all its functions are called; so its state needs no
// lock. Parallel does several things at once. A panic in a goroutine that a task starts by
// itself ends the whole worker, as in any Go program.
package tasks
