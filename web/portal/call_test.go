package portal_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/portal"
)

// calling is a desk on which calls can be booked; what is chosen ends in the returned value.
func calling(t *testing.T, v portal.View, when portal.When, fails error) (portal.Deps, *portal.Chosen) {
	t.Helper()
	deps, got := desk(t, v), &portal.Chosen{}
	deps.Calls = portal.Calls{
		When:   func(context.Context, string) (portal.When, error) { return when, nil },
		Book:   func(_ context.Context, _ string, c portal.Chosen) error { *got = c; return fails },
		Cancel: func(_ context.Context, _, key string) error { got.Key = key; return fails },
	}
	return deps, got
}

// week is half an hour free at nine on each of five days, on Dublin's summer time.
func week() (slots []kept.Slot) {
	for i := range 5 {
		from := at("2026-05-19T08:00:00Z").AddDate(0, 0, i)
		slots = append(slots, kept.Slot{From: from, To: from.Add(30 * time.Minute)})
	}
	return slots
}

func TestACustomerChoosesWhenWeCall(t *testing.T) {
	v := ours()
	booked := kept.Promise{Kind: kept.Callback, Words: "We call you on +353 86 123 4567.", From: week()[1].From, Due: week()[1].To, State: kept.PromiseOpen}
	for name, c := range map[string]struct {
		view         portal.View
		when         portal.When
		query        string
		says, absent []string
	}{
		"free": {
			v,
			portal.When{Slots: week(), Number: "+353 86 123 4567"},
			"",
			[]string{"When shall we call you?", "Tomorrow", "9:00–9:30", "Thursday", "your time (Dublin)", "Show more days"},
			[]string{"Friday", "I need no call"},
		},
		"more":   {v, portal.When{Slots: week()}, "?more", []string{"Friday", "Saturday"}, []string{"Show more days"}},
		"booked": {v, portal.When{Slots: week(), Booked: &booked}, "", []string{"We call you Wed 20 May, 9:00–9:30.", "I need no call any more"}, nil},
		"full":   {v, portal.When{}, "", []string{"There is no free time"}, []string{"Call me then"}},
		"german": {german(), portal.When{Slots: week()}, "", []string{"Wann dürfen wir Sie anrufen?", "Morgen", "10:00–10:30 Uhr"}, []string{"Tomorrow"}},
	} {
		t.Run(name, func(t *testing.T) {
			deps, _ := calling(t, c.view, c.when, nil)
			w := get(t, deps, "/c/tok/call"+c.query)
			sound(t, w.Body.String())
			text := read(t, w.Body.String())
			for _, says := range c.says {
				if !strings.Contains(text, says) {
					t.Errorf("the page doesn't say %q:\n%s", says, text)
				}
			}
			for _, absent := range c.absent {
				if strings.Contains(text, absent) {
					t.Errorf("the page says %q", absent)
				}
			}
			if c.when.Number != "" && !strings.Contains(w.Body.String(), `353 86 123 4567"`) {
				t.Error("we know their number, and ask for it")
			}
		})
	}
}

func TestBookingACallIsToldOnceAndThanked(t *testing.T) {
	deps, got := calling(t, ours(), portal.When{Slots: week()}, nil)
	from := week()[2].From
	form := url.Values{"number": {" +353 86 123 4567"}, "from": {strconv.FormatInt(from.Unix(), 10)}, "text": {"The upload"}, "key": {"k1"}}
	w := post(t, deps, "/c/tok/call", form)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/c/tok?done=call" {
		t.Fatalf("%d to %q", w.Code, w.Header().Get("Location"))
	}
	if want := (portal.Chosen{Number: "+353 86 123 4567", From: from, Text: "The upload", Key: "k1"}); *got != want {
		t.Errorf("%+v, want %+v", *got, want)
	}
	v := ours()
	v.Promises = []kept.Promise{{ID: 9, Kind: kept.Callback, Words: "We call you on +353 86 123 4567.", From: from, Due: from.Add(30 * time.Minute), State: kept.PromiseOpen, Source: kept.FromCustomer}}
	deps, _ = calling(t, v, portal.When{}, nil)
	text := read(t, get(t, deps, "/c/tok?done=call").Body.String())
	for _, says := range []string{"We call you Thu 21 May, 9:00–9:30.", "We call you on +353 86 123 4567.", "Change the call"} {
		if !strings.Contains(text, says) {
			t.Errorf("the page doesn't say %q:\n%s", says, text)
		}
	}
	if w := post(t, deps, "/c/tok/call/cancel", url.Values{"key": {"k2"}}); w.Header().Get("Location") != "/c/tok?done=no-call" {
		t.Errorf("cancelling leads to %q", w.Header().Get("Location"))
	}
}

func TestABookingThatFailsIsSaidWithOtherTimes(t *testing.T) {
	at := strconv.FormatInt(week()[0].From.Unix(), 10)
	for name, c := range map[string]struct {
		form   url.Values
		fails  error
		status int
		says   string
	}{
		"taken":  {url.Values{"number": {"086 123 4567"}, "from": {at}}, kept.Fail(kept.Conflict, "taken"), http.StatusConflict, "Somebody was a moment faster"},
		"number": {url.Values{"number": {"my phone"}, "from": {at}}, kept.Wrong("number", "no number"), http.StatusUnprocessableEntity, "This can’t be dialled."},
		"none":   {url.Values{"number": {"086 123 4567"}}, nil, http.StatusUnprocessableEntity, "Please choose a time."},
	} {
		t.Run(name, func(t *testing.T) {
			deps, _ := calling(t, ours(), portal.When{Slots: week()}, c.fails)
			w := post(t, deps, "/c/tok/call", c.form)
			text := read(t, w.Body.String())
			sound(t, w.Body.String())
			if w.Code != c.status || !strings.Contains(text, c.says) || !strings.Contains(text, "9:00–9:30") || !strings.Contains(w.Body.String(), c.form.Get("number")) {
				t.Errorf("%d: %s", w.Code, text)
			}
		})
	}
}

// upload is a form with files that is being sent; it counts what was read of it.
type upload struct{ read int }

func (u *upload) Read(b []byte) (int, error) {
	u.read += len(b)
	clear(b)
	return len(b), nil
}

func TestNothingIsReadOfAFormUntilItsLinkHasOpenedAPage(t *testing.T) {
	for name, c := range map[string]struct {
		link, room error
		status     int
	}{
		"a link of nobody's": {kept.Fail(kept.NotFound, "x"), nil, 404},
		"too much at once":   {nil, kept.Fail(kept.TooMany, "x"), 429},
	} {
		for _, path := range []string{"words", "works", "call", "call/cancel"} {
			deps, _ := calling(t, ours(), portal.When{}, nil)
			deps.View = func(context.Context, string) (portal.View, error) { return ours(), c.link }
			deps.Take = func(id kept.ID) error {
				if id != ours().Conversation.ID || c.link != nil {
					t.Errorf("%s: asked for conversation %d", path, id)
				}
				return c.room
			}
			body := &upload{}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/c/tok/"+path, body)
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			w := httptest.NewRecorder()
			portal.Handler(deps).ServeHTTP(w, r)
			if w.Code != c.status || body.read != 0 {
				t.Errorf("%s, %s: answers %d, %d bytes read", path, name, w.Code, body.read)
			}
		}
	}
}

func TestOnlyAFewFormsWithFilesAreReadAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps := desk(t, ours())
		deps.AddWords = func(context.Context, string, string, string, []kept.Attachment) error { return nil }
		h := portal.Handler(deps)
		var ends []*io.PipeWriter
		var answers []*httptest.ResponseRecorder
		for range 5 {
			read, write := io.Pipe()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/c/tok/words", read)
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			w := httptest.NewRecorder()
			ends, answers = append(ends, write), append(answers, w)
			go h.ServeHTTP(w, r)
			synctest.Wait()
		}
		time.Sleep(5 * time.Second)
		rest := "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nSee there.\r\n--x--\r\n"
		finish := func(i int) {
			go func() { _, _ = io.WriteString(ends[i], rest); _ = ends[i].Close() }() // a form that was refused is read by nobody
			synctest.Wait()
		}
		finish(0) // then it is the fourth's turn
		time.Sleep(time.Minute)
		finish(3)
		for i, status := range map[int]int{0: 303, 3: 303, 4: 429} {
			if answers[i].Code != status {
				t.Errorf("form %d answers %d", i, answers[i].Code)
			}
		}
		for _, end := range ends {
			_ = end.Close() // likewise
		}
		synctest.Wait()
	})
}
