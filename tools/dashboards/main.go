// Command dashboards writes the Grafana dashboards of deploy/grafana/dashboards, with
// Grafana's own types:
//
//	go run -C tools/dashboards . ../../deploy/grafana/dashboards
//
// A dashboard is declared as rows of panels, and a panel as its queries and what it needs
// besides; identifiers and places follow from the order.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: dashboards DIRECTORY")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func boards() []board { return []board{live(), fleet(), trends()} }

func write(directory string) error {
	for _, b := range boards() {
		text, err := b.json()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(directory, b.file()), text, 0o644); err != nil { //nolint:gosec // to be read by Grafana
			return fmt.Errorf("dashboards: %w", err)
		}
	}
	return nil
}

func (b board) file() string { return b.uid + ".json" }

func (b board) json() ([]byte, error) {
	built, err := b.build()
	if err != nil {
		return nil, fmt.Errorf("dashboards: %s: %w", b.uid, err)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // PromQL has a > here and there
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(built); err != nil {
		return nil, fmt.Errorf("dashboards: %s: %w", b.uid, err)
	}
	return text.Bytes(), nil
}
