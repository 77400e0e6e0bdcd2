package gate

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"time"

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
		out, err := exec.CommandContext(ctx, i.VersionCommand[0], i.VersionCommand[1:]...).Output()
		if err != nil {
			return "", fmt.Errorf("%w: %s: %w", ErrTarget, strings.Join(i.VersionCommand, " "), err)
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
	var document any
	if json.Unmarshal(body, &document) != nil {
		if strings.HasPrefix(strings.TrimSpace(string(body)), "<") {
			return "", fmt.Errorf("%s: answers a page, not a version", address)
		}
		return firstLine(string(body))
	}
	object, ok := document.(map[string]any)
	if !ok {
		return firstLine(fmt.Sprint(document))
	}
	var value any = object
	for part := range strings.SplitSeq(field, ".") {
		inner, _ := value.(map[string]any)
		value = inner[part]
	}
	switch value.(type) {
	case string, float64, bool:
		return firstLine(fmt.Sprint(value))
	}
	return "", fmt.Errorf("%s: no field %s in the answer", address, field)
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
