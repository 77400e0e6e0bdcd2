package gate

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/hopperband/hopperband/internal/child"
	"github.com/hopperband/hopperband/internal/gate/access"
	"github.com/hopperband/hopperband/internal/gate/ci"
	"github.com/hopperband/hopperband/internal/gate/plan"
	"github.com/hopperband/hopperband/internal/gate/record"
)

const (
	versionTimeout = 15 * time.Second
	maxVersion     = 1 << 16 // bytes of an answer
	longestVersion = 200     // bytes
)

// ErrTarget is wrapped by the error of a version that could not be read.
var ErrTarget = errors.New("the version under test cannot be read")

// version reads the version of what is tested, "" if the plan does not say how.
func version(ctx context.Context, p *plan.Plan, lookup func(string) (string, bool)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	i := &p.Identity
	switch {
	case len(i.VersionCommand) > 0:
		out, err := child.Output(ctx, i.VersionCommand[0], i.VersionCommand[1:]...)
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrTarget, err)
		}
		line, err := firstLine(string(out))
		if err != nil {
			return "", fmt.Errorf("%w: %s: %w", ErrTarget, i.VersionCommand[0], err)
		}
		return line, nil
	case i.VersionURL != "":
		headers, err := i.VersionHeaders.Read(lookup)
		if err != nil {
			return "", err
		}
		v, err := answeredVersion(ctx, string(i.VersionURL), string(i.VersionField), access.Config{Headers: headers})
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrTarget, err)
		}
		return v, nil
	}
	return string(i.Version), nil
}

func firstLine(text string) (string, error) {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	switch line = strings.TrimSpace(line); {
	case line == "":
		return "", errors.New("the answer is empty")
	case len(line) > longestVersion:
		return "", fmt.Errorf("an answer of %d bytes is no version: %.40q…", len(line), line)
	}
	return line, nil
}

func answeredVersion(ctx context.Context, address, field string, with access.Config) (string, error) {
	transport, err := with.Transport()
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxVersion))
	switch {
	case err != nil:
		return "", err
	case resp.StatusCode != http.StatusOK:
		return "", fmt.Errorf("%s: status %d", address, resp.StatusCode)
	}
	v, err := versionIn(body, field)
	if err != nil {
		return "", fmt.Errorf("%s: %w", address, err)
	}
	return v, nil
}

// versionIn is the version in an answer, as it stands there: a text, or a field of JSON.
func versionIn(body []byte, field string) (string, error) {
	value := json.RawMessage(bytes.TrimSpace(body))
	if !json.Valid(value) {
		if bytes.HasPrefix(value, []byte("<")) {
			return "", errors.New("answers a page, not a version")
		}
		return firstLine(string(value))
	}
	if value[0] == '{' {
		for part := range strings.SplitSeq(field, ".") {
			var inner map[string]json.RawMessage
			_ = json.Unmarshal(value, &inner) // of what is no object, there is no field
			value = inner[part]
		}
	}
	var text string
	switch {
	case len(value) == 0, bytes.ContainsRune([]byte("{[n"), rune(value[0])): // n of null
		return "", fmt.Errorf("no field %s in the answer", field)
	case json.Unmarshal(value, &text) == nil:
		return firstLine(text)
	}
	return firstLine(string(value))
}

// identity is what is tested and for whom: what the plan says, else what the pipeline's
// variables say.
func identity(p *plan.Plan, lookup func(string) (string, bool)) record.Identity {
	found := ci.Read(lookup)
	i := &p.Identity
	return record.Identity{
		Environment:   string(i.Environment),
		Branch:        cmp.Or(string(i.Branch), found.Branch),
		TargetBranch:  cmp.Or(string(i.TargetBranch), found.TargetBranch),
		DefaultBranch: cmp.Or(string(i.DefaultBranch), found.DefaultBranch),
		Commit:        cmp.Or(string(i.Commit), found.Commit),
		Request:       cmp.Or(string(i.Change), found.Request),
		Build:         cmp.Or(string(i.Link), found.Build),
	}
}
