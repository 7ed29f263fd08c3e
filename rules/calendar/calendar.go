// Package calendar computes with open hours: when a promise of four open hours falls due, how much
// open time lies between two instants, whether somebody is there now. It knows wall clocks, zones,
// windows and dates. It does not know what the time is, what a promise is, or where a calendar is
// kept: everything is handed in, and nothing here reads a clock, a database or the network.
//
// The reading of a [kept.Calendar], in full:
//
//   - Hours are wall time in the zone. An instant is open when the wall clock shows a time inside a
//     window. So a wall time that doesn't exist (clocks go forward) has no minutes, and one that
//     comes twice (clocks go back) is open twice.
//   - A window holds its start and not its end. An end at or before its start runs into the next
//     day; "24:00" ends the day. Windows that overlap or touch are one.
//   - A window belongs to the date on which it starts. A shift replaces the windows of its date
//     (none: closed), a holiday takes them all away and wins over a shift. Neither touches what runs
//     over from the evening before: the night shift that began on Christmas Eve ends when it ends,
//     and the one of Christmas Day does not begin.
//   - A break closes the wall time of its date, whichever window is open then, and may run into the
//     next day as a window may.
//   - A deadline may be the end of a window: the instant at which its last minute has passed.
package calendar

import (
	"maps"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Calendar is a kept.Calendar made ready to compute with. It never changes, so any number of
// goroutines may use one at once.
type Calendar struct {
	zone *time.Location
	week [7]dayPlan      // by time.Weekday, for dates that nothing special is said of
	days map[Day]dayPlan // dates with a holiday, shift or break, and their neighbours
}

// dayPlan is what is open of one date, in minutes of wall time since its midnight.
type dayPlan struct {
	own   []span // the windows that start on the date; they may run past 24:00
	civil []span // everything open between 0:00 and 24:00, with what runs over from the day before
}

// Always is the calendar that never closes. Its days are those of UTC.
var Always = always()

// weekdays are the keys of kept.Calendar.Hours, by time.Weekday.
var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// mostDates bounds how many dates a calendar may say something special of.
const mostDates = 10_000

// Compile makes a calendar ready to compute with. Its errors are kept.Invalid, name the field
// ("hours.mon", "holidays", "time_zone"), and say what to write instead.
func Compile(c kept.Calendar) (*Calendar, error) {
	zone, err := loadZone(c.Zone)
	if err != nil {
		return nil, err
	}
	b := blueprint{closed: map[Day]bool{}}
	if err := b.readHours(c.Hours); err != nil {
		return nil, err
	}
	if n := len(c.Holidays) + len(c.Shifts) + len(c.Breaks); n > mostDates {
		return nil, kept.Wrong("holidays", "%d dates are too many: keep at most %d holidays, shifts and breaks, and drop those long past", n, mostDates)
	}
	for _, text := range c.Holidays {
		day, err := ParseDay(text)
		if err != nil {
			return nil, kept.Wrong("holidays", "%q is no date: write it as 2026-12-25", text)
		}
		b.closed[day] = true
	}
	if b.shifts, err = readDates("shifts", c.Shifts); err != nil {
		return nil, err
	}
	if b.breaks, err = readDates("breaks", c.Breaks); err != nil {
		return nil, err
	}
	return b.build(zone), nil
}

// Zone is the zone whose wall clock the calendar follows.
func (c *Calendar) Zone() *time.Location { return c.zone }

func always() *Calendar {
	var b blueprint
	for i := range b.hours {
		b.hours[i] = []span{{0, minutesOfDay}}
	}
	return b.build(time.UTC)
}

// blueprint is a calendar's data read, but not yet worked out day by day.
type blueprint struct {
	hours  [7][]span
	closed map[Day]bool
	shifts map[Day][]span
	breaks map[Day][]span
}

func (b *blueprint) readHours(hours map[string]kept.Windows) error {
	for _, key := range slices.Sorted(maps.Keys(hours)) {
		i := slices.Index(weekdays[:], key)
		if i < 0 {
			return kept.Wrong("hours", "%q is no weekday: write mon, tue, wed, thu, fri, sat or sun", key)
		}
		spans, err := readWindows("hours."+key, hours[key])
		if err != nil {
			return err
		}
		b.hours[i] = spans
	}
	return nil
}

func readDates(field string, dates map[string]kept.Windows) (map[Day][]span, error) {
	read := make(map[Day][]span, len(dates))
	for _, text := range slices.Sorted(maps.Keys(dates)) {
		day, err := ParseDay(text)
		if err != nil {
			return nil, kept.Wrong(field, "%q is no date: write it as 2026-12-24", text)
		}
		if read[day], err = readWindows(field+"."+text, dates[text]); err != nil {
			return nil, err
		}
	}
	return read, nil
}

// build works out the plan of each weekday, and of each date near something special: what a break
// or an overnight window says of one date reaches into the dates beside it.
func (b *blueprint) build(zone *time.Location) *Calendar {
	c := &Calendar{zone: zone, days: map[Day]dayPlan{}}
	for i := range weekdays {
		c.week[i] = plan(b.hours[i], b.hours[(i+6)%7])
	}
	near := func(day Day) {
		for d := day - 1; d <= day+1; d++ {
			c.days[d] = plan(b.own(d), b.own(d-1))
		}
	}
	for day := range b.closed {
		near(day)
	}
	for day := range b.shifts {
		near(day)
	}
	for day := range b.breaks {
		near(day)
	}
	return c
}

// own are the windows that start on a date, with the breaks of that date and its neighbours cut out.
func (b *blueprint) own(day Day) []span {
	windows, isShift := b.shifts[day]
	if !isShift {
		windows = b.hours[day.Weekday()]
	}
	if b.closed[day] {
		windows = nil
	}
	for d := day - 1; d <= day+1 && len(windows) > 0; d++ {
		windows = without(windows, moved(b.breaks[d], int(d-day)*minutesOfDay))
	}
	return windows
}

// plan joins a date's own windows with what runs over from the day before.
func plan(own, before []span) dayPlan {
	p := dayPlan{own: own}
	p.civil = append(p.civil, clipped(moved(before, -minutesOfDay))...)
	p.civil = joined(append(p.civil, clipped(own)...))
	return p
}

// plan is what is open of a date.
func (c *Calendar) plan(day Day) dayPlan {
	if len(c.days) > 0 {
		if p, special := c.days[day]; special {
			return p
		}
	}
	return c.week[day.Weekday()]
}
