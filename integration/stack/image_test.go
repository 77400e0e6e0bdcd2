//go:build stack

package stack

import (
	"archive/tar"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// An image is a file tree that becomes an image of one layer.
type image struct {
	name    string
	changes []string // instructions of a Dockerfile: ENTRYPOINT, ENV
	fill    func(*tree) error
}

// A tree writes a file tree. All its files belong to root, except directories that say
// otherwise.
type tree struct{ w *tar.Writer }

func (t *tree) dir(name string, uid int) error {
	return t.w.WriteHeader(&tar.Header{
		Typeflag: tar.TypeDir, Name: strings.TrimPrefix(name, "/") + "/", Mode: 0o755, Uid: uid, Gid: uid, ModTime: time.Unix(0, 0),
	})
}

func (t *tree) text(name, text string) error {
	h := &tar.Header{Typeflag: tar.TypeReg, Name: strings.TrimPrefix(name, "/"), Mode: 0o644, Size: int64(len(text)), ModTime: time.Unix(0, 0)}
	if err := t.w.WriteHeader(h); err != nil {
		return err
	}
	_, err := io.WriteString(t.w, text)
	return err
}

func (t *tree) link(name, target string) error {
	return t.w.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: strings.TrimPrefix(name, "/"), Linkname: target, Mode: 0o777})
}

// file copies a file, through symbolic links.
func (t *tree) file(name, from string) error {
	f, err := os.Open(from) //nolint:gosec // of this machine
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h := &tar.Header{
		Typeflag: tar.TypeReg, Name: strings.TrimPrefix(name, "/"), Size: info.Size(),
		Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(),
	}
	if err := t.w.WriteHeader(h); err != nil {
		return err
	}
	_, err = io.Copy(t.w, f)
	return err
}

// copy copies a directory without those paths within it that skip names. Symbolic links
// become what they point to, if that is a file.
func (t *tree) copy(name, from string, skip ...string) error {
	return filepath.WalkDir(from, func(p string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		within, err := filepath.Rel(from, p)
		if err != nil {
			return err
		}
		for _, s := range skip {
			if within == s || entry.Name() == s {
				if entry.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
		}
		if entry.IsDir() {
			return t.dir(path.Join(name, within), 0)
		}
		if info, err := os.Stat(p); err != nil || !info.Mode().IsRegular() {
			return nil // dangling, or a link to a directory
		}
		return t.file(path.Join(name, within), p)
	})
}
