// Command probe is the health check of containers that have no shell and no curl: it asks
// for a page once, and its exit code says whether the answer was 200.
//
//	probe http://localhost:9646/-/ready
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

const patience = 3 * time.Second

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: probe URL")
		os.Exit(2)
	}
	if err := probe(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func probe(url string) error {
	client := http.Client{Timeout: patience}
	answer, err := client.Get(url)
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("probe: %s: %s", url, answer.Status)
	}
	return nil
}
