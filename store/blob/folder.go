package blob

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Folder is a Store on a local disk: dir/ab/cd/abcd…, beside dir/incoming for what is being written.
// Several processes may share it.
type Folder struct {
	dir  string
	made sync.Map // folders known to be there, durably
}

var _ Store = (*Folder)(nil)

const (
	incoming = "incoming"
	leftover = 24 * time.Hour // a file in incoming that is older was left by a crash
)

// OpenFolder opens the store in dir, which is made where it is missing, and clears away what a
// crash left half-written more than a day ago.
func OpenFolder(dir string) (*Folder, error) {
	f := &Folder{dir: dir}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the blob folder: %w", err)
	}
	if err := f.ensure(incoming); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(dir, incoming))
	if err != nil {
		return nil, fmt.Errorf("looking for half-written blobs: %w", err)
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > leftover {
			// Not being able to remove one costs space, never a body.
			_ = os.Remove(filepath.Join(dir, incoming, entry.Name()))
		}
	}
	return f, nil
}

// Put implements Store.
func (f *Folder) Put(ctx context.Context, body []byte) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	sha := hex.EncodeToString(sum[:])
	if f.holds(ctx, sha, int64(len(body))) {
		// Another writer may have named it a moment ago and not have synced the folder yet.
		return sha, syncFolder(filepath.Dir(f.path(sha)))
	}
	name, _, err := f.write(bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	return sha, f.name(name, sha)
}

// PutReader implements Store.
func (f *Folder) PutReader(ctx context.Context, r io.Reader, limit int64) (string, int64, error) {
	if err := ctx.Err(); err != nil {
		return "", 0, err
	}
	hash := sha256.New()
	name, size, err := f.write(io.TeeReader(io.LimitReader(r, limit+1), hash))
	if err != nil {
		return "", 0, err
	}
	if size > limit {
		os.Remove(name)
		return "", 0, kept.Fail(kept.TooLarge, "This file is larger than the %d bytes we take.", limit)
	}
	sha := hex.EncodeToString(hash.Sum(nil))
	return sha, size, f.name(name, sha)
}

// Open implements Store.
func (f *Folder) Open(_ context.Context, sha string) (io.ReadCloser, int64, error) {
	if !valid(sha) {
		return nil, 0, missing(sha)
	}
	file, err := os.Open(f.path(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, missing(sha)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("opening a blob: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, 0, fmt.Errorf("opening a blob: %w", err)
	}
	return &reader{file: file, sha: sha, hash: sha256.New()}, info.Size(), nil
}

// Walk implements Store.
func (f *Folder) Walk(ctx context.Context, visit func(sha string, size int64) error) error {
	return filepath.WalkDir(f.dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("walking the blobs: %w", err)
		case ctx.Err() != nil:
			return ctx.Err()
		case entry.IsDir() && path == filepath.Join(f.dir, incoming):
			return filepath.SkipDir
		case entry.IsDir() || !valid(entry.Name()):
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return fmt.Errorf("walking the blobs: %w", err)
		}
		return visit(entry.Name(), info.Size())
	})
}

// holds reports whether the body lies here, whole. One that is damaged is written anew.
func (f *Folder) holds(ctx context.Context, sha string, size int64) bool {
	info, err := os.Stat(f.path(sha))
	return err == nil && info.Size() == size && Verify(ctx, f, sha) == nil
}

// write puts r's bytes into a synced file that has no name in the store yet.
func (f *Folder) write(r io.Reader) (name string, size int64, err error) {
	file, err := os.CreateTemp(filepath.Join(f.dir, incoming), "*")
	if err != nil {
		return "", 0, fmt.Errorf("writing a blob: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	size, err = io.Copy(file, r)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return "", 0, fmt.Errorf("writing a blob: %w", err)
	}
	return file.Name(), size, nil
}

// name gives a written file its place, durably. The same content written twice at once is the same
// file, so whoever renames last changes nothing.
func (f *Folder) name(written, sha string) error {
	if err := f.ensure(filepath.Join(sha[:2], sha[2:4])); err != nil {
		os.Remove(written)
		return err
	}
	if err := os.Rename(written, f.path(sha)); err != nil {
		os.Remove(written)
		return fmt.Errorf("naming a blob: %w", err)
	}
	return syncFolder(filepath.Dir(f.path(sha)))
}

// ensure makes a folder below dir, and its parents, so that they too survive a power cut.
func (f *Folder) ensure(below string) error {
	if below == "." {
		return nil
	}
	if _, ok := f.made.Load(below); ok {
		return nil
	}
	if err := f.ensure(filepath.Dir(below)); err != nil {
		return err
	}
	path := filepath.Join(f.dir, below)
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("making a blob folder: %w", err)
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return err
	}
	f.made.Store(below, true)
	return nil
}

func (f *Folder) path(sha string) string { return filepath.Join(f.dir, sha[:2], sha[2:4], sha) }

func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("syncing a blob folder: %w", err)
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil {
		return fmt.Errorf("syncing a blob folder: %w", err)
	}
	return nil
}

// valid holds off every name that isn't a SHA-256, such as "../../etc/passwd".
func valid(sha string) bool {
	if len(sha) != hex.EncodedLen(sha256.Size) {
		return false
	}
	for _, c := range []byte(sha) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func missing(sha string) error {
	err := kept.Fail(kept.NotFound, "This file is no longer here.")
	err.Err = fmt.Errorf("no blob %.64q", sha)
	return err
}
