package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// zones with every kind of clock: half hours and quarters, half an hour of summer time, a summer
// time that is negative or stops for Ramadan, changes at midnight and a minute past it, a date that
// was skipped, and zones that changed their mind.
var zones = []string{
	"UTC", "Europe/London", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns",
	"America/Sao_Paulo", "America/Havana", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia",
	"Pacific/Kwajalein", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tehran", "Asia/Gaza", "Asia/Beirut",
	"Africa/Casablanca", "Africa/Cairo", "Antarctica/Troll", "America/Caracas", "Asia/Pyongyang",
}

// instants are whole minutes, half of them within two days of a change of clocks.
func instants(zone *time.Location) *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		minutes := rapid.Int64Range(minuteOf(1975), minuteOf(2060)).Draw(t, "minute")
		at := time.Unix(minutes*60, 0).UTC()
		if _, change := at.In(zone).ZoneBounds(); !change.IsZero() && rapid.Bool().Draw(t, "near a change") {
			// (Some tables end on 19 January 2038 at seven seconds past.)
			at = change.UTC().Truncate(time.Minute).Add(time.Duration(rapid.IntRange(-2880, 2880).Draw(t, "minutes off")) * time.Minute)
		}
		return at
	})
}

func minuteOf(year int) int64 {
	return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 60
}

var clocks = rapid.Custom(func(t *rapid.T) string {
	minutes := rapid.IntRange(0, 23).Draw(t, "hour") * 60
	minutes += rapid.SampledFrom([]int{0, 0, 0, 30, 15, 1, 59}).Draw(t, "minute")
	return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
})

var windows = rapid.Custom(func(t *rapid.T) kept.Windows {
	w := kept.Windows{}
	for range rapid.IntRange(0, 3).Draw(t, "windows") {
		w[clocks.Draw(t, "from")] = rapid.OneOf(clocks, rapid.Just("24:00"), rapid.Just("00:00")).Draw(t, "to")
	}
	return w
})

// calendarsNear are calendars whose exceptions lie within a few days of an instant.
func calendarsNear(zone string, at time.Time) *rapid.Generator[kept.Calendar] {
	return rapid.Custom(func(t *rapid.T) kept.Calendar {
		c := kept.Calendar{Zone: zone, Hours: map[string]kept.Windows{}, Breaks: map[string]kept.Windows{}, Shifts: map[string]kept.Windows{}}
		for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
			c.Hours[day] = windows.Draw(t, day)
		}
		near := rapid.Custom(func(t *rapid.T) string {
			return at.AddDate(0, 0, rapid.IntRange(-3, 6).Draw(t, "day")).Format(time.DateOnly)
		})
		c.Holidays = rapid.SliceOfN(near, 0, 2).Draw(t, "holidays")
		for _, day := range rapid.SliceOfN(near, 0, 2).Draw(t, "shifts") {
			c.Shifts[day] = windows.Draw(t, "shift")
		}
		for _, day := range rapid.SliceOfN(near, 0, 2).Draw(t, "breaks") {
			c.Breaks[day] = windows.Draw(t, "break")
		}
		return c
	})
}

// scene is a zone, an instant, and a calendar with something special near it.
type scene struct {
	words kept.Calendar
	*calendar.Calendar
	at time.Time
}

var scenes = rapid.Custom(func(t *rapid.T) scene {
	name := rapid.SampledFrom(zones).Draw(t, "zone")
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	at := instants(zone).Draw(t, "at")
	words := calendarsNear(name, at).Draw(t, "calendar")
	c, err := calendar.Compile(words)
	if err != nil {
		t.Fatalf("%v of %+v", err, words)
	}
	return scene{words, c, at}
})

func TestEveryMinuteIsOpenWhenTheWallClockSaysSo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenes.Draw(t, "scene")
		slow := newOracle(s.words)
		length := rapid.IntRange(1, 4000).Draw(t, "minutes")
		var passed []time.Time // the open minutes, by their ends
		for i := range length {
			at := s.at.Add(time.Duration(i) * time.Minute)
			open := slow.open(at)
			if s.Open(at) != open {
				t.Fatalf("%s (%s): open is %v, the wall clock says %v", at, at.In(s.Zone()), s.Open(at), open)
			}
			if open {
				passed = append(passed, at.Add(time.Minute))
			}
		}
		end := s.at.Add(time.Duration(length) * time.Minute)
		if got := s.Between(s.at, end); got != time.Duration(len(passed))*time.Minute {
			t.Fatalf("%s to %s has %s open, not %d min", s.at, end, got, len(passed))
		}
		if len(passed) == 0 {
			return
		}
		if got, err := s.NextOpen(s.at); err != nil || !got.Equal(passed[0].Add(-time.Minute)) {
			t.Fatalf("after %s it opens %s (%v), not %s", s.at, got, err, passed[0].Add(-time.Minute))
		}
		n := rapid.IntRange(1, len(passed)).Draw(t, "n")
		if got, err := s.Add(s.at, kept.Span{Minutes: n}); err != nil || !got.Equal(passed[n-1]) {
			t.Fatalf("%d min after %s are due %s (%v), not %s", n, s.at, got, err, passed[n-1])
		}
	})
}

func TestDaysAreCountedAsAPersonCountsThem(t *testing.T) {
	if testing.Short() {
		t.Skip("the slow way of counting is slow")
	}
	rapid.Check(t, func(t *rapid.T) {
		s := scenes.Draw(t, "scene")
		n := rapid.IntRange(1, 2).Draw(t, "n")
		got, err := s.Add(s.at, kept.Span{Days: n})
		if err != nil || got.Sub(s.at) > 8*24*time.Hour {
			t.Skip("too far away for the slow way")
		}
		if want := newOracle(s.words).addDays(s.at, n); !got.Equal(want) {
			t.Fatalf("%d d after %s are due %s, not %s", n, s.at.In(s.Zone()), got.In(s.Zone()), want.In(s.Zone()))
		}
	})
}

func TestADateShowsItsOpenMinutesAndNoOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenes.Draw(t, "scene")
		day := s.DayOf(s.at)
		slow := newOracle(s.words)
		open := 0
		midnight, err := time.Parse(time.DateOnly, day.String())
		if err != nil {
			t.Fatal(err)
		}
		for at := midnight.Add(-30 * time.Hour); at.Before(midnight.Add(54 * time.Hour)); at = at.Add(time.Minute) {
			if at.In(s.Zone()).Format(time.DateOnly) == day.String() && slow.open(at) {
				open++
			}
		}
		shown, last := time.Duration(0), time.Time{}
		for _, i := range s.On(day) {
			if !i.From.After(last) || !i.To.After(i.From) {
				t.Fatalf("%s shows %v: out of order, or touching", day, s.On(day))
			}
			last = i.To
			shown += i.To.Sub(i.From)
		}
		if shown != time.Duration(open)*time.Minute {
			t.Fatalf("%s shows %s of %d open minutes", day, shown, open)
		}
	})
}

func durations(most time.Duration) *rapid.Generator[time.Duration] {
	return rapid.Map(rapid.Int64Range(0, most.Microseconds()), func(n int64) time.Duration {
		return time.Duration(n) * time.Microsecond
	})
}

func TestBetweenIsTheInverseOfAddAndNothingFallsDueInClosedTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenes.Draw(t, "scene")
		start := s.at.Add(durations(time.Hour).Draw(t, "off the minute"))
		d := durations(500*time.Hour).Draw(t, "d")
		due, err := s.AddDuration(start, d)
		if err != nil {
			if s.Between(start, start.AddDate(99, 0, 0)) >= d && d > 0 {
				t.Fatalf("%s after %s: %v", d, start, err)
			}
			return
		}
		if got := s.Between(start, due); got != d {
			t.Fatalf("%s after %s is due %s, which is %s later", d, start, due, got)
		}
		if got := s.Between(due, start); got != -d {
			t.Fatalf("backwards it is %s, not %s", got, -d)
		}
		if !s.Open(due) && (d == 0 || !s.Open(due.Add(-time.Microsecond))) {
			t.Fatalf("%s after %s is due %s, in closed time", d, start, due.In(s.Zone()))
		}
		if due.Before(start) {
			t.Fatalf("%s after %s is due before it, %s", d, start, due)
		}
	})
}

func TestLaterOrLongerIsNeverDueEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenes.Draw(t, "scene")
		d, more := durations(100*time.Hour).Draw(t, "d"), durations(20*time.Hour).Draw(t, "more")
		later := s.at.Add(durations(72*time.Hour).Draw(t, "later"))
		due, err := s.AddDuration(s.at, d)
		if err != nil {
			t.Skip("hardly ever open")
		}
		if longer, err := s.AddDuration(s.at, d+more); err == nil && longer.Before(due) {
			t.Fatalf("%s is due %s, and %s before that, %s", d, due, d+more, longer)
		}
		if then, err := s.AddDuration(later, d); err == nil && then.Before(due) {
			t.Fatalf("given at %s it is due %s, given at %s before that, %s", s.at, due, later, then)
		}
		if a, b, c := s.Between(s.at, later), s.Between(later, later.Add(d)), s.Between(s.at, later.Add(d)); a+b != c {
			t.Fatalf("%s and %s make %s, not %s", a, b, a+b, c)
		}
	})
}

func TestMoreDaysAreNeverDueEarlierAndNeverInClosedTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenes.Draw(t, "scene")
		n := rapid.IntRange(1, 30).Draw(t, "n")
		start := s.at.Add(durations(time.Hour).Draw(t, "off the minute"))
		due, err := s.Add(start, kept.Span{Days: n})
		if err != nil {
			t.Skip("no open days")
		}
		if !s.Open(due) && !s.Open(due.Add(-time.Microsecond)) {
			t.Fatalf("%d d after %s are due %s, in closed time", n, start, due.In(s.Zone()))
		}
		if more, err := s.Add(start, kept.Span{Days: n + 1}); err == nil && more.Before(due) {
			t.Fatalf("%d d are due %s, one more before that, %s", n, due, more)
		}
		later := start.Add(durations(48*time.Hour).Draw(t, "later"))
		if day := s.DayOf(later); day != s.DayOf(start) && !s.OpenDay(day) {
			return // what is given on a closed Saturday at 10:00 is due before what was given on Friday at 16:00
		}
		wallClock := func(at time.Time) string { return at.In(s.Zone()).Format("2006-01-02 15:04:05.000000") }
		if wallClock(later) < wallClock(start) {
			return // the clock was put back meanwhile: the same time of day is earlier, too
		}
		if then, err := s.Add(later, kept.Span{Days: n}); err == nil && then.Before(due) {
			t.Fatalf("given at %s it is due %s, given at %s before that, %s", start, due, later, then)
		}
	})
}

// Zones go on by a rule where their table ends; the years in which it begins are all here.
func TestNoYearStopsTheClock(t *testing.T) {
	for _, name := range zones {
		c := compiled(t, officeHours(name))
		start := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
		for year := 1900; year < 2200; year++ {
			end := time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
			if open := c.Between(start, end); open < 2070*time.Hour || open > 2105*time.Hour {
				t.Errorf("%s: %d has %s open", name, year, open)
			}
			start = end
		}
	}
}
