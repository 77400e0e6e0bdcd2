package protocol_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const goNodeID = "gohost_0123456789abcdef0123456789abcdef"

// payload returns the bytes of a captured message.
func payload(tb testing.TB, name string) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	b, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	return b
}

// A decoded is a line of the manifest: [type, data, node_id], nil for bad messages.
type decoded struct {
	Bytes   int               `json:"bytes"`
	Decoded []json.RawMessage `json:"decoded"`
}

func manifest(tb testing.TB) map[string]decoded {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "manifest.json"))
	if err != nil {
		tb.Fatal(err)
	}
	m := map[string]decoded{}
	if err := json.Unmarshal(b, &m); err != nil {
		tb.Fatal(err)
	}
	return m
}

// fixtures returns the names of all captured messages.
func fixtures(tb testing.TB) []string {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", "*.hex"))
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no fixtures: %v", err)
	}
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = filepath.Base(p)
	}
	return names
}

func TestManifestIsComplete(t *testing.T) {
	m := manifest(t)
	for _, name := range fixtures(t) {
		if got, want := len(payload(t, name)), m[name].Bytes; got != want {
			t.Errorf("%s: %d bytes, the manifest says %d", name, got, want)
		}
		delete(m, name)
	}
	for name := range m {
		t.Errorf("%s is in the manifest alone", name)
	}
}
