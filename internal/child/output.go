package child

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// outputGrace is how long an output may stay open that something else holds.
const outputGrace = 500 * time.Millisecond

// Output runs a program to its end, or to that of ctx, and returns what it printed. What it has
// started ends with it. The error has what it said beside that.
func Output(ctx context.Context, path string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.SysProcAttr, cmd.WaitDelay = Attributes(), outputGrace
	cmd.Cancel = func() error { Kill(cmd.Process); return nil }
	out, err := cmd.Output()
	if cmd.Process != nil {
		Kill(cmd.Process)
	}
	failed, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case errors.Is(err, exec.ErrWaitDelay): // it has ended well, and left something behind
		return out, nil
	case ok && len(failed.Stderr) > 0:
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(failed.Stderr)))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.Join(append([]string{path}, args...), " "), err)
	}
	return out, nil
}
