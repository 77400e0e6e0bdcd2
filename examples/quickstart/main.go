// Command quickstart is a whole worker: two user classes that load a small shop.
//
// Build it, and it joins a Locust master as `locust --worker` does. The master needs a
// locustfile with classes of the same names; this program prints it:
//
//	go build -o quickstart ./examples/quickstart
//	./quickstart locustfile > locustfile.py
//	locust --master -f locustfile.py --host http://127.0.0.1:8080
//	./quickstart --master-host 127.0.0.1
package main

import (
	"time"

	"github.com/hopperband/hopperband/tasks"
	"github.com/hopperband/hopperband/worker"
)

func main() {
	worker.Main(
		// Of four users three are shoppers: Locust's weight attribute. A user pauses
		// between its tasks: Locust's wait_time = between(0.1, 0.5).
		&tasks.UserClass{
			Name:     "Shopper",
			Weight:   3,
			WaitTime: tasks.Between(100*time.Millisecond, 500*time.Millisecond),
			New:      newShopper,
		},
		&tasks.UserClass{
			Name:     "Browser",
			Weight:   1,
			WaitTime: tasks.Constant(200 * time.Millisecond),
			New:      newBrowser,
		},
	)
}
