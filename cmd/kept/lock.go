package main

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/kept-desk/kept/kept"
)

// lockName is the file in a data folder that whoever serves from it holds locked.
const lockName = "kept.lock"

// lockFolder makes the folder if need be and holds it for this program alone until the file is closed
// or the program dies, however it dies: the lock is the system's, and the file that stays means nothing.
func lockFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = kept.Fail(kept.Conflict, "Another Kept is serving from %s. Stop it first, or choose another folder with --data.", dir)
	}
	if err != nil {
		f.Close() //nolint:errcheck,gosec // the first error is the one to tell
		return nil, err
	}
	return f, nil
}
