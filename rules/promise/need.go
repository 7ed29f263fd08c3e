package promise

import (
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
)

// UsualUrgency is what a customer's word weighs where the policy says nothing else: their deadline a step,
// half a working day that they can't work another, and a whole one is urgent.
var UsualUrgency = kept.Urgency{Deadline: 1, Pressing: 4, Urgent: 8}

// UrgencyOf is what a customer's word weighs by a policy.
func UrgencyOf(p kept.Policy) kept.Urgency {
	if p.Urgency == nil {
		return UsualUrgency
	}
	return *p.Urgency
}

// NeedHolds is how long a need that made a matter more pressing stands: said again meanwhile, it doesn't
// climb again without a person.
const NeedHolds = 24 * time.Hour

// Urgency is the priority of a matter after its customer said how pressing it is, by what the policy makes
// of it; next is what we promised so far, zero where nothing is. It goes by facts alone: a deadline before our
// next word, and that they can't work meanwhile, by the hours a day that they depend on it. Why, and in what
// tone, weighs nothing. It never goes down.
func Urgency(u kept.Urgency, p kept.Priority, n kept.Need, next time.Time) kept.Priority {
	steps := 0
	if !n.By.IsZero() && (next.IsZero() || n.By.Before(next)) {
		steps += u.Deadline
	}
	if suffers(n, u.Pressing) {
		steps++
	}
	if suffers(n, u.Urgent) {
		steps = len(kept.Priorities)
	}
	return Higher(p, steps)
}

// suffers reports whether they can't work at what they depend on for at least so many hours a day; zero: no
// number of hours is enough.
func suffers(n kept.Need, hours int) bool { return hours > 0 && !n.CanWork && n.Hours >= hours }

// Higher is a priority some steps higher, as far as they go.
func Higher(p kept.Priority, steps int) kept.Priority {
	i := slices.Index(kept.Priorities, p)
	if i < 0 {
		return p
	}
	return kept.Priorities[min(i+steps, len(kept.Priorities)-1)]
}
