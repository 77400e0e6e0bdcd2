package gate

import (
	"cmp"
	"encoding/json"
	"os"
	"strings"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// pipeline is what the variables of GitHub Actions, GitLab CI and Jenkins say of the build.
func pipeline(lookup func(string) (string, bool)) record.Identity {
	get := func(name string) string {
		value, _ := lookup(name)
		return value
	}
	switch {
	case get("GITHUB_ACTIONS") == "true":
		return github(get)
	case get("GITLAB_CI") == "true":
		return record.Identity{
			Branch:        cmp.Or(get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"), get("CI_COMMIT_BRANCH")),
			TargetBranch:  get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
			DefaultBranch: get("CI_DEFAULT_BRANCH"),
			Commit:        get("CI_COMMIT_SHA"), Request: get("CI_MERGE_REQUEST_IID"), Build: get("CI_JOB_URL"),
		}
	case get("JENKINS_URL") != "" && get("BUILD_URL") != "":
		return record.Identity{
			Branch:        cmp.Or(get("CHANGE_BRANCH"), get("BRANCH_NAME"), strings.TrimPrefix(get("GIT_BRANCH"), "origin/")),
			TargetBranch:  get("CHANGE_TARGET"),
			DefaultBranch: "",
			Commit:        get("GIT_COMMIT"), Request: get("CHANGE_ID"), Build: get("BUILD_URL"),
		}
	}
	return record.Identity{}
}

func github(get func(string) string) record.Identity {
	id := record.Identity{
		Branch: cmp.Or(get("GITHUB_HEAD_REF"), get("GITHUB_REF_NAME")), TargetBranch: get("GITHUB_BASE_REF"),
		Commit: get("GITHUB_SHA"),
	}
	if server, repository := get("GITHUB_SERVER_URL"), get("GITHUB_REPOSITORY"); server != "" && repository != "" {
		id.Build = server + "/" + repository + "/actions/runs/" + get("GITHUB_RUN_ID")
	}
	if number, ok := strings.CutSuffix(strings.TrimPrefix(get("GITHUB_REF"), "refs/pull/"), "/merge"); ok {
		id.Request = number
	}
	// The default branch stands in the event alone.
	var event struct {
		Repository struct {
			DefaultBranch string `json:"default_branch"`
		} `json:"repository"`
	}
	if text, err := os.ReadFile(get("GITHUB_EVENT_PATH")); err == nil && json.Unmarshal(text, &event) == nil {
		id.DefaultBranch = event.Repository.DefaultBranch
	}
	return id
}
