package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
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
