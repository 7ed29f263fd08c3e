package portal

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// writers are used again: a new one allocates far more than a page.
var writers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// send writes the answer, compressed where the browser takes it: a slow telephone gets a quarter.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && h.Get("Content-Encoding") == "" {
		var packed bytes.Buffer
		z := writers.Get().(*gzip.Writer)
		z.Reset(&packed)
		_, _ = z.Write(body) // a buffer takes all
		_ = z.Close()
		writers.Put(z)
		body = packed.Bytes()
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // who has gone needs no answer
	}
}
