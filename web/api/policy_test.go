package api_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/web/api"
)

func TestAPolicyIsPutTriedOrderedAndDropped(t *testing.T) {
	each(t, func(w *world) {
		ana := w.as(w.ana)
		set := into[desk.PolicySet](ana.ask("GET", "/api/policies", nil).is(200))
		if len(set.Items) != 1 || set.Gap {
			w.Fatalf("%+v", set)
		}
		p := set.Items[0]
		card := api.PolicyCard{Name: "Gold", When: kept.PolicyWhen{Tiers: []string{"gold"}}, Times: p.Times, Confirm: p.Confirm}
		gold := into[kept.Policy](ana.ask("POST", "/api/policies", card).is(200))
		card.ID, card.Times = gold.ID, map[kept.Priority]kept.Times{kept.Urgent: p.Times[kept.Urgent]}
		if problem := ana.ask("POST", "/api/policies", card).problem(422); problem.Errors[0].Location != "body.times.normal" {
			w.Errorf("wrong is %s", problem.Errors[0].Location)
		}
		raw, err := json.Marshal(api.PolicyCard{Name: "X", Times: p.Times})
		w.ok(err)
		wrong := strings.Replace(string(raw), `"first_reply":"15m"`, `"first_reply":"soon"`, 1)
		if problem := ana.ask("POST", "/api/policies", wrong).problem(422); problem.Errors[0].Location != "body.times.urgent.first_reply" ||
			!strings.Contains(problem.Errors[0].Message, "90m") {
			w.Errorf("wrong is %+v", problem.Errors[0])
		}
		ana.ask("PUT", "/api/policies/order", api.PolicyOrder{IDs: []kept.ID{p.ID, gold.ID}}).is(200)
		preview := into[desk.PolicyPreview](ana.ask("POST", "/api/policies/preview", api.PolicyCard{ID: p.ID, Name: p.Name, Times: p.Times}).is(200))
		if preview.Count != 0 || preview.Staff != 2 {
			w.Errorf("%+v", preview)
		}
		ana.ask("DELETE", fmt.Sprintf("/api/policies/%d", gold.ID), nil).is(204)
		ana.ask("DELETE", fmt.Sprintf("/api/policies/%d", p.ID), nil).problem(409)
	})
}

func TestPoliciesTravelAsAFile(t *testing.T) {
	each(t, func(w *world) {
		ana := w.as(w.ana)
		got := ana.ask("GET", "/api/policies/file", nil).is(200)
		if ct := got.header.Get("Content-Type"); !strings.HasPrefix(ct, "application/yaml") {
			w.Errorf("it is %s", ct)
		}
		same := into[api.Items[desk.BookChange]](ana.ask("POST", "/api/policies/file", api.PolicyFile{File: string(got.body), Dry: true}).is(200))
		if len(same.Items) != 0 {
			w.Errorf("it would change %+v", same.Items)
		}
		ana.ask("POST", "/api/policies/file", api.PolicyFile{File: "no: file"}).problem(422)
	})
}

func TestACalendarFileSaysWhatItLeavesOut(t *testing.T) {
	each(t, func(w *world) {
		event := func(start, name string) string {
			return "BEGIN:VEVENT\r\nUID:" + name + "\r\nDTSTART" + start + "\r\nSUMMARY:" + name + "\r\nEND:VEVENT\r\n"
		}
		year := w.desk.Now().Year()
		file := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + event(fmt.Sprintf(";VALUE=DATE:%d1225", year), "Christmas") +
			event(fmt.Sprintf(":%d1224T130000Z", year), "Half a day") + "END:VCALENDAR\r\n"
		read := into[desk.Closed](w.as(w.ana).bringsTo("/api/calendars/ics", "file", "feast.ics", "text/calendar", []byte(file)).is(200))
		if read.Taken != 1 || !slices.Equal(read.Items, []desk.Holiday{{Date: fmt.Sprint(year, "-12-25"), Name: "Christmas"}}) {
			w.Errorf("taken %d: %+v", read.Taken, read.Items)
		}
		if want := (calendar.LeftOut{Name: "Half a day", Date: fmt.Sprint(year, "-12-24"), Why: calendar.LeftTimed}); !slices.Equal(read.LeftOut, []calendar.LeftOut{want}) {
			w.Errorf("left out %+v", read.LeftOut)
		}
	})
}

func TestCalendarsTeamsAndCompaniesAreKept(t *testing.T) {
	each(t, func(w *world) {
		ana := w.as(w.ana)
		night := kept.Calendar{Name: "Nights", Zone: "Europe/Dublin", Hours: map[string]kept.Windows{"mon": {"22:00": "06:00"}}}
		night = into[kept.Calendar](ana.ask("POST", "/api/calendars", night).is(200))
		night.Hours = map[string]kept.Windows{}
		if p := ana.ask("PUT", fmt.Sprintf("/api/calendars/%d", night.ID), night).problem(422); p.Errors[0].Location != "body.hours" {
			w.Errorf("never open is %+v", p)
		}
		dates := into[api.Dates](ana.ask("GET", "/api/holidays?set=IE&from=2026&to=2026", nil).is(200))
		if len(dates.Items) < 8 || dates.Items[0].Date != "2026-01-01" || dates.Items[0].Name == "" || len(dates.Sets) < 50 {
			w.Errorf("%+v", dates.Items)
		}
		ana.ask("GET", "/api/holidays?set=XX", nil).problem(422)
		team := into[kept.Team](ana.ask("POST", "/api/teams", api.TeamCard{Name: "Lines", Members: []kept.ID{w.bo.ID}, Calendar: night.ID, Inboxes: []kept.ID{}}).is(200))
		shift := into[desk.Shift](w.as(w.bo).ask("GET", "/api/me/shift", nil).is(200))
		if shift.Calendar != "Nights" || len(shift.Open) == 0 {
			w.Errorf("Bo's shift: %+v", shift)
		}
		ana.ask("DELETE", fmt.Sprintf("/api/teams/%d", team.ID), nil).is(204)
		ana.ask("POST", "/api/companies", api.CompanyCard{Name: "Harbour Bakery", Tier: "gold", Calendar: night.ID}).is(200)
		ana.ask("DELETE", fmt.Sprintf("/api/calendars/%d", night.ID), nil).problem(409)
		c := w.writes("marta@example.test", "Line down", "It is down again.")
		ana.ask("PATCH", fmt.Sprintf("/api/contacts/%d", c.Contact), api.ContactChange{Calendar: &night.ID, Attributes: &map[string]string{"plan": "pro"}}).is(200)
		tagged := into[api.ConversationFull](ana.ask("PATCH", fmt.Sprintf("/api/conversations/%d", c.ID), `{"tags": ["b", "a", "a"]}`).is(200))
		if fmt.Sprint(tagged.Tags) != "[a b]" || tagged.ContactCard.Attributes["plan"] != "pro" {
			w.Errorf("%v %v", tagged.Tags, tagged.ContactCard.Attributes)
		}
	})
}
