//go:build linux

package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hopperband/hopperband/bench/internal/figure"
	"github.com/hopperband/hopperband/bench/internal/result"
)

// results is the directory of the files that the tables are made of, and of the pictures.
func (p *plan) results() string { return filepath.Join(p.docs, "bench") }

// write makes the tables and pictures of the documentation from all results there are.
func (p *plan) write() error {
	blocks, err := p.blocks()
	if err != nil {
		return err
	}
	file := filepath.Join(p.docs, "performance.md")
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	page := string(text)
	for name, content := range blocks {
		if page, err = figure.Replace(page, name, content); err != nil {
			return err
		}
	}
	return put(file, page)
}

func put(file, text string) error {
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}

// blocks returns the contents of the page's blocks by name, of those that have a result.
func (p *plan) blocks() (map[string]string, error) {
	blocks := map[string]string{}
	var settings []result.Setting
	saturations, err := p.saturations()
	if err != nil {
		return nil, err
	}
	var tables []string
	for _, s := range saturations {
		picture := fmt.Sprintf("![Requests per CPU-second, %d users](bench/%s)\n\n", s.Users, result.SaturationPicture(s.Users))
		tables = append(tables, picture+figure.Saturation(s))
		settings = append(settings, s.Setting)
	}
	blocks["saturation"] = strings.Join(tables, "\n")

	var growth result.Growth
	var times result.Times
	var empty result.Saturation
	var spawns result.Spawns
	var masters result.Masters
	for _, file := range []struct {
		name    string
		v       any
		setting *result.Setting
		table   func() string
	}{
		{"growth", &growth, &growth.Setting, func() string { return figure.GrowthTable(growth) }},
		{"times", &times, &times.Setting, func() string { return figure.Times(times) }},
		{"empty", &empty, &empty.Setting, func() string { return figure.Empty(empty) }},
		{"spawns", &spawns, &spawns.Setting, func() string { return figure.Spawns(spawns) }},
		{"masters", &masters, &masters.Setting, func() string { return figure.Masters(masters) }},
	} {
		if err := result.Load(p.results(), file.name+".json", file.v); err != nil {
			return nil, err
		}
		if !file.setting.Date.IsZero() {
			blocks[file.name] = file.table()
			settings = append(settings, *file.setting)
		}
	}
	blocks["versions"] = figure.Versions(settings...)
	p.sayGoals(figure.Goals(saturations, growth, times))
	return blocks, nil
}

// sayGoals tells which goals all the results together reach.
func (p *plan) sayGoals(goals []figure.Goal) {
	for _, g := range goals {
		fmt.Fprintln(p.bench.Progress, g)
	}
}

// saturations returns the results by the number of users, and draws a picture of each.
func (p *plan) saturations() ([]result.Saturation, error) {
	all, err := result.LoadSaturations(p.results())
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b result.Saturation) int { return cmp.Compare(a.Users, b.Users) })
	for _, s := range all {
		if err := put(filepath.Join(p.results(), result.SaturationPicture(s.Users)), figure.Chart(s)); err != nil {
			return nil, err
		}
	}
	return all, nil
}
