package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

const shipped = "../../deploy/grafana/dashboards"

// TestShipped says when the files have not been written after a change here.
func TestShipped(t *testing.T) {
	for _, b := range boards() {
		text, err := b.json()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(text, read(t, b.file())) {
			t.Errorf("%s is not what is declared here: run `make dashboards`", b.file())
		}
	}
	files, err := filepath.Glob(filepath.Join(shipped, "*"))
	if err != nil || len(files) != len(boards()) {
		t.Errorf("%d files, %d dashboards are declared (%v)", len(files), len(boards()), err)
	}
}

// TestTypes reads the files as Grafana's types, where an unknown or missing field, one of
// another type, and a value out of bounds are errors.
func TestTypes(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	for _, b := range boards() {
		if err := decode(read(t, b.file())); err != nil {
			t.Errorf("%s: %v", b.file(), err)
		}
	}
	for _, wrong := range []struct{ name, old, new string }{
		{"an unknown field of a query", `"expr"`, `"expression"`},
		{"an unknown field of a panel's options", `"graphMode"`, `"graph"`},
		{"a missing field", `"schemaVersion": 42,`, ``},
		{"another type", `"refresh": "5s"`, `"refresh": 5`},
		{"a value out of bounds", `"fiscalYearStartMonth": 0`, `"fiscalYearStartMonth": 12`},
	} {
		text := bytes.Replace(read(t, live().file()), []byte(wrong.old), []byte(wrong.new), 1)
		if decode(text) == nil {
			t.Errorf("%s: no error", wrong.name)
		}
	}
}

func decode(text []byte) error {
	var d dashboard.Dashboard //nolint:staticcheck // the kind that is shipped
	err := d.UnmarshalJSONStrict(text)
	if none, ok := errors.AsType[cog.BuildErrors](err); ok && len(none) == 0 {
		err = nil // the types return a list of errors, even if it is empty
	}
	return errors.Join(err, d.Validate())
}

// TestPlaces looks for panels that overlap or have the same identifier.
func TestPlaces(t *testing.T) {
	for _, b := range boards() {
		d, err := b.build()
		if err != nil {
			t.Fatal(err)
		}
		ids, taken := map[uint32]bool{}, map[[2]uint32]string{}
		for _, p := range d.Panels {
			if p.Panel == nil {
				continue
			}
			if ids[*p.Panel.Id] {
				t.Errorf("%s: %s: a second panel %d", b.uid, *p.Panel.Title, *p.Panel.Id)
			}
			ids[*p.Panel.Id] = true
			for _, cell := range cells(*p.Panel.GridPos) {
				if other := taken[cell]; other != "" {
					t.Fatalf("%s: %q lies over %q", b.uid, *p.Panel.Title, other)
				}
				taken[cell] = *p.Panel.Title
			}
		}
	}
}

func cells(pos dashboard.GridPos) (all [][2]uint32) {
	for x := pos.X; x < pos.X+pos.W; x++ {
		for y := pos.Y; y < pos.Y+pos.H; y++ {
			all = append(all, [2]uint32{x, y})
		}
	}
	return all
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(shipped, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
