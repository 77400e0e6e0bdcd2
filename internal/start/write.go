package start

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"golang.org/x/mod/module"

	"github.com/hopperband/hopperband/deploy/ci"
)

//go:embed files
var files embed.FS

// A File is one to write, with its path below the folder.
type File struct {
	Path string
	Text []byte
}

// Files are those that the answers make, the plan first.
func (a Answers) Files() ([]File, error) {
	var all []File
	for _, f := range []struct{ template, path string }{
		{"gate.yaml", "gate.yaml"}, {"main.go.txt", "loadtest/main.go"}, {"go.mod.txt", "loadtest/go.mod"},
	} {
		text, err := a.fill(f.template)
		if err != nil {
			return nil, err
		}
		all = append(all, File{f.path, text})
	}
	pipeline, ok := map[string]struct{ source, path string }{
		"github":  {"github/load-test.yml", ".github/workflows/load-test.yml"},
		"gitlab":  {"gitlab/load-test.gitlab-ci.yml", ".gitlab-ci.yml"},
		"jenkins": {"jenkins/Jenkinsfile", "Jenkinsfile"},
	}[a.CI]
	if !ok {
		return all, nil
	}
	text, err := ci.Files.ReadFile(pipeline.source)
	if err != nil {
		return nil, err
	}
	if isTag(a.Version) {
		text = bytes.ReplaceAll(text, []byte("deploy/ci/github@main"), []byte("deploy/ci/github@"+a.Version))
	}
	return append(all, File{pipeline.path, text}), nil
}

// isTag says that a version of the module is a tag of the repository, and not one that the go
// command makes of a commit (v0.0.0-20260102150405-abcdefabcdef).
func isTag(version string) bool {
	return version != "" && !module.IsPseudoVersion(version)
}

func (a Answers) fill(name string) ([]byte, error) {
	t, err := template.New(name).ParseFS(files, "files/"+name)
	if err != nil {
		return nil, err
	}
	quoted := a
	quoted.Name, quoted.Host, quoted.Environment = quote(a.Name), quote(a.Host), quote(a.Environment)
	var b bytes.Buffer
	err = t.Execute(&b, struct {
		Answers
		WarmUp, Duration string
	}{quoted, short(a.WarmUp), short(a.Duration)})
	return b.Bytes(), err
}

// short is a time without the zeros at its end.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// quote is a text in YAML. Check has seen to it that nothing in it ends the quotes.
func quote(text string) string { return `"` + text + `"` }

// Write writes all files below a folder, or none if one of them exists, which is an error.
func Write(folder string, all []File) error {
	var problems []error
	for _, f := range all {
		path := filepath.Join(folder, f.Path)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, fmt.Errorf("%s exists and is not overwritten", path))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	for _, f := range all {
		if err := create(filepath.Join(folder, f.Path), f.Text); err != nil {
			return err
		}
	}
	return nil
}

func create(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // others read a repository
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // as above
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
