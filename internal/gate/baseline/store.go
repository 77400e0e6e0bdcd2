package baseline

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hopperband/hopperband/internal/gate/record"
	"github.com/hopperband/hopperband/internal/gate/wholefile"
)

const (
	suffix = ".json"
	// largest is the size of a file in bytes above which it is not read: a record of 10 000
	// names has about a fifth of it.
	largest = 64 << 20
)

// A Store is a folder with one JSON file for each run, named by its ID. Several gates may use
// it at once: a file appears whole or not at all, and no run is written over another.
type Store struct{ dir string }

// Open opens the store in a folder, which is made when the first run is put into it.
func Open(dir string) *Store { return &Store{dir: dir} }

// Dir returns the folder.
func (s *Store) Dir() string { return s.dir }

// Put writes a run. Nothing of it stays behind if that fails, and what was in the store is as
// it was.
func (s *Store) Put(run *record.Run) error {
	if !record.ValidID(run.ID) {
		return fmt.Errorf("baseline: run ID %q is none of record.NewID", run.ID)
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return fmt.Errorf("baseline: making the folder of past runs: %w", err)
	}
	if _, err := os.Lstat(s.path(run.ID)); err == nil {
		return fmt.Errorf("baseline: run %s is in %s already", run.ID, s.dir)
	}
	return s.write(run)
}

func (s *Store) path(id string) string { return filepath.Join(s.dir, id+suffix) }

func (s *Store) write(run *record.Run) error {
	if err := wholefile.Write(s.path(run.ID), run.Write); err != nil {
		return fmt.Errorf("baseline: writing run %s to %s: %w", run.ID, s.dir, err)
	}
	return nil
}

// Get returns the run of an ID, or of the beginning of one if no other begins so.
func (s *Store) Get(id string) (*record.Run, error) {
	names, err := s.files()
	if err != nil {
		return nil, err
	}
	var found []string
	for _, name := range names {
		if strings.HasPrefix(name, id) && id != "" {
			found = append(found, name)
		}
	}
	switch {
	case len(found) == 0:
		return nil, fmt.Errorf("baseline: no run %q in %s: `gate baseline list` names those there are", id, s.dir)
	case len(found) > 1:
		return nil, fmt.Errorf("baseline: %d runs begin with %q: write more of the ID", len(found), id)
	}
	return s.read(found[0])
}

// Runs goes through all runs, the newest first. A file that is no record, is damaged, or of
// another schema comes as an error that names it, and the next one follows.
func (s *Store) Runs() iter.Seq2[*record.Run, error] {
	return func(yield func(*record.Run, error) bool) {
		names, err := s.files()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, name := range names {
			run, err := s.read(name)
			if errors.Is(err, fs.ErrNotExist) {
				continue // pruned meanwhile by another gate
			}
			if !yield(run, err) {
				return
			}
		}
	}
}

// files returns the names of the files that could be runs, the newest first; none of a folder
// that does not exist.
func (s *Store) files() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("baseline: reading the folder of past runs: %w", err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	return names, nil
}

func (s *Store) read(name string) (*record.Run, error) {
	path := filepath.Join(s.dir, name)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("baseline: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("baseline: %s is no file", path)
	case info.Size() > largest:
		return nil, fmt.Errorf("baseline: %s has %d bytes, a record has at most %d", path, info.Size(), int64(largest))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	run, err := record.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("baseline: %s: %w", path, err)
	}
	if run.ID+suffix != name {
		return nil, fmt.Errorf("baseline: %s holds run %s: it was renamed or copied", path, run.ID)
	}
	return run, nil
}
