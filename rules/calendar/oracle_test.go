package calendar_test

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// oracle reads a calendar in the slowest and plainest way there is: it looks at the wall clock of
// one minute at a time. It shares no code with what it judges.
type oracle struct {
	kept.Calendar
	zone *time.Location
}

func newOracle(c kept.Calendar) oracle {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		panic(err)
	}
	return oracle{c, zone}
}

// by are the windows that start on a date.
func (o oracle) by(date time.Time) kept.Windows {
	key := date.Format(time.DateOnly)
	for _, holiday := range o.Holidays {
		if holiday == key {
			return nil
		}
	}
	if windows, ok := o.Shifts[key]; ok {
		return windows
	}
	return o.Hours[[]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}[date.Weekday()]]
}

// in reports whether a wall clock is in windows of its own date, or of the evening before.
func in(windows kept.Windows, clock string, next bool) bool {
	for from, to := range windows {
		overnight := to <= from
		switch {
		case next && overnight && clock < to, !next && from <= clock && (overnight || clock < to):
			return true
		}
	}
	return false
}

// openBy reports whether an instant is open by a window that starts on the date of its wall clock,
// and whether by one that starts the day before.
func (o oracle) openBy(at time.Time) (today, before bool) {
	local := at.In(o.zone)
	date := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	yesterday := date.AddDate(0, 0, -1)
	clock := local.Format("15:04")
	if in(o.Breaks[date.Format(time.DateOnly)], clock, false) || in(o.Breaks[yesterday.Format(time.DateOnly)], clock, true) {
		return false, false
	}
	return in(o.by(date), clock, false), in(o.by(yesterday), clock, true)
}

func (o oracle) open(at time.Time) bool {
	today, before := o.openBy(at)
	return today || before
}

// closing is when the last minute of the windows that start on a date has passed.
func (o oracle) closing(date time.Time) (closing time.Time, open bool) {
	for at := date.Add(-16 * time.Hour); at.Before(date.Add(64 * time.Hour)); at = at.Add(time.Minute) {
		y, m, d := at.In(o.zone).Date()
		days := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(date) / (24 * time.Hour)
		today, before := o.openBy(at)
		if today && days == 0 || before && days == 1 {
			closing, open = at.Add(time.Minute), true
		}
	}
	return closing, open
}

// addDays is the same time of day on the n-th open day after, within closing and in open time.
func (o oracle) addDays(start time.Time, n int) time.Time {
	local := start.In(o.zone)
	date := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	clock := local.Format("15:04")
	for {
		date = date.AddDate(0, 0, 1)
		closing, open := o.closing(date)
		if !open {
			continue
		}
		if n--; n > 0 {
			continue
		}
		want := date.Format(time.DateOnly) + " " + clock
		at := date.Add(-16 * time.Hour)
		for at.In(o.zone).Format("2006-01-02 15:04") < want {
			at = at.Add(time.Minute)
		}
		for at.Before(closing) && !o.open(at) {
			at = at.Add(time.Minute)
		}
		if at.After(closing) {
			return closing
		}
		return at
	}
}
