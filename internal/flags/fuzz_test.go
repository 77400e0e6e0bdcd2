package flags_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzParse gives anything as a file of both kinds, as a variable and as arguments: it
// neither panics nor sets what a value cannot be.
func FuzzParse(f *testing.F) {
	f.Add("worker\nwait = 1h # x\ntags=[a, \"b\"]", "a\x00--tags\x00b\x00-wHx\x00--", "[a, b]")
	f.Add("[tool.load]\nworker = true\ntags = ['a', 1, 1979-05-27]\n", "--foo=x\x00-1\x00--master", "[\"a\", {}]")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text, args, variable string) {
		for _, name := range []string{"load.conf", "load.toml"} {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			var v settings
			set := v.set()
			set.Files = []string{path}
			parsed, err := set.Parse(strings.Split(args, "\x00"), func(string) (string, bool) { return variable, true })
			if parsed == nil && err == nil {
				t.Error("neither an error nor anything parsed")
			}
			if err == nil && v.level.Value != "DEBUG" && v.level.Value != "INFO" {
				t.Errorf("level %q", v.level.Value)
			}
		}
	})
}
