package deploy

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// lints runs a program of requirements.txt.
func lints(t *testing.T, program string, args ...string) (string, error) {
	t.Helper()
	venv := os.Getenv("LINT_VENV")
	if venv == "" {
		missing(t, "LINT_VENV: run `make test-unit`")
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(venv, "bin", program), args...).CombinedOutput()
	return string(out), err
}

// valid has check-jsonschema hold a file against a schema that it brings along.
func valid(t *testing.T, schema, file string) (string, error) {
	t.Helper()
	return lints(t, "check-jsonschema", "--builtin-schema", schema, file)
}

// changed is a copy of a file with a mistake.
func changed(t *testing.T, file, right, wrong string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil && !bytes.Contains(text, []byte(right)) {
		t.Fatalf("%s has no %q", file, right)
	}
	path := filepath.Join(t.TempDir(), filepath.Base(file))
	if err == nil {
		err = os.WriteFile(path, bytes.Replace(text, []byte(right), []byte(wrong), 1), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestSchemas holds the pipelines against the schemas of their CIs, and shows that mistakes are
// found.
func TestSchemas(t *testing.T) {
	for file, test := range map[string]struct {
		schema   string
		mistakes [][2]string
	}{
		"gitlab/load-test.gitlab-ci.yml": {"vendor.gitlab-ci", [][2]string{{"when: always", "when: alwys"}, {"exit_codes:", "exit_code:"}}},
		"github/load-test.yml":           {"vendor.github-workflows", [][2]string{{"runs-on:", "run-on:"}}},
		"github/action.yml":              {"vendor.github-actions", [][2]string{{"using: composite", "using: combined"}, {"shell: bash", "shel: bash"}}},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join("../../deploy/ci", file)
			if out, err := valid(t, test.schema, path); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			for _, wrong := range test.mistakes {
				if out, err := valid(t, test.schema, changed(t, path, wrong[0], wrong[1])); err == nil {
					t.Errorf("%s: no mistake found: %s", wrong[1], out)
				}
			}
		})
	}
}

// TestManifestSchemas has kubernetes-validate hold the manifests against the schemas of
// Kubernetes, which also say what must be there. Those of other kinds are not among them.
func TestManifestSchemas(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(folder + "/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	out, err := lints(t, "kubernetes-validate", append([]string{"--strict"}, files...)...)
	passed, unknown := strings.Count(out, " passed for resource "), strings.Count(out, "Couldn't find schema")
	if err != nil || passed < 12 || passed+unknown != len(manifests(t)) || unknown != 2 {
		t.Errorf("%v, %d passed, %d unknown:\n%s", err, passed, unknown, out)
	}
	const labels = "    matchLabels: { app.kubernetes.io/name: hopperband, app.kubernetes.io/component: worker }\n"
	if out, err := lints(t, "kubernetes-validate", changed(t, folder+"/workers.yaml", "  selector:\n"+labels, "")); err == nil {
		t.Errorf("a deployment without a selector: no mistake found: %s", out)
	}
}
