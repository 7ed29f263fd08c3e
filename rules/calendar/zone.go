package calendar

import (
	"math"
	"time"
	_ "time/tzdata" // a promise must not depend on which zones the machine has installed

	"github.com/kept-desk/kept/kept"
)

// Instants and wall times are counted in microseconds since 1970.
const (
	perMinute = int64(time.Minute / time.Microsecond)
	perDay    = minutesOfDay * perMinute
)

// furthestOffset is more than any zone was ever ahead of or behind UTC (Manila and Alaska, before
// they changed sides of the date line, were nearly 16 hours off).
const furthestOffset = 16 * 60 * perMinute

func loadZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, kept.Wrong("time_zone", "%q is no time zone: write its IANA name, such as Europe/Berlin", name)
	}
	return zone, nil
}

// stretch is a run of instants; to is not part of it.
type stretch struct{ from, to int64 }

// season is how far the wall clock is ahead of UTC at an instant, and until when it surely stays so.
type season struct{ offset, to int64 }

// season is the one that an instant lies in. It ends after the instant, but not always at a change
// of clocks: the next season may have the same offset.
func (c *Calendar) season(at int64) season {
	if c.zone == time.UTC {
		return season{0, math.MaxInt64}
	}
	t := time.UnixMicro(at).In(c.zone)
	_, seconds := t.Zone()
	s := season{int64(seconds) * 1_000_000, math.MaxInt64}
	if _, end := t.ZoneBounds(); !end.IsZero() {
		s.to = end.UnixMicro()
	}
	if s.to <= at {
		// In the years that a zone's rule reaches and its table doesn't, ZoneBounds takes a year for
		// 365 days: on 31 December of a leap year it gives an end that is past. No zone's rule changes
		// clocks on that day; an hour at a time leads over it.
		s.to = at + 60*perMinute
	}
	return s
}

// dayOf is the date on the wall at a wall time.
func dayOf(wall int64) Day { return Day(floorDiv(wall, perDay)) }

func instant(micros int64) time.Time { return time.UnixMicro(micros).UTC() }
