package portal

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/kept-desk/kept/rules/words"
)

// question is a page that asks before something changes. All of them stand in questions.
type question struct {
	path string // under the customer's page
	key  string // its sentences are portal.ask_KEY…

	words, must bool // it takes words; it needs them
	by          bool // it asks for a time, too
	tell        func(d *door, ctx context.Context, token string, a answer) error
}

// answer is what the form sent.
type answer struct{ text, by, key string }

// questions are what a customer can tell us.
var questions = []question{
	{path: "works", key: "works", tell: func(d *door, ctx context.Context, token string, a answer) error {
		return d.deps.Works(ctx, token, a.key)
	}},
	{path: "not-solved", key: "not_solved", words: true, tell: func(d *door, ctx context.Context, token string, a answer) error {
		return d.deps.NotSolved(ctx, token, a.text, a.key)
	}},
	{path: "words", key: "words", words: true, must: true, tell: func(d *door, ctx context.Context, token string, a answer) error {
		return d.deps.AddWords(ctx, token, a.text, a.key)
	}},
	{path: "sooner", key: "sooner", words: true, must: true, by: true, tell: func(d *door, ctx context.Context, token string, a answer) error {
		return d.deps.AddWords(ctx, token, a.text, a.key)
	}},
}

// Limits of what a form takes.
const (
	longestText = 10_000   // letters
	longestBy   = 200      // letters
	longestForm = 64 << 10 // bytes: every letter of the longest text may take four, some twice that in a form
)

// form is the page of a question.
type form struct {
	frame
	Base, Action    string
	About, Head     string
	What            string
	ByLabel, By     string
	Label, Text     string
	Must            bool
	Wrong           string // what to correct
	Key             string
	Do, Back        string
	ShowBy, ShowBox bool
}

// ask answers GET: it shows the form, and changes nothing.
func (d *door) ask(w http.ResponseWriter, r *http.Request, q question) {
	v, err := d.deps.View(r.Context(), r.PathValue("token"))
	if err != nil {
		d.trouble(w, r, err)
		return
	}
	d.render(w, r, http.StatusOK, "ask", d.formOf(r, v, q, answer{key: rand.Text()}, ""))
}

// answer answers POST: it tells the desk, then sends the browser back to the page, so that
// reloading tells nothing twice.
func (d *door) answer(w http.ResponseWriter, r *http.Request, q question) {
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	token := r.PathValue("token")
	if err := r.ParseForm(); err != nil {
		d.trouble(w, r, tooMuch(err))
		return
	}
	a := answer{text: clean(r.PostForm.Get("text")), by: words.Line(r.PostForm.Get("by"), longestBy), key: words.Line(r.PostForm.Get("key"), 64)}
	if a.key == "" {
		a.key = rand.Text() // a form that isn't ours says each thing as often as it is sent
	}
	if q.words && (q.must && a.text == "" && a.by == "" || utf8.RuneCountInString(a.text) > longestText) {
		d.askAgain(w, r, q, a)
		return
	}
	if q.by {
		v, err := d.deps.View(r.Context(), token)
		if err != nil {
			d.trouble(w, r, err)
			return
		}
		a.text = sooner(readerOf(r, v), a)
	}
	if err := q.tell(d, r.Context(), token, a); err != nil {
		d.trouble(w, r, err)
		return
	}
	http.Redirect(w, r, "/c/"+url.PathEscape(token)+"?done="+q.path, http.StatusSeeOther)
}

// askAgain shows the form with what was written, and what is wrong with it.
func (d *door) askAgain(w http.ResponseWriter, r *http.Request, q question, a answer) {
	v, err := d.deps.View(r.Context(), r.PathValue("token"))
	if err != nil {
		d.trouble(w, r, err)
		return
	}
	reader := readerOf(r, v)
	wrong := reader.Say("portal.empty")
	if over := utf8.RuneCountInString(a.text) - longestText; over > 0 {
		wrong = reader.Say("portal.too_long", "n", over)
	}
	d.render(w, r, http.StatusUnprocessableEntity, "ask", d.formOf(r, v, q, a, wrong))
}

func (d *door) formOf(r *http.Request, v View, q question, a answer, wrong string) form {
	reader := readerOf(r, v)
	say := func(part string) string { return reader.Say("portal.ask_"+q.key+part, "who", who(v)) }
	f := form{
		frame: d.frameOf(reader, v), Base: "/c/" + url.PathEscape(r.PathValue("token")),
		About: words.Line(v.Conversation.Subject, 80), Head: say(""), What: say("_what"), Do: say("_do"),
		Text: a.text, By: a.by, Key: a.key, Wrong: wrong, Must: q.must && !q.by,
		Back: reader.Say("portal.back"), ShowBox: q.words, ShowBy: q.by,
	}
	f.Action = f.Base + "/" + q.path
	f.Title = reader.Say("portal.title", "subject", f.Head, "organization", f.House)
	if p, ok := still(v); ok && q.key == "works" {
		f.What = reader.Say("portal.ask_works_still", "thing", reader.Thing(p))
	}
	if q.words {
		f.Label = say("_label")
	}
	if q.by {
		f.ByLabel, f.What = say("_by"), say("_what_open")
		if p, ok := next(v); ok {
			f.What = reader.Say("portal.ask_sooner_what", "who", who(v), "by", due(reader, p))
		}
	}
	return f
}

// sooner is the message that says by when a customer needs it, and why.
func sooner(r words.Reader, a answer) string {
	head := r.Say("portal.sooner_text_open")
	if a.by != "" {
		head = r.Say("portal.sooner_text", "by", a.by)
	}
	return strings.TrimSpace(head + "\n\n" + a.text)
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
