package api_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/api"
)

// hires adds somebody who serves customers.
func (w *world) hires(name string, role kept.Role) kept.Agent {
	w.Helper()
	a, err := w.desk.AddAgent(context.Background(), w.ana.Actor(), desk.NewAgent{Email: fmt.Sprintf("%s@northlight.test", name), Name: name, Password: password, Role: role})
	w.ok(err)
	return a
}

// team makes a team, or replaces the one of the id.
func (w *world) team(t kept.Team) kept.Team {
	w.Helper()
	t, err := w.desk.PutTeam(context.Background(), w.ana.Actor(), t)
	w.ok(err)
	return t
}

// endsWithout fails where a stream tells anything of a kind before it ends.
func (l *listening) endsWithout(what string, fits func(heard) bool) {
	l.w.Helper()
	for {
		e, ok := l.next()
		if !ok {
			return
		}
		if fits(e) {
			l.w.Fatalf("the stream still tells %s", what)
		}
	}
}

func TestAStreamEndsWhenItsAgentSignsOut(t *testing.T) {
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		here, there := w.as(w.bo), w.as(w.bo)
		stream, other := here.listens(""), there.listens("")
		stream.until("the beginning", func(h heard) bool { return h.name == "ready" })
		other.until("the beginning", func(h heard) bool { return h.name == "ready" })
		here.ask("DELETE", "/api/session", nil).is(204)
		w.as(w.ana).ask("POST", talk(row.ID, "/notes"), api.NewNote{HTML: "<p>Not for who has left.</p>"}).is(200)
		stream.endsWithout("a note", happened(kept.NoteAdded, row.ID))
		other.until("the note, where Bo is signed in still", happened(kept.NoteAdded, row.ID))
	})
}

func TestAStreamEndsWhenItsAgentsRoleChanges(t *testing.T) {
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		lea := w.hires("lea", kept.RoleLead)
		b := w.as(lea)
		stream := b.listens("")
		at := stream.until("the beginning", func(h heard) bool { return h.name == "ready" })
		w.as(w.ana).ask("PATCH", fmt.Sprintf("/api/agents/%d", lea.ID), `{"role": "agent"}`).is(200)
		w.as(w.ana).ask("POST", talk(row.ID, "/notes"), api.NewNote{HTML: "<p>Said to agents.</p>"}).is(200)
		stream.endsWithout("a note", happened(kept.NoteAdded, row.ID))
		again := b.listens(at.id) // by the rights of the new role
		again.until("the note", happened(kept.NoteAdded, row.ID))
		w.as(w.ana).ask("PATCH", fmt.Sprintf("/api/agents/%d", lea.ID), `{"role": "coworker"}`).is(200)
		again.endsWithout("a change", happened(kept.AgentChanged, 0))
		b.ask("GET", "/api/me", nil).problem(401)
		w.as(w.ana).ask("PATCH", fmt.Sprintf("/api/agents/%d", lea.ID), `{"role": "agent"}`).is(200)
		b.ask("GET", "/api/me", nil).problem(401) // the session is over, not asleep
	})
}

func TestAnAskThatStandsAloneIsForThoseItConcerns(t *testing.T) {
	each(t, func(w *world) {
		sam, lou, tess := w.hires("sam", kept.RoleAgent), w.hires("lou", kept.RoleAgent), w.hires("tess", kept.RoleAgent)
		other := w.hires("other", kept.RoleLead)
		w.team(kept.Team{Name: "Field", Members: []kept.ID{sam.ID}, Lead: lou.ID})
		crew := w.team(kept.Team{Name: "Crew", Members: []kept.ID{tess.ID}, Lead: lou.ID})
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		bo, due := w.as(w.bo), monday.Add(4*time.Hour)
		asks := func(a api.Asking) desk.Ask {
			a.Question, a.Due = "How do we tell her?", due
			return into[desk.Ask](bo.ask("POST", "/api/asks", a).is(200))
		}
		ear := map[string]*listening{}
		for _, a := range []kept.Agent{w.ana, w.bo, sam, lou, tess, other} {
			ear[a.Name] = w.as(a).listens("")
			ear[a.Name].until("the beginning", func(h heard) bool { return h.name == "ready" })
		}
		alone, ofTeam := asks(api.Asking{Agent: sam.ID}), asks(api.Asking{Team: crew.ID})
		about := asks(api.Asking{Agent: sam.ID, Conversation: row.ID})
		for _, c := range []struct {
			name  string
			ask   desk.Ask
			about kept.ID
			may   []kept.Agent
		}{
			{"alone", alone, 0, []kept.Agent{w.ana, w.bo, sam, lou}},
			{"of a team", ofTeam, 0, []kept.Agent{w.ana, w.bo, tess, lou}},
			{"about a conversation", about, row.ID, []kept.Agent{w.ana, w.bo, sam, lou, tess, other}},
		} {
			for _, a := range []kept.Agent{w.ana, w.bo, sam, lou, tess, other} {
				may := slices.ContainsFunc(c.may, func(m kept.Agent) bool { return m.ID == a.ID })
				if got := w.as(a).ask("GET", fmt.Sprintf("/api/asks/%d", c.ask.ID), nil).status; got == 200 != may || !may && got != 404 {
					w.Errorf("an ask %s: %s reads it with %d", c.name, a.Name, got)
				}
			}
		}
		w.as(other).ask("POST", fmt.Sprintf("/api/asks/%d/withdraw", alone.ID), api.Withdrawn{Reason: "No need."}).problem(404)
		w.as(tess).ask("POST", fmt.Sprintf("/api/asks/%d/answer", alone.ID), api.AskAnswer{Answer: "By phone."}).problem(404)

		w.as(w.ana).ask("PATCH", "/api/me", `{"name": "Ana R."}`).is(200) // everybody hears this, after the asks
		for _, c := range []struct {
			who   kept.Agent
			hears []kept.ID
		}{
			{w.bo, []kept.ID{alone.ID, ofTeam.ID, about.ID}},
			{sam, []kept.ID{alone.ID, about.ID}},
			{tess, []kept.ID{ofTeam.ID, about.ID}},
			{lou, []kept.ID{alone.ID, ofTeam.ID, about.ID}},
			{other, []kept.ID{about.ID}},
			{w.ana, []kept.ID{alone.ID, ofTeam.ID, about.ID}},
		} {
			if got := ear[c.who.Name].asksSent(); !slices.Equal(got, c.hears) {
				w.Errorf("%s hears of %v, want %v", c.who.Name, got, c.hears)
			}
		}
	})
}

// asksSent are the asks of which a stream tells, until it tells that somebody changed what they are called.
func (l *listening) asksSent() (ids []kept.ID) {
	l.w.Helper()
	var e kept.Event
	l.until("the change", func(h heard) bool {
		e = eventOf(h)
		if e.Type == kept.AskSent {
			ids = append(ids, e.Promise)
		}
		return changedSelf(e)
	})
	return ids
}

// changedSelf reports that somebody changed what they are called. That somebody was hired before may be told late.
func changedSelf(e kept.Event) bool {
	return e.Type == kept.AgentChanged && !strings.Contains(string(e.Data), "added")
}

// leftIn is what everybody left whose day somebody sees.
func leftIn(b *browser) (left [][]desk.Offered) {
	b.w.Helper()
	for _, t := range into[api.Items[desk.TeamDay]](b.ask("GET", "/api/day/teams", nil).is(200)).Items {
		for _, p := range t.People {
			left = append(left, p.Left)
		}
	}
	return left
}

func TestTheLeadOfATeamSeesItsDayWhateverTheirRole(t *testing.T) {
	each(t, func(w *world) {
		lou, sam := w.hires("lou", kept.RoleAgent), w.hires("sam", kept.RoleAgent)
		b := w.as(lou)
		b.ask("GET", "/api/day/teams", nil).problem(403)
		if may := into[api.Me](b.ask("GET", "/api/me", nil).is(200)).May; slices.Contains(may, "day-of-teams") {
			w.Error("who leads nobody is shown the way to a lead's view")
		}
		w.team(kept.Team{Name: "Field", Members: []kept.ID{sam.ID}, Lead: lou.ID})
		w.team(kept.Team{Name: "Help", Members: []kept.ID{w.bo.ID}, Lead: w.ana.ID})
		if may := into[api.Me](b.ask("GET", "/api/me", nil).is(200)).May; !slices.Contains(may, "day-of-teams") {
			w.Errorf("the lead of a team may %v", may)
		}
		teams := into[api.Items[desk.TeamDay]](b.ask("GET", "/api/day/teams", nil).is(200)).Items
		if len(teams) != 1 || teams[0].Name != "Field" || len(teams[0].People) != 1 || teams[0].People[0].Agent != sam.ID {
			w.Errorf("the lead of Field sees %+v", teams)
		}
		w.as(sam).ask("GET", "/api/day/teams", nil).problem(403)
		if all := into[api.Items[desk.TeamDay]](w.as(w.ana).ask("GET", "/api/day/teams", nil).is(200)).Items; len(all) != 3 {
			w.Errorf("an admin sees %+v", all)
		}

		// what was asked among others stays theirs, also where it was left at the end of a day
		other := w.as(w.hires("other", kept.RoleLead))
		ask := into[desk.Ask](w.as(w.bo).ask("POST", "/api/asks", api.Asking{Agent: sam.ID, Question: "How do we tell her?", Due: monday.Add(4 * time.Hour)}).is(200))
		ear, deaf := b.listens(""), w.as(w.bo).listens("")
		for _, l := range []*listening{ear, deaf} {
			l.until("the beginning", func(h heard) bool { return h.name == "ready" })
		}
		w.as(sam).ask("POST", "/api/day/sign-off", api.Leaving{Leave: true}).is(200)
		for _, c := range []struct {
			who   *browser
			reads bool
		}{{b, true}, {other, false}} {
			left := slices.Concat(leftIn(c.who)...)
			if len(left) != 1 || left[0].Ask != ask.ID || (left[0].Promise != nil) != c.reads {
				w.Errorf("of what Sam left, a lead reads %+v", left)
			}
		}
		ear.until("how Sam's day ended", happened(kept.DaySignedOff, 0))
		w.as(w.ana).ask("PATCH", "/api/me", `{"name": "Ana R."}`).is(200)
		deaf.until("the change", func(h heard) bool {
			if eventOf(h).Type == kept.DaySignedOff {
				w.Error("a colleague hears how a day ended")
			}
			return changedSelf(eventOf(h))
		})
	})
}
