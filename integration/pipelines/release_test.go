//go:build integration

package pipelines

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	"golang.org/x/mod/zip"
)

// release makes this checkout the latest release: a module proxy in a folder has it. It returns
// the variables with which Go asks that proxy first. The version follows from the files, so
// that what was built of them once is known again.
func (s *scene) release() (env []string) {
	s.t.Helper()
	root, err := filepath.Abs("../..")
	s.ok(err)
	all := checkout(s, root)
	paths := make([]string, 0, len(all))
	for _, f := range all {
		paths = append(paths, f.Path())
	}
	sum, err := dirhash.Hash1(paths, func(path string) (io.ReadCloser, error) { return os.Open(filepath.Join(root, path)) })
	s.ok(err)
	version := fmt.Sprintf("v0.1.0-checkout.x%.6x", sha256.Sum256([]byte(sum)))

	proxy := s.t.TempDir()
	dir := filepath.Join(proxy, filepath.FromSlash(ours), "@v")
	s.ok(os.MkdirAll(dir, 0o750))
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	s.ok(err)
	for name, text := range map[string]string{
		"list": version + "\n", version + ".info": fmt.Sprintf(`{"Version": %q}`, version), version + ".mod": string(mod),
	} {
		s.ok(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	archive, err := os.Create(filepath.Join(dir, version+".zip"))
	s.ok(err)
	s.ok(zip.Create(archive, module.Version{Path: ours, Version: version}, all))
	s.ok(archive.Close())
	others, err := exec.CommandContext(s.ctx, "go", "env", "GOPROXY").Output()
	s.ok(err)
	return []string{"GOPROXY=file://" + proxy + "," + strings.TrimSpace(string(others)), "GONOSUMDB=" + ours}
}

// checkout are the files that Git has or would take.
func checkout(s *scene, root string) (all []zip.File) {
	s.t.Helper()
	list := exec.CommandContext(s.ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	out, err := list.Output()
	s.ok(err)
	for path := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		if _, err := os.Lstat(filepath.Join(root, path)); err == nil { // else it is removed, and not committed
			all = append(all, sourceFile{root, path})
		}
	}
	return all
}

// A sourceFile is one of the checkout.
type sourceFile struct{ root, path string }

func (f sourceFile) Path() string                 { return f.path }
func (f sourceFile) Lstat() (os.FileInfo, error)  { return os.Lstat(filepath.Join(f.root, f.path)) }
func (f sourceFile) Open() (io.ReadCloser, error) { return os.Open(filepath.Join(f.root, f.path)) }
