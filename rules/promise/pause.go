package promise

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// While it is the customer's turn our clock stands still, and only then. A workaround or a solution that the
// policy promises can't be worked on without their answer: its due is noted, and it moves to where it would be
// if they took all of their turn. As soon as it is ours again, what was left runs on.
// A word needs no pause: the message that gives them the turn is one. What a person promised stays when it is.

// Pauses reports whether the customer's turn stops a promise's clock.
func Pauses(p kept.Promise) bool {
	return p.State == kept.PromiseOpen && p.Source == kept.FromPolicy && (p.Kind == kept.Workaround || p.Kind == kept.Resolution)
}

// Pause stops the clock of a promise at now; their turn ends at the latest at until.
func Pause(p kept.Promise, t kept.Times, cal Calendar, now, until time.Time) (kept.Promise, error) {
	if !Pauses(p) || !p.HeldAt.IsZero() {
		return p, nil
	}
	is := p
	is.HeldAt, is.HeldDue = now, p.Due
	due, err := cal.Add(until, left(is, cal))
	if err != nil {
		return p, err
	}
	return Due(is, t, cal, now, due), nil
}

// left is what a promise had left of its time when its clock was stopped, and no less than a minute.
func left(p kept.Promise, cal Calendar) kept.Span {
	return kept.Span{Minutes: max(1, int(cal.Between(p.HeldAt, p.HeldDue).Minutes()))}
}

// unheld is a promise that was fulfilled while its clock stood: where that was within the time that it had,
// it shows as that.
func unheld(p kept.Promise, at time.Time) kept.Promise {
	if p.HeldAt.IsZero() {
		return p
	}
	if !at.After(p.HeldDue) {
		p.Due = p.HeldDue
	}
	p.HeldAt, p.HeldDue = time.Time{}, time.Time{}
	return p
}

// Resume lets the clock of a promise run on from now.
func Resume(p kept.Promise, t kept.Times, cal Calendar, now time.Time) (kept.Promise, error) {
	if p.State != kept.PromiseOpen || p.HeldAt.IsZero() {
		return p, nil
	}
	due, err := cal.Add(now, left(p, cal))
	if err != nil {
		return p, err
	}
	p.HeldMinutes += int(cal.Between(p.HeldAt, now).Minutes())
	p.HeldAt, p.HeldDue = time.Time{}, time.Time{}
	return Due(p, t, cal, now, due), nil
}
