package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/api"
)

// rings is the path at which a telephone system tells of an inbox's calls.
func (w *world) rings() string {
	w.Helper()
	at := into[api.TelephoneDoor](w.as(w.ana).ask("GET", inbox(w.inbox.ID, "/telephone"), nil).is(200)).URL
	u, err := url.Parse(at)
	w.ok(err)
	return u.Path
}

func aCall(changes ...func(*api.TelephonedCall)) api.TelephonedCall {
	c := api.TelephonedCall{
		ID: "c1", Direction: kept.CallIn, From: "+353 86 123 4567", To: "+353 1 555 0000",
		StartedAt: monday.Add(-5 * time.Minute), Duration: 40, Outcome: kept.NoAnswer,
	}
	for _, f := range changes {
		f(&c)
	}
	return c
}

func inbox(id kept.ID, rest string) string { return fmt.Sprintf("/api/inboxes/%d%s", id, rest) }

// matters are the conversations that are open.
func (w *world) matters() []api.ConversationRow {
	w.Helper()
	return into[api.ConversationPage](w.as(w.ana).ask("GET", "/api/conversations?list=open&limit=100", nil).is(200)).Items
}

// pbx is a telephone system: no browser, no cookies, no session.
func (w *world) pbx() *browser {
	b := w.browser()
	b.site = ""
	return b
}

func TestATelephoneSystemTellsOfACallOnce(t *testing.T) {
	each(t, func(w *world) {
		path, pbx := w.rings(), w.pbx()
		pbx.ask("POST", path, aCall()).is(204)
		pbx.ask("POST", path, aCall()).is(204) // the same again
		pbx.ask("POST", path, aCall(func(c *api.TelephonedCall) { c.From = "+353 86 999 9999" })).is(204)
		list := w.matters()
		if len(list) != 1 {
			w.Fatalf("a call that was told thrice is %d matters", len(list))
		}
		full := into[api.ConversationFull](w.as(w.bo).ask("GET", talk(list[0].ID), nil).is(200))
		calls := 0
		for _, e := range full.Timeline {
			if e.Call != nil {
				calls++
				if e.Call.Number != "+353 86 123 4567" || e.Call.Outcome != kept.NoAnswer || e.Call.Seconds != 40 {
					w.Errorf("logged as %+v", e.Call)
				}
			}
		}
		if calls != 1 {
			w.Errorf("%d calls are logged", calls)
		}
	})
}

func TestAtAWrongAddressNoCallIsTold(t *testing.T) {
	each(t, func(w *world) {
		path, pbx := w.rings(), w.pbx()
		token := path[strings.LastIndex(path, "/")+1:]
		for name, wrong := range map[string]string{
			"nothing that was signed": "aaaaaaaaaaaaaaaaaaaa",
			"another letter":          swapped(token),
			"cut short":               token[:len(token)-1],
			"a customer's page":       w.customersToken(),
		} {
			p := pbx.ask("POST", strings.TrimSuffix(path, token)+url.PathEscape(wrong), aCall()).problem(404)
			if strings.Contains(p.Detail, token) {
				w.Errorf("%s: it tells the right one: %s", name, p.Detail)
			}
		}
		before := len(w.matters())

		renewed := into[api.TelephoneDoor](w.as(w.ana).ask("POST", inbox(w.inbox.ID, "/telephone"), nil).is(200)).URL
		pbx.ask("POST", path, aCall()).problem(404) // the old one is shut
		if n := len(w.matters()); n != before {
			w.Errorf("%d matters began at wrong addresses", n-before)
		}
		u, err := url.Parse(renewed)
		w.ok(err)
		pbx.ask("POST", u.Path, aCall()).is(204)
		w.as(w.bo).ask("GET", inbox(w.inbox.ID, "/telephone"), nil).problem(403)
		w.browser().ask("GET", inbox(w.inbox.ID, "/telephone"), nil).problem(401)
	})
}

// swapped is a token with its first two different letters exchanged.
func swapped(token string) string {
	b := []byte(token)
	for i := 1; i < len(b); i++ {
		if b[i] != b[0] {
			b[0], b[i] = b[i], b[0]
			break
		}
	}
	return string(b)
}

// customersToken is a token of another kind that we signed.
func (w *world) customersToken() string {
	w.Helper()
	token, _ := w.acknowledged(w.writes("token@example.test", "Line down", "It is down again."))
	return token
}

// acknowledged is what the mail that acknowledges a conversation carries: the token of the customer's own link, and
// all its words.
func (w *world) acknowledged(row api.ConversationRow) (token, text string) {
	w.Helper()
	full := into[api.ConversationFull](w.as(w.bo).ask("GET", talk(row.ID), nil).is(200))
	for _, e := range full.Timeline {
		if e.Message == nil || e.Message.Kind != kept.MessageOut {
			continue
		}
		s, err := w.desk.BeginSending(context.Background(), e.Message.ID)
		w.ok(err)
		return regexp.MustCompile(`/c/(\w+)`).FindStringSubmatch(s.Mail.Text)[1], s.Mail.Text
	}
	w.Fatal("nothing was acknowledged")
	return "", ""
}

func TestACallThatIsNoneIsRefusedWithWhatIsWrong(t *testing.T) {
	each(t, func(w *world) {
		path, pbx := w.rings(), w.pbx()
		for name, c := range map[string]struct {
			body   any
			status int
			where  string
		}{
			"no JSON":             {"direction=in", 400, ""},
			"half of it":          {`{"id": "c1", "direc`, 400, ""},
			"nothing":             {`{}`, 422, "body.id"},
			"a list":              {`[]`, 422, ""},
			"no direction":        {aCall(func(c *api.TelephonedCall) { c.Direction = "round" }), 422, "body.direction"},
			"no outcome":          {aCall(func(c *api.TelephonedCall) { c.Outcome = "busy" }), 422, "body.outcome"},
			"an empty id":         {aCall(func(c *api.TelephonedCall) { c.ID = " " }), 422, "body.id"},
			"a long id":           {aCall(func(c *api.TelephonedCall) { c.ID = strings.Repeat("x", 201) }), 422, "body.id"},
			"longer than a day":   {aCall(func(c *api.TelephonedCall) { c.Duration = 86401 }), 422, "body.duration"},
			"before it began":     {aCall(func(c *api.TelephonedCall) { c.Duration = -1 }), 422, "body.duration"},
			"tomorrow":            {aCall(func(c *api.TelephonedCall) { c.StartedAt = monday.Add(24 * time.Hour) }), 422, "body.started_at"},
			"no day":              {`{"id": "c1", "direction": "in", "outcome": "reached", "started_at": "yesterday"}`, 422, "body.started_at"},
			"a file of our own":   {aCall(func(c *api.TelephonedCall) { c.RecordingURL = "file:///etc/passwd" }), 422, "body.recording_url"},
			"an open recording":   {aCall(func(c *api.TelephonedCall) { c.RecordingURL = "http://pbx.test/1.wav" }), 422, "body.recording_url"},
			"a book":              {aCall(func(c *api.TelephonedCall) { c.Words = strings.Repeat("word ", 12_000) }), 422, "body.words"},
			"more than is taken":  {aCall(func(c *api.TelephonedCall) { c.Words = strings.Repeat("word ", 1<<20) }), 413, ""},
			"what nobody asked":   {`{"id": "c1", "direction": "in", "outcome": "reached", "started_at": "2026-11-16T09:00:00Z", "admin": true}`, 422, "body.admin"},
			"a number for a word": {`{"id": 7, "direction": "in", "outcome": "reached", "started_at": "2026-11-16T09:00:00Z"}`, 422, "body.id"},
		} {
			p := pbx.ask("POST", path, c.body).problem(c.status)
			found := c.where == ""
			for _, f := range p.Errors {
				found = found || f.Location == c.where && f.Message != ""
			}
			if !found {
				w.Errorf("%s: refused for %+v, want %s", name, p.Errors, c.where)
			}
		}
		if n := len(w.matters()); n != 0 {
			w.Errorf("%d of them became matters", n)
		}
	})
}

func TestATelephoneSystemThatRingsWithoutEndIsAskedToWait(t *testing.T) {
	each(t, func(w *world) {
		path, pbx := w.rings(), w.pbx()
		for range 200 {
			a := pbx.ask("POST", path, aCall())
			if a.status != http.StatusTooManyRequests {
				continue
			}
			if a.problem(429); a.header.Get("Retry-After") == "" {
				w.Error("it isn't told how long to wait")
			}
			return
		}
		w.Error("200 calls at once are taken in")
	})
}

func TestTheTimesForACallAreReadByWhoServes(t *testing.T) {
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		list := into[api.Items[kept.Slot]](w.as(w.bo).ask("GET", talk(row.ID, "/slots"), nil).is(200)).Items
		if len(list) == 0 {
			w.Fatal("nobody can be called")
		}
		for i, s := range list {
			if s.To.Sub(s.From) != 30*time.Minute || s.From.Before(monday.Add(30*time.Minute)) || i > 0 && !s.From.After(list[i-1].From) {
				w.Fatalf("a time that is none: %v", s)
			}
		}
		w.as(w.bo).ask("GET", talk(4711, "/slots"), nil).problem(404)
		w.browser().ask("GET", talk(row.ID, "/slots"), nil).problem(401)
		p := w.as(w.bo).ask("POST", talk(row.ID, "/calls"), `{"direction": "out", "outcome": "busy"}`).problem(422)
		if len(p.Errors) != 1 || p.Errors[0].Location != "body.outcome" {
			w.Errorf("refused for %+v", p.Errors)
		}
		if p := w.as(w.bo).ask("POST", talk(row.ID, "/calls"), `{"direction": "out", "outcome": "no_answer", "number": "the office"}`).problem(422); len(p.Errors) == 0 {
			w.Errorf("a number that can't be dialled is refused for nothing: %+v", p)
		}
	})
}
