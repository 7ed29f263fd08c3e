package calendar

import (
	"math"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Add is when a promise of d, given at start, falls due: an instant in UTC, to the microsecond, in
// open time or at the end of a window. Minutes are open minutes ([Calendar.AddDuration]). Days are
// open days: the same time of day on the n-th open day after start's date, brought back to that
// day's closing if it lies past it, and forward to the next opening if it lies in closed time
// before. The zero span is the first open instant at or after start.
//
// Same time of day means what it says: a day given on a closed Saturday at 10:00 is due on Monday at
// 10:00, and so before one that was given on Friday at 16:00. Among open days, later is due later.
//
// It fails for a span that is negative or has both minutes and days, and where the calendar isn't
// open for that long in a hundred years.
func (c *Calendar) Add(start time.Time, d kept.Span) (time.Time, error) {
	switch {
	case d.Minutes < 0 || d.Days < 0:
		return time.Time{}, kept.Wrong("span", "a length of time can't be negative: write 90m, 4h or 1d")
	case d.Minutes > 0 && d.Days > 0:
		return time.Time{}, kept.Wrong("span", "write either minutes or days, not both: 90m, 4h or 1d")
	case d.Days > 0:
		return c.addDays(start, d.Days)
	case int64(d.Minutes) > reach/perMinute:
		return time.Time{}, neverOpen()
	}
	return c.add(start.UnixMicro(), int64(d.Minutes)*perMinute)
}

// AddDuration is the instant at which d of open time has passed since start, exact to the
// microsecond, in UTC. For zero it is the first open instant at or after start. It fails for a
// negative d, and where the calendar isn't open for that long in a hundred years.
func (c *Calendar) AddDuration(start time.Time, d time.Duration) (time.Time, error) {
	if d < 0 {
		return time.Time{}, kept.Wrong("duration", "a length of time can't be negative")
	}
	return c.add(start.UnixMicro(), d.Microseconds())
}

func (c *Calendar) add(start, left int64) (time.Time, error) {
	for from, to := range c.stretches(start, start+reach) {
		if left <= to-from {
			return instant(from + left), nil
		}
		left -= to - from
	}
	return time.Time{}, neverOpen()
}

// Between is the open time between two instants, to the microsecond; negative where b is before a.
// It is the inverse of AddDuration: Between(t, AddDuration(t, d)) is d.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	micros := c.between(a.UnixMicro(), b.UnixMicro())
	if most := math.MaxInt64 / int64(time.Microsecond); micros > most || micros < -most {
		micros = max(min(micros, most), -most) // 292 years, the longest Duration
	}
	return time.Duration(micros) * time.Microsecond
}

func (c *Calendar) between(a, b int64) int64 {
	if b < a {
		return -c.between(b, a)
	}
	var open int64
	for from, to := range c.stretches(a, b) {
		open += to - from
	}
	return open
}

func (c *Calendar) addDays(start time.Time, n int) (time.Time, error) {
	at := start.UnixMicro()
	wall := at + c.season(at).offset
	first := dayOf(wall)
	last := first + Day(reach/perDay)
	for day := first + 1; day <= last; day++ {
		closing, open := c.closing(day)
		if !open {
			continue
		}
		if n--; n == 0 {
			return c.sameTime(day, wall-int64(first)*perDay, closing)
		}
	}
	return time.Time{}, neverOpen()
}

// sameTime is when the wall clock first shows a time of day (in microseconds since midnight), or
// more, on an open day: no later than its closing, and in open time.
func (c *Calendar) sameTime(day Day, clock, closing int64) (time.Time, error) {
	wall := int64(day)*perDay + clock
	at := wall - furthestOffset
	for {
		s := c.season(at)
		at = max(at, wall-s.offset)
		if at < s.to {
			break
		}
		at = s.to
	}
	if at >= closing {
		return instant(closing), nil
	}
	return c.NextOpen(instant(at))
}
