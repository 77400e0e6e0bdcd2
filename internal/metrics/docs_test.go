package metrics_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/hopperband/hopperband/internal/metrics"
)

// TestDocumentation compares the table in docs/metrics.md with what a worker shows.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	if err := metrics.RegisterProcess(registry, "v1"); err != nil {
		t.Fatal(err)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "hopperband_") {
			shown[f.GetName()] = f.GetHelp()
		}
	}
	descs := make(chan *prometheus.Desc, 100)
	metrics.NewCollector(full("n")).Describe(descs)
	close(descs)
	parts := regexp.MustCompile(`fqName: "([^"]+)", help: "([^"]+)"`)
	for d := range descs {
		m := parts.FindStringSubmatch(d.String())
		if m == nil {
			t.Fatalf("what is %v?", d)
		}
		shown[m[1]] = m[2]
	}
	documented := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(hopperband_[a-z_]+)` \\|.*\\| (.+) \\|$").FindAllStringSubmatch(string(text), -1) {
		documented[row[1]] = true
		if help, ok := shown[row[1]]; !ok || row[2] != help {
			t.Errorf("%s is documented as %q, and shown as %q", row[1], row[2], help)
		}
	}
	for name := range shown {
		if !documented[name] {
			t.Errorf("%s is not documented", name)
		}
	}
}
