package work

import (
	"context"
	"sync"
	"time"
)

// Clock is the one place that knows the time. Times are UTC, to the microsecond, as the database keeps
// them.
type Clock interface {
	Now() time.Time

	// Sleep returns once the clock reads until or later, kick gives a value, or ctx is over. A zero
	// instant never comes.
	Sleep(ctx context.Context, until time.Time, kick <-chan struct{})
}

// RealClock is the wall clock. It notices within glance when the wall clock was set, or when the
// machine was suspended: a timer alone counts neither.
type RealClock struct{}

// glance is how often a sleeper compares its instant with the wall clock. It costs no query, and
// nothing at all while there is no instant to wait for.
const glance = 10 * time.Second

// Now is the wall clock's time.
func (RealClock) Now() time.Time { return exact(time.Now()) }

// exact drops the monotonic reading, which does not follow a wall clock that is set, and what is finer
// than a microsecond.
func exact(t time.Time) time.Time { return t.Round(0).UTC().Truncate(time.Microsecond) }

// Sleep waits as Clock says.
func (c RealClock) Sleep(ctx context.Context, until time.Time, kick <-chan struct{}) {
	if until.IsZero() {
		select {
		case <-ctx.Done():
		case <-kick:
		}
		return
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-kick:
			return
		case <-timer.C:
		}
		left := until.Sub(c.Now())
		if left <= 0 {
			return
		}
		timer.Reset(min(left, glance))
	}
}

// TurnedClock stands still until it is turned: for tests, and for a demo that lives through a week in
// a minute.
type TurnedClock struct {
	mu     sync.Mutex
	now    time.Time
	real   bool
	turned chan struct{} // closed and renewed at each turn
}

// NewTurnedClock is a clock that reads at.
func NewTurnedClock(at time.Time) *TurnedClock {
	return &TurnedClock{now: exact(at), turned: make(chan struct{})}
}

// Now is what the clock was turned to.
func (c *TurnedClock) Now() time.Time {
	now, _, _ := c.read()
	return now
}

func (c *TurnedClock) read() (now time.Time, isReal bool, turned <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.real {
		return RealClock{}.Now(), true, c.turned
	}
	return c.now, false, c.turned
}

// Set turns the clock, and wakes who sleeps until then or earlier.
func (c *TurnedClock) Set(at time.Time) { c.turn(func() { c.now, c.real = exact(at), false }) }

// Add turns the clock on by d.
func (c *TurnedClock) Add(d time.Duration) { c.Set(c.Now().Add(d)) }

// LetGo makes it the wall clock from now on.
func (c *TurnedClock) LetGo() { c.turn(func() { c.real = true }) }

func (c *TurnedClock) turn(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
	close(c.turned)
	c.turned = make(chan struct{})
}

// Sleep waits as Clock says.
func (c *TurnedClock) Sleep(ctx context.Context, until time.Time, kick <-chan struct{}) {
	for {
		now, isReal, turned := c.read()
		if isReal {
			RealClock{}.Sleep(ctx, until, kick)
			return
		}
		if !until.IsZero() && !now.Before(until) {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-kick:
			return
		case <-turned:
		}
	}
}
