package desk_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/kept-desk/kept/web/desk"
)

func built() fstest.MapFS {
	return fstest.MapFS{
		".gitkeep":                {},
		"index.html":              {Data: []byte("<!doctype html>the page")},
		"index.html.br":           {Data: []byte("page in brotli")},
		"mark.svg":                {Data: []byte("<svg/>")},
		"assets/main-Ab12.js":     {Data: []byte("the script")},
		"assets/main-Ab12.js.br":  {Data: []byte("script in brotli")},
		"assets/main-Ab12.js.gz":  {Data: []byte("script in gzip")},
		"assets/inter-Cd34.woff2": {Data: []byte("a font")},
	}
}

func ask(t *testing.T, h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestTheDeskIsServed(t *testing.T) {
	h, err := desk.Handler(built())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ method, path, takes, status, body, mediaType, cache string }{
		{"GET", "/", "", "200", "<!doctype html>the page", "text/html; charset=utf-8", "no-store"},
		{"GET", "/index.html", "", "200", "<!doctype html>the page", "text/html; charset=utf-8", "no-store"},
		{"GET", "/inbox/mine", "gzip, br", "200", "page in brotli", "text/html; charset=utf-8", "no-store"},
		{"GET", "/conversations/12", "gzip", "200", "<!doctype html>the page", "text/html; charset=utf-8", "no-store"},
		{"GET", "/sign-in?token=a.b", "", "200", "<!doctype html>the page", "text/html; charset=utf-8", "no-store"},
		{"GET", "/assets/main-Ab12.js", "", "200", "the script", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"GET", "/assets/main-Ab12.js", "gzip, deflate, br", "200", "script in brotli", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"GET", "/assets/main-Ab12.js", "gzip", "200", "script in gzip", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"},
		{"GET", "/assets/inter-Cd34.woff2", "br", "200", "a font", "font/woff2", "public, max-age=31536000, immutable"},
		{"HEAD", "/mark.svg", "", "200", "", "image/svg+xml", "no-cache"},
		{"GET", "/assets/main-Old1.js", "", "404", "There is no such file.\n", "text/plain; charset=utf-8", ""},
		{"GET", "/favicon.ico", "", "404", "There is no such file.\n", "text/plain; charset=utf-8", ""},
		{"POST", "/inbox/mine", "", "405", "This address is only read.\n", "text/plain; charset=utf-8", ""},
	} {
		w := ask(t, h, c.method, c.path, "Accept-Encoding", c.takes)
		got := []string{strings.Split(w.Result().Status, " ")[0], w.Body.String(), w.Header().Get("Content-Type"), w.Header().Get("Cache-Control")}
		if want := []string{c.status, c.body, c.mediaType, c.cache}; strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s %s (%s):\n got %q\nwant %q", c.method, c.path, c.takes, got, want)
		}
	}
	page := ask(t, h, "GET", "/inbox/mine")
	if csp := page.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "unsafe") {
		t.Errorf("the page's policy is %q", csp)
	}
}

func TestAFileThatDidntChangeIsNotSentAgain(t *testing.T) {
	h, err := desk.Handler(built())
	if err != nil {
		t.Fatal(err)
	}
	etag := ask(t, h, "GET", "/mark.svg").Header().Get("ETag")
	if again := ask(t, h, "GET", "/mark.svg", "If-None-Match", etag); etag == "" || again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("asked again with %q: %d, %d bytes", etag, again.Code, again.Body.Len())
	}
}

func TestABinaryWithoutScreensSaysHowToBuildThem(t *testing.T) {
	h, err := desk.Handler(fstest.MapFS{".gitkeep": {}})
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(t, h, "GET", "/"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make build") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
