package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const jenkinsfile = "../../deploy/ci/jenkins/Jenkinsfile"

// groovy has Groovy, whose version in Debian is that of Jenkins, run a Jenkinsfile with steps
// that print what they are told.
func groovy(t *testing.T, file string, codes ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath("groovy")
	if err != nil {
		missing(t, "groovy: on Debian install it with apt-get install groovy")
	}
	run := exec.CommandContext(t.Context(), path, append([]string{"testdata/pipeline.groovy", file}, codes...)...)
	if java, err := exec.LookPath("java"); err == nil && os.Getenv("JAVA_HOME") == "" { // which groovy does not look for
		if java, err = filepath.EvalSymlinks(java); err == nil {
			run.Env = append(os.Environ(), "JAVA_HOME="+filepath.Dir(filepath.Dir(java)))
		}
	}
	out, err := run.CombinedOutput()
	return string(out), err
}

// missing skips a test whose tool is not there. In CI that is a failure.
func missing(t *testing.T, tool string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal("there is no " + tool)
	}
	t.Skip("there is no " + tool)
}

// TestJenkinsfile runs the Jenkinsfile for a gate that passes, passes with warnings, and fails.
func TestJenkinsfile(t *testing.T) {
	t.Parallel()
	out, err := groovy(t, jenkinsfile, "0", "10", "3")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const records = "filter:.hopperband/**, optional:true]"
	runs := strings.Split("\n"+out, "\nexit code ")[1:]
	for i, more := range []string{"", "unstable: The load test passed with warnings.", "error: The load test ended with exit code 3."} {
		order := []string{
			"agent: any", "disableConcurrentBuilds", "timeout: ", "stage: Build", `cd "$USERS"`, "stage: Load test",
			"copyArtifacts: [projectName:group/shop/PR-7, ", records, "copyArtifacts: [projectName:group/shop/release%2F1, ", records,
			"sh: PATH=", "--output-warn-exit 10 ", "--output-markdown gate.md", more,
			"always", "archiveArtifacts: [artifacts:.hopperband/**, ", "junit: [testResults:gate.xml", "withCredentials: [[credentialsId:the-credentials, ", "sh: bin/hopperband gate comment",
		}
		rest := runs[i]
		for _, want := range order {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Fatalf("no %q in its place:\n%s", want, runs[i])
			}
			rest = after
		}
		if more == "" && (strings.Contains(runs[i], "unstable: ") || strings.Contains(runs[i], "error: ")) {
			t.Errorf("a run that passes:\n%s", runs[i])
		}
	}
}

// TestJenkinsfileMistakes shows that mistakes are found.
func TestJenkinsfileMistakes(t *testing.T) {
	t.Parallel()
	for _, wrong := range [][2]string{{"unstable(", "unstabel("}, {"if (code == 10) {", "if (code == 10 {"}} {
		if out, err := groovy(t, changed(t, jenkinsfile, wrong[0], wrong[1]), "10"); err == nil || !strings.Contains(out, "Jenkinsfile") && !strings.Contains(out, "unstabel") {
			t.Errorf("%s: %v\n%s", wrong[1], err, out)
		}
	}
}
