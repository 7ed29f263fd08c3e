package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// mostLeft is how many can be left to the lead at the end of a day.
const mostLeft = 1000

// SignOff ends an agent's day, once. Where somebody still waits for a word from them it is refused with
// their names; leaving hands those to the lead, by name, and says so to the lead. What was offered to
// somebody else before stays offered to them, and the lead answers for it.
func (d *Desk) SignOff(ctx context.Context, who kept.Actor, leave bool) (o kept.SignOff, err error) {
	now := d.now()
	err = d.write(ctx, who, "sign-off", func(tx *store.Tx) error {
		g, err := d.giving(tx, who, now)
		if err != nil {
			return err
		}
		today, err := g.house.dayOf(g.me, now)
		if err != nil {
			return err
		}
		waiting, err := waitingFor(tx, who.ID, today, mostLeft, named(g.agents))
		if err != nil {
			return err
		}
		if len(waiting) > 0 && !leave {
			return stillWait(waiting)
		}
		o = kept.SignOff{Agent: who.ID, Day: today.Date, At: now, Clear: len(waiting) == 0, Left: len(waiting)}
		if len(waiting) > 0 {
			if o.Lead, err = g.leave(waiting); err != nil {
				return err
			}
		}
		ok, err := tx.AddSignOff(o)
		if err != nil {
			return err
		}
		if !ok {
			return kept.Fail(kept.Conflict, "You have signed off for today already.")
		}
		return tx.AddEvents(event(now, who, kept.DaySignedOff, 0, o))
	})
	return o, err
}

// stillWait names who still waits.
func stillWait(waiting []Waiting) error {
	var names []string
	for _, w := range waiting[:min(len(waiting), 5)] {
		names = append(names, w.Who)
	}
	if more := len(waiting) - len(names); more > 0 {
		return kept.Fail(kept.Conflict, "%s and %d more still wait for a word from you. Give them one, hand them over, or leave them to your lead.", strings.Join(names, ", "), more)
	}
	if len(names) == 1 {
		return kept.Fail(kept.Conflict, "%s still waits for a word from you. Give them one, hand them over, or leave them to your lead.", names[0])
	}
	return kept.Fail(kept.Conflict, "%s and %s still wait for a word from you. Give them one, hand them over, or leave them to your lead.",
		strings.Join(names[:len(names)-1], ", "), names[len(names)-1])
}

// leave hands those who wait to the lead, and tells the lead.
func (g *giving) leave(waiting []Waiting) (kept.ID, error) {
	lead, ok := g.house.leadOf(g.me, g.agents)
	if !ok {
		return 0, kept.Fail(kept.Conflict, "There is nobody who could take them from you. Give each of them a word with a time.")
	}
	slices.SortFunc(waiting, func(a, b Waiting) int { return int(a.id().conversation - b.id().conversation) }) // locks have one order
	for _, w := range waiting {
		if w.HandOver != nil {
			if err := g.answerFor(w, lead.ID); err != nil {
				return 0, err
			}
			continue
		}
		if err := g.offer(kept.HandOver{From: g.who.ID, To: lead.ID, Lead: lead.ID, OfferedAt: g.now, LeftAt: g.now}, w.id()); err != nil {
			return 0, err
		}
	}
	return lead.ID, g.tell([]kept.Agent{lead}, "left")
}

// answerFor makes the lead answer for what was offered to somebody else.
func (g *giving) answerFor(w Waiting, lead kept.ID) error {
	o, ok, err := g.tx.LeaveHandOver(w.HandOver.ID, lead, g.now)
	if err != nil || !ok {
		return err // not ok: accepted just now
	}
	about := ""
	if w.Conversation != nil {
		about = w.Conversation.Subject
	}
	g.lines = append(g.lines, line{w.Who, about, w.Due})
	return g.tx.AddEvents(event(g.now, g.who, kept.HandOverOffered, o.Conversation, o))
}

// PersonDay is how somebody's day stands, as their lead sees it: in that person's own time.
type PersonDay struct {
	Day
	Agent     kept.ID       `json:"agent"`
	Name      string        `json:"name"`
	Here      bool          `json:"here"`                 // in their shift, and not in a break
	Waiting   int           `json:"waiting"`              // how many wait for a word from them today
	Names     []string      `json:"names"`                // of the first of these
	SignedOff *kept.SignOff `json:"signed_off,omitempty"` // how their day ended
	Left      []Offered     `json:"left"`                 // what they left, and what became of it
}

// TeamDay is a team's day.
type TeamDay struct {
	Team   kept.ID     `json:"team,omitempty"` // zero: who is in no team
	Name   string      `json:"name,omitempty"`
	People []PersonDay `json:"people"`
}

// namesShown is how many of those who wait for somebody the lead's view names.
const namesShown = 5

// TeamsDay reads, per team, who is clear, who isn't, and who has left with what. Who is in two teams
// stands in both. The lead of a team sees that team, whatever their role; who leads by role sees everybody.
func (d *Desk) TeamsDay(ctx context.Context, who kept.Actor) (out []TeamDay, err error) {
	now := d.now()
	err = d.read(ctx, who, "day-of-teams", func(tx *store.Tx) error {
		g, err := d.giving(tx, who, now)
		if err != nil {
			return err
		}
		teams := daysSeen(who, g.house.teams)
		if len(teams) == 0 && !who.Role.Leads() {
			return kept.Fail(kept.Forbidden, "Who leads a team sees how everybody's day stands in it; you lead none.")
		}
		people := map[kept.ID]PersonDay{}
		rest := TeamDay{People: []PersonDay{}}
		for _, a := range g.agents {
			seen := who.Role.Leads() || slices.ContainsFunc(teams, func(t kept.Team) bool { return slices.Contains(t.Members, a.ID) })
			if !seen || !a.GoneAt.IsZero() || !a.Role.Serves() {
				continue
			}
			p, err := g.personDay(a)
			if err != nil {
				return err
			}
			people[a.ID] = p
			if len(g.house.teamsOf(a.ID)) == 0 {
				rest.People = append(rest.People, p)
			}
		}
		out = []TeamDay{}
		for _, t := range teams {
			team := TeamDay{Team: t.ID, Name: t.Name, People: []PersonDay{}}
			for _, a := range g.agents { // by name
				if p, ok := people[a.ID]; ok && slices.Contains(t.Members, a.ID) {
					team.People = append(team.People, p)
				}
			}
			out = append(out, team)
		}
		if len(rest.People) > 0 {
			out = append(out, rest)
		}
		return nil
	})
	return out, err
}

func (g *giving) personDay(a kept.Agent) (p PersonDay, err error) {
	p = PersonDay{Agent: a.ID, Name: a.Name, Names: []string{}}
	if p.Day, err = g.house.dayOf(a, g.now); err != nil {
		return p, err
	}
	clock, err := g.house.clock(a)
	if err != nil {
		return p, err
	}
	p.Here = clock.Open(g.now)
	waiting, err := waitingFor(g.tx, a.ID, p.Day, mostWaiting, named(g.agents))
	if err != nil {
		return p, err
	}
	p.Waiting = len(waiting)
	for _, w := range waiting[:min(len(waiting), namesShown)] {
		p.Names = append(p.Names, w.Who)
	}
	off, ok, err := g.tx.SignOff(a.ID, p.Date)
	if err != nil {
		return p, err
	}
	if ok {
		p.SignedOff = &off
	}
	left, err := g.tx.LeftBy(a.ID, p.Began)
	if err != nil {
		return p, err
	}
	if p.Left, err = g.house.offered(g.tx, left, g.agents); err != nil {
		return p, err
	}
	for i, o := range p.Left { // that it was left is the lead's to know; what was asked, only of those whom it concerns
		if o.Promise == nil {
			continue
		}
		err := g.house.openAsk(g.tx, g.who, *o.Promise)
		if kept.Is(err, kept.NotFound) {
			p.Left[i].Promise = nil
		} else if err != nil {
			return p, err
		}
	}
	return p, nil
}
