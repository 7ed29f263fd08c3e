package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
)

// Change is what may change in a conversation; nil leaves it.
type Change struct {
	Assignee     *kept.ID // zero: nobody
	Status       *kept.Status
	Priority     *kept.Priority
	SnoozedUntil *time.Time // zero: wake

	UntilTheyWrite bool     // sleep until the customer writes, or the next promise comes near
	Team           *kept.ID // zero: everybody's
	Tags           *[]string
}

// Change changes a conversation.
func (d *Desk) Change(ctx context.Context, who kept.Actor, id kept.ID, c Change) (Full, error) {
	return d.change(ctx, who, "change-conversation", id, func(h *hand) error {
		for _, f := range []func(Change) error{h.assign, h.giveTeam, h.tag, h.prioritize, h.changeStatus, h.snooze} {
			if err := f(c); err != nil {
				return err
			}
		}
		return nil
	})
}

func (h *hand) assign(c Change) error {
	if c.Assignee == nil || *c.Assignee == h.is.Assignee {
		return nil
	}
	if *c.Assignee != 0 {
		a, err := h.tx.Agent(*c.Assignee)
		if err != nil {
			return kept.Wrong("assignee", "There is no such person.")
		}
		if !a.GoneAt.IsZero() {
			return kept.Wrong("assignee", "%s no longer works here. Choose somebody who does.", a.Name)
		}
		if !a.Role.Serves() {
			return kept.Wrong("assignee", "%s is a coworker, who can be asked but doesn't answer customers. Ask them, and keep it.", a.Name)
		}
	}
	h.is.Assignee = *c.Assignee
	return nil
}

// prioritize gives another priority.
func (h *hand) prioritize(c Change) error {
	if c.Priority == nil || *c.Priority == h.is.Priority {
		return nil
	}
	if !slices.Contains(kept.Priorities, *c.Priority) {
		return kept.Wrong("priority", "Choose low, normal, high or urgent.")
	}
	h.is.Priority = *c.Priority
	return h.recompute()
}

func (h *hand) changeStatus(c Change) error {
	if c.Status == nil || *c.Status == h.is.Status {
		return nil
	}
	rests := *c.Status == kept.Pending || *c.Status == kept.Solved
	if rests && h.is.LastOutboundAt.Before(h.is.LastInboundAt) {
		return kept.Wrong("status", "Nobody has answered their last words yet, so they would wait and not know it. Send them a word with “send and wait” or “send and solve”.")
	}
	_, t, _ := h.times()
	was := h.is.Status
	if *c.Status == kept.Open || *c.Status == kept.Pending && was == kept.Open {
		if err := h.takeBack(0); err != nil {
			return err
		}
	}
	switch *c.Status {
	case kept.Open:
		h.turn(kept.Open)
		if was == kept.Spam {
			return h.noSpam()
		}
		if !h.has(kept.Reply, kept.Update) {
			return h.openBy(kept.Update, t.Update)
		}
	case kept.Pending:
		h.turn(kept.Pending)
		if !h.has(kept.CheckIn) && len(t.CheckIns) > 0 {
			return h.openCheckIn(t)
		}
	case kept.Solved:
		h.turn(kept.Solved)
		who := h.who
		if err := h.solved(kept.Cause{Actor: &who, Reason: "solved"}); err != nil {
			return err
		}
		if err := h.awaitConfirmation(); err != nil {
			return err
		}
		if !h.has(kept.FollowUp) {
			return h.openBy(kept.FollowUp, t.FollowUp)
		}
	case kept.Spam:
		return h.spam()
	case kept.Closed:
		return kept.Wrong("status", "A conversation is closed by the customer, or when they don't object in time. Send it as solved; we ask them.")
	default:
		return kept.Wrong("status", "Choose open, pending, solved or spam.")
	}
	return nil
}

// spam marks the conversation as spam: what was promised in it is owed to nobody.
func (h *hand) spam() error {
	h.turn(kept.Spam)
	who := h.who
	by := kept.Cause{Actor: &who, Reason: causeSpam}
	for _, p := range slices.Clone(h.leading) {
		is, what := promise.Release(p, h.now, by), kept.PromiseWasReleased
		if p.State == kept.PromiseBroken {
			is, what = promise.MakeGood(p, h.now), kept.PromiseMadeGood
		}
		if err := h.settle(p, is, what); err != nil {
			return err
		}
	}
	return nil
}

// noSpam takes back that a conversation was spam: what was promised before stands again, at its own time.
func (h *hand) noSpam() error {
	all, err := h.tx.PromisesOf(h.is.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.State == kept.PromiseReleased && p.SettledBy.Reason == causeSpam && p.SettledAt.Equal(h.was.ClosedAt) {
			if err := h.correct(p, promise.Unkeep(p, h.now), 0); err != nil {
				return err
			}
		}
	}
	if h.has(kept.Reply, kept.Update) {
		return nil
	}
	_, t, _ := h.times()
	return h.openBy(kept.Reply, t.FirstReply)
}

// causeSpam is why promises are released when a conversation is marked as spam.
const causeSpam = "spam"

// wakes is how long before its promise a snoozed conversation wakes at the latest.
const wakes = 30 * time.Minute

// snooze hides nothing and stops no clock: it says "not now", and ends before the next promise, or when the
// customer writes.
func (h *hand) snooze(c Change) error {
	if c.SnoozedUntil == nil && !c.UntilTheyWrite {
		return nil
	}
	lead := promise.Lead(h.leading)
	switch {
	case !c.UntilTheyWrite && c.SnoozedUntil.IsZero():
		h.is.SnoozedUntil = time.Time{}
		return nil
	case !c.UntilTheyWrite && !c.SnoozedUntil.After(h.now):
		return kept.Wrong("snoozed_until", "This time has passed. Choose one that lies ahead, or none to have it back in the list now.")
	case !c.UntilTheyWrite:
		h.is.SnoozedUntil = c.SnoozedUntil.UTC().Truncate(time.Microsecond)
	case lead.ID == 0:
		return kept.Wrong("until_they_write", "Nothing is promised here, so there is nothing to sleep before.")
	default:
		h.is.SnoozedUntil = lead.Due
	}
	if h.wakeBefore(lead); !h.is.SnoozedUntil.After(h.now) {
		return kept.Wrong("snoozed_until", "The next promise here is too close to sleep before it. Answer, or promise a later time first.")
	}
	return nil
}

// wakeBefore has a snoozed conversation wake before its next promise, also when that has become earlier.
func (h *hand) wakeBefore(lead kept.Promise) {
	if h.is.SnoozedUntil.IsZero() || lead.ID == 0 {
		return
	}
	if last := lead.Due.Add(-wakes); h.is.SnoozedUntil.After(last) {
		h.is.SnoozedUntil = last
	}
	if !h.is.SnoozedUntil.After(h.now) {
		h.is.SnoozedUntil = time.Time{}
	}
}

// Give opens a promise that was given otherwise, by phone for instance.
func (d *Desk) Give(ctx context.Context, who kept.Actor, id kept.ID, n Next) (Full, error) {
	return d.change(ctx, who, "give-promise", id, func(h *hand) error {
		if !h.is.Status.Live() {
			return kept.Fail(kept.Conflict, "This conversation is closed. Open it again first.")
		}
		contact, err := h.tx.Contact(h.is.Contact)
		if err != nil {
			return err
		}
		if err := h.asCallback(&n, contact); err != nil {
			return err
		}
		if strings.TrimSpace(n.Words) == "" {
			return kept.Wrong("words", "Say what you promised, as the customer heard it.")
		}
		n.Moves = 0
		return h.promised(n, 0, "")
	})
}

// Finish settles a custom promise as done; the message or note that shows it is named.
func (d *Desk) Finish(ctx context.Context, who kept.Actor, id, message kept.ID) (Full, error) {
	return d.changePromise(ctx, who, "finish-promise", id, func(h *hand, p kept.Promise) error {
		if p.Kind != kept.Custom {
			return kept.Fail(kept.Conflict, "A promise of this kind is kept by a message to the customer, not by a mark.")
		}
		m, err := h.tx.Message(message)
		if err != nil || !h.holds(m) || m.Automatic || m.CreatedAt.Before(p.OpenedAt) || m.ID == p.ToldIn {
			return kept.Wrong("message", "Nothing that was said since shows it. Write a note or a message that does, then mark it done.")
		}
		if m.Kind == kept.MessageOut && m.Delivery != kept.Accepted {
			return kept.Wrong("message", "This message has not left yet, so it shows nothing. Wait until it was accepted.")
		}
		if p.State != kept.PromiseOpen && (p.State != kept.PromiseBroken || !p.FulfilledAt.IsZero()) {
			return kept.Fail(kept.Conflict, "This promise is settled already.")
		}
		return h.keep(p, kept.Cause{Message: message})
	})
}

// Release settles a promise as no longer needed, by an admin's word and reason.
func (d *Desk) Release(ctx context.Context, who kept.Actor, id kept.ID, reason string) (Full, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return Full{}, kept.Wrong("reason", "Say why the customer no longer needs it; the log keeps it.")
	}
	return d.changePromise(ctx, who, "release-promise", id, func(h *hand, p kept.Promise) error {
		if p.Kind == kept.Ask {
			return kept.Fail(kept.Conflict, "This was asked among ourselves. Who asked can withdraw it.")
		}
		if p.State != kept.PromiseOpen {
			return kept.Fail(kept.Conflict, "This promise is settled already.")
		}
		return h.settle(p, promise.Release(p, h.now, kept.Cause{Actor: &who, Reason: reason}), kept.PromiseWasReleased)
	})
}
