package work

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/kept-desk/kept/store"
)

// Sweep settles promises that must be looked at by now, no more than a batch, each on exactly one
// node. It says how many it settled, and the earliest instant at which one must be looked at next;
// zero: none.
type Sweep func(ctx context.Context, now time.Time) (n int, next time.Time, err error)

// ClockworkOptions are a Clockwork's. Zero values are usable.
type ClockworkOptions struct {
	Clock   Clock // default: RealClock
	Log     *slog.Logger
	Settled func(n int, late time.Duration) // a batch was settled, so long after the instant it waited for
	Looked  func()                          // the database was asked; at rest it isn't
}

// Clockwork sweeps at the earliest instant at which a promise must be looked at, and sleeps between.
// The rows are the timers; it holds only the earliest.
type Clockwork struct {
	settle Sweep
	o      ClockworkOptions
	lanes  int // how many sweeps go on at once where very many are due
	alarm  *alarm
	pace   pace
}

// NewClockwork makes a clockwork, and has the database tell it of new promises. Nothing is settled
// before Run or Drain.
func NewClockwork(db *store.DB, settle Sweep, o ClockworkOptions) *Clockwork {
	if o.Clock == nil {
		o.Clock = RealClock{}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	c := &Clockwork{settle: settle, o: o, lanes: 1, alarm: newAlarm()}
	if db.Driver() == "postgres" {
		c.lanes = 2 // while one waits for the server, the other thinks; SQLite has one writer
	}
	db.OnCommit(func(commit store.Commit) {
		if at, now := commit.Promises, c.o.Clock.Now(); at.IsZero() || at.After(now) {
			c.alarm.sooner(at)
		} else {
			c.alarm.sooner(now) // lateness counts from when it could be known
		}
	})
	return c
}

// Run settles promises at their instants until ctx is over. What fell due while nothing ran is settled
// first.
func (c *Clockwork) Run(ctx context.Context) error {
	var due time.Time // what this look woke up for; zero at the start
	for {
		c.alarm.arm(c.look(ctx, due))
		at, ok := c.alarm.sleep(ctx, c.o.Clock)
		if !ok {
			return nil
		}
		due = at
	}
}

// many is how many one sweep settles where it is worth it that others help.
const many = 100

// look sweeps until nothing is due, and says when to look next.
func (c *Clockwork) look(ctx context.Context, due time.Time) time.Time {
	c.alarm.clear()
	got, next, err := c.sweepUntil(ctx, due, func(n int) bool { return n == 0 || n >= many })
	if err == nil && got >= many {
		next, err = c.sweepTogether(ctx, due)
	}
	if err != nil {
		next, first := c.pace.failed(c.o.Clock.Now())
		if first && ctx.Err() == nil {
			c.o.Log.Error("due promises could not be settled; trying again until they can", "err", err)
		}
		return next
	}
	return c.pace.after(c.o.Clock.Now(), next, got)
}

// sweepTogether sweeps in all lanes until nothing is due.
func (c *Clockwork) sweepTogether(ctx context.Context, due time.Time) (next time.Time, err error) {
	var (
		lanes sync.WaitGroup
		errs  = make([]error, c.lanes)
	)
	for i := range errs[1:] {
		lanes.Go(func() { _, _, errs[1+i] = c.sweepUntil(ctx, due, nothing) })
	}
	_, next, errs[0] = c.sweepUntil(ctx, due, nothing)
	lanes.Wait()
	return next, errors.Join(errs...)
}

func nothing(n int) bool { return n == 0 }

// sweepUntil sweeps until a sweep has settled as many as wanted. It says how many were settled in all.
func (c *Clockwork) sweepUntil(ctx context.Context, due time.Time, enough func(n int) bool) (got int, next time.Time, err error) {
	for {
		n, next, err := c.sweep(ctx, c.o.Clock.Now(), due)
		if got += n; err != nil || enough(n) {
			return got, next, err
		}
	}
}

func (c *Clockwork) sweep(ctx context.Context, now, due time.Time) (int, time.Time, error) {
	n, next, err := c.settle(ctx, now)
	if c.o.Looked != nil {
		c.o.Looked()
	}
	if n > 0 && err == nil && c.o.Settled != nil {
		late := time.Duration(0)
		if !due.IsZero() {
			late = max(0, c.o.Clock.Now().Sub(due))
		}
		c.o.Settled(n, late)
	}
	return n, next, err
}

// Drain sweeps until nothing is due by the clock.
func (c *Clockwork) Drain(ctx context.Context) error {
	for {
		n, _, err := c.settle(ctx, c.o.Clock.Now())
		if err != nil || n == 0 {
			return err
		}
	}
}
