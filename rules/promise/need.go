package promise

import (
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
)

// What a customer's need weighs.
const (
	dependent = 4 // hours a day from which not being able to work makes it more pressing
	allDay    = 8 // and from which it is urgent
)

// NeedHolds is how long a need that made a matter more pressing stands: said again meanwhile, it doesn't
// climb again without a person.
const NeedHolds = 24 * time.Hour

// Urgency is the priority of a matter after its customer said how pressing it is; next is what we promised
// so far, zero where nothing is. It goes by facts alone: a deadline before our next word is one step up;
// that they can't work meanwhile is one where they depend on it for hours a day, and urgent where it is
// their whole day. Why, and in what tone, weighs nothing. It never goes down.
func Urgency(p kept.Priority, n kept.Need, next time.Time) kept.Priority {
	steps := 0
	if !n.By.IsZero() && (next.IsZero() || n.By.Before(next)) {
		steps++
	}
	if !n.CanWork && n.Hours >= dependent {
		steps++
	}
	if !n.CanWork && n.Hours >= allDay {
		steps = len(kept.Priorities)
	}
	return Higher(p, steps)
}

// Higher is a priority some steps higher, as far as they go.
func Higher(p kept.Priority, steps int) kept.Priority {
	i := slices.Index(kept.Priorities, p)
	if i < 0 {
		return p
	}
	return kept.Priorities[min(i+steps, len(kept.Priorities)-1)]
}
