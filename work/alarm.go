package work

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// alarm is the one instant at which a loop must look at the database next. Commits bring it forward.
type alarm struct {
	mu   sync.Mutex
	at   time.Time // zero: no instant is known
	kick chan struct{}
}

func newAlarm() *alarm { return &alarm{kick: make(chan struct{}, 1)} }

// clear forgets the instant. A loop clears before it asks the database, so that a commit during the
// question is not lost.
func (a *alarm) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = time.Time{}
}

// arm adds an instant; the loop's own, which is awake. It says whether the alarm came forward.
func (a *alarm) arm(at time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if at.IsZero() || !a.at.IsZero() && !at.Before(a.at) {
		return false
	}
	a.at = at
	return true
}

// sooner adds an instant, and wakes the sleeper if it is earlier than what it sleeps for.
func (a *alarm) sooner(at time.Time) {
	if !a.arm(at) {
		return
	}
	select {
	case a.kick <- struct{}{}:
	default:
	}
}

func (a *alarm) when() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at
}

// sleep returns once the clock reads the alarm's instant, and says which it was; false: ctx is over.
func (a *alarm) sleep(ctx context.Context, clock Clock) (at time.Time, ok bool) {
	for ctx.Err() == nil {
		at := a.when()
		if !at.IsZero() && !clock.Now().Before(at) {
			return at, true
		}
		clock.Sleep(ctx, at, a.kick)
	}
	return time.Time{}, false
}

// pace decides when a loop looks next: at what the database said, but ever more slowly while it fails
// or while it names an instant that has come and gives nothing (another node has it in hand).
type pace struct{ vain int }

const (
	shortestWait = 5 * time.Millisecond
	longestIdle  = time.Second
	longestWait  = 30 * time.Second
)

// after is the instant of the next look, now that one gave got rows and named next.
func (p *pace) after(now, next time.Time, got int) time.Time {
	if got > 0 || next.IsZero() || next.After(now) {
		p.vain = 0
		return next
	}
	return now.Add(p.slower(longestIdle))
}

// failed is the instant of the next look after an error; first says that the one before succeeded.
func (p *pace) failed(now time.Time) (next time.Time, first bool) {
	first = p.vain == 0
	return now.Add(p.slower(longestWait)), first
}

func (p *pace) slower(most time.Duration) time.Duration {
	p.vain++
	return jitter(doubled(shortestWait, p.vain, most))
}

// doubled is least, doubled for each time after the first, and at most most.
func doubled(least time.Duration, times int, most time.Duration) time.Duration {
	d := least
	for range times - 1 {
		if d >= most {
			return most
		}
		d *= 2
	}
	return min(d, most)
}

// jitter is d, up to a fifth shorter or longer, so that many who failed together don't come back
// together.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
}
