// Package worker connects to an unmodified Locust master, keeps as many users running as
// the master asks for, and reports what they measured.
//
// A worker's program is one call:
//
//	func main() {
//		worker.Main(&tasks.UserClass{Name: "Shopper", New: newShopper})
//	}
//
// The master runs a locustfile with user classes of the same names; the program prints it
// with its sub-command locustfile. While the master process lives, no finished request is
// lost, whatever happens to the connection; what the master can no longer hear is counted
// and told. A load that nobody supervises is stopped.
package worker
