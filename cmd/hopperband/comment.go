package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/hopperband/hopperband/internal/flags"
	"github.com/hopperband/hopperband/internal/gate"
	"github.com/hopperband/hopperband/internal/gate/ci"
	"github.com/hopperband/hopperband/internal/gate/comment"
	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/report"
	"github.com/hopperband/hopperband/internal/gate/verdict"
)

const commentUsage = `usage: hopperband gate comment [flags]

Writes the report into one comment on the pull or merge request, and writes that comment anew
after the next run. What GitHub Actions, GitLab CI and Jenkins say of the build is known;
without a request's number, that of the open request which has the commit is taken. A commit
in none is no mistake. Without a report the comment says that there is no verdict.

`

// A commenter is one call of gate comment.
type commenter struct {
	*command
	report, name                     flags.String
	forge                            flags.Choice
	api, repository, request, commit flags.String
	token                            plan.Secret
	ca                               flags.String
	dry                              flags.Bool
}

func (k *commenter) flags() *flags.Set {
	const group = "Comment"
	one := func(name string, value flags.Value, usage string) flags.Flag {
		return flags.Flag{Name: name, Env: plan.Variable("comment-" + name), Value: value, Group: group, Usage: usage}
	}
	dry := one("dry-run", &k.dry, "print the comment and what would be done, and only read")
	dry.Takes = flags.Switch
	return &flags.Set{Flags: []flags.Flag{
		one("report", &k.report, "file of the report, output.json in the plan"),
		one("name", &k.name, "tells apart the gates of one repository, each with a comment of its own; by default the plan's name in the report"),
		one("forge", &k.forge, "where the request is: github or gitlab; found in the pipeline's variables"),
		one("api", &k.api, "address of its REST API; found likewise"),
		one("repository", &k.repository, "owner/name, or of GitLab the project's path or number; found likewise"),
		one("request", &k.request, "number of the pull or merge request; found likewise"),
		one("commit", &k.commit, "commit whose request is looked for if the number is not known; found likewise"),
		one("token", &k.token, "where the token is: env:NAME or file:PATH; by default env:GITHUB_TOKEN or env:GITLAB_TOKEN"),
		one("ca", &k.ca, "file of the authorities that the API's certificate is checked against, PEM"),
		dry,
	}}
}

func (c *command) comment(args []string) int {
	k := &commenter{command: c, report: "gate.json", forge: flags.Choice{Choices: []string{ci.GitHub, ci.GitLab}}}
	set := k.flags()
	parsed, err := set.Parse(args, c.lookup)
	switch {
	case errors.Is(err, flags.ErrHelp):
		fmt.Fprint(c.out, commentUsage)
		return c.ended(set.PrintFlags(c.out))
	case err != nil:
		return c.wrong(err)
	case len(parsed.Args) > 0:
		return c.wrong(fmt.Errorf("gate comment takes flags only, not %q", parsed.Args))
	}
	text, err := k.text()
	if err != nil {
		return c.wrong(err)
	}
	client, build, err := k.open()
	if err != nil {
		return c.wrong(err)
	}
	ctx, stop := untilSignal()
	defer stop()
	if err := k.put(ctx, client, build, text); err != nil {
		err = gate.Cause(ctx, err)
		c.wrong(err)
		return max(gate.ExitCode(err), verdict.ExitUnreachable)
	}
	return verdict.ExitPass
}

// text is the comment: that of the report, or that there is none.
func (k *commenter) text() (comment.Comment, error) {
	file, err := os.ReadFile(string(k.report))
	if errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(k.err, "hopperband: there is no report %s: the comment says that there is no verdict\n", k.report)
		named := k.name
		if p, _, _ := plan.Load(nil, k.lookup); named == "" && p != nil { // whatever else is wrong with it
			named = p.Name
		}
		return comment.Comment{Name: cmp.Or(string(named), "gate"), Markdown: noVerdict(ci.Read(k.lookup))}, nil
	}
	if err != nil {
		return comment.Comment{}, err
	}
	r, err := report.Parse(file)
	if err != nil {
		return comment.Comment{}, fmt.Errorf("%s: %w", k.report, err)
	}
	var b strings.Builder
	if err := r.Markdown(&b); err != nil {
		return comment.Comment{}, err
	}
	return comment.Comment{Name: cmp.Or(string(k.name), r.Plan.Name, "gate"), Markdown: b.String()}, nil
}

func noVerdict(b ci.Build) string {
	text := "## Load test: no verdict\n\nThe gate ended before it had one, so nothing is known of "
	if b.Commit == "" {
		text += "this version."
	} else {
		text += "commit `" + strings.ReplaceAll(b.Commit, "`", "") + "`."
	}
	if b.Identity.Build != "" {
		text += " Its log: <" + b.Identity.Build + ">"
	}
	return text
}

// open is where the comment goes: what flags say, else what the pipeline does.
func (k *commenter) open() (*comment.Client, ci.Build, error) {
	b := ci.Read(k.lookup)
	b.Forge = ci.Forge{
		Kind:       cmp.Or(k.forge.Value, b.Forge.Kind),
		API:        cmp.Or(string(k.api), b.Forge.API),
		Repository: cmp.Or(string(k.repository), b.Forge.Repository),
	}
	b.Request, b.Commit = cmp.Or(string(k.request), b.Request), cmp.Or(string(k.commit), b.Commit)
	if b.Forge.Kind == "" {
		return nil, b, errors.New("gate comment: this is no build of GitHub Actions, GitLab CI or Jenkins that says where its repository is: " +
			"name --forge, --api and --repository")
	}
	secret := k.token
	if secret == "" {
		secret = map[string]plan.Secret{ci.GitHub: "env:GITHUB_TOKEN", ci.GitLab: "env:GITLAB_TOKEN"}[b.Forge.Kind]
	}
	token, err := secret.Read(k.lookup)
	if err != nil {
		return nil, b, fmt.Errorf("gate comment: token: %w", err)
	}
	client, err := comment.NewClient(b.Forge, token, string(k.ca))
	return client, b, err
}

func (k *commenter) put(ctx context.Context, client *comment.Client, b ci.Build, text comment.Comment) error {
	if b.Request == "" {
		var err error
		b.Request, err = client.Request(ctx, b.Commit)
		if errors.Is(err, comment.ErrNoRequest) {
			fmt.Fprintf(k.out, "no comment: %v\n", err)
			return nil
		}
		if err != nil {
			return err
		}
	}
	done, err := client.Put(ctx, b.Request, text, bool(k.dry))
	if err != nil {
		return err
	}
	what := map[bool]string{true: "created", false: "updated"}[done.Created]
	if !k.dry {
		fmt.Fprintf(k.out, "comment %d on request %s of %s: %s\n", done.ID, done.Request, b.Forge.Repository, what)
		return nil
	}
	fmt.Fprintf(k.out, "a comment on request %s of %s would be %s:\n%s", done.Request, b.Forge.Repository, what, text.Body())
	return nil
}
