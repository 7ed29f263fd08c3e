package email

import (
	"os"
	"path/filepath"
)

// writeWhole writes a file that is there as a whole or not at all, also after a power cut.
func writeWhole(path string, body []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".writing-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // once it is renamed there is nothing to remove
	if _, err := file.Write(body); err != nil {
		file.Close()
		return err
	}
	if err := file.Sync(); err != nil {
		file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
