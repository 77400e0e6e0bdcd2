package ci

import (
	"net/url"
	"strings"
)

const publicGitHub = "https://api.github.com"

// fromRequest is the forge of a request's address: https://github.com/owner/name/pull/7 or
// https://gitlab.com/group/name/-/merge_requests/7.
func fromRequest(address string) Forge {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return Forge{}
	}
	path := strings.Trim(u.Path, "/")
	if project, _, ok := strings.Cut(path, "/-/merge_requests/"); ok {
		return forge(GitLab, u.Scheme, u.Host, project)
	}
	if repository, _, ok := strings.Cut(path, "/pull/"); ok {
		return forge(GitHub, u.Scheme, u.Host, repository)
	}
	return Forge{}
}

// fromRemote is the forge of a repository's address as Git has it. It is known for the two
// public ones only: others do not say what they are.
func fromRemote(address string) Forge {
	address = strings.TrimSuffix(address, ".git")
	if rest, ok := strings.CutPrefix(address, "git@"); ok {
		address = "ssh://git@" + strings.Replace(rest, ":", "/", 1)
	}
	u, err := url.Parse(address)
	if err != nil {
		return Forge{}
	}
	kind, known := map[string]string{"github.com": GitHub, "gitlab.com": GitLab}[u.Hostname()]
	if !known {
		return Forge{}
	}
	return forge(kind, "https", u.Hostname(), strings.Trim(u.Path, "/"))
}

func forge(kind, scheme, host, repository string) Forge {
	api := scheme + "://" + host
	switch {
	case kind == GitLab:
		api += "/api/v4"
	case host == "github.com":
		api = publicGitHub
	default:
		api += "/api/v3" // GitHub Enterprise Server
	}
	return Forge{kind, api, repository}
}
