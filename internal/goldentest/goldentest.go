// Package goldentest reads what Locust itself has made of the inputs of a test.
package goldentest

import (
	"encoding/json"
	"os"
	"testing"
)

// Read returns the cases in a JSON file, of which there is at least one.
func Read[Case any](t testing.TB, path string) (cases []Case) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if len(cases) == 0 {
		t.Fatalf("%s: no cases", path)
	}
	return cases
}
