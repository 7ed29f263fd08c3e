package work

import (
	"context"
	"log/slog"
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
	c := &Clockwork{settle: settle, o: o, alarm: newAlarm()}
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

// look sweeps until nothing is due, and says when to look next.
func (c *Clockwork) look(ctx context.Context, due time.Time) time.Time {
	c.alarm.clear()
	for got := 0; ; {
		now := c.o.Clock.Now()
		n, next, err := c.sweep(ctx, now, due)
		if err != nil {
			next, first := c.pace.failed(now)
			if first && ctx.Err() == nil {
				c.o.Log.Error("due promises could not be settled; trying again until they can", "err", err)
			}
			return next
		}
		got += n
		if n == 0 {
			return c.pace.after(now, next, got)
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
