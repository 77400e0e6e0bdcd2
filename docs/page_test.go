// Package docs checks what the documentation says: that links lead somewhere, and that
// flags, variables, metrics, targets of make, files and names of Go that it mentions exist.
package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// root is the top of the repository.
const root = ".."

// A page is a Markdown file.
type page struct {
	path    string // below root, with slashes
	links   []string
	mute    []string // pictures without a text
	anchors []string
	spans   []string // code in the text
	blocks  []block
}

// A block is fenced or indented code.
type block struct{ language, text string }

// pages are those that people read: at the top, and in docs. Those of test data are not.
func pages(t *testing.T) map[string]*page {
	t.Helper()
	all := map[string]*page{}
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			p := path.Join(path.Dir(pattern), filepath.Base(file))
			all[p] = parse(p, read(t, p))
		}
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func parse(name, source string) *page {
	p := &page{path: name}
	src := []byte(source)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(src))
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			p.note(n, src)
		}
		return ast.WalkContinue, nil
	})
	return p
}

func (p *page) note(n ast.Node, src []byte) {
	switch n := n.(type) {
	case *ast.Link:
		p.links = append(p.links, string(n.Destination))
	case *ast.Image:
		p.links = append(p.links, string(n.Destination))
		if words(n, src) == "" {
			p.mute = append(p.mute, string(n.Destination))
		}
	case *ast.Heading:
		p.anchors = append(p.anchors, p.anchor(words(n, src)))
	case *ast.CodeSpan:
		p.spans = append(p.spans, words(n, src))
	case *ast.FencedCodeBlock:
		p.blocks = append(p.blocks, block{string(n.Language(src)), string(n.Lines().Value(src))})
	case *ast.CodeBlock:
		p.blocks = append(p.blocks, block{"", string(n.Lines().Value(src))})
	}
}

// words is the text below a node.
func words(n ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Value(src))
			if t.SoftLineBreak() {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// anchor is what GitHub makes of a heading: lower case, hyphens for spaces, no punctuation,
// and a number behind one that is there already.
func (p *page) anchor(heading string) string {
	dropped := regexp.MustCompile(`[^\p{L}\p{N}\p{M}_\- ]`)
	base := strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
	anchor := base
	for i := 1; slices.Contains(p.anchors, anchor); i++ {
		anchor = fmt.Sprintf("%s-%d", base, i)
	}
	return anchor
}

// code is all code of the page: spans, and blocks line by line.
func (p *page) code() []string {
	all := slices.Clone(p.spans)
	for _, b := range p.blocks {
		all = slices.AppendSeq(all, strings.Lines(b.text))
	}
	return all
}

// sources are the files of the repository that are no pages and no test data, by their path.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(file, root+string(filepath.Separator)))
		switch {
		case file == root:
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != ".ci" || name == "bin" || d.Name() == "testdata"):
			return filepath.SkipDir
		case isSource(name, d):
			all[name] = read(t, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func isSource(name string, d fs.DirEntry) bool {
	texts := []string{".go", ".yml", ".yaml", ".py", ".json", ".toml", ".txt", ".html", ".mod", ""}
	return d.Type().IsRegular() && slices.Contains(texts, path.Ext(name)) && !strings.HasPrefix(name, "docs/") &&
		!slices.Contains([]string{"hopperband", "quickstart"}, name) // programs that someone has built
}
