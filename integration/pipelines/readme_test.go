//go:build integration

package pipelines

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadme does what the README says about users of one's own, its commands as they are
// printed, with this checkout as the latest release, in a folder that is empty.
func TestReadme(t *testing.T) {
	s := newPlace(t)
	s.env = append(s.env, s.release()...)
	done := false
	for _, b := range blocks(t, "../../README.md") {
		switch {
		case b.language == "go" && strings.HasPrefix(b.text, "package main\n"):
			s.ok(os.WriteFile(filepath.Join(s.dir, "main.go"), []byte(b.text), 0o600))
		case strings.HasPrefix(b.text, "$ go mod init "):
			s.print(b.commands())
			done = true
		}
	}
	if !done {
		t.Fatal("the README does not say how to build a program of one's own")
	}
	s.reported("locustfile.py", "class Shopper(")
}
