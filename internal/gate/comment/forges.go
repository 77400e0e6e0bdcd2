package comment

import (
	"net/url"
	"strconv"
)

// gitHub is GitHub's REST API (docs: "Issue comments": a pull request is an issue).
type gitHub struct{ repository string }

func (g gitHub) ofCommit(commit string) string {
	return "/repos/" + g.repository + "/commits/" + url.PathEscape(commit) + "/pulls"
}

func (g gitHub) notes(request string) string {
	return "/repos/" + g.repository + "/issues/" + url.PathEscape(request) + "/comments"
}

func (g gitHub) update(_ string, id int64) (method, path string) {
	return "PATCH", "/repos/" + g.repository + "/issues/comments/" + strconv.FormatInt(id, 10)
}

// gitLab is GitLab's REST API (docs: "Notes": those of merge requests).
type gitLab struct{ project string }

func (g gitLab) ofCommit(commit string) string {
	return g.path() + "/repository/commits/" + url.PathEscape(commit) + "/merge_requests"
}

func (g gitLab) notes(request string) string {
	return g.path() + "/merge_requests/" + url.PathEscape(request) + "/notes"
}

func (g gitLab) update(request string, id int64) (method, path string) {
	return "PUT", g.notes(request) + "/" + strconv.FormatInt(id, 10)
}

func (g gitLab) path() string { return "/projects/" + url.PathEscape(g.project) }
