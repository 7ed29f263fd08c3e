package desk

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

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
