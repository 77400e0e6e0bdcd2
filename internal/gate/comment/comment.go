// Package comment keeps one comment of the gate on a pull or merge request, on GitHub and
// GitLab: the first run writes it, later ones write it anew.
package comment

import (
	"context"
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
// it is too long.
func (c Comment) Body() string {
	text := strings.TrimSpace(c.Markdown)
	if len(text) > longest {
		cut := strings.LastIndexByte(text[:longest], '\n')
		if cut < 0 {
			cut = longest
		}
		text = strings.ToValidUTF8(text[:cut], "") + "\n\n… (the rest is in the report)"
	}
	return c.Marker() + "\n" + text + "\n"
}

// Marker is the line by which the comment is found again. It is not shown.
func (c Comment) Marker() string {
	return "<!-- hopperband gate: " + url.QueryEscape(c.Name) + " -->"
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

// Put writes the comment, or writes it anew. A dry run only looks.
func (c *Client) Put(ctx context.Context, request string, comment Comment, dry bool) (Done, error) {
	id, err := c.find(ctx, request, comment.Marker())
	done := Done{Request: request, ID: id, Created: id == 0}
	if err != nil || dry {
		return done, err
	}
	method, path := "POST", c.forge.notes(request)
	if id != 0 {
		method, path = c.forge.update(request, id)
	}
	var written note
	if err := c.call(ctx, method, path, map[string]string{"body": comment.Body()}, &written); err != nil {
		return done, err
	}
	done.ID = written.ID
	return done, nil
}

// find is the number of the comment that begins with the marker, 0 if there is none.
func (c *Client) find(ctx context.Context, request, marker string) (int64, error) {
	for page := 1; page <= mostPages; page++ {
		var notes []note
		path := fmt.Sprintf("%s?per_page=%d&page=%d", c.forge.notes(request), perPage, page)
		if err := c.call(ctx, "GET", path, nil, &notes); err != nil {
			return 0, err
		}
		for _, n := range notes {
			if strings.HasPrefix(n.Body, marker) {
				return n.ID, nil
			}
		}
		if len(notes) < perPage {
			return 0, nil
		}
	}
	return 0, fmt.Errorf("comment: request %s has more than %d comments", request, mostPages*perPage)
}
