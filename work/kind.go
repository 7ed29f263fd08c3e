package work

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Kind says how jobs of one kind are run. Jobs run at least once: Run must bear to be run again.
type Kind struct {
	// Run does the job. Its context ends with the lease, or when a stopping program won't wait longer.
	Run func(ctx context.Context, j kept.Job) error

	// Lease is how long a node holds a job; if the node dies, another runs the job after it. Generous:
	// it is not extended. Zero: 5 minutes.
	Lease time.Duration

	// Backoff is how long to wait after attempt n (1, 2, …) failed. Nil: Backoff.
	Backoff func(attempt int) time.Duration

	// Attempts is after how many failures a job is given up and kept as a dead letter. Those that return
	// Again aren't given up. Zero: 25, which with Backoff is about 14 hours.
	Attempts int

	// AtOnce is how many of the kind may run at the same time on this node, so that a slow kind leaves
	// workers to the others. Zero: as many as there are workers.
	AtOnce int
}

const (
	defaultLease    = 5 * time.Minute
	defaultAttempts = 25
)

// Backoff waits a second after the first attempt, twice as long after each other, at most an hour,
// each up to a fifth shorter or longer.
func Backoff(attempt int) time.Duration { return jitter(doubled(time.Second, attempt, time.Hour)) }

func (k Kind) filled(name string) Kind {
	if k.Run == nil {
		k.Run = func(context.Context, kept.Job) error { return fmt.Errorf("this program knows no job %q", name) }
	}
	if k.Lease <= 0 {
		k.Lease = defaultLease
	}
	if k.Backoff == nil {
		k.Backoff = Backoff
	}
	if k.Attempts <= 0 {
		k.Attempts = defaultAttempts
	}
	return k
}

// Again is the error of a job that names the instant at which it wants to be run again. It is never
// given up for its number of attempts: who returns it decides when it is enough.
type Again struct {
	At  time.Time
	Err error // why; may be nil
}

func (a Again) Error() string {
	if a.Err == nil {
		return "again at " + a.At.UTC().Format(time.RFC3339)
	}
	return a.Err.Error()
}

func (a Again) Unwrap() error { return a.Err }

// Final is the error of a job that no other attempt can mend.
type Final struct{ Err error }

func (f Final) Error() string {
	if f.Err == nil {
		return "given up"
	}
	return f.Err.Error()
}

func (f Final) Unwrap() error { return f.Err }

// Outcome is how an attempt ended.
type Outcome string

// The outcomes of an attempt.
const (
	Done     Outcome = "done"
	TryAgain Outcome = "again"
	Dead     Outcome = "dead" // a dead letter, kept to be looked at
)

// judge says what becomes of a job whose attempt ended with err, and when it is to be run again.
func (k Kind) judge(j kept.Job, err error, now time.Time) (Outcome, time.Time) {
	var (
		again Again
		final Final
	)
	switch {
	case err == nil:
		return Done, time.Time{}
	case errors.As(err, &final):
		return Dead, time.Time{}
	case errors.As(err, &again) && !again.At.IsZero():
		return TryAgain, later(again.At, now)
	case j.Attempts >= k.Attempts:
		return Dead, time.Time{}
	}
	return TryAgain, later(now.Add(k.Backoff(j.Attempts)), now)
}

// later is at, but after now: a job that is always due would never let Drain end.
func later(at, now time.Time) time.Time {
	if least := now.Add(time.Millisecond); at.Before(least) {
		return least
	}
	return at
}
