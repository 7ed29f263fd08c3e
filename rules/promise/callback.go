package promise

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// attemptsNeeded is how many calls in vain, with new times proposed after them, keep a callback.
const attemptsNeeded = 2

// writtenDown is how long after a call it may be logged by hand and still count from when it began.
const writtenDown = 15 * time.Minute

// CallAt is the instant at which a call counts: when it began. One that was logged by hand later than
// right after it counts from when it was logged, so that no promise is kept by looking back. That makes a call
// count later, never for a promise that was given only after it began.
func CallAt(c kept.Call) time.Time {
	if c.Told || c.LoggedAt.Sub(c.Ended()) <= writtenDown {
		return c.At
	}
	return c.LoggedAt
}

// CallFulfils reports whether a call fulfils an open or broken promise. A callback is kept by our call
// that reached them. What a message keeps, a call keeps only where we know no mail address (mute): then
// the spoken word is the only one there is.
func CallFulfils(p kept.Promise, c kept.Call, mute bool) bool {
	if c.Outcome != kept.Reached || c.At.Before(p.OpenedAt) { // whenever it was logged
		return false
	}
	switch p.Kind {
	case kept.Callback:
		return c.Direction == kept.CallOut
	case kept.Reply, kept.Update, kept.FollowUp, kept.CheckIn:
		return mute
	}
	return false
}

// Attempts are our calls in vain inside a callback's window, in the order given.
func Attempts(p kept.Promise, calls []kept.Call) (out []kept.Call) {
	begin := p.From
	if begin.Before(p.OpenedAt) {
		begin = p.OpenedAt
	}
	for _, c := range calls {
		if p.Kind == kept.Callback && c.Attempt() && !c.At.Before(begin) && !CallAt(c).After(p.Due) {
			out = append(out, c)
		}
	}
	return out
}

// CalledInVain reports whether a message of ours that proposes new times, once the next hop has accepted
// it, fulfils a callback: a person wrote it, after two attempts inside the window.
func CalledInVain(p kept.Promise, calls []kept.Call, m kept.Message) bool {
	attempts := Attempts(p, calls)
	if len(attempts) < attemptsNeeded || m.Kind != kept.MessageOut || m.Automatic || m.Author.Kind != kept.ByAgent || p.ToldIn == m.ID {
		return false
	}
	return !m.CreatedAt.Before(CallAt(attempts[attemptsNeeded-1]))
}

// KeptAfterAll corrects a promise that was broken at its due, where a call that counts from before its due
// had kept it: it was only written down after.
func KeptAfterAll(p kept.Promise, at time.Time, by kept.Cause) kept.Promise {
	if p.State == kept.PromiseBroken && p.FulfilledAt.IsZero() && !at.After(p.Due) {
		p.State, p.SettledAt, p.SettledBy, p.MadeGoodAt = kept.PromiseKept, at, by, time.Time{}
	}
	return p
}
