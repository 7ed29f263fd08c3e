package api_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/api"
)

func TestTheDayCheckOverTheAPI(t *testing.T) {
	each(t, func(w *world) {
		lea, err := w.desk.AddAgent(context.Background(), w.ana.Actor(), desk.NewAgent{Email: "lea@northlight.test", Name: "Lea Roth", Role: kept.RoleLead})
		w.ok(err)
		bo, lead := w.as(w.bo), w.as(lea)
		rows := []api.ConversationRow{
			w.writes("ewa@customer.test", "Charged twice", "In May."), w.writes("ahmad@customer.test", "The engineer", "When?"),
			w.writes("hilda@customer.test", "Slow", "The line."),
		}
		for _, r := range rows {
			bo.ask("PATCH", talk(r.ID), fmt.Sprintf(`{"assignee": %d}`, w.bo.ID)).is(200)
		}
		day := into[desk.DayCheck](bo.ask("GET", "/api/day", nil).is(200))
		if len(day.Waiting) != 3 || day.Waiting[0].Who != "ewa@customer.test" || day.Lead != lea.ID || day.Date != "2026-11-16" {
			t.Fatalf("the day: %+v", day)
		}

		by := monday.Add(26 * time.Hour)
		if p := bo.ask("POST", talk(rows[0].ID, "/short-word"), api.ShortWord{Words: "Still on it"}).problem(422); p.Errors[0].Location != "body.due" {
			t.Errorf("a word without a time is wrong at %s", p.Errors[0].Location)
		}
		bo.ask("POST", talk(rows[2].ID, "/short-word"), api.ShortWord{Words: "We look into it", Due: &by, Seen: 1}).problem(409)
		full := into[api.ConversationFull](bo.ask("POST", talk(rows[0].ID, "/short-word"), api.ShortWord{Words: "The bank looks into it", Due: &by}).is(200))
		if last := full.Promises[len(full.Promises)-1]; !last.Due.Equal(by) || last.Kind != kept.Update {
			t.Errorf("promised: %+v", last)
		}
		bo.ask("POST", talk(rows[2].ID, "/question"), api.ShortQuestion{Words: "We look into it."}).problem(422)
		bo.ask("POST", talk(rows[2].ID, "/question"), api.ShortQuestion{Words: "Is it slow by cable too?"}).is(200)

		if p := bo.ask("POST", "/api/day/sign-off", api.Leaving{}).problem(409); !strings.Contains(p.Detail, "ahmad@customer.test still waits") {
			t.Errorf("refused with %q", p.Detail)
		}
		to := into[desk.Candidates](bo.ask("GET", "/api/hand-overs/to", nil).is(200))
		if len(to.People) != 2 || len(to.Shifts) != 1 || to.Shifts[0].People != 2 {
			t.Errorf("to hand over to: %+v", to)
		}
		bo.ask("POST", "/api/hand-overs", api.NewHandOver{Conversations: []kept.ID{rows[1].ID}}).problem(422)
		offered := into[api.Items[kept.HandOver]](bo.ask("POST", "/api/hand-overs", api.NewHandOver{Conversations: []kept.ID{rows[1].ID}, To: lea.ID, Note: "Ask dispatch"}).is(200)).Items[0]
		path := fmt.Sprintf("/api/hand-overs/%d", offered.ID)
		w.as(w.ana).ask("POST", path+"/accept", nil).problem(404)
		lead.ask("POST", path+"/decline", api.Declined{}).problem(422)
		lead.ask("POST", path+"/decline", api.Declined{Reason: "I leave too"}).is(200)
		lead.ask("POST", path+"/accept", nil).problem(409)
		bo.ask("DELETE", path, nil).problem(409)

		off := into[kept.SignOff](bo.ask("POST", "/api/day/sign-off", api.Leaving{Leave: true}).is(200))
		if off.Clear || off.Left != 1 || off.Lead != lea.ID {
			t.Errorf("signed off: %+v", off)
		}
		bo.ask("GET", "/api/day/teams", nil).problem(403)
		teams := lead.ask("GET", "/api/day/teams", nil).is(200)
		if strings.Contains(string(teams.body), "clear_days") {
			t.Error("the lead is told how many of somebody's days ended clear")
		}
		for _, p := range into[api.Items[desk.TeamDay]](teams).Items[0].People {
			if p.Agent == w.bo.ID && (p.SignedOff == nil || len(p.Left) != 1 || p.Left[0].Who != "ahmad@customer.test") {
				t.Errorf("of Bo the lead sees %+v", p)
			}
		}
		mine := into[desk.DayCheck](lead.ask("GET", "/api/day", nil).is(200)).ToMe
		if len(mine) != 1 || mine[0].FromName != "Bo Lind" {
			t.Fatalf("the lead is offered %+v", mine)
		}
		lead.ask("POST", fmt.Sprintf("/api/hand-overs/%d/accept", mine[0].ID), nil).is(200)
		if got := into[api.ConversationFull](lead.ask("GET", talk(rows[1].ID), nil).is(200)); got.Assignee != lea.ID {
			t.Errorf("it is %d's", got.Assignee)
		}
	})
}
