//go:build integration

package pipelines

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A step is a shell script of a pipeline, with the variables that the pipeline gives it.
type step struct {
	name, script string
	env          map[string]string // may have expressions of GitHub's
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

type githubStep struct {
	Name, Uses, Run, Shell, ID string
	Env, With                  map[string]string
}

// github are the steps of a workflow's only job: those of our action in place of its use.
func github(t *testing.T, dir string) []step {
	var workflow struct {
		Jobs map[string]struct{ Steps []githubStep }
	}
	read(t, filepath.Join(dir, ".github/workflows/load-test.yml"), &workflow)
	var steps []step
	for _, s := range workflow.Jobs["load-test"].Steps {
		if strings.HasPrefix(s.Uses, "hopperband/hopperband/deploy/ci/github@") {
			steps = append(steps, action(t, s.With)...)
		}
	}
	return steps
}

func action(t *testing.T, with map[string]string) []step {
	var file struct {
		Inputs map[string]struct{ Default string }
		Runs   struct{ Steps []githubStep }
	}
	read(t, "../../deploy/ci/github/action.yml", &file)
	for name := range with {
		if _, known := file.Inputs[name]; !known {
			t.Errorf("the workflow gives the action an input %s that it does not have", name)
		}
	}
	var steps []step
	for _, s := range file.Runs.Steps {
		if strings.HasPrefix(s.Uses, "actions/cache/") && !strings.Contains(s.With["key"], ":${{ inputs.environment }}:") {
			t.Errorf("cache key %q: environments at the same time would lose each other's records", s.With["key"])
		}
		if s.Run == "" {
			continue
		}
		if s.Shell != "bash" || strings.Contains(s.Run, "${{") {
			t.Errorf("step %q: shell %q; an expression in a script is an injection", s.Name, s.Shell)
		}
		if strings.Contains(s.Run, "hopperband gate ") && s.Env["PLAN"]+s.Env["HOPPERBAND_GATE_PLAN"] != "${{ inputs.plan }}" {
			t.Errorf("step %q does not know the plan", s.Name)
		}
		env := map[string]string{}
		for name, value := range s.Env {
			if input, ok := strings.CutPrefix(strings.Trim(value, "${} "), "inputs."); ok {
				value = file.Inputs[input].Default
			}
			env[name] = value
		}
		steps = append(steps, step{s.Name, s.Run, env})
	}
	return steps
}

// gitlab are the scripts of the job: before_script and script in one shell, then after_script.
func gitlab(t *testing.T, dir string) []step {
	var file map[string]struct {
		Before    []string `yaml:"before_script"`
		Script    []string
		After     []string `yaml:"after_script"`
		Variables map[string]string
	}
	read(t, filepath.Join(dir, ".gitlab-ci.yml"), &file)
	job := file["load-test"]
	return []step{
		{"script", strings.Join(append(job.Before, job.Script...), "\n"), job.Variables},
		{"after_script", strings.Join(job.After, "\n"), job.Variables},
	}
}

// jenkins are the scripts of the sh steps, with the defaults of the parameters.
func jenkins(t *testing.T, dir string) []step {
	text, err := os.ReadFile(filepath.Join(dir, "Jenkinsfile"))
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{}
	for _, p := range regexp.MustCompile(`string\(name: '(\w+)', defaultValue: '([^']*)'`).FindAllStringSubmatch(string(text), -1) {
		env[p[1]] = p[2]
	}
	var steps []step
	for i, s := range regexp.MustCompile(`(?s)'''(.*?)'''|\bsh '([^'\n]+)'`).FindAllStringSubmatch(string(text), -1) {
		script := strings.ReplaceAll(s[1], `\\`, `\`) // as Groovy reads it
		steps = append(steps, step{fmt.Sprintf("sh %d", i+1), script + s[2], env})
	}
	return steps
}
