package gate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/record"
)

func from(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}

func TestPipeline(t *testing.T) {
	event := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(event, []byte(`{"repository": {"default_branch": "trunk"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		variables map[string]string
		want      record.Identity
	}{
		"nothing": {nil, record.Identity{}},
		"GitHub, pull request": {
			map[string]string{
				"GITHUB_ACTIONS": "true", "GITHUB_HEAD_REF": "feature", "GITHUB_BASE_REF": "main", "GITHUB_REF_NAME": "7/merge",
				"GITHUB_REF": "refs/pull/7/merge", "GITHUB_SHA": "abc", "GITHUB_SERVER_URL": "https://github.example",
				"GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "99", "GITHUB_EVENT_PATH": event,
			},
			record.Identity{
				Branch: "feature", TargetBranch: "main", DefaultBranch: "trunk", Commit: "abc", Request: "7",
				Build: "https://github.example/o/r/actions/runs/99",
			},
		},
		"GitHub, push": {
			map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REF_NAME": "main", "GITHUB_REF": "refs/heads/main", "GITHUB_SHA": "abc"},
			record.Identity{Branch: "main", Commit: "abc"},
		},
		"GitLab": {
			map[string]string{
				"GITLAB_CI": "true", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feature", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
				"CI_DEFAULT_BRANCH": "main", "CI_COMMIT_SHA": "abc", "CI_MERGE_REQUEST_IID": "7", "CI_JOB_URL": "https://gitlab.example/1",
			},
			record.Identity{
				Branch: "feature", TargetBranch: "main", DefaultBranch: "main", Commit: "abc", Request: "7", Build: "https://gitlab.example/1",
			},
		},
		"Jenkins": {
			map[string]string{"JENKINS_URL": "x", "BUILD_URL": "https://jenkins.example/1", "GIT_BRANCH": "origin/main", "GIT_COMMIT": "abc"},
			record.Identity{Branch: "main", Commit: "abc", Build: "https://jenkins.example/1"},
		},
	} {
		if got := identity(plan.New(), from(test.variables)); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
	p := plan.New()
	p.Identity.Branch, p.Identity.Environment = "own", "staging"
	if got := identity(p, from(map[string]string{"GITLAB_CI": "true", "CI_COMMIT_BRANCH": "main"})); got.Branch != "own" || got.Environment != "staging" {
		t.Errorf("%+v: the plan goes before the pipeline", got)
	}
}
