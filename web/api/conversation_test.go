package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/api"
	"github.com/kept-desk/kept/web/httpx"
)

func TestAListIsReadPageByPage(t *testing.T) {
	each(t, func(w *world) {
		for n := range 7 {
			w.writes(fmt.Sprintf("c%d@example.test", n), fmt.Sprintf("Matter %d", n), "Please help.")
		}
		bo := w.as(w.bo)
		var seen []string
		path, pages := "/api/conversations?list=unassigned&limit=3", 0
		for cursor := ""; ; pages++ {
			page := into[api.ConversationPage](bo.ask("GET", path+"&cursor="+cursor, nil).is(200))
			for _, row := range page.Items {
				seen = append(seen, row.Subject)
				if row.Next == nil || row.QueueDue.IsZero() || row.InboxName != "Help" || row.Viewers == nil {
					w.Errorf("a row says too little: %+v", row)
				}
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		if got := strings.Join(seen, ","); got != "Matter 0,Matter 1,Matter 2,Matter 3,Matter 4,Matter 5,Matter 6" || pages != 2 {
			w.Errorf("%d further pages hold %s", pages, got)
		}
		if n := into[api.Counts](bo.ask("GET", "/api/counts", nil).is(200)); n.Unassigned.N != 7 || n.Mine.N != 0 || n.Unassigned.More {
			w.Errorf("counted %+v", n)
		}
		for wrong, says := range map[string]string{
			"list=everything": `This must be one of "mine, unassigned, team, open, pending, solved, closed, snoozed, spam".`,
			"limit=0":         "This must be at least 1.", "limit=101": "This must be at most 100.", "limit=many": "This must be a whole number.",
			"cursor=%21": "This cursor is none of ours; begin without one.",
		} {
			p := bo.ask("GET", "/api/conversations?"+wrong, nil).problem(422)
			name, _, _ := strings.Cut(wrong, "=")
			if len(p.Errors) != 1 || p.Errors[0] != (httpx.Fault{Location: "query." + name, Message: says}) {
				w.Errorf("%s is refused for %+v", wrong, p.Errors)
			}
		}
	})
}

func TestAnAnswerAndWhatItPromises(t *testing.T) {
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		bo := w.as(w.bo)
		if next := into[api.NextConversation](bo.ask("GET", "/api/next", nil).is(200)); next.Conversation != row.ID {
			w.Errorf("next is %d", next.Conversation)
		}
		bo.ask("PUT", talk(row.ID, "/draft"), api.DraftWords{HTML: "<p>We found", Next: &kept.DraftNext{Words: "Your line works again.", Due: monday.Add(3 * time.Hour)}}).is(200)
		full := into[api.ConversationFull](bo.ask("GET", talk(row.ID), nil).is(200))
		if full.Draft == nil || full.Draft.HTML != "<p>We found" || full.Draft.Next == nil || !full.Draft.Next.Due.Equal(monday.Add(3*time.Hour)) || full.Page == "" || len(full.Promises) != 1 {
			w.Errorf("read: draft %+v, page %q, %d promises", full.Draft, full.Page, len(full.Promises))
		}
		seen := full.Timeline[0].Message.ID
		due := monday.Add(3 * time.Hour)
		sent := into[api.ConversationFull](bo.ask("POST", talk(row.ID, "/reply"), api.Answer{
			HTML: "<p>We found it.</p><script>alert(1)</script>", Then: "ours", Seen: seen,
			Next: &api.NextWord{Words: "Your line works again.", Due: due},
		}).is(200))
		if sent.Assignee != w.bo.ID || sent.AssigneeName != "Bo Lind" || sent.Draft != nil {
			w.Errorf("who answers has it, and the draft is gone: %d %q %+v", sent.Assignee, sent.AssigneeName, sent.Draft)
		}
		last := sent.Timeline[len(sent.Timeline)-1]
		var words string
		for _, e := range sent.Timeline {
			if e.Message != nil && e.Message.Kind == kept.MessageOut && !e.Message.Automatic {
				words = e.Message.HTML
			}
		}
		if !strings.Contains(words, "We found it.") || strings.Contains(words, "script") {
			w.Errorf("sent %q", words)
		}
		if last.Event == nil || last.Event.Data == nil || last.Event.Data.Field != "assignee" || last.Event.Data.To != float64(w.bo.ID) {
			w.Errorf("the timeline ends with %+v", last.Event)
		}

		crossed := w.as(w.ana).ask("POST", talk(row.ID, "/reply"), api.Answer{HTML: "<p>Me too</p>", Then: "wait", Seen: seen}).problem(409)
		if !strings.Contains(crossed.Detail, "Bo Lind") {
			w.Errorf("it doesn't say who: %s", crossed.Detail)
		}
		given := into[api.ConversationFull](bo.ask("POST", talk(row.ID, "/promises"), api.Given{Words: "A router by courier.", Due: due}).is(200))
		var custom kept.ID
		for _, p := range given.Promises {
			if p.Words == "A router by courier." {
				custom = p.ID
			}
		}
		noted := into[api.ConversationFull](bo.ask("POST", talk(row.ID, "/notes"), api.NewNote{HTML: "<p>It left with the courier.</p>"}).is(200))
		var note *kept.Message
		for _, e := range noted.Timeline {
			if e.Message != nil && e.Message.Kind == kept.MessageNote {
				note = e.Message
			}
		}
		bo.ask("POST", fmt.Sprintf("/api/promises/%d/done", custom), api.Shown{Message: note.ID}).is(200)
		bo.ask("POST", fmt.Sprintf("/api/promises/%d/done", custom), api.Shown{Message: note.ID}).problem(409)
		bo.ask("POST", fmt.Sprintf("/api/promises/%d/release", custom), api.Released{Reason: "no"}).problem(403)
		if p := w.as(w.ana).ask("POST", fmt.Sprintf("/api/promises/%d/release", custom), `{"reason": " "}`).problem(422); p.Errors[0].Location != "body.reason" {
			w.Errorf("released without a reason: %+v", p)
		}
	})
}

func TestAConversationIsChanged(t *testing.T) {
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		bo := w.as(w.bo)
		until := into[api.ConversationRow](bo.ask("GET", talk(row.ID, "/row"), nil).is(200)).QueueDue.Add(-time.Hour)
		asleep := into[api.ConversationFull](bo.ask("PATCH", talk(row.ID), map[string]any{"snoozed_until": until}).is(200))
		if !asleep.SnoozedUntil.Equal(until) {
			w.Errorf("asleep until %s, want %s", asleep.SnoozedUntil, until)
		}
		if awake := into[api.ConversationFull](bo.ask("PATCH", talk(row.ID), `{"snoozed_until": ""}`).is(200)); !awake.SnoozedUntil.IsZero() {
			w.Errorf("still asleep until %s", awake.SnoozedUntil)
		}
		full := into[api.ConversationFull](bo.ask("PATCH", talk(row.ID), map[string]any{"assignee": w.bo.ID, "priority": "urgent"}).is(200))
		if full.Assignee != w.bo.ID || full.Priority != kept.Urgent {
			w.Errorf("assigned to %d, %s", full.Assignee, full.Priority)
		}
		var told []string
		for _, e := range full.Timeline {
			if e.Type == "change" {
				told = append(told, fmt.Sprintf("%s %v", e.Event.Data.Field, e.Event.Data.To))
			}
		}
		if got := strings.Join(told, ", "); got != fmt.Sprintf("assignee %d, priority urgent", w.bo.ID) {
			w.Errorf("the timeline tells %q", got)
		}
		bo.ask("PATCH", talk(row.ID), map[string]any{"assignee": 0, "priority": "normal"}).is(200)
		for body, field := range map[string]string{
			`{"snoozed_until": "tomorrow"}`: "snoozed_until", `{"status": "closed"}`: "status", `{"status": "done"}`: "status",
			`{"assignee": 99999}`: "assignee", `{"assignee": -1}`: "assignee", `{"colour": "red"}`: "colour",
		} {
			p := bo.ask("PATCH", talk(row.ID), body).problem(422)
			if len(p.Errors) != 1 || p.Errors[0].Location != "body."+field || p.Errors[0].Message == "" {
				w.Errorf("%s is refused for %+v", body, p.Errors)
			}
		}
		bo.ask("PATCH", talk(987654), `{"priority": "low"}`).problem(404)
	})
}

func TestAWrongRequestIsNamedAndNeverRepeated(t *testing.T) {
	each(t, func(w *world) {
		const secret = "hunter2-hunter2"
		b := w.browser()
		for body, field := range map[string]string{
			`{"email": "ana@northlight.test", "password": 17, "pass": "` + secret + `"}`: "password",
			`{"password": "` + secret + `"}`:                                             "email",
			`{"email": ["` + secret + `"], "password": "` + secret + `"}`:                "email",
		} {
			a := b.ask("POST", "/api/session", body)
			p := a.problem(422)
			var at []string
			for _, e := range p.Errors {
				at = append(at, strings.TrimPrefix(e.Location, "body."))
			}
			if !has(at, field) {
				w.Errorf("%s is refused for %v", body, at)
			}
			if strings.Contains(string(a.body), secret) {
				w.Errorf("the answer repeats what was sent: %s", a.body)
			}
		}
		for _, broken := range []string{`{"email": "` + secret, secret, `"` + secret + ``} {
			a := b.ask("POST", "/api/session", broken)
			a.problem(400)
			if strings.Contains(string(a.body), secret) || strings.Contains(string(a.body), "hunter") {
				w.Errorf("the answer repeats what was sent: %s", a.body)
			}
		}
		form := b.request("POST", "/api/session", `email=a`)
		form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		b.send(form).problem(415)
		b.ask("POST", "/api/session", `{"email": "`+strings.Repeat("a", 4<<20)+`"}`).problem(413)
		bo := w.as(w.bo)
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		late := bo.ask("POST", talk(row.ID, "/promises"), `{"words": "x", "due": "`+secret+`"}`)
		if p := late.problem(422); p.Errors[0].Location != "body.due" || strings.Contains(string(late.body), secret) {
			w.Errorf("a time that is none: %s", late.body)
		}
		if p := bo.ask("POST", talk(row.ID, "/reply"), api.Answer{HTML: "<p>x</p>", Then: "ours", Next: &api.NextWord{Due: monday.Add(-time.Hour)}}).problem(422); p.Errors[0].Location != "body.next.due" {
			w.Errorf("a time that has passed is at %s", p.Errors[0].Location)
		}
		if strings.Contains(w.log.String(), secret) {
			w.Error("the log holds what was sent")
		}
	})
}

func TestWhatIsntThereIsAProblemToo(t *testing.T) {
	each(t, func(w *world) {
		b := w.as(w.bo)
		b.ask("GET", "/api/nothing", nil).problem(404)
		b.ask("GET", "/api", nil).problem(404)
		b.ask("GET", "/api/", nil).problem(404)
		b.ask("GET", "/api/conversations/abc", nil).problem(422)
		b.ask("GET", "/api/conversations/0", nil).problem(422)
		wrong := b.ask("PUT", "/api/counts", `{}`)
		wrong.problem(405)
		if allow := wrong.header.Get("Allow"); !strings.Contains(allow, http.MethodGet) {
			w.Errorf("it allows %q", allow)
		}
		for _, path := range []string{"/api/conversations/7777", "/api/conversations/7777/row", "/api/attachments/7777", "/api/messages/7777/raw"} {
			b.ask("GET", path, nil).problem(404)
		}
		for _, path := range []string{"/api/outbox", "/api/outbox/x"} {
			w.as(w.ana).ask("GET", path, nil).problem(404)
		}
	})
}

func TestSearchFindsAndGoesOn(t *testing.T) {
	each(t, func(w *world) {
		for n := range 33 {
			w.writes(fmt.Sprintf("c%d@example.test", n), fmt.Sprintf("Matter %d", n), "The fibre in our street is cut.")
		}
		bo := w.as(w.bo)
		first := into[api.Page[api.Hit]](bo.ask("GET", "/api/search?q=fibre+street", nil).is(200))
		if len(first.Items) != 30 || first.NextCursor == "" {
			w.Fatalf("%d hits, then %q", len(first.Items), first.NextCursor)
		}
		if h := first.Items[0]; h.Conversation.Subject != "Matter 32" || !strings.Contains(h.Snippet, "\u0001fibre\u0002") {
			w.Errorf("the newest is %q: %q", h.Conversation.Subject, h.Snippet)
		}
		rest := into[api.Page[api.Hit]](bo.ask("GET", "/api/search?q=fibre+street&cursor="+first.NextCursor, nil).is(200))
		if len(rest.Items) != 3 || rest.NextCursor != "" {
			w.Errorf("%d hits more, then %q", len(rest.Items), rest.NextCursor)
		}
		if none := into[api.Page[api.Hit]](bo.ask("GET", "/api/search?q=copper", nil).is(200)); len(none.Items) != 0 {
			w.Errorf("%d hits for what nobody wrote", len(none.Items))
		}
		bo.ask("GET", "/api/search", nil).problem(422)
		bo.ask("GET", "/api/search?q=x&cursor=-1", nil).problem(422)
	})
}

func TestTimesToOffer(t *testing.T) {
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		bo := w.as(w.bo)
		due := into[api.Due](bo.ask("GET", fmt.Sprintf("/api/due?conversation=%d&span=4h", row.ID), nil).is(200))
		if !due.Due.Equal(monday.Add(4 * time.Hour)) {
			w.Errorf("four open hours from Monday 10:00 end %s", due.Due)
		}
		offers := into[api.Items[struct{ Due time.Time }]](bo.ask("GET", fmt.Sprintf("/api/proposals?conversation=%d", row.ID), nil).is(200))
		if len(offers.Items) < 3 {
			w.Errorf("%d times to offer", len(offers.Items))
		}
		for _, wrong := range []string{"", "soon", "0h", "-3h", "4"} {
			bo.ask("GET", fmt.Sprintf("/api/due?conversation=%d&span=%s", row.ID, wrong), nil).problem(422)
		}
	})
}

func TestWritingToSomebodyFirst(t *testing.T) {
	each(t, func(w *world) {
		bo := w.as(w.bo)
		full := into[api.ConversationFull](bo.ask("POST", "/api/conversations", api.NewConversation{
			Inbox: w.inbox.ID, To: api.Recipient{Name: "Marta Oliveira", Email: "marta@example.test"},
			Subject: "Your router", HTML: "<p>It comes tomorrow.</p>", Then: "wait",
		}).is(200))
		if full.ContactName != "Marta Oliveira" || full.Status != kept.Pending || full.Assignee != w.bo.ID {
			w.Errorf("began %+v", full.Row)
		}
		p := bo.ask("POST", "/api/conversations", api.NewConversation{Inbox: w.inbox.ID, To: api.Recipient{Email: "marta"}, Subject: "x", HTML: "<p>x</p>", Then: "wait"}).problem(422)
		if p.Errors[0].Location != "body.to.email" {
			w.Errorf("wrong is %s", p.Errors[0].Location)
		}
	})
}

func TestTheHouseIsChanged(t *testing.T) {
	each(t, func(w *world) {
		ana := w.as(w.ana)
		if o := into[kept.Organization](ana.ask("PATCH", "/api/organization", `{"brand": "#2c478c"}`).is(200)); o.Name != "Northlight Broadband" || o.Brand != "#2c478c" {
			w.Errorf("the organization is %+v", o)
		}
		if p := ana.ask("PATCH", "/api/organization", `{"zone": "Atlantis"}`).problem(422); p.Errors[0].Location != "body.zone" {
			w.Errorf("wrong is %s", p.Errors[0].Location)
		}
		i := into[kept.Inbox](ana.ask("POST", "/api/inboxes", api.InboxCard{Name: "Billing", Address: "Billing@northlight.test"}).is(200))
		if i.Address != "billing@northlight.test" || i.FromName != "Northlight Broadband" {
			w.Errorf("the inbox is %+v", i)
		}
		if p := ana.ask("POST", "/api/inboxes", api.InboxCard{Name: "Billing", Address: "billing"}).problem(422); p.Errors[0].Location != "body.address" {
			w.Errorf("wrong is %s", p.Errors[0].Location)
		}
		path := fmt.Sprintf("/api/inboxes/%d", i.ID)
		if i := into[kept.Inbox](ana.ask("PATCH", path, `{"signature": "Northlight\n091 555 0140"}`).is(200)); i.Name != "Billing" || !strings.HasSuffix(i.Signature, "0140") {
			w.Errorf("the inbox is %+v", i)
		}
		ana.ask("PATCH", path, `{"address": "other@northlight.test"}`).problem(422)
		ana.ask("PATCH", "/api/inboxes/777", `{}`).problem(404)

		c := into[kept.Calendar](ana.ask("GET", "/api/calendar", nil).is(200))
		c.Holidays = []string{"2026-12-25"}
		if c := into[kept.Calendar](ana.ask("PUT", "/api/calendar", c).is(200)); len(c.Holidays) != 1 {
			w.Errorf("the calendar is %+v", c)
		}
		c.Hours = map[string]kept.Windows{"mon": {"09:00": "25:00"}}
		if p := ana.ask("PUT", "/api/calendar", c).problem(422); !strings.HasPrefix(p.Errors[0].Location, "body.hours") {
			w.Errorf("wrong is %s", p.Errors[0].Location)
		}
		if p := into[api.Items[kept.Policy]](w.as(w.bo).ask("GET", "/api/policies", nil).is(200)); len(p.Items) != 1 {
			w.Errorf("%d policies", len(p.Items))
		}
		a := into[kept.Agent](ana.ask("POST", "/api/agents", api.NewAgent{Name: "Cal", Email: "cal@northlight.test", Password: password}).is(200))
		if a.Role != kept.RoleAgent || a.Zone != "Europe/Dublin" {
			w.Errorf("the new agent is %+v", a)
		}
		ana.ask("PATCH", fmt.Sprintf("/api/agents/%d", w.ana.ID), `{"gone": true}`).problem(409) // the last admin
		me := into[api.Me](w.as(w.bo).ask("PATCH", "/api/me", `{"language": "de"}`).is(200))
		if me.Agent.Language != "de" || me.Agent.Name != "Bo Lind" {
			w.Errorf("I am %+v", me.Agent)
		}
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		k := into[kept.Contact](w.as(w.bo).ask("PATCH", fmt.Sprintf("/api/contacts/%d", row.Contact), `{"name": "Marta Oliveira", "zone": "UTC+05:30"}`).is(200))
		if k.Name != "Marta Oliveira" || k.Zone != "UTC+05:30" || k.Email != "marta@example.test" {
			w.Errorf("Marta is %+v", k)
		}
		w.as(w.bo).ask("PATCH", fmt.Sprintf("/api/contacts/%d", row.Contact), `{"zone": "Atlantis"}`).problem(422)
		read := func() desk.Full {
			return into[desk.Full](w.as(w.bo).ask("GET", fmt.Sprintf("/api/conversations/%d", row.ID), nil).is(200))
		}
		token, _ := w.acknowledged(row)
		w.ok(w.desk.ChangeReach(t.Context(), token, desk.Reach{Phone: "+353 86 123 4567", Hours: "9-17"}))
		full := read()
		if c := full.ContactCard; c.PhoneSaidAt.IsZero() || c.Hours != "9-17" {
			w.Errorf("what she said on her page is %+v", c)
		}
		k = into[kept.Contact](w.as(w.bo).ask("PATCH", fmt.Sprintf("/api/contacts/%d", row.Contact), `{"phone": "+353 86 123 4567"}`).is(200))
		if !k.PhoneSaidAt.IsZero() || k.Hours != "9-17" {
			w.Errorf("confirmed, it is %+v", k)
		}
	})
}
