package flags

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// An entry is a line of a configuration file: a key and its value, or several.
type entry struct {
	line   int
	key    string
	values []string
	list   bool
	quoted string // the text of a list in quotes, which it is to a flag with one value
}

// readFiles returns the settings of each file that exists, the named one last.
func (s *Set) readFiles(named string, lookup func(string) (string, bool), parsed *Parsed) ([][]setting, error) {
	var sources [][]setting
	var problems []error
	home := homeOf(lookup)
	for _, name := range s.Files {
		path, ok := expand(name, home)
		if _, err := os.Stat(path); !ok || err != nil {
			continue
		}
		settings, err := s.readFile(path, parsed)
		sources, problems = append(sources, settings), append(problems, err)
	}
	if named != "" {
		path, _ := expand(named, home)
		settings, err := s.readFile(path, parsed)
		sources, problems = append(sources, settings), append(problems, err)
	}
	return sources, errors.Join(problems...)
}

func (s *Set) readFile(path string, parsed *Parsed) ([]setting, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	read := readConf
	if strings.HasSuffix(path, ".toml") {
		read = s.readTOML
	}
	entries, err := read(path, text)
	if err != nil {
		return nil, err
	}
	var settings []setting
	for _, e := range entries {
		name := strings.TrimPrefix(e.key, "--")
		origin := fmt.Sprintf("%s:%d: %s", path, e.line, name)
		f := s.named(name)
		switch {
		case f == nil:
			parsed.Keys = append(parsed.Keys, origin)
		case f.Takes == Many && !e.list && e.values[0] == "": // ConfigArgParse sets no list then
		case f.Takes != Many && e.quoted != "":
			settings = append(settings, setting{flag: f, values: []string{e.quoted}, origin: origin})
		default:
			settings = append(settings, setting{flag: f, values: e.values, list: e.list, origin: origin})
		}
	}
	return settings, nil
}

// named returns the flag of exactly that name.
func (s *Set) named(name string) *Flag {
	for i := range s.Flags {
		if f := &s.Flags[i]; f.Name != "" && f.Name == name {
			return f
		}
	}
	return nil
}

// expand replaces a leading ~ by the home directory. It says no if there is none.
func expand(path, home string) (string, bool) {
	below, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path, true
	}
	return filepath.Join(home, below), home != ""
}

func homeOf(lookup func(string) (string, bool)) string {
	if home, ok := lookup("HOME"); ok {
		return home
	}
	home, _ := lookup("USERPROFILE")
	return home
}
