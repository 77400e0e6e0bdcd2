//go:build integration

package pipelines

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGitHub(t *testing.T) {
	s := newScene(t)
	output, summary := filepath.Join(t.TempDir(), "output"), filepath.Join(t.TempDir(), "summary")
	steps := github(t, s.dir)
	if len(steps) != 4 {
		t.Fatalf("%d steps, want build, run, comment, verdict", len(steps))
	}
	env := []string{
		"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=o/r", "GITHUB_API_URL=" + s.forge.URL, "GITHUB_REF=refs/pull/7/merge",
		"GITHUB_OUTPUT=" + output, "GITHUB_STEP_SUMMARY=" + summary,
	}
	s.expect(steps[0], env...)
	s.expect(steps[1], env...)
	s.passed()
	for path, want := range map[string]string{output: "exit-code=0\n", summary: "PASS"} {
		if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v: %q, want %q", path, err, text, want)
		}
	}
	s.expect(steps[2], append(env, "GITHUB_TOKEN="+token)...)
	s.commented("/repos/o/r/issues/7/comments")
	s.expect(steps[3], "CODE=0")
	if code, _ := s.run(steps[3], "CODE=3"); code != 3 {
		t.Errorf("the job ends with %d after a threshold", code)
	}
}

func TestGitLab(t *testing.T) {
	s := newScene(t)
	env := []string{
		"GITLAB_CI=true", "CI_API_V4_URL=" + s.forge.URL, "CI_PROJECT_ID=12", "CI_MERGE_REQUEST_IID=7", "CI_COMMIT_SHA=abc", "GITLAB_TOKEN=" + token,
	}
	steps := gitlab(t, s.dir)
	// A warning, which allow_failure knows by its exit code. TestGitLabPrometheus has none.
	if code, _ := s.run(steps[0], append(env, "HOPPERBAND_GATE_THRESHOLDS={check: count < 1, warn: true}")...); code != 10 {
		t.Errorf("a run with a warning ends with %d, want 10", code)
	}
	s.passed()
	s.expect(steps[1], env...)
	s.commented("/projects/12/merge_requests/7/notes")
}

func TestJenkins(t *testing.T) {
	s := newScene(t)
	steps := jenkins(t, s.dir)
	if len(steps) != 4 {
		t.Fatalf("%d steps, want build, run, prune, comment", len(steps))
	}
	env := []string{
		"JENKINS_URL=x", "BUILD_URL=http://127.0.0.1/job/1", "CHANGE_ID=7", "CHANGE_URL=" + s.forge.URL + "/g/p/-/merge_requests/7",
		"COMMENT_TOKEN=" + token,
	}
	s.expect(steps[0], env...)
	s.expect(steps[1], env...)
	s.expect(steps[2], env...)
	s.passed()
	s.expect(steps[3], env...)
	s.commented("/api/v4/projects/g/p/merge_requests/7/notes")
}
