package ci_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hopperband/hopperband/internal/gate/ci"
	"github.com/hopperband/hopperband/internal/gate/record"
)

func from(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A build is what variables say.
type build struct {
	variables map[string]string
	want      ci.Build
}

func check(t *testing.T, builds map[string]build) {
	t.Helper()
	for name, test := range builds {
		if got := ci.Read(from(test.variables)); got != test.want {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, test.want)
		}
	}
}

func TestRead(t *testing.T) {
	check(t, map[string]build{
		"GitHub, pull request: the head, not the merge": {
			map[string]string{
				"GITHUB_ACTIONS": "true", "GITHUB_HEAD_REF": "feature", "GITHUB_BASE_REF": "main", "GITHUB_REF": "refs/pull/7/merge",
				"GITHUB_SHA": "merge", "GITHUB_REPOSITORY": "o/r", "GITHUB_API_URL": "https://github.example/api/v3",
				"GITHUB_EVENT_PATH": file(t, `{"pull_request": {"number": 7, "head": {"sha": "head"}}, "repository": {"default_branch": "trunk"}}`),
			},
			ci.Build{
				record.Identity{Branch: "feature", TargetBranch: "main", DefaultBranch: "trunk", Commit: "head", Request: "7"},
				ci.Forge{ci.GitHub, "https://github.example/api/v3", "o/r"},
			},
		},
		"GitHub, a branch that is called as a request's": {
			map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REF": "refs/heads/pull/7/merge", "GITHUB_REF_NAME": "pull/7/merge"},
			ci.Build{Identity: record.Identity{Branch: "pull/7/merge"}},
		},
		"GitHub, a finished deployment": {
			map[string]string{
				"GITHUB_ACTIONS": "true", "GITHUB_REF_NAME": "abc", "GITHUB_SHA": "abc", "GITHUB_REPOSITORY": "o/r",
				"GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "5",
				"GITHUB_EVENT_PATH": file(t, `{"deployment": {"sha": "abc", "ref": "feature"}}`),
			},
			ci.Build{
				record.Identity{Branch: "feature", Commit: "abc", Build: "https://github.com/o/r/actions/runs/5"},
				ci.Forge{ci.GitHub, "https://api.github.com", "o/r"},
			},
		},
		"GitLab, merge request": {
			map[string]string{
				"GITLAB_CI": "true", "CI_COMMIT_SHA": "merge", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "head", "CI_MERGE_REQUEST_IID": "7",
				"CI_API_V4_URL": "https://gitlab.example/api/v4", "CI_PROJECT_ID": "12",
			},
			ci.Build{record.Identity{Commit: "head", Request: "7"}, ci.Forge{ci.GitLab, "https://gitlab.example/api/v4", "12"}},
		},
		"none": {map[string]string{"GITHUB_SHA": "abc"}, ci.Build{}},
	})
}

func TestReadJenkins(t *testing.T) {
	check(t, map[string]build{
		"pull request": {
			map[string]string{
				"JENKINS_URL": "x", "BUILD_URL": "y", "CHANGE_ID": "7", "CHANGE_BRANCH": "feature", "CHANGE_TARGET": "main",
				"BRANCH_NAME": "PR-7", "CHANGE_URL": "https://github.com/o/r/pull/7", "GIT_COMMIT": "abc",
			},
			ci.Build{
				record.Identity{Branch: "feature", TargetBranch: "main", Commit: "abc", Request: "7", Build: "y"},
				ci.Forge{ci.GitHub, "https://api.github.com", "o/r"},
			},
		},
		"merge request": {
			map[string]string{"JENKINS_URL": "x", "BUILD_URL": "y", "CHANGE_ID": "7", "CHANGE_URL": "https://gitlab.example/g/sub/p/-/merge_requests/7"},
			ci.Build{record.Identity{Request: "7", Build: "y"}, ci.Forge{ci.GitLab, "https://gitlab.example/api/v4", "g/sub/p"}},
		},
		"own GitHub": {
			map[string]string{"JENKINS_URL": "x", "BUILD_URL": "y", "CHANGE_ID": "7", "CHANGE_URL": "https://git.example/o/r/pull/7"},
			ci.Build{record.Identity{Request: "7", Build: "y"}, ci.Forge{ci.GitHub, "https://git.example/api/v3", "o/r"}},
		},
		"a branch over SSH": {
			map[string]string{"JENKINS_URL": "x", "BUILD_URL": "y", "GIT_BRANCH": "origin/main", "GIT_URL": "git@gitlab.com:g/p.git"},
			ci.Build{record.Identity{Branch: "main", Build: "y"}, ci.Forge{ci.GitLab, "https://gitlab.com/api/v4", "g/p"}},
		},
		"a server unknown": {
			map[string]string{"JENKINS_URL": "x", "BUILD_URL": "y", "GIT_URL": "https://git.example/g/p.git"},
			ci.Build{record.Identity{Build: "y"}, ci.Forge{}},
		},
	})
}
