package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/day"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

// Offer is what an agent hands over: several who wait, to one person or to the next shift.
type Offer struct {
	Conversations []kept.ID
	Asks          []kept.ID // promises of kind ask
	To            kept.ID   // an agent; zero: the next shift
	Team          kept.ID   // with the next shift: of this team; zero: of everybody
	Note          string
}

// mostOffered is how many can be handed over in one go.
const mostOffered = 100

// HandOver offers those who wait to a named person, or to the next shift. Until it is accepted, everything
// stays with who offers it.
func (d *Desk) HandOver(ctx context.Context, who kept.Actor, o Offer) (list []kept.HandOver, err error) {
	o.Note = strings.TrimSpace(o.Note)
	switch n := len(o.Conversations) + len(o.Asks); {
	case n == 0:
		return nil, kept.Wrong("conversations", "Say whom you hand over.")
	case n > mostOffered:
		return nil, kept.Wrong("conversations", "Hand over at most %d at a time.", mostOffered)
	case len(o.Note) > 2000:
		return nil, kept.Wrong("note", "Keep the note short; what they need to know of the matter belongs into the conversation.")
	}
	now := d.now()
	err = d.write(ctx, who, "hand-over", func(tx *store.Tx) error {
		g, err := d.giving(tx, who, now)
		if err != nil {
			return err
		}
		to, err := g.receivers(o)
		if err != nil {
			return err
		}
		made := kept.HandOver{From: who.ID, To: o.To, Team: o.Team, Note: o.Note, OfferedAt: now}
		for _, id := range slices.Compact(slices.Sorted(slices.Values(o.Conversations))) {
			if err := g.offer(made, waitingID{id, 0}); err != nil {
				return err
			}
		}
		for _, id := range slices.Compact(slices.Sorted(slices.Values(o.Asks))) {
			if err := g.offer(made, waitingID{0, id}); err != nil {
				return err
			}
		}
		list = g.made
		return g.tell(to, "offered")
	})
	return list, err
}

// giving is an agent's hand-over in the making.
type giving struct {
	d      *Desk
	tx     *store.Tx
	house  *house
	who    kept.Actor
	me     kept.Agent
	agents []kept.Agent
	now    time.Time
	made   []kept.HandOver
	lines  []line // of the mail to who gets it
}

// line is one who waits, as a mail tells it.
type line struct {
	who, about string
	due        time.Time
}

func (d *Desk) giving(tx *store.Tx, who kept.Actor, now time.Time) (*giving, error) {
	h, err := d.at(tx)
	if err != nil {
		return nil, err
	}
	agents, err := tx.Agents()
	if err != nil {
		return nil, err
	}
	me, err := tx.Agent(who.ID)
	return &giving{d: d, tx: tx, house: h, who: who, me: me, agents: agents, now: now}, err
}

// receivers are who is told of an offer.
func (g *giving) receivers(o Offer) ([]kept.Agent, error) {
	if o.To == 0 {
		if o.Team != 0 && g.house.team(o.Team).ID == 0 {
			return nil, kept.Wrong("team", "There is no such team.")
		}
		next, err := g.nextShift(o.Team)
		if err == nil && len(next.people) == 0 {
			err = kept.Wrong("team", "Nobody but you is in this shift. Hand over to somebody by name.")
		}
		return next.people, err
	}
	i := slices.IndexFunc(g.agents, func(a kept.Agent) bool { return a.ID == o.To })
	switch {
	case i < 0:
		return nil, kept.Wrong("to", "There is no such person.")
	case o.To == g.who.ID:
		return nil, kept.Wrong("to", "They are yours already. Choose somebody else.")
	case !g.agents[i].GoneAt.IsZero():
		return nil, kept.Wrong("to", "%s no longer works here. Choose somebody who does.", g.agents[i].Name)
	case !g.agents[i].Role.Serves():
		return nil, kept.Wrong("to", "%s doesn't serve customers. Choose somebody who does.", g.agents[i].Name)
	}
	return g.agents[i : i+1], nil
}

// offer offers one who waits.
func (g *giving) offer(o kept.HandOver, w waitingID) error {
	if w.ask != 0 {
		p, err := g.tx.Promise(w.ask)
		if err != nil {
			return err
		}
		if p.Kind != kept.Ask || p.By != g.who.ID || !waiting(p) {
			return kept.Fail(kept.Conflict, "You can hand over only what you were asked and haven't answered.")
		}
		if p.ToAgent == o.To {
			return kept.Wrong("to", "They asked you this themselves. Choose somebody else.")
		}
		w.conversation = p.Conversation
		g.lines = append(g.lines, line{named(g.agents)[p.ToAgent], p.Words, p.Due})
	} else {
		c, err := g.tx.LockConversation(w.conversation)
		if err != nil {
			return err
		}
		if c.Assignee != g.who.ID || !c.Status.Live() {
			return kept.Fail(kept.Conflict, "“%s” isn't yours to hand over any more. Look again.", c.Subject)
		}
		r, err := g.tx.Row(c.ID)
		if err != nil {
			return err
		}
		g.lines = append(g.lines, line{row(r).called(), c.Subject, c.QueueDue})
	}
	o.Conversation, o.Ask, o.State = w.conversation, w.ask, kept.HandOverOpen
	id, ok, err := g.tx.AddHandOver(o)
	if err != nil {
		return err
	}
	if !ok {
		return kept.Fail(kept.Conflict, "%s is offered to somebody already. Take that back first.", g.lines[len(g.lines)-1].who)
	}
	o.ID = id
	g.made = append(g.made, o)
	return g.tx.AddEvents(event(g.now, g.who, kept.HandOverOffered, o.Conversation, o))
}

// tell mails those who get a hand-over whom they get, by when, and what the giver says of it. Why is
// "offered" or "left".
func (g *giving) tell(to []kept.Agent, why string) error {
	for _, a := range to {
		r := words.For(a.Language, a.Zone, g.house.organization.Zone, g.now)
		text := []string{r.Say("notice.hand_over."+why+"_what", "n", len(g.lines), "name", g.me.Name), ""}
		for _, l := range g.lines {
			text = append(text, r.Say("notice.hand_over.line", "who", words.Line(l.who, 80), "about", words.Line(l.about, 120), "when", r.When(l.due)))
		}
		if len(g.made) > 0 && g.made[0].Note != "" {
			text = append(text, "", r.Say("notice.hand_over.note", "name", g.me.Name, "note", g.made[0].Note))
		}
		text = append(text, "", r.Say("notice.hand_over.accept", "name", g.me.Name), g.d.base(g.house.organization)+"/day")
		n := kept.Notice{
			Agent: a.ID, CreatedAt: g.now, Text: strings.Join(text, "\n"),
			Subject: r.Say("notice.hand_over."+why, "n", len(g.lines), "name", g.me.Name),
		}
		if len(g.made) == 1 {
			n.Conversation = g.made[0].Conversation
		}
		if _, err := g.d.notify(g.tx, g.house, n); err != nil {
			return err
		}
	}
	return nil
}

// AcceptHandOver takes over who was offered: from now on it is the taker's turn, and what the giver
// promised is the taker's. Only one gets it.
func (d *Desk) AcceptHandOver(ctx context.Context, who kept.Actor, id kept.ID) (o kept.HandOver, err error) {
	now := d.now()
	err = d.write(ctx, who, "accept-hand-over", func(tx *store.Tx) error {
		if o, err = d.offeredTo(tx, who, id); err != nil {
			return err
		}
		if o.Ask != 0 {
			o, err = d.answersInstead(tx, o, who, now)
			return err
		}
		h, err := d.take(tx, o.Conversation, who, now)
		if err != nil {
			return err
		}
		taken, ok, err := tx.SettleHandOver(id, kept.HandOverTaken, who.ID, now, "")
		if err != nil {
			return err
		}
		if !ok {
			return somebodyWasFirst(tx, id)
		}
		o = taken
		h.note(kept.HandOverAccepted, 0, 0, o)
		h.is.Assignee = who.ID
		for _, p := range slices.Clone(h.leading) {
			if p.State == kept.PromiseOpen && p.By == o.From {
				if err := h.settle(p, promise.HandOver(p, who.ID), kept.PromiseCarried); err != nil {
					return err
				}
			}
		}
		return h.put()
	})
	return o, err
}

// answersInstead makes the taker answer what a coworker asked.
func (d *Desk) answersInstead(tx *store.Tx, o kept.HandOver, who kept.Actor, now time.Time) (kept.HandOver, error) {
	h, p, a, err := d.takeAsk(tx, o.Ask, who, now)
	if err != nil {
		return o, err
	}
	taken, ok, err := tx.SettleHandOver(o.ID, kept.HandOverTaken, who.ID, now, "")
	switch {
	case err != nil:
		return o, err
	case !ok:
		return o, somebodyWasFirst(tx, o.ID)
	case !waiting(p):
		return o, settledAsk(a)
	case p.ToAgent == who.ID:
		return o, kept.Fail(kept.Conflict, "You asked this yourself. Withdraw it, if you know the answer.")
	}
	if err := h.settle(p, promise.HandOver(p, who.ID), kept.PromiseCarried); err != nil {
		return o, err
	}
	h.note(kept.HandOverAccepted, 0, 0, taken)
	return taken, h.put()
}

// DeclineHandOver says no to what was offered by name; it stays with who offered it, who is told why.
func (d *Desk) DeclineHandOver(ctx context.Context, who kept.Actor, id kept.ID, reason string) (o kept.HandOver, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return o, kept.Wrong("reason", "Say why, in a few words, so that they know what to do.")
	}
	const most = 500
	if utf8.RuneCountInString(reason) > most {
		return o, kept.Wrong("reason", "A reason has at most %d letters.", most)
	}
	now := d.now()
	err = d.write(ctx, who, "decline-hand-over", func(tx *store.Tx) error {
		if o, err = d.offeredTo(tx, who, id); err != nil {
			return err
		}
		if o.To != who.ID {
			return kept.Fail(kept.Conflict, "This is offered to others too. Leave it for them, or take it.")
		}
		var ok bool
		if o, ok, err = tx.SettleHandOver(id, kept.HandOverNo, who.ID, now, reason); err != nil {
			return err
		}
		if !ok {
			return somebodyWasFirst(tx, id)
		}
		if err := d.tellDeclined(tx, o, who, now); err != nil {
			return err
		}
		return tx.AddEvents(event(now, who, kept.HandOverDeclined, o.Conversation, o))
	})
	return o, err
}

// tellDeclined mails who offered it that it is theirs again, and why.
func (d *Desk) tellDeclined(tx *store.Tx, o kept.HandOver, who kept.Actor, now time.Time) error {
	h, err := d.at(tx)
	if err != nil {
		return err
	}
	agents, err := tx.Agents()
	if err != nil {
		return err
	}
	list, err := h.offered(tx, []kept.HandOver{o}, agents)
	if err != nil {
		return err
	}
	from, err := tx.Agent(o.From)
	if err != nil {
		return err
	}
	waits := words.Line(list[0].Who, 80)
	_, err = d.notify(tx, h, kept.Notice{
		Agent: from.ID, Conversation: o.Conversation, CreatedAt: now,
		Subject: words.Say(from.Language, "notice.hand_over.declined", "name", who.Name, "who", waits),
		Text: words.Say(from.Language, "notice.hand_over.declined_what", "name", who.Name, "who", waits, "reason", o.Reason) +
			"\n\n" + d.base(h.organization) + "/day",
	})
	return err
}

// TakeBackHandOver takes back an offer that nobody has accepted.
func (d *Desk) TakeBackHandOver(ctx context.Context, who kept.Actor, id kept.ID) (o kept.HandOver, err error) {
	now := d.now()
	err = d.write(ctx, who, "take-back-hand-over", func(tx *store.Tx) error {
		if o, err = tx.HandOver(id); err != nil {
			return err
		}
		if o.From != who.ID {
			return kept.Fail(kept.NotFound, "There is no such hand-over, or it isn't yours to see.")
		}
		var ok bool
		if o, ok, err = tx.SettleHandOver(id, kept.HandOverBack, who.ID, now, ""); err != nil {
			return err
		}
		if !ok {
			return somebodyWasFirst(tx, id)
		}
		return tx.AddEvents(event(now, who, kept.HandOverTakenBack, o.Conversation, o))
	})
	return o, err
}

// offeredTo finds what is offered to an agent.
func (d *Desk) offeredTo(tx *store.Tx, who kept.Actor, id kept.ID) (kept.HandOver, error) {
	o, err := tx.HandOver(id)
	if err != nil {
		return o, err
	}
	h, err := d.at(tx)
	if err != nil {
		return o, err
	}
	asked := o
	asked.State = kept.HandOverOpen // whether it still is, the flip decides
	if !asked.For(who.ID, h.teamsOf(who.ID)) {
		return o, kept.Fail(kept.NotFound, "There is no such hand-over, or it isn't yours to see.")
	}
	return o, nil
}

// somebodyWasFirst says what became of an offer that is settled.
func somebodyWasFirst(tx *store.Tx, id kept.ID) error {
	o, err := tx.HandOver(id)
	if err != nil {
		return err
	}
	by := "Somebody"
	if a, err := tx.Agent(o.SettledBy); err == nil {
		by = a.Name
	}
	switch o.State {
	case kept.HandOverTaken:
		return kept.Fail(kept.Conflict, "%s has taken it over already.", by)
	case kept.HandOverNo:
		return kept.Fail(kept.Conflict, "%s has declined it already.", by)
	}
	return kept.Fail(kept.Conflict, "It was taken back, so there is nothing to do here any more.")
}

// withdraw takes back what is offered of a conversation that somebody else has now or that is over, and of
// an ask that needs no answer any more.
func (h *hand) withdraw() error {
	var back []kept.HandOver
	passed := h.was.Assignee != 0 && h.was.Assignee != h.is.Assignee
	if over := h.was.Status.Live() && !h.is.Status.Live(); passed || over {
		list, err := h.tx.WithdrawHandOvers(h.is.ID, h.now)
		if err != nil {
			return err
		}
		back = list
	}
	for _, p := range h.leading {
		if p.Kind != kept.Ask || waiting(p) {
			continue
		}
		list, err := h.tx.WithdrawAskOffers(p.ID, h.now)
		if err != nil {
			return err
		}
		back = append(back, list...)
	}
	for _, o := range back {
		h.note(kept.HandOverTakenBack, 0, 0, o)
	}
	return nil
}

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
