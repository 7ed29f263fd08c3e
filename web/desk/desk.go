package desk

import (
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/kept-desk/kept/web/httpx"
)

// index is the page that every screen lives in.
const index = "index.html"

// worker is the script that shows pushes while no screen is open.
const worker = "push.js"

// unbuilt is said where the binary was made without the screens.
const unbuilt = "The desk's screens are not in this binary. Build them with: make build\n"

// Handler serves the built desk. An address that is no file is a screen's: it gets the page, which
// finds its way by itself.
func Handler(built fs.FS) (http.Handler, error) {
	files, err := read(built)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "This address is only read.", http.StatusMethodNotAllowed)
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		f := files[name]
		if f == nil && isFile(name) {
			http.Error(w, "There is no such file.", http.StatusNotFound)
			return
		}
		if f == nil || name == index {
			httpx.Routed(r.Context(), "/")
			page(w, r, files[index])
			return
		}
		if name == worker { // a worker that its own answer puts into a sandbox is refused by browsers
			w.Header().Set("Content-Security-Policy", httpx.DeskPolicy)
		}
		httpx.Routed(r.Context(), "/assets")
		serve(w, r, f)
	}), nil
}

// isFile reports an address that only a file could have: a screen must not be answered there, because
// a browser with an old page would take it for the script that it asked for.
func isFile(name string) bool {
	return strings.HasPrefix(name, "assets/") || mediaTypes[path.Ext(name)] != ""
}

func page(w http.ResponseWriter, r *http.Request, f *file) {
	w.Header().Set("Content-Security-Policy", httpx.DeskPolicy)
	w.Header().Set("Cache-Control", "no-store")
	if f == nil {
		http.Error(w, unbuilt, http.StatusServiceUnavailable)
		return
	}
	send(w, r, f)
}

func serve(w http.ResponseWriter, r *http.Request, f *file) {
	h := w.Header()
	h.Set("ETag", f.etag)
	h.Set("Cache-Control", "no-cache")
	if f.forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if strings.Contains(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	send(w, r, f)
}

// send writes the smallest form that the client takes.
func send(w http.ResponseWriter, r *http.Request, f *file) {
	h := w.Header()
	h.Set("Content-Type", f.mediaType)
	h.Add("Vary", "Accept-Encoding")
	body, takes := f.plain, r.Header.Get("Accept-Encoding")
	switch {
	case f.brotli != nil && strings.Contains(takes, "br"):
		body = f.brotli
		h.Set("Content-Encoding", "br")
	case f.gzip != nil && strings.Contains(takes, "gzip"):
		body = f.gzip
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // who has gone needs no answer
	}
}
