package desk

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

// Ask is a question among ourselves as a screen shows it.
type Ask struct {
	kept.Asked
	Promise        kept.Promise `json:"promise"`    // of the answer: by whom, to whom, by when
	Waits          bool         `json:"waits"`      // nobody has answered yet
	AskerName      string       `json:"asker_name"` // who is owed the answer
	AskedName      string       `json:"asked_name"` // the person; empty while a team's ask is nobody's
	TeamName       string       `json:"team_name"`  // the team that was asked; empty: a person was
	AnsweredByName string       `json:"answered_by_name"`
	Subject        string       `json:"subject"`      // of the conversation that it is about; empty: none
	ContactName    string       `json:"contact_name"` // whose conversation that is
	Trouble        string       `json:"trouble"`      // why the question's mail did not arrive; empty: it did, or is on its way
}

// AskSide says which end of an ask one is at.
type AskSide string

// The sides.
const (
	AskedOfMe AskSide = "of_me" // and of my teams
	AskedByMe AskSide = "by_me"
)

// AskPage is a part of a list of asks; Cursor is empty at its end.
type AskPage struct {
	Items  []Ask
	Cursor string
}

// AskQuery asks for a part of a list: what waits, due first first, or what is done, latest first.
type AskQuery struct {
	Side   AskSide
	Done   bool
	Cursor string
	Limit  int
}

// Asks reads a page of the asks of or by an agent.
func (d *Desk) Asks(ctx context.Context, who kept.Actor, q AskQuery) (page AskPage, err error) {
	at, err := readCursor(q.Cursor)
	if err != nil {
		return page, err
	}
	if q.Cursor == "" && q.Done {
		at = store.Place{At: math.MaxInt64}
	}
	limit := max(1, min(q.Limit, 100))
	err = d.read(ctx, who, "list-asks", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		var list []kept.Promise
		switch {
		case q.Side == AskedOfMe && !q.Done:
			list, err = tx.AsksOf(who.ID, h.teamsOf(who.ID), at, limit+1)
		case q.Side == AskedOfMe:
			list, err = tx.AsksDoneOf(who.ID, at, limit+1)
		case q.Side == AskedByMe && !q.Done:
			list, err = tx.AsksBy(who.ID, at, limit+1)
		case q.Side == AskedByMe:
			list, err = tx.AsksDoneBy(who.ID, at, limit+1)
		default:
			err = kept.Wrong("side", "Choose of_me or by_me.")
		}
		if err != nil {
			return err
		}
		if len(list) > limit {
			list = list[:limit]
			last := list[limit-1]
			place := store.Place{At: micro(last.Due), ID: last.ID}
			if q.Done {
				place.At = micro(last.SettledAt)
			}
			page.Cursor = writeCursor(place)
		}
		page.Items, err = d.askRows(tx, list)
		return err
	})
	return page, err
}

// ReadAsk reads one ask.
func (d *Desk) ReadAsk(ctx context.Context, who kept.Actor, id kept.ID) (a Ask, err error) {
	err = d.read(ctx, who, "read-ask", func(tx *store.Tx) error {
		p, err := tx.Promise(id)
		if err != nil {
			return err
		}
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if err := h.openAsk(tx, who, p); err != nil {
			return err
		}
		a, err = d.askRow(tx, p)
		return err
	})
	return a, err
}

func (d *Desk) askRow(tx *store.Tx, p kept.Promise) (Ask, error) {
	rows, err := d.askRows(tx, []kept.Promise{p})
	if err != nil {
		return Ask{}, err
	}
	return rows[0], nil
}

// askRows are asks as a screen shows them, in the order given.
func (d *Desk) askRows(tx *store.Tx, promises []kept.Promise) ([]Ask, error) {
	out := make([]Ask, 0, len(promises))
	if len(promises) == 0 {
		return out, nil
	}
	var ids, conversations []kept.ID
	for _, p := range promises {
		ids = append(ids, p.ID)
		if p.Conversation != 0 && !slices.Contains(conversations, p.Conversation) {
			conversations = append(conversations, p.Conversation)
		}
	}
	h, err := d.at(tx)
	if err != nil {
		return nil, err
	}
	agents, err := tx.Agents()
	if err != nil {
		return nil, err
	}
	rows, err := tx.Rows(conversations)
	if err != nil {
		return nil, err
	}
	asked, err := tx.AskedIn(ids)
	if err != nil {
		return nil, err
	}
	names := map[kept.ID]string{}
	for _, a := range agents {
		names[a.ID] = a.Name
	}
	for _, p := range promises {
		a := Ask{Promise: p, Waits: waiting(p), AskerName: names[p.ToAgent], AskedName: names[p.By], TeamName: h.team(p.Team).Name}
		if i := slices.IndexFunc(asked, func(a kept.Asked) bool { return a.ID == p.ID }); i >= 0 {
			a.Asked = asked[i]
		}
		a.AnsweredByName = names[a.AnsweredBy]
		if i := slices.IndexFunc(rows, func(r store.Row) bool { return r.ID == p.Conversation }); i >= 0 {
			a.Subject, a.ContactName = rows[i].Subject, rows[i].ContactName
			if a.ContactName == "" {
				a.ContactName = rows[i].ContactEmail
			}
		}
		if a.Waits && p.By != 0 {
			if a.Trouble, err = tx.TroubleOf(p.ID, p.By); err != nil {
				return nil, err
			}
		}
		out = append(out, a)
	}
	return out, nil
}

// AskProposal is by when an answer is proposed.
type AskProposal struct {
	Due  time.Time `json:"due"`
	Next time.Time `json:"next,omitzero"` // the customer's next promise, which it comes before
}

// ProposeAsk computes by when whom we ask should answer: before the customer's next promise, with time left
// to tell them.
func (d *Desk) ProposeAsk(ctx context.Context, who kept.Actor, n NewAsk) (out AskProposal, err error) {
	now := d.now()
	err = d.read(ctx, who, "propose-ask", func(tx *store.Tx) error {
		house, err := d.at(tx)
		if err != nil {
			return err
		}
		h := alone(d, tx, house, who, now)
		if n.Conversation != 0 {
			c, err := tx.Conversation(n.Conversation)
			if err != nil {
				return err
			}
			if h, err = d.hold(tx, c, who, now); err != nil {
				return err
			}
		}
		var cal promise.Calendar = house.hours()
		if n.Agent != 0 || n.Team != 0 {
			if cal, _, err = h.asked(n); err != nil {
				return err
			}
		}
		out.Next = h.nextDue()
		out.Due, err = promise.AskDue(cal, now, out.Next)
		return err
	})
	return out, err
}

// nextDue is when the customer hears from us next by what is promised; zero: nothing is, or it has passed.
func (h *hand) nextDue() (next time.Time) {
	for _, p := range h.leading {
		ours := p.Kind != kept.CheckIn && p.Kind != kept.FollowUp
		if p.State == kept.PromiseOpen && ours && p.Due.After(h.now) && (next.IsZero() || p.Due.Before(next)) {
			next = p.Due
		}
	}
	return next
}

// asksOf are the asks about a conversation among its promises, and the promises without them.
func (d *Desk) asksOf(tx *store.Tx, all []kept.Promise) (asks []Ask, given []kept.Promise, err error) {
	among, given := apart(all)
	asks, err = d.askRows(tx, among)
	return asks, given, err
}

// WhomToAsk lists who can be asked: everybody who works here but the one who asks, and the teams.
func (d *Desk) WhomToAsk(ctx context.Context, who kept.Actor) (people []kept.Agent, teams []kept.Team, err error) {
	err = d.read(ctx, who, "whom-to-ask", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		people, err = tx.Agents()
		people = slices.DeleteFunc(people, func(a kept.Agent) bool { return a.ID == who.ID || !a.GoneAt.IsZero() })
		for _, t := range h.teams {
			if slices.ContainsFunc(people, func(a kept.Agent) bool { return slices.Contains(t.Members, a.ID) }) {
				teams = append(teams, t)
			}
		}
		return err
	})
	return people, teams, err
}
