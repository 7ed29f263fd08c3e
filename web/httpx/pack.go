package httpx

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// packers are used again: a new one allocates far more than an answer.
var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil {
		panic(err) // the level is one of the package's own
	}
	return z
}}

// worthPacking is from how many bytes on JSON is compressed.
const worthPacking = 1024

// Packed compresses JSON that is worth it for clients that take it. Everything else passes as it is.
func Packed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			next.ServeHTTP(w, r)
			return
		}
		p := &packed{ResponseWriter: w}
		defer p.close()
		next.ServeHTTP(p, r)
	})
}

// packed holds the status back until the first bytes show whether it is worth compressing.
type packed struct {
	http.ResponseWriter
	status int
	begun  bool
	z      *gzip.Writer
}

func (p *packed) WriteHeader(status int) {
	if p.begun || p.status != 0 {
		return
	}
	p.status = status
	if status < 200 || status == http.StatusNoContent || status == http.StatusNotModified || !p.json() {
		p.begin()
	}
}

func (p *packed) Write(b []byte) (int, error) {
	if !p.begun {
		if len(b) >= worthPacking && p.json() {
			h := p.Header()
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			p.z = packers.Get().(*gzip.Writer)
			p.z.Reset(p.ResponseWriter)
		}
		p.begin()
	}
	if p.z != nil {
		return p.z.Write(b)
	}
	return p.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (p *packed) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// FlushError sends what was written so far: who flushes has begun to answer.
func (p *packed) FlushError() error {
	p.begin()
	if p.z != nil {
		if err := p.z.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(p.ResponseWriter).Flush()
}

func (p *packed) json() bool {
	t, _, _ := strings.Cut(p.Header().Get("Content-Type"), ";")
	return t == "application/json" || strings.HasSuffix(t, "+json")
}

func (p *packed) begin() {
	if p.begun {
		return
	}
	p.begun = true
	if p.json() {
		p.Header().Add("Vary", "Accept-Encoding")
	}
	if p.status != 0 {
		p.ResponseWriter.WriteHeader(p.status)
	}
}

func (p *packed) close() {
	if p.status != 0 {
		p.begin()
	}
	if p.z == nil {
		return
	}
	_ = p.z.Close() // who has gone needs no answer
	packers.Put(p.z)
	p.z = nil
}
