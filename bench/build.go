//go:build linux

package main

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/hopperband/hopperband/bench/internal/peer"
	"github.com/hopperband/hopperband/bench/internal/result"
)

// buildAll builds the programs of peers, and those that every measurement needs.
func (p *plan) buildAll(ctx context.Context, peers []peer.Peer) error {
	builds := []peer.Build{
		{Module: ".", Package: "./target"},
		{Module: ".", Package: "./ours"},
		{Module: ".", Package: "./crowd"},
	}
	for i := range peers {
		if peers[i].Build != (peer.Build{}) && peers[i].Name != result.Ours {
			builds = append(builds, peers[i].Build)
		}
	}
	for _, b := range builds {
		cmd := exec.CommandContext(ctx, "go", "build", "-C", b.Module, "-o", p.bench.Yard.Bin+string(filepath.Separator), b.Package)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("bench: building %s: %w\n%s", b.Package, err, out)
		}
	}
	return nil
}

// versions tells the versions of all that takes part.
func (p *plan) versions(peers []peer.Peer) map[string]string {
	all := map[string]string{"Go": strings.TrimPrefix(runtime.Version(), "go")}
	all[result.Ours] = ownVersion()
	all["Locust"] = first(filepath.Join(p.bench.Yard.Venv, "bin", "locust"), 1, "--version")
	if p.nginx {
		all["nginx"] = first("nginx", 2, "-v")
	}
	for i := range peers {
		switch q := &peers[i]; {
		case q.Installed:
			all[q.Name] = first(q.Name, 1, "-v")
		case q.Build.Module != "" && q.Build.Module != ".":
			all[q.Name] = builtVersion(filepath.Join(p.bench.Yard.Bin, q.Name), q.Build)
		}
	}
	return all
}

// ownVersion is the commit that is checked out, with a mark if anything but the documentation,
// which this program writes, is not as in that commit.
func ownVersion() string {
	commit, err := exec.Command("git", "describe", "--always").Output()
	if err != nil {
		return "unknown"
	}
	version := strings.TrimSpace(string(commit))
	if changed, err := exec.Command("git", "status", "--porcelain", "--", "..", ":!../docs").Output(); err != nil || len(changed) > 0 {
		version += " with changes"
	}
	return version
}

// first returns a word of the first line that a program writes.
func first(program string, word int, args ...string) string {
	// Some end with an error after they have told their version.
	out, _ := exec.Command(program, args...).CombinedOutput()
	line, _, _ := strings.Cut(string(out), "\n")
	if words := strings.Fields(line); len(words) > word {
		return words[word]
	}
	return "unknown"
}

// builtVersion returns the version of the module that a program's package, or the library
// that it is about, comes from.
func builtVersion(file string, b peer.Build) string {
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	source := b.Library
	if source == "" {
		source = b.Package
	}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if source == m.Path || strings.HasPrefix(source, m.Path+"/") {
			return strings.TrimPrefix(m.Version, "v")
		}
	}
	return "unknown"
}
