package start_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hopperband/hopperband/internal/start"
)

func answers() start.Answers {
	a := start.Defaults()
	a.Host = "https://shop.example/a?b=c"
	return a
}

// text is that of the file which has such a name.
func text(t *testing.T, a start.Answers, path string) string {
	t.Helper()
	all, err := a.Files()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.Path == path {
			return string(f.Text)
		}
	}
	t.Fatalf("no %s among %d files", path, len(all))
	return ""
}

// A plan says what was answered, whatever the answers are that Check lets through.
func TestPlan(t *testing.T) {
	a := answers()
	a.Name, a.Environment, a.WarmUp, a.Duration = "#1: {a} & 'b' \u00fc %", "yes", 90*time.Second, 2*time.Hour
	if err := a.Check(); err != nil {
		t.Fatal(err)
	}
	var plan struct {
		Name string
		Run  struct {
			Host     string
			WarmUp   string `yaml:"warm_up"`
			Duration string
		}
		Identity struct{ Environment string }
	}
	if err := yaml.Unmarshal([]byte(text(t, a, "gate.yaml")), &plan); err != nil {
		t.Fatal(err)
	}
	if plan.Name != a.Name || plan.Run.Host != a.Host || plan.Identity.Environment != "yes" || plan.Run.WarmUp != "1m30s" || plan.Run.Duration != "2h" {
		t.Errorf("the plan says %+v", plan)
	}
}

func TestMistakes(t *testing.T) {
	for want, change := range map[string]func(*start.Answers){
		"host: what is":                     func(a *start.Answers) { a.Host = "" },
		`host "ftp://shop": not an address`: func(a *start.Answers) { a.Host = "ftp://shop" },
		`host "http://": not an address`:    func(a *start.Answers) { a.Host = "http://" },
		"host http://u:xxxxx@shop":          func(a *start.Answers) { a.Host = "http://u:pw@shop" },
		`name "a\"b": no quotes`:            func(a *start.Answers) { a.Name = `a"b` },
		`name "a\u2028b": no quotes`:        func(a *start.Answers) { a.Name = "a\u2028b" },
		`environment "\xff": no quotes`:     func(a *start.Answers) { a.Environment = "\xff" },
		`environment "a\\": no quotes`:      func(a *start.Answers) { a.Environment = `a\` },
		`ci "travis": known are github`:     func(a *start.Answers) { a.CI = "travis" },
		"users: 0":                          func(a *start.Answers) { a.Users = 0 },
		"warm-up: -1s":                      func(a *start.Answers) { a.WarmUp = -time.Second },
		"duration: 999ms":                   func(a *start.Answers) { a.Duration = 999 * time.Millisecond },
	} {
		a := answers()
		change(&a)
		if err := a.Check(); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want one mistake: %s", err, want)
		}
	}
}

func TestWrite(t *testing.T) {
	all, err := answers().Files()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := start.Write(dir, all); err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if got, err := os.ReadFile(filepath.Join(dir, f.Path)); err != nil || string(got) != string(f.Text) {
			t.Errorf("%s: %v, %d bytes", f.Path, err, len(got))
		}
	}
	if err := start.Write(dir, all); err == nil || strings.Count(err.Error(), "exists and is not overwritten") != len(all) {
		t.Errorf("a second time: %v", err)
	}
	// A folder that is a file.
	if err := start.Write(filepath.Join(dir, "gate.yaml"), all); err == nil {
		t.Error("written below a file")
	}
}
