package portal

import (
	"bytes"
	"crypto/rand"
	"embed"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
)

//go:embed *.html
var templates embed.FS

var pages = template.Must(template.ParseFS(templates, "*.html"))

// render writes a page by its template's name.
func (d *door) render(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, data); err != nil {
		d.deps.Log.ErrorContext(r.Context(), "a customer's page can't be written", "page", name, "err", err)
		http.Error(w, "Something failed here.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Add("Vary", "Accept-Language")
	send(w, r, status, page.Bytes())
}

// troubles say for each kind of failure what a customer reads and the status of the answer.
var troubles = map[kept.Kind]struct {
	status int
	key    string
}{
	kept.NotFound:    {http.StatusNotFound, "portal.lost"},
	kept.SignedOut:   {http.StatusGone, "portal.gone"},
	kept.Conflict:    {http.StatusConflict, "portal.changed"},
	kept.Forbidden:   {http.StatusForbidden, "portal.refused"},
	kept.Invalid:     {http.StatusUnprocessableEntity, "portal.refused"},
	kept.TooLarge:    {http.StatusRequestEntityTooLarge, "portal.too_large"},
	kept.TooMany:     {http.StatusTooManyRequests, "portal.many"},
	kept.Unavailable: {http.StatusServiceUnavailable, "portal.trouble"},
}

// problem is the page that says what happened and what to do.
type problem struct {
	frame
	Head, What string
}

// trouble answers a failure with a page. It can't say whose page it would have been: that is
// nobody's business who has no valid link. The address isn't logged; it is a secret.
func (d *door) trouble(w http.ResponseWriter, r *http.Request, err error) {
	status, key, code := http.StatusInternalServerError, "portal.trouble", ""
	var e *kept.Error
	if errors.As(err, &e) {
		if t, ok := troubles[e.Kind]; ok {
			status, key = t.status, t.key
		}
	}
	if errors.Is(err, errViewOnly) {
		key = "portal.view_only"
	}
	if key == "portal.trouble" {
		code = logCode()
		d.deps.Log.ErrorContext(r.Context(), "a customer's page failed", "code", code, "err", err)
	}
	language := words.Best(asked(r)...)
	p := problem{
		frame: frame{Language: language, Style: d.style.href, Brand: brandHref("")},
		Head:  words.Say(language, key), What: words.Say(language, key+"_what", "code", code),
	}
	p.Title = p.Head
	d.render(w, r, status, "trouble", p)
}

// asError is a failure that a person can be told about.
func asError(err error) (*kept.Error, bool) {
	var e *kept.Error
	ok := errors.As(err, &e)
	return e, ok
}

// tooMuch tells a form that is too large from one that can't be read.
func tooMuch(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return &kept.Error{Kind: kept.TooLarge, Say: "the form is too large", Err: err}
	}
	return &kept.Error{Kind: kept.Invalid, Say: "the form can't be read", Err: err}
}

// logCode is a short name for one failure, said to the customer and written in the log.
func logCode() string {
	b := make([]byte, 3)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}
