package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/letter"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

// sweepSize is how many promises one sweep settles: large enough to share the commit, small enough
// that others get their turn between two.
const sweepSize = 500

// BreakDue is one sweep of the clockwork: promises whose due has passed are broken at their due, those
// whose warning has come are warned of. It says how many it settled, and when to look again.
func (d *Desk) BreakDue(ctx context.Context, now time.Time) (n int, next time.Time, err error) {
	now = now.UTC().Truncate(time.Microsecond)
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		n = 0
		ids, err := tx.DueConversations(now, sweepSize)
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			if n, err = d.sweep(tx, ids, now); err != nil {
				return err
			}
		}
		alone, err := d.sweepAlone(tx, now)
		if err != nil {
			return err
		}
		n += alone
		next, err = tx.NextPromiseAt()
		return err
	})
	return n, next, err
}

// sweep settles what is due in conversations that are locked.
func (d *Desk) sweep(tx *store.Tx, ids []kept.ID, now time.Time) (int, error) {
	broken, err := tx.BreakDue(ids, now)
	if err != nil {
		return 0, err
	}
	warned, err := tx.Warn(ids, now)
	if err != nil {
		return 0, err
	}
	if len(broken)+len(warned) == 0 {
		return 0, nil
	}
	var events []kept.Event
	err = tx.Together(func() (err error) {
		events, err = d.follow(tx, ids, byConversation(broken), byConversation(warned), now)
		return err
	})
	if err != nil {
		return 0, err
	}
	if err := tx.AddJobs(JobEscalate, escalations(broken, now)); err != nil {
		return 0, err
	}
	return len(broken) + len(warned), tx.AddEvents(events...)
}

// follow does what follows in each conversation from what was broken and warned of in it. What all of them
// need is read at once, and what happened is written at once: thousands may be due at one instant.
func (d *Desk) follow(tx *store.Tx, ids []kept.ID, broken, warned map[kept.ID][]kept.Promise, now time.Time) (events []kept.Event, err error) {
	house, err := d.at(tx)
	if err != nil {
		return nil, err
	}
	conversations, err := tx.ConversationsIn(ids)
	if err != nil {
		return nil, err
	}
	all, err := tx.LeadingIn(ids)
	if err != nil {
		return nil, err
	}
	leading := byConversation(all)
	for _, c := range conversations {
		if len(broken[c.ID])+len(warned[c.ID]) == 0 {
			continue
		}
		h, err := d.holdWith(tx, house, leading[c.ID], c, kept.System, now)
		if err != nil {
			return nil, err
		}
		unanswered, missed := apart(broken[c.ID])
		remind, warned := apart(warned[c.ID])
		if err := h.missed(missed); err != nil {
			return nil, err
		}
		if err := h.warned(warned); err != nil {
			return nil, err
		}
		if err := h.unanswered(unanswered, remind); err != nil {
			return nil, err
		}
		if err := h.save(); err != nil {
			return nil, err
		}
		events = append(events, h.events...)
	}
	return events, nil
}

func byConversation(list []kept.Promise) map[kept.ID][]kept.Promise {
	out := map[kept.ID][]kept.Promise{}
	for _, p := range list {
		out[p.Conversation] = append(out[p.Conversation], p)
	}
	return out
}

// missed records broken promises and opens the next word: after a miss there is always a next time to
// tell.
func (h *hand) missed(broken []kept.Promise) error {
	for _, p := range broken {
		e := event(p.SettledAt, h.who, kept.PromiseWasBroken, h.is.ID, p)
		e.Promise = p.ID
		h.events = append(h.events, e)
	}
	if len(broken) == 0 || !h.is.Status.Live() {
		return nil
	}
	kind := kept.Update
	last := broken[len(broken)-1]
	if h.is.Status != kept.Open && (last.Kind == kept.FollowUp || last.Kind == kept.CheckIn) {
		kind = last.Kind // it is still owed, and not our turn otherwise
	}
	policy, t, cal := h.times()
	misses := 0
	for _, p := range broken {
		misses = max(misses, p.Misses+1)
	}
	due, err := cal.Add(h.now, promise.Recovery(t, misses-1))
	if err != nil {
		return err
	}
	if slices.ContainsFunc(h.leading, func(p kept.Promise) bool {
		return p.State == kept.PromiseOpen && p.Kind == kind && !p.Due.After(due)
	}) {
		return nil // there is a next time to tell, and no later
	}
	_, err = h.open(kept.Promise{Kind: kind, Due: due, Source: kept.FromPolicy, Policy: policy.ID, Misses: misses})
	return err
}

// Warned is what a warning's event carries: the whole promise, and whom the warning is for.
type Warned struct {
	kept.Promise
	For []kept.ID `json:"for"` // agents; empty: everybody who serves customers
}

// ownerOf is whose a promise is to keep: theirs who have the conversation, but the word of somebody senior is that
// person's.
func (h *hand) ownerOf(p kept.Promise) kept.ID {
	if promise.SeniorsWord(p) {
		return cmp.Or(p.By, h.is.Assignee)
	}
	return cmp.Or(h.is.Assignee, p.By)
}

// concerns says whom a warning is for: the owner at first, the team too later. A team of nobody is everybody.
func (h *hand) concerns(p kept.Promise) []kept.ID {
	owner := h.ownerOf(p)
	if promise.WarnedFor(p, owner) == kept.LevelOwner {
		return []kept.ID{owner}
	}
	members := slices.Clone(h.house.team(cmp.Or(p.Team, h.is.Team)).Members)
	if len(members) > 0 && owner != 0 && !slices.Contains(members, owner) {
		members = append(members, owner)
	}
	return append([]kept.ID{}, members...)
}

// warned records warnings; a check-in's first is the moment to send it.
func (h *hand) warned(list []kept.Promise) error {
	for _, p := range list {
		h.note(kept.PromiseWarned, 0, p.ID, Warned{p, h.concerns(p)})
		if p.Kind == kept.CheckIn && p.Warned == 1 && h.is.Status == kept.Pending {
			if err := h.checkIn(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkIn writes the mail that asks a customer whose turn it is whether we should go on.
func (h *hand) checkIn(p kept.Promise) error {
	contact, err := h.tx.Contact(h.is.Contact)
	if err != nil || contact.Email == "" {
		return err
	}
	next, last := h.nextCheckIn(p)
	l, err := h.letter(contact)
	if err != nil {
		return err
	}
	_, err = h.sendLetter(letter.Question(letter.CheckIn{Letter: l, Next: next, Last: last}), contact, "auto-generated", "")
	return err
}

// nextCheckIn is when we ask again after a check-in; last where we don't.
func (h *hand) nextCheckIn(p kept.Promise) (next time.Time, last bool) {
	_, t, cal := h.times()
	for _, after := range t.CheckIns {
		if at, err := cal.Add(h.is.LastOutboundAt, after); err == nil && at.After(p.Due) {
			return at, false
		}
	}
	return time.Time{}, true
}

// askedAgain does what follows when a check-in was accepted: the next one is promised, or, after the
// last, the conversation is closed.
func (h *hand) askedAgain(m kept.Message) error {
	if !m.Automatic || h.is.Status != kept.Pending || h.has(kept.CheckIn) {
		return nil
	}
	for _, p := range h.leading {
		if p.Kind != kept.CheckIn || p.SettledBy.Message != m.ID {
			continue
		}
		next, last := h.nextCheckIn(p)
		if !last {
			policy, _, _ := h.times()
			_, err := h.open(kept.Promise{Kind: kept.CheckIn, Due: next, Source: kept.FromPolicy, Policy: policy.ID})
			return err
		}
		return h.close("no answer to our check-ins")
	}
	return nil
}

// close closes the conversation, unless something is still owed to the customer: what was promised
// stays due. What the policy alone had promised ends with it.
func (h *hand) close(why string) error {
	if promise.Owed(h.leading, !h.is.ConfirmedAt.IsZero()) {
		return nil
	}
	if err := h.releaseKind(kept.Cause{Actor: &kept.System, Reason: why}, kept.Reply, kept.Update, kept.Workaround, kept.Resolution, kept.FollowUp, kept.CheckIn, kept.Callback); err != nil {
		return err
	}
	h.turn(kept.Closed)
	return nil
}
