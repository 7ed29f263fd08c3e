package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/day"
	"github.com/kept-desk/kept/store"
)

// Candidate is a colleague to hand over to, and when they are there.
type Candidate struct {
	Agent kept.ID   `json:"agent"`
	Name  string    `json:"name"`
	Here  bool      `json:"here"`           // their shift has begun, and isn't over
	From  time.Time `json:"from,omitzero"`  // of this shift, or of their next; absent: they have none
	Until time.Time `json:"until,omitzero"` // when that shift ends
}

// NextShift is who of a team is there when the agent has left.
type NextShift struct {
	Team   kept.ID   `json:"team,omitempty"` // zero: everybody
	Name   string    `json:"name,omitempty"`
	From   time.Time `json:"from,omitzero"` // absent: nobody has shifts
	Until  time.Time `json:"until,omitzero"`
	People int       `json:"people"`

	people []kept.Agent
}

// Candidates are who an agent can hand over to: those who are here longest first, then who comes next.
type Candidates struct {
	People []Candidate `json:"people"`
	Shifts []NextShift `json:"shifts"`
}

// HandOverTo lists who an agent can hand over to.
func (d *Desk) HandOverTo(ctx context.Context, who kept.Actor) (out Candidates, err error) {
	now := d.now()
	out = Candidates{People: []Candidate{}, Shifts: []NextShift{}}
	err = d.read(ctx, who, "hand-over-to", func(tx *store.Tx) error {
		g, err := d.giving(tx, who, now)
		if err != nil {
			return err
		}
		for _, a := range g.others(0) {
			clock, err := g.house.clock(a)
			if err != nil {
				return err
			}
			shift, _ := shiftAt(clock, now)
			out.People = append(out.People, Candidate{
				Agent: a.ID, Name: a.Name, From: shift.Starts, Until: shift.Ends, Here: !shift.Ends.IsZero() && !shift.Starts.After(now),
			})
		}
		slices.SortStableFunc(out.People, inOrder)
		teams := g.house.teamsOf(who.ID)
		if len(teams) == 0 {
			teams = []kept.ID{0}
		}
		for _, team := range teams {
			next, err := g.nextShift(team)
			if err != nil {
				return err
			}
			if next.People > 0 {
				out.Shifts = append(out.Shifts, next)
			}
		}
		return nil
	})
	return out, err
}

// inOrder puts those who are here longest first, then those who come next, then those of whom nothing is
// known.
func inOrder(a, b Candidate) int {
	switch {
	case a.Here != b.Here:
		return cmp.Compare(flag(b.Here), flag(a.Here))
	case a.Here:
		return b.Until.Compare(a.Until)
	case a.From.IsZero() != b.From.IsZero():
		return cmp.Compare(flag(a.From.IsZero()), flag(b.From.IsZero()))
	}
	return a.From.Compare(b.From)
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// others are who serves customers in a team (zero: at all), apart from the giver.
func (g *giving) others(team kept.ID) (list []kept.Agent) {
	members := g.house.team(team).Members
	for _, a := range g.agents {
		if a.ID != g.who.ID && a.GoneAt.IsZero() && a.Role.Serves() && (team == 0 || slices.Contains(members, a.ID)) {
			list = append(list, a)
		}
	}
	return list
}

// nextShift is who of a team is there when the giver has left: those at work then, else those who come
// first after that. Where nobody has shifts, it is everybody.
func (g *giving) nextShift(team kept.ID) (NextShift, error) {
	out := NextShift{Team: team, Name: g.house.team(team).Name}
	mine, err := g.house.dayOf(g.me, g.now)
	if err != nil {
		return out, err
	}
	leaving := g.now
	if mine.Ends.After(leaving) {
		leaving = mine.Ends
	}
	for _, a := range g.others(team) {
		clock, err := g.house.clock(a)
		if err != nil {
			return out, err
		}
		shift, has := shiftAt(clock, leaving)
		here := has && !shift.Starts.After(leaving)
		from := shift.Starts
		if here {
			from = leaving
		}
		switch {
		case len(out.people) == 0 || has && (out.From.IsZero() || from.Before(out.From)):
			out.people, out.From, out.Until = []kept.Agent{a}, from, shift.Ends
		case has && from.Equal(out.From) || !has && out.From.IsZero():
			out.people = append(out.people, a)
			if shift.Ends.After(out.Until) {
				out.Until = shift.Ends
			}
		}
	}
	out.People = len(out.people)
	return out, nil
}

// shiftAt is the shift that somebody is in at an instant, else their next within two weeks; false where
// there is none.
func shiftAt(c day.Clock, at time.Time) (day.Day, bool) {
	d := c.At(at)
	if !d.Ends.After(at) {
		return c.Next(d, 15)
	}
	return d, true
}
