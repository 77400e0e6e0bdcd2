package stack

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// root is the top of the repository.
const root = "../.."

func project(t *testing.T, env ...string) (*types.Project, error) {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(root, "docker-compose.yml")}, cli.WithEnv(env))
	if err != nil {
		t.Fatal(err)
	}
	return options.LoadProject(context.Background())
}

func load(t *testing.T, env ...string) *types.Project {
	t.Helper()
	p, err := project(t, env...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestServices holds each service to what the stack promises.
func TestServices(t *testing.T) {
	p := load(t)
	want := []string{"alertmanager", "grafana", "master", "prometheus", "target", "webhook", "worker"}
	if names := p.ServiceNames(); !slices.Equal(names, want) {
		t.Fatalf("services %v, want %v", names, want)
	}
	for name, s := range p.Services {
		t.Run(name, func(t *testing.T) {
			hardened(t, s)
			local(t, s)
		})
	}
}

func hardened(t *testing.T, s types.ServiceConfig) {
	t.Helper()
	uid, _, _ := strings.Cut(s.User, ":")
	if n, err := strconv.Atoi(uid); err != nil || n == 0 {
		t.Errorf("user %q, want a number other than root's", s.User)
	}
	if !s.ReadOnly || s.Privileged || !slices.Equal(s.CapDrop, []string{"ALL"}) || len(s.CapAdd) > 0 {
		t.Errorf("read only %v, privileged %v, capabilities -%v +%v", s.ReadOnly, s.Privileged, s.CapDrop, s.CapAdd)
	}
	if !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
		t.Errorf("security options %v", s.SecurityOpt)
	}
	if s.MemLimit == 0 || s.CPUS == 0 || s.PidsLimit == 0 {
		t.Errorf("limits: memory %d, CPUs %v, processes %d", s.MemLimit, s.CPUS, s.PidsLimit)
	}
	if s.HealthCheck == nil || len(s.HealthCheck.Test) < 2 || s.HealthCheck.Test[0] != "CMD" {
		t.Errorf("health check %+v", s.HealthCheck)
	}
	if s.Build == nil && !regexp.MustCompile(`:v?\d+\.\d+\.\d+$`).MatchString(s.Image) {
		t.Errorf("image %q has no whole version", s.Image)
	}
}

// local checks what a service shares with the machine.
func local(t *testing.T, s types.ServiceConfig) {
	t.Helper()
	for _, port := range s.Ports {
		if port.HostIP != "127.0.0.1" {
			t.Errorf("port %s is published on %q", port.Published, port.HostIP)
		}
	}
	for _, v := range s.Volumes {
		if v.Type != types.VolumeTypeBind {
			continue
		}
		if _, err := os.Stat(v.Source); err != nil || !v.ReadOnly {
			t.Errorf("%s: read only %v, %v", v.Source, v.ReadOnly, err)
		}
	}
	for other, on := range s.DependsOn {
		if on.Condition != types.ServiceConditionHealthy {
			t.Errorf("waits for %s to be %s", other, on.Condition)
		}
	}
}

// TestVariables swaps in what is the user's own.
func TestVariables(t *testing.T) {
	p := load(t, "LOCUST_IMAGE=locustio/locust:2.43.3", "LOCUSTFILE=./mine.py", "TARGET_HOST=https://shop.example",
		"WORKER_IMAGE=registry.example/worker:7", "WORKER_PULL_POLICY=missing", "WORKERS=5", "WORKER_CPUS=4",
		"BIND=192.0.2.1", "TESTED_VERSION=1.2.3", "ON_CALL_URL_FILE=/run/on-call", "REVISION=abc123")
	master, worker := p.Services["master"], p.Services["worker"]
	mine, err := filepath.Abs(filepath.Join(root, "mine.py"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ what, got, want string }{
		{"Locust", master.Image, "locustio/locust:2.43.3"},
		{"locustfile", master.Volumes[0].Source, mine},
		{"target", master.Command[2], "--host=https://shop.example"},
		{"tested version", *master.Environment["TESTED_VERSION"], "1.2.3"},
		{"address", master.Ports[0].HostIP, "192.0.2.1"},
		{"worker", worker.Image, "registry.example/worker:7"},
		{"pull policy", worker.PullPolicy, "missing"},
		{"workers", strconv.Itoa(*worker.Scale), "5"},
		{"CPUs", strconv.FormatFloat(float64(worker.CPUS), 'g', -1, 32), "4"},
		{"revision", *worker.Build.Args["REVISION"], "abc123"},
		{"no revision", *load(t).Services["worker"].Build.Args["REVISION"], "unknown"},
		{"on call", p.Secrets["on_call_url"].File, "/run/on-call"},
	} {
		if test.got != test.want {
			t.Errorf("%s: %q, want %q", test.what, test.got, test.want)
		}
	}
	for _, wrong := range []string{"WORKERS=many", "WORKER_MEMORY=much"} {
		if _, err := project(t, wrong); err == nil {
			t.Errorf("%s: no error", wrong)
		}
	}
}

// TestVersions keeps what is pinned in one place the same as in others.
func TestVersions(t *testing.T) {
	p := load(t)
	prometheus := pinned(t, "tools/prometheus/go.mod", `prometheus/prometheus v0\.(\d)(\d\d)\.(\d+)`)
	for _, test := range []struct{ what, got, want string }{
		{"Prometheus and tools/prometheus", p.Services["prometheus"].Image, "prom/prometheus:v" + strings.Join(prometheus, ".")},
		{"Alertmanager and tools/alertmanager", p.Services["alertmanager"].Image, "prom/alertmanager:v" + pinned(t, "tools/alertmanager/go.mod", `prometheus/alertmanager v(\S+)`)[0]},
		{"Locust and the tests", p.Services["master"].Image, "locustio/locust:" + pinned(t, "integration/requirements.txt", `locust==(\S+)`)[0]},
	} {
		if test.got != test.want {
			t.Errorf("%s: %s, want %s", test.what, test.got, test.want)
		}
	}
	builder, module := pinned(t, "Dockerfile", `GO_VERSION=(\d+\.\d+)\.`)[0], pinned(t, "go.mod", `(?m)^go (\d+\.\d+)`)[0]
	if builder != module {
		t.Errorf("the Dockerfile has Go %s, go.mod %s", builder, module)
	}
}

// pinned returns the groups of a pattern in a file.
func pinned(t *testing.T, file, pattern string) []string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(read(t, file))
	if found == nil {
		t.Fatalf("%s: no %s", file, pattern)
	}
	return found[1:]
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
