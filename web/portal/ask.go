package portal

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
)

// question is a page that asks before something changes. All of them stand in questions.
type question struct {
	path   string // under the customer's page
	key    string // its sentences are portal.ask_KEY…
	files  bool   // it takes files
	what   func(asking) string
	fields func(asking) []field
	check  func(asking) fault // what can't be taken; nil: everything can
	tell   func(d *door, ctx context.Context, token string, a asking) error
}

// asking is a question being put to somebody, with what they answered so far.
type asking struct {
	words.Reader
	v     View
	form  url.Values
	files []kept.Attachment
	key   string
}

// text is a longer text of the form, line one on one line.
func (a asking) text() string            { return clean(a.form.Get("text")) }
func (a asking) line(name string) string { return words.Line(a.form.Get(name), longestLine) }

// fault is what is wrong with an answer: the field and a sentence. Empty: nothing.
type fault struct{ field, says string }

// questions are what a customer can tell us.
var questions = []question{
	{path: "works", key: "works", what: worksWhat, tell: func(d *door, ctx context.Context, token string, a asking) error {
		return d.deps.Works(ctx, token, a.key)
	}},
	{path: "not-solved", key: "not_solved", fields: onlyWords("not_solved"), tell: func(d *door, ctx context.Context, token string, a asking) error {
		return d.deps.NotSolved(ctx, token, a.text(), a.key)
	}},
	{path: "words", key: "words", files: true, fields: wordsAndFiles, check: someWords, tell: func(d *door, ctx context.Context, token string, a asking) error {
		return d.deps.AddWords(ctx, token, a.text(), a.key, a.files)
	}},
	{path: "sooner", key: "sooner", what: soonerWhat, fields: soonerFields, check: soonerCheck, tell: func(d *door, ctx context.Context, token string, a asking) error {
		need, _ := a.need()
		return d.deps.NeedSooner(ctx, token, need, a.key)
	}},
	{path: "senior", key: "senior", fields: onlyWords("senior"), tell: func(d *door, ctx context.Context, token string, a asking) error {
		return d.deps.AskSenior(ctx, token, a.text(), a.key)
	}},
	{path: "no-help", key: "workaround_fails", fields: onlyWords("workaround_fails"), tell: func(d *door, ctx context.Context, token string, a asking) error {
		return d.deps.WorkaroundFails(ctx, token, a.text(), a.key)
	}},
	{path: "not-needed", key: "not_needed", what: notNeededWhat, fields: notNeededFields, tell: func(d *door, ctx context.Context, token string, a asking) error {
		return d.deps.NotNeeded(ctx, token, a.text(), a.unneeded(), a.key)
	}},
	{path: "reach", key: "reach", fields: reachFields, check: reachCheck, tell: func(d *door, ctx context.Context, token string, a asking) error {
		return d.deps.ChangeReach(ctx, token, a.reach())
	}},
}

// Limits of what a form takes.
const (
	longestText = 10_000           // letters
	longestLine = 200              // letters
	longestForm = 64 << 10         // bytes: every letter of the longest text may take four, some twice that in a form
	mostParts   = 50               // of a form with files
	mostForms   = 3                // with files, read at once: they stand in memory
	longestWait = 15 * time.Second // for one of those to end
)

// form is the page of a question.
type form struct {
	frame
	Base, Action string
	About, Head  string
	What         string
	Fields       []field
	Files        bool
	Wrong        string // what to correct
	Key          string
	Do, Back     string
}

// ask answers GET: it shows the form, and changes nothing.
func (d *door) ask(w http.ResponseWriter, r *http.Request, q question) {
	v, err := d.theirs(r)
	if err != nil {
		d.trouble(w, r, err)
		return
	}
	a := asking{Reader: readerOf(r, v), v: v, form: r.URL.Query(), key: rand.Text()}
	a.form.Del("text") // a link of somebody else puts no words into a customer's mouth
	d.render(w, r, http.StatusOK, "ask", d.formOf(r, q, a, fault{}))
}

// answer answers POST: it tells the desk, then sends the browser back to the page, so that
// reloading tells nothing twice.
func (d *door) answer(w http.ResponseWriter, r *http.Request, q question) {
	v, done, err := d.let(w, r, q)
	if err != nil {
		d.trouble(w, r, err)
		return
	}
	defer done()
	files, err := d.read(w, r, q)
	if err != nil {
		d.trouble(w, r, tooMuch(err))
		return
	}
	token := r.PathValue("token")
	a := asking{Reader: readerOf(r, v), v: v, form: r.PostForm, files: files, key: words.Line(r.PostForm.Get("key"), 64)}
	if a.key == "" {
		a.key = rand.Text() // a form that isn't ours says each thing as often as it is sent
	}
	if wrong := checked(q, a); wrong.says != "" {
		d.render(w, r, http.StatusUnprocessableEntity, "ask", d.formOf(r, q, a, wrong))
		return
	}
	if err := q.tell(d, r.Context(), token, a); err != nil {
		d.trouble(w, r, err)
		return
	}
	http.Redirect(w, r, "/c/"+url.PathEscape(token)+"?done="+q.path, http.StatusSeeOther)
}

// let looks at the link, and at how much was said by it, before anything of the form is read: whoever has no
// link costs us nothing. Done ends the turn of a form with files.
func (d *door) let(w http.ResponseWriter, r *http.Request, q question) (v View, done func(), err error) {
	if v, err = d.open(r); err != nil || !brings(r, q) {
		return v, func() {}, err
	}
	select {
	case d.files <- struct{}{}:
		return v, func() { <-d.files }, nil
	case <-time.After(longestWait):
	case <-r.Context().Done():
	}
	return v, nil, kept.Fail(kept.TooMany, "too many send files")
}

// open opens the page that somebody tells something on, if there is room for one thing more.
func (d *door) open(r *http.Request) (View, error) {
	v, err := d.theirs(r)
	if err == nil && d.deps.Take != nil {
		err = d.deps.Take(v.Conversation.ID)
	}
	return v, err
}

// theirs is the page of a link by which its customer can tell something.
func (d *door) theirs(r *http.Request) (View, error) {
	v, err := d.deps.View(r.Context(), r.PathValue("token"))
	if err == nil && v.ViewOnly {
		err = errViewOnly
	}
	return v, err
}

// errViewOnly refuses what only the customer can tell.
var errViewOnly = kept.Fail(kept.Forbidden, "this link only shows the page")

// brings reports a form that may bring files.
func brings(r *http.Request, q question) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return q.files && kind == "multipart/form-data"
}

// read reads a form, with the files that it brings where the question takes any.
func (d *door) read(w http.ResponseWriter, r *http.Request, q question) ([]kept.Attachment, error) {
	if !brings(r, q) {
		r.Body = http.MaxBytesReader(w, r.Body, longestForm)
		return nil, r.ParseForm()
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestForm+d.deps.MaxFiles)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	r.PostForm = url.Values{}
	var files []kept.Attachment
	for range mostParts {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return files, nil
		case err != nil:
			return nil, err
		case part.FileName() == "":
			text, err := io.ReadAll(http.MaxBytesReader(w, part, longestForm))
			if err != nil {
				return nil, err
			}
			r.PostForm.Add(part.FormName(), string(text))
		case part.FormName() == "files":
			f, err := fileOf(part, len(files) < mostFiles)
			if err != nil {
				return nil, err
			}
			files = append(files, f)
		}
	}
	return nil, errors.New("the form has too many parts")
}

// fileOf reads a file of a form, or only its name: all of it in memory, so that nothing is left behind on a disk.
func fileOf(part *multipart.Part, whole bool) (f kept.Attachment, err error) {
	kind, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
	if err != nil || !strings.Contains(kind, "/") {
		kind = "application/octet-stream"
	}
	f = kept.Attachment{Name: part.FileName(), Type: kind}
	if !whole {
		return f, nil
	}
	f.Bytes, err = io.ReadAll(part)
	return f, err
}

// checked says what is wrong with an answer.
func checked(q question, a asking) fault {
	if over := utf8.RuneCountInString(a.text()) - longestText; over > 0 {
		return fault{"text", a.Say("portal.too_long", "n", over)}
	}
	if q.check == nil {
		return fault{}
	}
	return q.check(a)
}

func (d *door) formOf(r *http.Request, q question, a asking, wrong fault) form {
	say := func(part string) string { return a.Say("portal.ask_"+q.key+part, "who", who(a.v), "lead", lead(a.v)) }
	f := form{
		frame: d.frameOf(a.Reader, a.v), Base: "/c/" + url.PathEscape(r.PathValue("token")),
		About: words.Line(a.v.Conversation.Subject, 80), Head: say(""), Do: say("_do"),
		Key: a.key, Wrong: wrong.says, Files: q.files, Back: a.Say("portal.back"),
	}
	f.Action = f.Base + "/" + q.path
	f.Title = a.Say("portal.title", "subject", f.Head, "organization", f.House)
	if q.what != nil {
		f.What = q.what(a)
	} else {
		f.What = say("_what")
	}
	if q.fields != nil {
		f.Fields = q.fields(a)
	}
	for i := range f.Fields {
		f.Fields[i].Wrong = wrong.field == f.Fields[i].Name
	}
	return f
}

// worksWhat says what follows when it works: what is promised for its own sake stays due.
func worksWhat(a asking) string {
	if p, ok := still(a.v); ok {
		return a.Say("portal.ask_works_still", "thing", a.Thing(p))
	}
	return a.Say("portal.ask_works_what")
}

// onlyWords asks for words alone, and doesn't need them.
func onlyWords(key string) func(asking) []field {
	return func(a asking) []field {
		return []field{{Kind: "area", Name: "text", Label: a.Say("portal.ask_" + key + "_label"), Value: a.text()}}
	}
}

func wordsAndFiles(a asking) []field {
	return []field{
		{Kind: "area", Name: "text", Label: a.Say("portal.ask_words_label"), Value: a.text()},
		{Kind: "files", Name: "files", Label: a.Say("portal.files_label", "n", mostFiles)},
	}
}

// mostFiles is how many files can be brought at once.
const mostFiles = 10

func someWords(a asking) fault {
	switch {
	case a.text() == "" && len(a.files) == 0:
		return fault{"text", a.Say("portal.empty")}
	case len(a.files) > mostFiles:
		return fault{"files", a.Say("portal.files_many", "n", mostFiles)}
	}
	return fault{}
}

// clean is text from a form as text: valid, with plain line breaks, without what can't be seen.
func clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if c < ' ' && c != '\n' && c != '\t' || c == 0x7f {
			return -1
		}
		return c
	}, text))
}
