//go:build stack

package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"golang.org/x/mod/module"
)

// standIns are images under the names of those that the compose file and the Dockerfile
// want. None can be pulled here, so they are made of the same programs: Locust from PyPI,
// Prometheus and Alertmanager from their Go modules, the Go of this machine, busybox from
// Debian. Grafana's is none: it answers the health check and no more.
func (s *scene) standIns() []image {
	p := load(s.t)
	busybox := "/bin/busybox"
	args := regexp.MustCompile(`ARG (GO|BUSYBOX)_VERSION=(\S+)`).FindAllStringSubmatch(read(s.t, "Dockerfile"), -1)
	return []image{
		{
			name: "golang:" + args[0][2],
			changes: []string{
				"ENV PATH=/usr/local/go/bin:/bin", "ENV GOPROXY=file:///proxy", "ENV GOPATH=/go", "ENV GOTOOLCHAIN=local", "ENV GOSUMDB=off",
			},
			fill: func(t *tree) error { return errors.Join(shell(t, busybox), s.golang(t)) },
		},
		{name: "busybox:" + args[1][2], fill: func(t *tree) error { return shell(t, busybox) }},
		{
			name: p.Services["prometheus"].Image, changes: []string{`ENTRYPOINT ["/bin/prometheus"]`, "ENV PATH=/bin"},
			fill: func(t *tree) error { return s.programs(t, "/prometheus", "prometheus", "promtool") },
		},
		{
			name: p.Services["alertmanager"].Image, changes: []string{`ENTRYPOINT ["/bin/alertmanager"]`, "ENV PATH=/bin"},
			fill: func(t *tree) error { return s.programs(t, "/alertmanager", "alertmanager", "amtool") },
		},
		{
			name: p.Services["grafana"].Image, changes: []string{`ENTRYPOINT ["/bin/busybox", "httpd", "-f", "-p", "3000", "-h", "/www"]`, "ENV PATH=/bin"},
			fill: func(t *tree) error {
				return errors.Join(shell(t, busybox), t.dir("/var/lib/grafana", 472), t.text("/www/api/health", "a stand-in"))
			},
		},
		{
			name:    p.Services["master"].Image,
			changes: []string{`ENTRYPOINT ["python3", "-m", "locust"]`, "ENV PATH=/usr/bin", "ENV PYTHONPATH=/opt/locust", "WORKDIR /home/locust"},
			fill:    s.python,
		},
		{
			name: "test-worker:1", changes: []string{`ENTRYPOINT ["/program"]`},
			fill: func(t *tree) error {
				return errors.Join(t.file("/program", filepath.Join(s.bin, "stackworker")), t.file("/probe", filepath.Join(s.bin, "probe")))
			},
		},
	}
}

// programs are static binaries, and a directory for the data of nobody.
func (s *scene) programs(t *tree, data string, names ...string) error {
	err := t.dir(data, 65534)
	for _, name := range names {
		err = errors.Join(err, t.file("/bin/"+name, filepath.Join(s.bin, name)))
	}
	return err
}

// shell is busybox under each of its names.
func shell(t *tree, busybox string) error {
	names, err := output(busybox, "--list")
	if err != nil {
		return err
	}
	err = errors.Join(t.file("/bin/busybox", busybox), t.dir("/tmp", 0))
	for name := range strings.FieldsSeq(names) {
		if name != "busybox" {
			err = errors.Join(err, t.link("/bin/"+name, "busybox"))
		}
	}
	return err
}

// golang is this machine's Go with the modules that ours needs, as a proxy has them.
func (s *scene) golang(t *tree) error {
	err := errors.Join(
		t.copy("/usr/local/go", runtime.GOROOT(), "test", "api", "doc", "testdata"), //nolint:staticcheck // the Go that runs this test
		t.file("/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/certs/ca-certificates.crt"),
	)
	cache, cacheErr := output("go", "env", "GOMODCACHE")
	files, filesErr := s.modules(filepath.Join(strings.TrimSpace(cache), "cache", "download"))
	err = errors.Join(err, cacheErr, filesErr)
	for name, file := range files {
		err = errors.Join(err, t.file("/proxy/"+name, file))
	}
	return err
}

// modules are the files of a module cache that a build needs: what it downloads, and the
// go.mod of everything that was looked at to choose that.
func (s *scene) modules(cache string) (map[string]string, error) {
	directory := s.t.TempDir() // the command writes into go.sum
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err := errors.Join(err, os.WriteFile(filepath.Join(directory, name), text, 0o600)); err != nil {
			return nil, err
		}
	}
	list, err := output("go", "-C", directory, "mod", "download", "-json")
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for d := json.NewDecoder(strings.NewReader(list)); d.More(); {
		var m struct{ Info, GoMod, Zip string }
		if err := d.Decode(&m); err != nil {
			return nil, err
		}
		for _, file := range []string{m.Info, m.GoMod, m.Zip} {
			if file != "" {
				files[strings.TrimPrefix(file, cache+"/")] = file
			}
		}
	}
	graph, err := output("go", "-C", directory, "mod", "graph")
	for node := range strings.FieldsSeq(graph) {
		path, version, ok := strings.Cut(node, "@")
		if escaped, bad := module.EscapePath(path); ok && bad == nil && path != "go" && path != "toolchain" {
			name := escaped + "/@v/" + version + ".mod"
			if _, unread := os.Stat(filepath.Join(cache, name)); unread == nil { // the graph names more than was read
				files[name] = filepath.Join(cache, name)
			}
		}
	}
	return files, err
}

// python is this machine's Python with what the virtual environment has, and the shared
// libraries of both.
func (s *scene) python(t *tree) error {
	packages, err := filepath.Glob(filepath.Join(s.venv, "lib", "python3*", "site-packages"))
	if err != nil || len(packages) != 1 {
		return fmt.Errorf("site-packages of %s: %v %w", s.venv, packages, err)
	}
	out, err := output(filepath.Join(s.venv, "bin", "python"), "-c",
		"import os, sys, sysconfig; print(os.path.realpath(sys.executable)); print(sysconfig.get_path('stdlib'))")
	if err != nil {
		return err
	}
	binary, stdlib, _ := strings.Cut(strings.TrimSpace(out), "\n")
	libraries, err := libraries(binary, stdlib, packages[0])
	if err != nil {
		return err
	}
	err = errors.Join(
		t.dir("/home/locust", 1000), t.dir("/tmp", 0),
		t.file(binary, binary), t.link("/usr/bin/python3", binary), // it finds its library from there
		t.copy(stdlib, stdlib, "test", "__pycache__", "idlelib", "tkinter", "ensurepip"),
		t.copy("/opt/locust", packages[0], "__pycache__", "pip", "setuptools"),
		t.text("/etc/passwd", "locust:x:1000:1000::/home/locust:/bin/false\n"),
		t.text("/etc/nsswitch.conf", "hosts: files dns\n"),
	)
	for _, library := range libraries {
		err = errors.Join(err, t.file(library, library))
	}
	return err
}

// libraries are the shared ones that a program and the extensions in directories need, by
// their absolute paths, and those of the resolver, which libc loads by itself.
func libraries(binary string, directories ...string) ([]string, error) {
	files := []string{binary}
	for _, directory := range directories {
		found, err := output("find", directory, "-name", "*.so*", "-type", "f")
		if err != nil {
			return nil, err
		}
		files = append(files, strings.Fields(found)...)
	}
	out, _ := exec.Command("ldd", files...).Output() // fails for files that are no libraries
	seen := map[string]bool{}
	var paths []string
	for _, found := range regexp.MustCompile(`(?:=> |\t)(/\S+) \(0x`).FindAllStringSubmatch(string(out), -1) {
		p := found[1]
		if _, err := os.Stat(p); err == nil && !seen[p] && !strings.HasPrefix(p, directories[1]) {
			seen[p] = true
			paths = append(paths, p)
		}
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no shared libraries of %s", binary)
	}
	return paths, nil
}

// output is what a program writes to its standard output.
func output(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s%s", strings.Join(cmd.Args, " "), err, out, complaint.String())
	}
	return string(out), err
}
