// Package day says which working day of a person an instant lies in: when that day began, when their
// shift ends, and from when on the day check is offered. It is told the time, the zone and the shifts,
// and knows nothing of what is done in a day.
package day

import (
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// offerBefore is how long before the end of a shift the day check is offered.
const offerBefore = 45 * time.Minute

// Clock is by what a person's days go: the dates where they are, and their shifts.
type Clock struct {
	dates  *calendar.Calendar
	shifts *calendar.Calendar
}

// Day is one working day of a person. The days of a clock lie side by side: each ends where the next
// begins. A shift belongs to the date on which it begins, and takes the day with it past midnight.
type Day struct {
	Date   calendar.Day // where the person is
	Began  time.Time    // what was said from here on was said today
	Over   time.Time    // where the next day begins
	Starts time.Time    // of the shift; zero: no shift today
	Ends   time.Time    // of the shift; zero: no shift today
}

// In makes the clock of somebody in a zone (an IANA name). Shifts may be nil: they have none, and their
// days are the dates.
func In(zone string, shifts *calendar.Calendar) (Clock, error) {
	all := kept.Windows{"00:00": "24:00"}
	dates, err := calendar.Compile(kept.Calendar{Zone: zone, Hours: map[string]kept.Windows{
		"mon": all, "tue": all, "wed": all, "thu": all, "fri": all, "sat": all, "sun": all,
	}})
	return Clock{dates, shifts}, err
}

// Offered reports whether the day check is offered at an instant of the day: from 45 minutes before the
// shift ends, until the day is over.
func (d Day) Offered(now time.Time) bool {
	return !d.Ends.IsZero() && !now.Before(d.OfferedAt())
}

// OfferedAt is from when on the day check is offered: not before the shift has begun. Zero where there is
// no shift.
func (d Day) OfferedAt() time.Time {
	at := d.Ends.Add(-offerBefore)
	if d.Ends.IsZero() || at.Before(d.Starts) {
		return d.Starts
	}
	return at
}

// At is the day that an instant lies in.
func (c Clock) At(now time.Time) Day {
	shifts := c.near(now)
	date := c.dates.DayOf(now) + 1
	began, ok := c.begin(date, shifts)
	for !ok || began.After(now) {
		date--
		began, ok = c.begin(date, shifts)
	}
	d := Day{Date: date, Began: began}
	for next, ok := date, false; !ok; {
		next++
		d.Over, ok = c.begin(next, shifts)
	}
	for _, s := range shifts {
		if s.date != date || !s.to.After(began) { // the shift before it swallowed it
			continue
		}
		if d.Starts.IsZero() || s.from.Before(d.Starts) {
			d.Starts = s.from
		}
		if s.to.After(d.Ends) {
			d.Ends = s.to
		}
	}
	return d
}

// Next is the first day after one that has a shift, looked for over the next n days; false where none has.
func (c Clock) Next(after Day, n int) (Day, bool) {
	for range n {
		after = c.At(after.Over)
		if !after.Ends.IsZero() {
			return after, true
		}
	}
	return Day{}, false
}

// Open reports whether an instant lies in a shift, and not in a break of it.
func (c Clock) Open(t time.Time) bool { return c.shifts != nil && c.shifts.Open(t) }

// shift is all that is worked from the first window of a date to the end of its last.
type shift struct {
	date     calendar.Day // where the person is
	from, to time.Time
}

// near are the shifts around an instant. A shift is over two days after its date at the latest, and the
// dates of two zones are at most two apart.
func (c Clock) near(now time.Time) (list []shift) {
	if c.shifts == nil {
		return nil
	}
	today := c.shifts.DayOf(now)
	for day := today - 5; day <= today+4; day++ {
		from, opens := c.shifts.Opening(day)
		to, closes := c.shifts.Closing(day)
		if opens && closes {
			list = append(list, shift{c.dates.DayOf(from), from, to})
		}
	}
	return list
}

// begin is where the day of a date begins: at its midnight, or when the shifts of earlier dates are over.
// False for a date that the zone skipped.
func (c Clock) begin(date calendar.Day, shifts []shift) (time.Time, bool) {
	at, ok := c.dates.Opening(date)
	for _, s := range shifts {
		if s.date < date && s.to.After(at) {
			at = s.to
		}
	}
	return at, ok
}
