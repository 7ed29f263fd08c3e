package forecast

import (
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// Row is one promise of the recorded past.
type Row struct {
	ID       kept.ID
	Kind     kept.PromiseKind
	First    bool // a reply: the first of its conversation
	Priority kept.Priority
	Arrived  time.Time     // when it was opened
	Due      time.Time     // what was promised then
	Answered time.Time     // when it was fulfilled; zero: not yet, or never
	Working  time.Duration // a person's time that it took; zero: not measured
	Assignee kept.ID
	Team     kept.ID
	Calendar *calendar.Calendar // what a proposal's times run on for this row; nil: the one that they name
}

// kept reports whether the row was answered by a due.
func (r Row) kept(due time.Time) bool { return !r.Answered.IsZero() && !r.Answered.After(due) }

// openAt reports whether the row was an open promise, or a broken one still to be fulfilled.
func (r Row) openAt(t time.Time) bool {
	return !r.Arrived.After(t) && (r.Answered.IsZero() || r.Answered.After(t))
}

func (r Row) promise() Promise {
	return Promise{ID: r.ID, Kind: r.Kind, Due: r.Due, Assignee: r.Assignee, Team: r.Team}
}
