package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTargets wants every `make X` to be a target.
func TestTargets(t *testing.T) {
	makefile := read(t, "Makefile")
	called := regexp.MustCompile(`(?:^|\$ |&& )\s*make ([a-z][a-z-]*)`)
	found := 0
	for _, p := range pages(t) {
		for _, code := range p.code() {
			for _, m := range called.FindAllStringSubmatch(code, -1) {
				found++
				if !regexp.MustCompile(`(?m)^` + m[1] + `:`).MatchString(makefile) {
					t.Errorf("%s: the Makefile has no %s", p.path, m[1])
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d found", found)
	}
}

// TestMetrics wants every metric to be one of the workers' (whose table another test holds to
// what they serve), of the gate's, or of the recording rules; and every alert to be a rule.
func TestMetrics(t *testing.T) {
	known := map[string]bool{"hopperband_gate": true} // the gate's job
	for _, m := range regexp.MustCompile("(?m)^\\| `(hopperband_[a-z_]+)` \\|").FindAllStringSubmatch(read(t, "docs/metrics.md"), -1) {
		known[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`"(hopperband_[a-z_]+)"`).FindAllStringSubmatch(read(t, "internal/gate/push/push.go"), -1) {
		known[m[1]] = true
	}
	rules := read(t, "deploy/prometheus/rules/alerts.yml") + read(t, "deploy/prometheus/rules/objectives.yml") + read(t, "deploy/prometheus/rules/recording.yml")
	for _, m := range regexp.MustCompile(`(?m)- (?:record|alert): (\S+)$`).FindAllStringSubmatch(rules, -1) {
		known[m[1]] = true
	}
	name := regexp.MustCompile(`\b(?:[a-z]+:)?hopperband[_:][a-z_:0-9]+|\bLoadTest[A-Za-z]+`)
	suffix := regexp.MustCompile(`_(bucket|sum|count)$`)
	found := 0
	for page := range pages(t) {
		for _, m := range name.FindAllString(read(t, page), -1) {
			found++
			if m = strings.Trim(m, ":_"); !known[m] && !known[suffix.ReplaceAllString(m, "")] {
				t.Errorf("%s: there is no %s", page, m)
			}
		}
	}
	if found < 60 {
		t.Errorf("only %d found", found)
	}
}

// TestGoNames wants every name of the packages tasks and worker to be exported by them, with
// its fields and methods.
func TestGoNames(t *testing.T) {
	known := map[string]bool{}
	for _, dir := range []string{"tasks", "worker"} {
		exported(t, dir, known)
	}
	name := regexp.MustCompile(`\b(?:tasks|worker)\.[A-Z]\w*(?:\.[A-Z]\w*)*`)
	found := 0
	for page := range pages(t) {
		for _, m := range name.FindAllString(read(t, page), -1) {
			found++
			if !known[m] {
				t.Errorf("%s: there is no %s", page, m)
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d found", found)
	}
}

// TestTests wants each test and benchmark that is mentioned to exist.
func TestTests(t *testing.T) {
	var code strings.Builder
	for name, text := range sources(t) {
		if strings.HasSuffix(name, "_test.go") {
			code.WriteString(text)
		}
	}
	found := 0
	for page := range pages(t) {
		for _, name := range regexp.MustCompile(`\b(?:Test|Benchmark)[A-Z]\w+`).FindAllString(read(t, page), -1) {
			found++
			if !strings.Contains(code.String(), "func "+name+"(") {
				t.Errorf("%s: there is no %s", page, name)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d found", found)
	}
}

// exported adds the names that a package exports, such as tasks.Request.Response.
func exported(t *testing.T, dir string, known map[string]bool) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", dir, len(files), err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			for _, name := range declared(d) {
				known[dir+"."+name] = true
			}
		}
	}
}

// declared are the names of a declaration: those of a type's fields and methods behind its
// own.
func declared(d ast.Decl) (names []string) {
	if f, ok := d.(*ast.FuncDecl); ok {
		return []string{receiver(f) + f.Name.Name}
	}
	g, ok := d.(*ast.GenDecl)
	if !ok {
		return nil
	}
	for _, spec := range g.Specs {
		switch s := spec.(type) {
		case *ast.ValueSpec:
			for _, n := range s.Names {
				names = append(names, n.Name)
			}
		case *ast.TypeSpec:
			names = append(names, s.Name.Name)
			if fields, ok := s.Type.(*ast.StructType); ok {
				for _, f := range fields.Fields.List {
					for _, n := range f.Names {
						names = append(names, s.Name.Name+"."+n.Name)
					}
				}
			}
		}
	}
	return names
}

func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if name, ok := typ.(*ast.Ident); ok {
		return name.Name + "."
	}
	return ""
}

// TestVersions wants versions to be those that are tested: Locust's, Go's, and those of the
// images of the stack.
func TestVersions(t *testing.T) {
	texts := sources(t)
	for page := range pages(t) {
		texts[page] = read(t, page)
	}
	locust := first(t, `(?m)^locust==(\S+)$`, read(t, "integration/requirements.txt"))
	golang := first(t, `(?m)^go (\d+\.\d+)`, read(t, "go.mod"))
	compose := read(t, "docker-compose.yml")
	images := regexp.MustCompile(`\b(?:prom/\w+|grafana/grafana|locustio/locust):(v?[\d.]+\d)`)
	versions := map[string]string{
		`\blocust==(\d[\d.]*\d)`:               locust,
		`\blocustio/locust:(\d[\d.]*\d)`:       locust,
		`\bGo (1\.\d+)\b`:                      golang,
		`\bgolang:(1\.\d+)`:                    golang,
		`(?i)\bgo-version: "(\d+\.\d+)`:        golang,
		`(?m)^\s*LOCUST: (\d[\d.]*\d)`:         locust,
		`(?m)^ARG GO_VERSION=(\d+\.\d+)\.\d+$`: golang,
	}
	for name, text := range texts {
		if strings.HasPrefix(name, "integration/requirements-") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "bench/") || name == "CHANGELOG.md" {
			continue
		}
		for pattern, want := range versions {
			for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
				if m[1] != want {
					t.Errorf("%s: %q, want version %s", name, m[0], want)
				}
			}
		}
		for _, image := range images.FindAllString(text, -1) {
			if !strings.Contains(compose, image) {
				t.Errorf("%s: docker-compose.yml has no image %s", name, image)
			}
		}
	}
}

// TestTestedVersions wants the table of versions of Locust to be that of the Makefile.
func TestTestedVersions(t *testing.T) {
	want := append(strings.Fields(first(t, `(?m)^OLD_LOCUSTS := (.*)$`, read(t, "Makefile"))), first(t, `(?m)^locust==(\S+)$`, read(t, "integration/requirements.txt")))
	var got []string
	for _, m := range regexp.MustCompile(`(?m)^\| (\d+\.\d+\.\d+) \|`).FindAllStringSubmatch(read(t, "docs/compatibility.md"), -1) {
		got = append(got, m[1])
	}
	slices.Reverse(got)
	if !slices.Equal(got, want) {
		t.Errorf("docs/compatibility.md has the versions %q, the Makefile %q", got, want)
	}
}

func first(t *testing.T, pattern, text string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("%s is nowhere", pattern)
	}
	return m[1]
}
