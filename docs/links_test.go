package docs

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestLinks follows every link that is not to another server, and wants a text of each picture.
func TestLinks(t *testing.T) {
	all := pages(t)
	for _, p := range all {
		for _, picture := range p.mute {
			t.Errorf("%s: %s has no text", p.path, picture)
		}
		for _, link := range p.links {
			u, err := url.Parse(link)
			if err != nil {
				t.Errorf("%s: %s: %v", p.path, link, err)
				continue
			}
			if u.Scheme != "" {
				continue
			}
			follow(t, all, p, u)
		}
	}
}

func follow(t *testing.T, all map[string]*page, from *page, u *url.URL) {
	t.Helper()
	target := from.path
	if u.Path != "" {
		target = path.Join(path.Dir(from.path), u.Path)
	}
	if _, err := os.Stat(filepath.Join(root, target)); err != nil || strings.HasPrefix(target, "..") {
		t.Errorf("%s: %s leads nowhere", from.path, u)
		return
	}
	if u.Fragment == "" {
		return
	}
	if to := all[target]; to == nil || !slices.Contains(to.anchors, u.Fragment) {
		t.Errorf("%s: %s has no heading #%s", from.path, target, u.Fragment)
	}
}

// TestReachable wants every page to be found from the README, and every picture on a page.
func TestReachable(t *testing.T) {
	all := pages(t)
	reached := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		if reached[name] {
			return
		}
		reached[name] = true
		if p := all[name]; p != nil {
			for _, link := range p.links {
				target, _, _ := strings.Cut(link, "#")
				visit(path.Join(path.Dir(name), target))
			}
		}
	}
	visit("README.md")
	for name := range all {
		if !reached[name] {
			t.Errorf("no page links to %s", name)
		}
	}
	for _, pattern := range []string{"docs/images/*", "docs/bench/*.svg"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Errorf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			if name := path.Join(path.Dir(pattern), filepath.Base(file)); !reached[name] {
				t.Errorf("no page shows %s", name)
			}
		}
	}
}

// TestReferences follows what programs, comments and files of deploy say about pages, and
// the addresses of this repository's own files.
func TestReferences(t *testing.T) {
	all := pages(t)
	pageName := regexp.MustCompile(`(?:^|[^\w/])docs/([a-z-]+\.md)(?:#([a-z0-9-]+))?`)
	address := regexp.MustCompile(`(?:raw\.githubusercontent\.com/hopperband/hopperband/main|github\.com/hopperband/hopperband/blob/main)/([\w./-]*\w)`)
	texts := sources(t)
	for name := range all {
		texts[name] = read(t, name)
	}
	found := 0
	for name, text := range texts {
		for _, m := range pageName.FindAllStringSubmatch(text, -1) {
			found++
			if p := all["docs/"+m[1]]; p == nil || m[2] != "" && !slices.Contains(p.anchors, m[2]) {
				t.Errorf("%s: there is no %s", name, m[0])
			}
		}
		for _, m := range address.FindAllStringSubmatch(text, -1) {
			found++
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Errorf("%s: there is no %s", name, m[1])
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d references found", found)
	}
}

// TestFiles wants every path of this repository that is mentioned to exist.
func TestFiles(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var top []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "bin" && !strings.HasPrefix(e.Name(), ".") {
			top = append(top, regexp.QuoteMeta(e.Name()))
		}
	}
	below := regexp.MustCompile(`(?:^|[\s=])(?:\./)?((?:` + strings.Join(top, "|") + `)/[\w./*-]+)`)
	for _, p := range pages(t) {
		for _, code := range p.code() {
			for _, m := range below.FindAllStringSubmatch(code, -1) {
				if found, err := filepath.Glob(filepath.Join(root, strings.TrimRight(m[1], "."))); err != nil || len(found) == 0 && !made(m[1]) {
					t.Errorf("%s: there is no %s", p.path, m[1])
				}
			}
		}
	}
}

// made says that make, or the reader, makes what is at this path.
func made(name string) bool { return strings.Contains(name, "/.build/") || name == "cmd/shop" }
