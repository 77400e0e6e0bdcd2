package start_test

import (
	"strings"
	"testing"

	"github.com/hopperband/hopperband/internal/start"
)

// A pipeline takes the action of the module's version, if that is a tag; go.mod takes any.
func TestVersion(t *testing.T) {
	for version, action := range map[string]string{
		"":                                     "@main",
		"v1.2.3":                               "@v1.2.3",
		"v0.0.0-20260102150405-abcdefabcdef":   "@main",
		"v1.2.4-0.20260102150405-abcdefabcdef": "@main",
	} {
		a := start.Defaults()
		a.Host, a.Version = "http://127.0.0.1:1", version
		files, err := a.Files()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			want := map[string]string{".github/workflows/load-test.yml": "deploy/ci/github" + action + "\n"}[f.Path]
			if f.Path == "loadtest/go.mod" && version != "" {
				want = "require github.com/hopperband/hopperband " + version + "\n"
			}
			if !strings.Contains(string(f.Text), want) {
				t.Errorf("version %q: no %q in %s:\n%s", version, want, f.Path, f.Text)
			}
		}
	}
}
