package promise

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// Escalates reports whether somebody is told when a promise of the kind breaks. A question of ours that came
// late, or an answer owed to one of us, wakes nobody.
func Escalates(kind kept.PromiseKind) bool {
	return kind != kept.CheckIn && kind != kept.FollowUp && kind != kept.Ask
}

// Wall is a policy's span counted round the clock.
func Wall(s kept.Span) time.Duration {
	return time.Duration(s.Minutes)*time.Minute + time.Duration(s.Days)*24*time.Hour
}

// DueSteps are the steps of an escalation that are due at an instant, where so many are done, and when the next
// one is; zero: none is left. They are taken in the policy's order, each when its time has come.
func DueSteps(steps []kept.Escalate, begun, at time.Time, done int) (due []kept.Escalate, next time.Time) {
	for i := min(max(done, 0), len(steps)); i < len(steps); i++ {
		if when := begun.Add(Wall(steps[i].After)); when.After(at) {
			return due, when
		}
		due = append(due, steps[i])
	}
	return due, time.Time{}
}

// HonestWordAt is when Kept says by itself that a promise was missed, if no person wrote before; zero: never.
func HonestWordAt(t kept.Times, begun time.Time) time.Time {
	if t.Grace.Zero() {
		return time.Time{}
	}
	return begun.Add(Wall(t.Grace))
}

// Stands reports whether a broken promise still waits for somebody of ours.
func Stands(p kept.Promise, c kept.Conversation) bool {
	return p.State == kept.PromiseBroken && p.MadeGoodAt.IsZero() && c.Status.Live() && c.MergedInto == 0
}
