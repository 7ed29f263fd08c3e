package calendar

import (
	"iter"
	"time"

	"github.com/kept-desk/kept/kept"
)

// reach is how far ahead open time is looked for: what lies further away than this is no promise.
const reach = 100 * 366 * perDay

// Interval is a stretch of open time, From included, To not. Both are in UTC.
type Interval struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Open reports whether t is open. The end of a window is not.
func (c *Calendar) Open(t time.Time) bool {
	at := t.UnixMicro()
	wall := at + c.season(at).offset
	day := dayOf(wall)
	clock := wall - int64(day)*perDay
	for _, s := range c.plan(day).civil {
		if int64(s.from)*perMinute <= clock && clock < int64(s.to)*perMinute {
			return true
		}
	}
	return false
}

// NextOpen is the first open instant at or after t, in UTC. It fails if there is none in 100 years.
func (c *Calendar) NextOpen(t time.Time) (time.Time, error) {
	at := t.UnixMicro()
	for from := range c.stretches(at, at+reach) {
		return instant(from), nil
	}
	return time.Time{}, neverOpen()
}

// DayOf is the date on the wall at t, where the calendar is.
func (c *Calendar) DayOf(t time.Time) Day {
	at := t.UnixMicro()
	return dayOf(at + c.season(at).offset)
}

// On is what is open between the midnights of a date, in order: what a week is drawn from. A night
// shift shows on both of its dates. It is empty for a closed date, and for one that the zone skipped.
func (c *Calendar) On(day Day) []Interval {
	var open []Interval
	for _, s := range c.instants(day, c.plan(day).civil) {
		open = append(open, Interval{instant(s.from), instant(s.to)})
	}
	return open
}

// OpenDay reports whether a date is an open day: one on which a window starts. (A Saturday that
// only has the end of Friday's night shift is not.)
func (c *Calendar) OpenDay(day Day) bool {
	_, open := c.Closing(day)
	return open
}

// Closing is when an open day ends: the end of the last window that starts on it, which may lie
// after midnight. It reports false where the date is no open day.
func (c *Calendar) Closing(day Day) (time.Time, bool) {
	at, open := c.closing(day)
	if !open {
		return time.Time{}, false
	}
	return instant(at), true
}

// Opening is when an open day begins: the start of the first window that starts on it. It reports false
// where the date is no open day.
func (c *Calendar) Opening(day Day) (time.Time, bool) {
	open := c.instants(day, c.plan(day).own)
	if len(open) == 0 {
		return time.Time{}, false
	}
	return instant(open[0].from), true
}

func (c *Calendar) closing(day Day) (int64, bool) {
	open := c.instants(day, c.plan(day).own)
	if len(open) == 0 {
		return 0, false
	}
	return open[len(open)-1].to, true
}

// stretches are the runs of open time in [from, until), in order. Each lies within one date; those
// of neighbouring dates may touch.
//
// It walks seasons, and the dates within each: while the offset stays the same the wall clock only
// goes forward, so that no order of dates can be broken by a clock that is put back over midnight.
func (c *Calendar) stretches(from, until int64) iter.Seq2[int64, int64] {
	return func(yield func(int64, int64) bool) {
		for at := from; at < until; {
			s := c.season(at)
			stop := min(s.to, until)
			for day := dayOf(at + s.offset); ; day++ {
				midnight := int64(day)*perDay - s.offset
				if midnight >= stop {
					break
				}
				for _, w := range c.plan(day).civil {
					a := max(midnight+int64(w.from)*perMinute, at)
					b := min(midnight+int64(w.to)*perMinute, stop)
					if a < b && !yield(a, b) {
						return
					}
				}
			}
			at = stop
		}
	}
}

// instants are the runs of time at which the wall clock shows one of the spans of a date, in order;
// those that touch are one.
func (c *Calendar) instants(day Day, spans []span) []stretch {
	if len(spans) == 0 {
		return nil
	}
	midnight := int64(day) * perDay
	until := midnight + int64(spans[len(spans)-1].to)*perMinute + furthestOffset
	var out []stretch
	for at := midnight - furthestOffset; at < until; {
		s := c.season(at)
		for _, w := range spans {
			a := max(midnight+int64(w.from)*perMinute-s.offset, at)
			b := min(midnight+int64(w.to)*perMinute-s.offset, s.to)
			if n := len(out); a < b && n > 0 && out[n-1].to == a {
				out[n-1].to = b
			} else if a < b {
				out = append(out, stretch{a, b})
			}
		}
		at = s.to
	}
	return out
}

func neverOpen() error {
	return kept.Wrong("hours", "the calendar isn't open for that long in the next hundred years: give it more hours, or promise less time")
}
