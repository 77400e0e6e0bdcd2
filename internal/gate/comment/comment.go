// Package comment keeps one comment of the gate on a pull or merge request, on GitHub and
// GitLab: the first run writes it, later ones write it anew.
package comment

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

const (
	perPage   = 100 // as many as both APIs give at most
	mostPages = 100
	// longest is how long a comment is at most, in bytes: GitHub takes 65 536 characters.
	longest = 65000
	// longestName is how long a name may be in a marker.
	longestName = 200
)

// ErrNoRequest is the error of a commit that is in no open pull or merge request.
var ErrNoRequest = errors.New("no open pull or merge request")

// A Comment is what to write, and where. Name tells apart the gates of one repository.
type Comment struct {
	Name     string
	Markdown string
}

// A Done says what became of a comment.
type Done struct {
	Request string
	ID      int64 // of the comment; 0 if it is a dry run that would create it
	Created bool
}

// A note is a comment that a forge has.
type note struct {
	ID   int64  `json:"id"`
	Body string `json:"body"`
}

// A forge is the part of an API that comments need. Paths are relative to its address.
type forge interface {
	// ofCommit are the requests that a commit is in.
	ofCommit(commit string) (path string)
	notes(request string) (path string)
	update(request string, id int64) (method, path string)
}

// A request is one of a commit's, as both forges answer it.
type request struct {
	Number int    `json:"number"` // GitHub
	IID    int    `json:"iid"`    // GitLab
	State  string `json:"state"`
}

func (r request) open() bool { return r.State == "open" || r.State == "opened" }
func (r request) id() string { return fmt.Sprint(max(r.Number, r.IID)) }

// Body is the comment as it is sent: what Marker returns, and the text, cut after a line if
// it is too long. What is folded away where it is cut ends there.
func (c Comment) Body() string {
	text, marker := strings.TrimSpace(c.Markdown), c.Marker()
	if most := longest - len(marker); len(text) > most {
		cut := strings.LastIndexByte(text[:most], '\n')
		if cut < 0 {
			cut = most
		}
		text = strings.ToValidUTF8(text[:cut], "")
		if strings.Count(text, "\n<details>") > strings.Count(text, "\n</details>") {
			text += "\n\n</details>"
		}
		text += "\n\n… (the rest is in the report)"
	}
	return marker + "\n" + text + "\n"
}

// Marker is the line by which the comment is found again. It is not shown. A name that is too
// long for it is there as its digest.
func (c Comment) Marker() string {
	name := url.QueryEscape(c.Name)
	if len(name) > longestName {
		name = fmt.Sprintf("sha256-%x", sha256.Sum256([]byte(c.Name)))
	}
	return "<!-- hopperband gate: " + name + " -->"
}

// Request is the number of the open request that a commit is in: ErrNoRequest if it is in
// none.
func (c *Client) Request(ctx context.Context, commit string) (string, error) {
	if commit == "" {
		return "", fmt.Errorf("comment: %w: neither its number nor a commit is known", ErrNoRequest)
	}
	var all []request
	if err := c.call(ctx, "GET", c.forge.ofCommit(commit), nil, &all); err != nil {
		return "", err
	}
	for _, r := range all {
		if r.open() {
			return r.id(), nil
		}
	}
	return "", fmt.Errorf("comment: commit %s: %w", commit, ErrNoRequest)
}

// Put writes the comment, or writes it anew. A dry run only looks. A comment that has the
// marker and may not be changed is somebody else's, who copied it, and is passed over.
func (c *Client) Put(ctx context.Context, request string, comment Comment, dry bool) (Done, error) {
	found, err := c.find(ctx, request, comment.Marker())
	if err != nil {
		return Done{Request: request}, err
	}
	for _, id := range found {
		if dry {
			return Done{Request: request, ID: id}, nil
		}
		method, path := c.forge.update(request, id)
		written, err := c.write(ctx, method, path, comment)
		if err == nil || !notOurs(err) {
			return Done{Request: request, ID: written}, err
		}
	}
	done := Done{Request: request, Created: true}
	if !dry {
		done.ID, err = c.write(ctx, "POST", c.forge.notes(request), comment)
	}
	return done, err
}

func (c *Client) write(ctx context.Context, method, path string, comment Comment) (id int64, err error) {
	var written note
	err = c.call(ctx, method, path, map[string]string{"body": comment.Body()}, &written)
	return written.ID, err
}

// find are the numbers of the comments that begin with the marker.
func (c *Client) find(ctx context.Context, request, marker string) (found []int64, err error) {
	for page := 1; page <= mostPages; page++ {
		var notes []note
		path := fmt.Sprintf("%s?per_page=%d&page=%d", c.forge.notes(request), perPage, page)
		if err := c.call(ctx, "GET", path, nil, &notes); err != nil {
			return nil, err
		}
		for _, n := range notes {
			if strings.HasPrefix(n.Body, marker) {
				found = append(found, n.ID)
			}
		}
		if len(notes) < perPage {
			return found, nil
		}
	}
	return nil, fmt.Errorf("comment: request %s has more than %d comments", request, mostPages*perPage)
}
