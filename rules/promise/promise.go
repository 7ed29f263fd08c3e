// Package promise says what should be so about promises: what a policy opens, what fulfils what, and
// which moves of state are allowed. It is told everything, and knows no clock and no database.
package promise

import (
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Calendar is the open time that due times walk through, as rules/calendar computes it.
type Calendar interface {
	Add(start time.Time, d kept.Span) (time.Time, error)
	Between(a, b time.Time) time.Duration
}

// Matter is what a policy's conditions ask of: a conversation, and whose it is.
type Matter struct {
	kept.Conversation
	Channel    kept.Channel
	Tier       string            // of the contact's company
	Attributes map[string]string // of the contact
}

// Match finds the policy for a matter: the first whose conditions hold; false where none does.
func Match(policies []kept.Policy, m Matter) (kept.Policy, bool) {
	for _, p := range policies {
		if Holds(p.When, m) {
			return p, true
		}
	}
	return kept.Policy{}, false
}

// Holds reports whether a policy's conditions hold for a matter.
func Holds(w kept.PolicyWhen, m Matter) bool {
	for name, want := range w.Attributes {
		if m.Attributes[name] != want {
			return false
		}
	}
	tagged := len(w.Tags) == 0 || slices.ContainsFunc(w.Tags, func(tag string) bool { return slices.Contains(m.Tags, tag) })
	return tagged && has(w.Inboxes, m.Inbox) && has(w.Channels, m.Channel) && has(w.Priorities, m.Priority) &&
		has(w.Languages, m.Language) && has(w.Tiers, m.Tier)
}

// Pressing is the priority that a conversation is treated by: its own, and for a second time as many
// steps higher as the policy says.
func Pressing(p kept.Policy, c kept.Conversation) kept.Priority {
	if !c.SecondTime {
		return c.Priority
	}
	i := slices.Index(kept.Priorities, c.Priority)
	if i < 0 {
		return c.Priority
	}
	return kept.Priorities[min(i+max(0, p.SecondTime), len(kept.Priorities)-1)]
}

// has reports whether a condition holds; an empty one always does.
func has[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// Warnings are when a promise opened at start and due at due is warned of: at the share of its open time,
// and the span before its due; the earlier first. Zero: there is no such warning, or only in the past.
func Warnings(t kept.Times, cal Calendar, start, due time.Time) (first, second time.Time) {
	var at []time.Time
	if t.WarnShare > 0 && t.WarnShare < 1 {
		// The share is of the time that counts, so that a warning falls into open hours too.
		open := cal.Between(start, due)
		minutes := int(time.Duration(float64(open) * t.WarnShare).Minutes())
		if w, err := cal.Add(start, kept.Span{Minutes: minutes}); err == nil && minutes > 0 {
			at = append(at, w)
		}
	}
	if t.Warn.Minutes > 0 {
		at = append(at, due.Add(-time.Duration(t.Warn.Minutes)*time.Minute))
	}
	at = slices.DeleteFunc(at, func(w time.Time) bool { return !w.After(start) || !w.Before(due) })
	slices.SortFunc(at, time.Time.Compare)
	at = slices.CompactFunc(at, time.Time.Equal)
	switch len(at) {
	case 0:
		return time.Time{}, time.Time{}
	case 1:
		return at[0], time.Time{}
	}
	return at[0], at[1]
}

// Due gives a promise a due time, with the warnings before it; those given for another time are forgotten.
func Due(p kept.Promise, t kept.Times, cal Calendar, now, due time.Time) kept.Promise {
	p.Due, p.Warned = due, 0
	p.WarnAt, p.WarnAgainAt = Warnings(t, cal, now, due)
	return p
}

// Rewarn has the warnings of an open promise whose due stands follow what the policy says now. What was
// warned of isn't warned of again. A first warning whose time has passed comes when it was to come before,
// and at once where none was.
func Rewarn(p kept.Promise, t kept.Times, cal Calendar, now time.Time) kept.Promise {
	if p.State != kept.PromiseOpen || !p.HeldAt.IsZero() || !now.Before(p.Due) {
		return p
	}
	first, second := Warnings(t, cal, p.OpenedAt, p.Due)
	at := slices.DeleteFunc([]time.Time{first, second}, time.Time.IsZero)
	at = at[min(p.Warned, len(at)):]
	passed := len(at)
	at = slices.DeleteFunc(at, func(w time.Time) bool { return !w.After(now) })
	if passed > len(at) && p.Warned == 0 {
		late := p.WarnAt
		if late.IsZero() {
			late = now
		}
		at = append([]time.Time{late}, slices.DeleteFunc(at, func(w time.Time) bool { return !w.After(late) })...)
	}
	at = append(at, time.Time{}, time.Time{})
	p.WarnAt, p.WarnAgainAt = at[0], at[1]
	return p
}

// WarnedFor says whom a promise's latest warning is for: its owner at first, later their team too. Where
// nobody owns it, it is the team's from the first.
func WarnedFor(p kept.Promise, owner kept.ID) (level kept.Level) {
	if owner == 0 || p.Warned > 1 {
		return kept.LevelTeam
	}
	return kept.LevelOwner
}

// ChaseGrace is how long after their last message a customer's next one is still the same breath.
const ChaseGrace = 2 * time.Minute

// IsChase reports whether a customer's message at now is a chase: it is our turn for longer than the
// grace since their last one, and no person of ours wrote in between.
func IsChase(c kept.Conversation, now time.Time) bool {
	return c.Status == kept.Open && !c.LastInboundAt.IsZero() &&
		now.Sub(c.LastInboundAt) > ChaseGrace && !c.LastOutboundAt.After(c.LastInboundAt)
}

// Missed marks the automatic mail that says that a promise was missed.
const Missed = "missed"

// Booked marks the automatic mail that confirms a call which the customer chose, or took back.
const Booked = "booked"

// Fulfils reports whether a message of ours, once the next hop has accepted it, fulfils an open or
// broken promise. What no message fulfils: a resolution (a solution does, see SolutionFulfils), a callback
// (a call), an ask (the coworker's answer), a custom promise (a person marks it done).
func Fulfils(p kept.Promise, m kept.Message) bool {
	if m.Kind != kept.MessageOut || p.ToldIn == m.ID {
		return false
	}
	if p.Kind == kept.Workaround { // whenever it was written: it helps from the moment that they have it
		return m.Workaround && !m.Automatic && m.Author.Kind == kept.ByAgent
	}
	if !p.OpenedAt.Before(m.CreatedAt) {
		return false
	}
	if slices.Contains(m.Warnings, Missed) || slices.Contains(m.Warnings, Booked) {
		return false // it says what was missed, or when we call, and asks nothing
	}
	if p.Kind == kept.CheckIn {
		return true // it asks whether we should go on; it alone may be automatic
	}
	if m.Automatic || m.Author.Kind != kept.ByAgent {
		return false
	}
	switch p.Kind {
	case kept.Reply, kept.Update:
		return true
	case kept.FollowUp:
		return Asks(m.Visible) // solving opened it: what came after it came after solving
	}
	return false
}

// Asks reports whether a text asks its reader something. A link asks nothing.
func Asks(text string) bool {
	for _, word := range strings.Fields(text) {
		if strings.ContainsAny(word, "?？؟") && !strings.Contains(word, "://") {
			return true
		}
	}
	return false
}

// Keep settles an open promise as kept at an instant; after its due it is broken at its due instead,
// and fulfilled late. Either way the result is final.
func Keep(p kept.Promise, at time.Time, by kept.Cause) kept.Promise {
	if p.State == kept.PromiseOpen {
		p = unheld(p, at)
	}
	if p.State == kept.PromiseOpen && at.After(p.Due) {
		p = Break(p)
	}
	if p.State == kept.PromiseBroken {
		if p.FulfilledAt.IsZero() {
			p.FulfilledAt = at
		}
		return MakeGood(p, at)
	}
	if p.State == kept.PromiseOpen {
		p.State, p.SettledAt, p.SettledBy = kept.PromiseKept, at, by
	}
	return p
}

// Break settles an open promise at its due instant, whenever that is noticed.
func Break(p kept.Promise) kept.Promise {
	if p.State == kept.PromiseOpen {
		p.State, p.SettledAt, p.SettledBy = kept.PromiseBroken, p.Due, kept.Cause{Deadline: true}
	}
	return p
}

// MakeGood notes that a broken promise no longer leads the queue: it was fulfilled late, or a person
// told the customer a new time.
func MakeGood(p kept.Promise, at time.Time) kept.Promise {
	if p.State == kept.PromiseBroken && p.MadeGoodAt.IsZero() {
		p.MadeGoodAt = at
	}
	return p
}

// Release settles an open promise that the customer no longer needs.
func Release(p kept.Promise, at time.Time, by kept.Cause) kept.Promise {
	if p.State == kept.PromiseOpen {
		p.State, p.SettledAt, p.SettledBy = kept.PromiseReleased, at, by
	}
	return p
}

// Move settles an open promise as replaced, before its due, by another that the customer was told of.
func Move(p kept.Promise, at time.Time, by kept.Cause, to kept.ID) kept.Promise {
	if p.State == kept.PromiseOpen && !at.After(p.Due) {
		p.State, p.SettledAt, p.SettledBy, p.MovedTo = kept.PromiseMoved, at, by, to
	}
	return p
}

// HandOver makes another of us answer for a promise, who accepted it from who gave it.
func HandOver(p kept.Promise, to kept.ID) kept.Promise {
	p.By = to
	return p
}

// Unkeep corrects a promise whose outcome turned out untrue at an instant (its message bounced, the spam
// was none): settled, it is open again before its due, broken after; broken, it was not made good.
func Unkeep(p kept.Promise, at time.Time) kept.Promise {
	switch {
	case p.State == kept.PromiseKept || p.State == kept.PromiseMoved || p.State == kept.PromiseReleased:
		p.State, p.SettledAt, p.SettledBy, p.MovedTo = kept.PromiseOpen, time.Time{}, kept.Cause{}, 0
		if !at.Before(p.Due) {
			p = Break(p)
		}
	case p.State == kept.PromiseBroken:
		p.FulfilledAt, p.MadeGoodAt = time.Time{}, time.Time{}
	}
	return p
}

// Recovery is the next word after a broken promise. Each miss in a row doubles it, up to eight times
// the policy's, so that a desk nobody sits at doesn't fill the ledger with promises to itself.
func Recovery(t kept.Times, misses int) kept.Span {
	s := t.Recovery
	if s.Zero() {
		s = kept.Span{Minutes: 60}
	}
	for range min(misses, 3) {
		s.Minutes *= 2
		s.Days *= 2
	}
	return s
}

// Ours reports whether a promise that leads is one that we owe and the customer waits for: no check of our
// own, and none whose clock stands.
func Ours(p kept.Promise) bool {
	return p.Leads() && p.Kind != kept.CheckIn && p.Kind != kept.FollowUp && p.HeldAt.IsZero()
}

// Turn says whose move it is: by the status, except that while the customer has the word, a promise of
// ours which was missed, or was warned of, or has no warning left, makes it ours. Once they have said that it
// works, they have no move any more: what is still owed is ours from then on.
func Turn(c kept.Conversation, leading []kept.Promise) kept.Turn {
	if c.Status.Turn() != kept.Theirs {
		return c.Status.Turn()
	}
	for _, p := range leading {
		presses := p.State == kept.PromiseBroken || p.Warned > 0 || p.WarnAt.IsZero()
		if p.Kind != kept.CheckIn && p.Leads() && presses || !c.ConfirmedAt.IsZero() && Ours(p) {
			return kept.Ours
		}
	}
	return kept.Theirs
}

// Owed reports whether something is still due to the customer that closing must not forget: what a
// person promised, and, unless the customer has confirmed that it works, a word that was missed and a call.
func Owed(leading []kept.Promise, confirmed bool) bool {
	for _, p := range leading {
		word := p.Kind == kept.Reply || p.Kind == kept.Update
		missed := p.State == kept.PromiseBroken && word || p.Kind == kept.Callback
		if p.Leads() && (p.Source != kept.FromPolicy || missed && !confirmed) {
			return true
		}
	}
	return false
}

// Lead finds the promise that gives a conversation its place in the queue: among those that lead, the
// one due first (at the same instant, the one opened first). Zero where there is none.
func Lead(promises []kept.Promise) (lead kept.Promise) {
	for _, p := range promises {
		if p.Leads() && (lead.ID == 0 || p.Due.Before(lead.Due) || p.Due.Equal(lead.Due) && p.ID < lead.ID) {
			lead = p
		}
	}
	return lead
}
