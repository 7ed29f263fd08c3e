// Package desk serves the built screens of the desk: files by their names, and the one page for every
// address that the screens understand. It knows nothing of what they show.
package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"path"
	"strings"
)

// file is one built file, with the smaller forms that the build laid beside it.
type file struct {
	mediaType string
	etag      string
	plain     []byte
	brotli    []byte // nil: there is none
	gzip      []byte
	forever   bool // its name changes with its content
}

// mediaTypes are said here, because the machine's own table may say otherwise.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".ico": "image/x-icon", ".woff2": "font/woff2", ".json": "application/json",
	".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8",
}

// read takes all files into memory: they are embedded there anyway.
func read(built fs.FS) (map[string]*file, error) {
	files := map[string]*file{}
	err := fs.WalkDir(built, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		body, err := fs.ReadFile(built, name)
		if err != nil {
			return err
		}
		of, packed := name, path.Ext(name)
		if packed == ".br" || packed == ".gz" {
			of = strings.TrimSuffix(name, packed)
		}
		f := files[of]
		if f == nil {
			f = &file{}
			files[of] = f
		}
		switch packed {
		case ".br":
			f.brotli = body
		case ".gz":
			f.gzip = body
		default:
			f.plain = body
			f.describe(name)
		}
		return nil
	})
	for name, f := range files {
		if f.plain == nil { // a packed file of nothing
			delete(files, name)
		}
	}
	return files, err
}

func (f *file) describe(name string) {
	sum := sha256.Sum256(f.plain)
	f.etag = `"` + hex.EncodeToString(sum[:12]) + `"`
	f.forever = strings.HasPrefix(name, "assets/")
	ext := path.Ext(name)
	f.mediaType = mediaTypes[ext]
	if f.mediaType == "" {
		f.mediaType = mime.TypeByExtension(ext)
	}
	if f.mediaType == "" {
		f.mediaType = "application/octet-stream"
	}
}
