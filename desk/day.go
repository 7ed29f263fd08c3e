package desk

import (
	"context"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/day"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

// mostWaiting is how many a day check lists; who has more waiting needs help, not a longer list.
const mostWaiting = 200

// Waiting is one who waits for a word from an agent: a customer, or a coworker who asked.
type Waiting struct {
	Conversation *Row           `json:"conversation,omitempty"` // whose turn is ours; for an ask, what it is about
	Ask          *kept.Promise  `json:"ask,omitempty"`          // what a coworker was promised; absent: a customer waits
	Promise      *kept.Promise  `json:"promise,omitempty"`      // what falls due to a customer today; absent where it is our turn and they wait for a word
	Who          string         `json:"who"`                    // who waits, by name
	Due          time.Time      `json:"due,omitzero"`           // what they were promised first
	HandOver     *kept.HandOver `json:"hand_over,omitempty"`    // offered to somebody, and not accepted yet
}

// DayCheck is an agent's day and who waits for a word from them in it.
type DayCheck struct {
	Day
	Waiting   []Waiting     `json:"waiting"`              // earliest promise first
	More      bool          `json:"more"`                 // there are more than are listed
	ToMe      []Offered     `json:"to_me"`                // what others offer me
	FromMe    []Offered     `json:"from_me"`              // what I offer, and what became of what I offered today
	SignedOff *kept.SignOff `json:"signed_off,omitempty"` // how the day ended; absent: it hasn't
	ClearDays int           `json:"clear_days"`           // how many of my days ended clear; nobody else is told
	Lead      kept.ID       `json:"lead,omitempty"`       // who gets what I leave; zero: there is nobody
}

// Day is an agent's working day, in their own zone.
type Day struct {
	Zone      string    `json:"zone"`
	Date      string    `json:"date"`                // on which it began, "2026-05-18"
	Began     time.Time `json:"began"`               // what was said from here on was said today
	Over      time.Time `json:"over"`                // where the next day begins
	Starts    time.Time `json:"starts,omitzero"`     // of the shift; absent: no shift today
	Ends      time.Time `json:"ends,omitzero"`       // of the shift
	OfferedAt time.Time `json:"offered_at,omitzero"` // from when on the day check is offered
	Offered   bool      `json:"offered"`             // it is offered now
}

// Offered is a hand-over with the names that a person reads.
type Offered struct {
	kept.HandOver
	FromName string        `json:"from_name"`
	ToName   string        `json:"to_name,omitempty"`
	TeamName string        `json:"team_name,omitempty"`
	LeadName string        `json:"lead_name,omitempty"`
	Row      *Row          `json:"row,omitempty"` // the conversation
	Promise  *kept.Promise `json:"promise,omitempty"`
	Who      string        `json:"who"` // who waits
}

// clock is by what an agent's days go.
func (h *house) clock(a kept.Agent) (day.Clock, error) {
	shifts := h.shifts(a)
	if shifts == calendar.Always {
		shifts = nil // a desk without hours has no shifts either
	}
	zone := a.Zone
	if zone == "" {
		zone = h.organization.Zone
	}
	c, err := day.In(zone, shifts)
	if err != nil { // a zone that was taken out of the tables
		return day.In("UTC", shifts)
	}
	return c, nil
}

// dayOf is the day of an agent that an instant lies in.
func (h *house) dayOf(a kept.Agent, now time.Time) (Day, error) {
	c, err := h.clock(a)
	if err != nil {
		return Day{}, err
	}
	d := c.At(now)
	out := Day{Zone: a.Zone, Date: d.Date.String(), Began: d.Began, Over: d.Over, Starts: d.Starts, Ends: d.Ends, Offered: d.Offered(now)}
	if !d.Ends.IsZero() {
		out.OfferedAt = d.OfferedAt()
	}
	return out, nil
}

// DayCheck reads who waits for a word from the agent.
func (d *Desk) DayCheck(ctx context.Context, who kept.Actor) (out DayCheck, err error) {
	now := d.now()
	err = d.read(ctx, who, "day-check", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		agents, err := tx.Agents()
		if err != nil {
			return err
		}
		me, err := tx.Agent(who.ID)
		if err != nil {
			return err
		}
		if out.Day, err = h.dayOf(me, now); err != nil {
			return err
		}
		if out.Waiting, err = waitingFor(tx, me.ID, out.Day, mostWaiting+1, named(agents)); err != nil {
			return err
		}
		if len(out.Waiting) > mostWaiting {
			out.Waiting, out.More = out.Waiting[:mostWaiting], true
		}
		if lead, ok := h.leadOf(me, agents); ok {
			out.Lead = lead.ID
		}
		if out.ClearDays, err = tx.ClearDays(me.ID); err != nil {
			return err
		}
		off, ok, err := tx.SignOff(me.ID, out.Date)
		if err != nil {
			return err
		}
		if ok {
			out.SignedOff = &off
		}
		return h.offers(tx, me, agents, &out)
	})
	return out, err
}

// offers reads what is offered to the agent, and what the agent offers.
func (h *house) offers(tx *store.Tx, me kept.Agent, agents []kept.Agent, out *DayCheck) error {
	open, err := tx.OpenHandOvers()
	if err != nil {
		return err
	}
	teams := h.teamsOf(me.ID)
	open = slices.DeleteFunc(open, func(o kept.HandOver) bool { return !o.For(me.ID, teams) })
	if out.ToMe, err = h.offered(tx, open, agents); err != nil {
		return err
	}
	mine, err := tx.HandOversOf(me.ID, out.Began)
	if err != nil {
		return err
	}
	out.FromMe, err = h.offered(tx, mine, agents)
	return err
}

// offered puts the names to hand-overs.
func (h *house) offered(tx *store.Tx, list []kept.HandOver, agents []kept.Agent) ([]Offered, error) {
	names := named(agents)
	out := []Offered{}
	for _, o := range list {
		v := Offered{
			HandOver: o, FromName: names[o.From], ToName: names[o.To], LeadName: names[o.Lead], TeamName: h.team(o.Team).Name,
		}
		if o.Ask != 0 {
			p, err := tx.Promise(o.Ask)
			if err != nil {
				return nil, err
			}
			v.Promise, v.Who = &p, names[p.ToAgent]
		}
		if o.Conversation != 0 {
			r, err := tx.Row(o.Conversation)
			if err != nil {
				return nil, err
			}
			c := row(r)
			v.Row = &c
			if v.Who == "" {
				v.Who = c.called()
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// waitingFor lists up to n who wait for a word from an agent and have had none in the agent's day, or are owed
// in it what no word keeps; earliest promise first.
func waitingFor(tx *store.Tx, agent kept.ID, in Day, n int, names map[kept.ID]string) ([]Waiting, error) {
	rows, owed, err := tx.WaitingFor(agent, in.Began, in.Over, n)
	if err != nil {
		return nil, err
	}
	asks, err := tx.AskedOf(agent, n)
	if err != nil {
		return nil, err
	}
	open, err := openOffers(tx, agent)
	if err != nil {
		return nil, err
	}
	out := make([]Waiting, 0, len(rows)+len(asks))
	for _, r := range rows {
		c := row(r)
		w := Waiting{Conversation: &c, Who: c.called(), Due: c.QueueDue, HandOver: open[waitingID{c.ID, 0}]}
		if err := w.owed(tx, agent, in.Over, owed[c.ID]); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	for _, p := range asks {
		w := Waiting{Ask: &p, Who: names[p.ToAgent], Due: p.Due, HandOver: open[waitingID{0, p.ID}]}
		if p.Conversation != 0 {
			r, err := tx.Row(p.Conversation)
			if err != nil {
				return nil, err
			}
			c := row(r)
			w.Conversation = &c
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b Waiting) int { return a.Due.Compare(b.Due) })
	return out[:min(len(out), n)], nil
}

// owed finds what falls due to a customer who has heard from us today, has the turn, or has said that it works: it
// stands in the line then, and not our next word or check. Alone: they wait for nothing else.
func (w *Waiting) owed(tx *store.Tx, agent kept.ID, over time.Time, alone bool) error {
	if w.Conversation.Status == kept.Open && !alone {
		return nil
	}
	leading, err := tx.Leading(w.Conversation.ID)
	for i, p := range leading { // earliest first
		mine := w.Conversation.Assignee == agent || promise.SeniorsWord(p) && p.By == agent
		if mine && promise.Ours(p) && p.Due.Before(over) {
			w.Promise, w.Due = &leading[i], p.Due
			return err
		}
	}
	return err
}

// waitingID names one who waits: a conversation, or an ask (of a conversation, or of none).
type waitingID struct{ conversation, ask kept.ID }

func (w Waiting) id() waitingID {
	if w.Ask != nil {
		return waitingID{w.Ask.Conversation, w.Ask.ID}
	}
	return waitingID{w.Conversation.ID, 0}
}

// openOffers are what an agent offers and nobody has taken, by who waits.
func openOffers(tx *store.Tx, agent kept.ID) (map[waitingID]*kept.HandOver, error) {
	all, err := tx.OpenHandOvers()
	out := map[waitingID]*kept.HandOver{}
	for i, o := range all {
		if o.From == agent {
			out[waitingID{o.Conversation, o.Ask}] = &all[i]
			if o.Ask != 0 {
				out[waitingID{0, o.Ask}] = &all[i] // whatever became of the conversation
			}
		}
	}
	return out, err
}

func named(agents []kept.Agent) map[kept.ID]string {
	out := map[kept.ID]string{}
	for _, a := range agents {
		out[a.ID] = a.Name
	}
	return out
}

// called is what a person calls who wrote: their name, else their address.
func (r Row) called() string {
	if r.ContactName != "" {
		return r.ContactName
	}
	return r.ContactEmail
}

// leadOf is who gets what an agent leaves at the end of the day: their own lead, else their team's, else
// somebody who leads, else who administers. False where there is nobody but themselves.
func (h *house) leadOf(a kept.Agent, agents []kept.Agent) (kept.Agent, bool) {
	teams := map[kept.ID]bool{}
	for _, id := range h.teamsOf(a.ID) {
		teams[h.team(id).Lead] = true
	}
	for _, leads := range []func(kept.Agent) bool{
		func(l kept.Agent) bool { return l.ID == a.Lead },
		func(l kept.Agent) bool { return teams[l.ID] },
		func(l kept.Agent) bool { return l.Role == kept.RoleLead },
		func(l kept.Agent) bool { return l.Role.Administers() },
	} {
		i := slices.IndexFunc(agents, func(l kept.Agent) bool {
			return l.ID != a.ID && l.GoneAt.IsZero() && l.Role.Serves() && leads(l)
		})
		if i >= 0 {
			return agents[i], true
		}
	}
	return kept.Agent{}, false
}

// Short is a short word to a customer who waits.
type Short struct {
	Words string
	Due   time.Time // by when they hear more
	Seen  kept.ID   // the last message that the writer saw; zero: don't ask
}

// mostShort bounds a short word, in letters: what is longer is an answer.
const mostShort = 500

// ShortWord tells a customer that we are still on it, and by when they hear more. Without a time it is
// none, and refused.
func (d *Desk) ShortWord(ctx context.Context, who kept.Actor, id kept.ID, s Short) (Full, error) {
	html, err := d.short(who, "short-word", s.Words)
	if err != nil {
		return Full{}, err
	}
	if s.Due.IsZero() {
		return Full{}, kept.Wrong("due", "That has no time in it. Say by when they hear more; it is added to your words.")
	}
	return d.Reply(ctx, who, id, Answer{HTML: html, Then: Ours, Next: &Next{Due: s.Due}, Seen: s.Seen})
}

// AskCustomer asks a customer something; it is their turn then.
func (d *Desk) AskCustomer(ctx context.Context, who kept.Actor, id kept.ID, s Short) (Full, error) {
	html, err := d.short(who, "ask-customer", s.Words)
	if err != nil {
		return Full{}, err
	}
	if !promise.Asks(s.Words) {
		return Full{}, kept.Wrong("words", "There is no question in it, so they would not know that it is their turn. Ask them something.")
	}
	return d.Reply(ctx, who, id, Answer{HTML: html, Then: Wait, Seen: s.Seen})
}

// short is a line of words as an answer.
func (d *Desk) short(who kept.Actor, op access.Operation, words string) (string, error) {
	if err := access.Check(who, op); err != nil {
		return "", err
	}
	if len([]rune(words)) > mostShort {
		return "", kept.Wrong("words", "This is more than a short word. Answer them instead.")
	}
	html := d.o.HTMLFromText(words)
	if d.o.TextFromHTML(html) == "" {
		return "", kept.Wrong("words", "Say what you are doing for them. A time alone is no word.")
	}
	return html, nil
}
