// Package ci reads what the variables of GitHub Actions, GitLab CI and Jenkins say of a
// build: what is built, and where its pull or merge request is.
package ci

import (
	"cmp"
	"strings"

	"github.com/hopperband/hopperband/internal/gate/record"
)

// Kinds of forges.
const (
	GitHub = "github"
	GitLab = "gitlab"
)

// A Forge is where a repository is, with its requests. It is zero if that is unknown.
type Forge struct {
	Kind       string // GitHub or GitLab
	API        string // address of its REST API, such as https://api.github.com
	Repository string // "owner/name", or of GitLab also the project's number
}

// A Build is what is known of the build that runs.
type Build struct {
	record.Identity // of it Branch, TargetBranch, DefaultBranch, Commit, Request, Build
	Forge           Forge
}

// Read reads the variables. Outside of the three the build is zero.
func Read(lookup func(string) (string, bool)) Build {
	get := func(name string) string {
		value, _ := lookup(name)
		return value
	}
	switch {
	case get("GITHUB_ACTIONS") == "true":
		return github(get)
	case get("GITLAB_CI") == "true":
		return gitlab(get)
	case get("JENKINS_URL") != "" && get("BUILD_URL") != "":
		return jenkins(get)
	}
	return Build{}
}

// gitlab reads GitLab's predefined variables (docs: CI/CD variables).
func gitlab(get func(string) string) Build {
	b := Build{Identity: record.Identity{
		Branch:        cmp.Or(get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"), get("CI_COMMIT_BRANCH")),
		TargetBranch:  get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
		DefaultBranch: get("CI_DEFAULT_BRANCH"),
		Commit:        cmp.Or(get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"), get("CI_COMMIT_SHA")),
		Request:       get("CI_MERGE_REQUEST_IID"), Build: get("CI_JOB_URL"),
	}}
	if api, project := get("CI_API_V4_URL"), get("CI_PROJECT_ID"); api != "" && project != "" {
		b.Forge = Forge{GitLab, api, project}
	}
	return b
}

// jenkins reads the variables of a pipeline and those of a multi-branch project.
func jenkins(get func(string) string) Build {
	return Build{
		Identity: record.Identity{
			Branch:       cmp.Or(get("CHANGE_BRANCH"), get("BRANCH_NAME"), strings.TrimPrefix(get("GIT_BRANCH"), "origin/")),
			TargetBranch: get("CHANGE_TARGET"),
			Commit:       get("GIT_COMMIT"), Request: get("CHANGE_ID"), Build: get("BUILD_URL"),
		},
		Forge: cmp.Or(fromRequest(get("CHANGE_URL")), fromRemote(get("GIT_URL"))),
	}
}
