package portal

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
)

// Calls are what the page on which a customer chooses when we call needs from the desk.
type Calls struct {
	// When reads the windows in which we can call, in order, and what is promised already.
	When func(ctx context.Context, token string) (When, error)
	// Book promises the call: Conflict where somebody else took the window first, Invalid with the field
	// "number" where it can't be dialled.
	Book func(ctx context.Context, token string, c Chosen) error
	// Cancel is the customer's word that they need no call any more.
	Cancel func(ctx context.Context, token, key string) error
}

// When is when a customer can be called.
type When struct {
	Slots  []kept.Slot
	Number string        // theirs, as far as we know it
	Booked *kept.Promise // what is promised already; nil: nothing
}

// Chosen is when and where a customer wants to be called.
type Chosen struct {
	Number, Text, Key string
	From              time.Time
}

// fewDays is how many days of free times a page begins with.
const fewDays = 3

// callForm is the page on which a customer chooses when we call.
type callForm struct {
	frame
	Base, Action        string
	About, Head, What   string
	Wrong               string
	WrongNumber         bool
	Key                 string
	NumberLabel, Number string
	Where               string
	Days                []day
	More                string // to more days; empty: they are all there
	None                string // where nothing is free
	Label, Text         string
	Do, Cancel, Back    string
}

// day is one day's free times.
type day struct {
	Name  string
	Times []free
}

// free is one free time. Its value is the instant, in seconds since 1970.
type free struct {
	Value, Text string
	Chosen      bool
}

// callRoutes serve the pages of calls.
func (d *door) callRoutes(mux *http.ServeMux) {
	if d.deps.Calls.When == nil {
		return
	}
	mux.HandleFunc("GET /c/{token}/call", func(w http.ResponseWriter, r *http.Request) {
		d.askCall(w, r, http.StatusOK, Chosen{Key: rand.Text()}, nil)
	})
	mux.HandleFunc("POST /c/{token}/call", d.bookCall)
	mux.HandleFunc("POST /c/{token}/call/cancel", d.cancelCall)
}

// askCall shows the free times, and what is wrong with what was sent.
func (d *door) askCall(w http.ResponseWriter, r *http.Request, status int, c Chosen, wrong *kept.Error) {
	token := r.PathValue("token")
	v, err := d.theirs(r)
	if err != nil {
		d.trouble(w, r, err)
		return
	}
	when, err := d.deps.Calls.When(r.Context(), token)
	if err != nil {
		d.trouble(w, r, err)
		return
	}
	reader := readerOf(r, v)
	f := callForm{
		frame: d.frameOf(reader, v), Base: "/c/" + url.PathEscape(token), About: words.Line(v.Conversation.Subject, 80),
		Head: reader.Say("portal.call_head"), What: reader.Say("portal.call_what", "who", who(v)), Key: c.Key,
		NumberLabel: reader.Say("portal.call_number"), Number: c.Number, Label: reader.Say("portal.call_label"), Text: c.Text,
		Do: reader.Say("portal.call_do"), Back: reader.Say("portal.back"), None: reader.Say("portal.call_none"),
	}
	f.Action = f.Base + "/call"
	f.Title = reader.Say("portal.title", "subject", f.Head, "organization", f.House)
	if f.Number == "" && wrong == nil {
		f.Number = when.Number
	}
	if p := when.Booked; p != nil {
		f.What, f.Cancel = reader.Say("portal.call_booked", "when", window(reader, *p)), reader.Say("portal.call_cancel")
	}
	if len(when.Slots) > 0 {
		f.Where = reader.Say("portal.call_where", "place", reader.Place(when.Slots[0].From))
	}
	f.Days = daysOf(reader, when.Slots, c.From)
	if len(f.Days) > fewDays && !r.URL.Query().Has("more") && c.From.IsZero() {
		f.Days, f.More = f.Days[:fewDays], reader.Say("portal.call_more")
	}
	switch {
	case wrong == nil:
	case wrong.Kind == kept.Conflict:
		f.Wrong = reader.Say("portal.call_taken")
	case wrong.Field == "number":
		f.Wrong, f.WrongNumber = reader.Say("portal.call_wrong_number"), true
	default:
		f.Wrong = reader.Say("portal.call_choose")
	}
	d.render(w, r, status, "call", f)
}

// daysOf are the free times by the customer's day.
func daysOf(r words.Reader, slots []kept.Slot, chosen time.Time) (days []day) {
	for _, s := range slots {
		name := words.First(r.Day(s.From))
		if len(days) == 0 || days[len(days)-1].Name != name {
			days = append(days, day{Name: name})
		}
		d := &days[len(days)-1]
		d.Times = append(d.Times, free{strconv.FormatInt(s.From.Unix(), 10), r.FromTo(s.From, s.To), s.From.Equal(chosen)})
	}
	return days
}

// bookCall answers POST: it books, then sends the browser back to the page.
func (d *door) bookCall(w http.ResponseWriter, r *http.Request) {
	if _, err := d.open(r); err != nil {
		d.trouble(w, r, err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if err := r.ParseForm(); err != nil {
		d.trouble(w, r, tooMuch(err))
		return
	}
	c := Chosen{
		Number: words.Line(r.PostForm.Get("number"), 40), Text: clean(r.PostForm.Get("text")), Key: words.Line(r.PostForm.Get("key"), 64),
	}
	if c.Key == "" {
		c.Key = rand.Text()
	}
	if seconds, err := strconv.ParseInt(r.PostForm.Get("from"), 10, 64); err == nil {
		c.From = time.Unix(seconds, 0).UTC()
	}
	if c.From.IsZero() {
		d.askCall(w, r, http.StatusUnprocessableEntity, c, kept.Wrong("from", "no time was chosen"))
		return
	}
	err := d.deps.Calls.Book(r.Context(), r.PathValue("token"), c)
	if e, ok := asError(err); ok && (e.Kind == kept.Conflict || e.Kind == kept.Invalid) {
		status := http.StatusUnprocessableEntity
		if e.Kind == kept.Conflict {
			status, c.From = http.StatusConflict, time.Time{}
		}
		c.Key = rand.Text()
		d.askCall(w, r, status, c, e)
		return
	}
	d.toldOfCall(w, r, err, "call")
}

// cancelCall answers POST: no call is needed any more.
func (d *door) cancelCall(w http.ResponseWriter, r *http.Request) {
	if _, err := d.open(r); err != nil {
		d.trouble(w, r, err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if err := r.ParseForm(); err != nil {
		d.trouble(w, r, tooMuch(err))
		return
	}
	err := d.deps.Calls.Cancel(r.Context(), r.PathValue("token"), words.Line(r.PostForm.Get("key"), 64))
	d.toldOfCall(w, r, err, "no-call")
}

func (d *door) toldOfCall(w http.ResponseWriter, r *http.Request, err error, done string) {
	if err != nil {
		d.trouble(w, r, err)
		return
	}
	http.Redirect(w, r, "/c/"+url.PathEscape(r.PathValue("token"))+"?done="+done, http.StatusSeeOther)
}

// window is a promised call's time in a line: "Tue 19 May, 10:00–10:30", or by when where it has no window.
func window(r words.Reader, p kept.Promise) string {
	if p.From.IsZero() {
		return r.By(p.Due)
	}
	return r.Window(p.From, p.Due)
}

// thanksForCall is said after a call was booked or cancelled.
func thanksForCall(r words.Reader, v View, done string) (thanks, then string) {
	if done == "no-call" {
		return r.Say("portal.thanks_no_call"), r.Say("portal.thanks_no_call_next")
	}
	for _, p := range openOnes(v.Promises) {
		if p.Kind == kept.Callback {
			return r.Say("portal.thanks_call", "when", window(r, p)), r.Say("portal.thanks_call_next", "what", stop(r.Does(p, who(v))))
		}
	}
	return "", ""
}

// callAct is the way to choose when we call.
func callAct(r words.Reader, v View, base string) act {
	a := act{Href: base + "/call", Text: r.Say("portal.call"), Small: r.Say("portal.call_small")}
	for _, p := range openOnes(v.Promises) {
		if p.Kind == kept.Callback {
			a.Text, a.Small = r.Say("portal.call_change"), words.First(window(r, p))
		}
	}
	return a
}
