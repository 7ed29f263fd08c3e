package promise

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// A resolution is kept when a solution was told by its due: as of the telling, not of the customer's word.
// The outcome stands on probation. The customer confirms it, or lets the confirmation window pass, and it is
// final; or it is taken back within the window (they say "not solved"; the mail that told it bounced; we
// answer them that we still work on it), and a correction that names its cause makes the promise open again
// before its due, broken after it. So no promise waits open beyond its due for a word that may never come,
// and none is called kept on our word alone for good.
//
// A customer's mail after a solution takes nothing back: most say thanks. It is our turn all the same, and
// the answer decides: "send and solve" lets the solution stand, "still ours" admits that it was none.

// SolutionFulfils reports whether a solution fulfils a promise: it is a resolution, and more than a
// workaround.
func SolutionFulfils(p kept.Promise) bool {
	return p.Kind == kept.Resolution || p.Kind == kept.Workaround
}

// OnProbation reports whether a promise's outcome rests on a solution that can still be taken back at an
// instant: it was fulfilled, and the confirmation window (an instant for a start) has not passed since.
func OnProbation(p kept.Promise, at time.Time, over func(time.Time) time.Time) bool {
	if !SolutionFulfils(p) {
		return false
	}
	switch p.State {
	case kept.PromiseKept:
		return !at.After(over(p.SettledAt))
	case kept.PromiseBroken:
		return !p.FulfilledAt.IsZero() && !at.After(over(p.FulfilledAt))
	}
	return false
}

// LeastAgain is the shortest time that a workaround which didn't help gives the next one.
const LeastAgain = 15 * time.Minute

// Again is how much open time the next workaround gets after one that didn't help: half of what the last one
// had, and no less than LeastAgain, unless the last one had less.
func Again(last kept.Promise, cal Calendar) kept.Span {
	had := cal.Between(last.OpenedAt, last.Due)
	half := max(had/2, min(had, LeastAgain), time.Minute)
	return kept.Span{Minutes: int(half.Minutes())}
}
