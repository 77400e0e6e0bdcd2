package ci

import (
	"cmp"
	"encoding/json"
	"os"
	"strconv"
	"strings"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// An event is the part of GitHub's that the variables do not say: the default branch, the
// head of a pull request (GITHUB_SHA is a merge made for the build), what was deployed.
type event struct {
	Repository struct {
		DefaultBranch string `json:"default_branch"`
	} `json:"repository"`
	PullRequest struct {
		Number int `json:"number"`
		Head   struct {
			SHA string `json:"sha"`
		} `json:"head"`
	} `json:"pull_request"`
	Deployment struct {
		SHA string `json:"sha"`
		Ref string `json:"ref"`
	} `json:"deployment"`
}

func github(get func(string) string) Build {
	var e event
	if text, err := os.ReadFile(get("GITHUB_EVENT_PATH")); err == nil {
		_ = json.Unmarshal(text, &e) // without it less is known
	}
	ref := get("GITHUB_REF_NAME")
	if e.Deployment.Ref != "" && e.Deployment.Ref != e.Deployment.SHA {
		ref = e.Deployment.Ref
	}
	b := Build{Identity: record.Identity{
		Branch: cmp.Or(get("GITHUB_HEAD_REF"), ref), TargetBranch: get("GITHUB_BASE_REF"), DefaultBranch: e.Repository.DefaultBranch,
		Commit: cmp.Or(e.PullRequest.Head.SHA, e.Deployment.SHA, get("GITHUB_SHA")),
	}}
	if rest, ok := strings.CutPrefix(get("GITHUB_REF"), "refs/pull/"); ok {
		b.Request, _, _ = strings.Cut(rest, "/") // of 7/merge
	} else if e.PullRequest.Number > 0 {
		b.Request = strconv.Itoa(e.PullRequest.Number)
	}
	server, repository := get("GITHUB_SERVER_URL"), get("GITHUB_REPOSITORY")
	if server != "" && repository != "" {
		b.Build = server + "/" + repository + "/actions/runs/" + get("GITHUB_RUN_ID")
	}
	if repository != "" {
		b.Forge = Forge{GitHub, cmp.Or(get("GITHUB_API_URL"), publicGitHub), repository}
	}
	return b
}
