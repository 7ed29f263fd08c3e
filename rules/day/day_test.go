package day_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/day"
)

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

func clock(t interface{ Fatal(...any) }, zone string, shifts *kept.Calendar) day.Clock {
	var compiled *calendar.Calendar
	if shifts != nil {
		var err error
		if compiled, err = calendar.Compile(*shifts); err != nil {
			t.Fatal(err)
		}
	}
	c, err := day.In(zone, compiled)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func weekly(zone string, w kept.Windows) *kept.Calendar {
	c := kept.Calendar{Zone: zone, Hours: map[string]kept.Windows{}}
	for _, d := range weekdays[:5] {
		c.Hours[d] = w
	}
	return &c
}

func TestADayOfAShift(t *testing.T) {
	office := weekly("Europe/Dublin", kept.Windows{"09:00": "12:00", "13:00": "17:00"})
	night := weekly("Europe/Dublin", kept.Windows{"22:00": "06:00"})
	for _, c := range []struct {
		name, zone string
		shifts     *kept.Calendar
		now        string
		date       string
		began      string
		ends       string
		offered    bool
	}{
		{"at 10 nothing is offered", "Europe/Dublin", office, "2026-05-18 10:00", "2026-05-18", "2026-05-18 00:00", "2026-05-18 17:00", false},
		{"before lunch neither: the shift ends at five", "Europe/Dublin", office, "2026-05-18 11:50", "2026-05-18", "2026-05-18 00:00", "2026-05-18 17:00", false},
		{"45 minutes before five it is", "Europe/Dublin", office, "2026-05-18 16:15", "2026-05-18", "2026-05-18 00:00", "2026-05-18 17:00", true},
		{"and in the evening still", "Europe/Dublin", office, "2026-05-18 21:00", "2026-05-18", "2026-05-18 00:00", "2026-05-18 17:00", true},
		{"a free day is the date", "Europe/Dublin", office, "2026-05-17 12:00", "2026-05-17", "2026-05-17 00:00", "", false},
		{"who has no shifts has dates", "Europe/Dublin", nil, "2026-05-18 23:59", "2026-05-18", "2026-05-18 00:00", "", false},
		{"at three in the night it is still Monday's shift", "Europe/Dublin", night, "2026-05-19 03:00", "2026-05-18", "2026-05-18 00:00", "2026-05-19 06:00", false},
		{"which ends at six", "Europe/Dublin", night, "2026-05-19 05:20", "2026-05-18", "2026-05-18 00:00", "2026-05-19 06:00", true},
		{"and then Tuesday begins, where the night ended", "Europe/Dublin", night, "2026-05-19 06:00", "2026-05-19", "2026-05-19 06:00", "2026-05-20 06:00", false},
		{"Saturday begins where Friday's night ended", "Europe/Dublin", night, "2026-05-23 12:00", "2026-05-23", "2026-05-23 06:00", "", false},
		{"the date is that of the person's own zone", "America/New_York", office, "2026-05-18 04:30", "2026-05-17", "2026-05-17 05:00", "", false},
		{"in which Dublin's shift begins at four", "America/New_York", office, "2026-05-18 16:20", "2026-05-18", "2026-05-18 05:00", "2026-05-18 17:00", true},
		{"a day whose clocks go forward has 23 hours", "Europe/Dublin", nil, "2026-03-29 12:00", "2026-03-29", "2026-03-29 00:00", "", false},
		{"a day whose midnight was skipped begins at one", "America/Havana", nil, "2026-03-08 15:00", "2026-03-08", "2026-03-08 05:00", "", false},
	} {
		dublin, _ := time.LoadLocation("Europe/Dublin")
		read := func(s string) time.Time {
			if s == "" {
				return time.Time{}
			}
			at, err := time.ParseInLocation("2006-01-02 15:04", s, dublin)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		now := read(c.now)
		got := clock(t, c.zone, c.shifts).At(now)
		if got.Date.String() != c.date || !got.Began.Equal(read(c.began)) || !got.Ends.Equal(read(c.ends)) || got.Offered(now) != c.offered {
			t.Errorf("%s: %s began %s, ends %s, offered %v", c.name, got.Date, got.Began.In(dublin), got.Ends.In(dublin), got.Offered(now))
		}
	}
}

func TestAShiftOfHalfAnHourIsOfferedFromItsBeginning(t *testing.T) {
	c := clock(t, "UTC", weekly("UTC", kept.Windows{"09:00": "09:30"}))
	d := c.At(time.Date(2026, 5, 18, 8, 50, 0, 0, time.UTC))
	if want := time.Date(2026, 5, 18, 9, 0, 0, 0, time.UTC); !d.OfferedAt().Equal(want) {
		t.Errorf("offered at %s", d.OfferedAt())
	}
}

func TestTheNextDayWithAShift(t *testing.T) {
	c := clock(t, "Europe/Dublin", weekly("Europe/Dublin", kept.Windows{"09:00": "17:00"}))
	friday := c.At(time.Date(2026, 5, 22, 12, 0, 0, 0, time.UTC))
	next, ok := c.Next(friday, 7)
	if !ok || next.Date.String() != "2026-05-25" {
		t.Errorf("after Friday comes %s (%v)", next.Date, ok)
	}
	if _, ok := clock(t, "Europe/Dublin", nil).Next(friday, 7); ok {
		t.Error("somebody without shifts has a next one")
	}
}

// zones whose clocks do all that clocks do: half hours, changes at midnight and past it, dates skipped.
var zones = []string{
	"UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "America/Havana",
	"Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "Asia/Kathmandu", "Asia/Beirut", "Africa/Cairo", "Pacific/Kwajalein",
}

type scene struct {
	day.Clock
	shifts *calendar.Calendar
	zone   *time.Location
	now    time.Time
}

var scenes = rapid.Custom(func(t *rapid.T) scene {
	name := rapid.SampledFrom(zones).Draw(t, "zone")
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	s := scene{zone: zone}
	s.now = time.Unix(rapid.Int64Range(5_000, 40_000).Draw(t, "hour")*36_000, 0).UTC()
	if _, change := s.now.In(zone).ZoneBounds(); !change.IsZero() && rapid.Bool().Draw(t, "near a change") {
		s.now = change.UTC().Truncate(time.Minute)
	}
	s.now = s.now.Add(time.Duration(rapid.IntRange(-2880, 2880).Draw(t, "minutes")) * time.Minute)
	words := kept.Calendar{Zone: rapid.SampledFrom([]string{name, name, "Europe/Dublin", "Pacific/Auckland"}).Draw(t, "shifts' zone"), Hours: map[string]kept.Windows{}}
	at := rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("%02d:%02d", rapid.IntRange(0, 23).Draw(t, "h"), rapid.SampledFrom([]int{0, 30, 59}).Draw(t, "m"))
	})
	for _, d := range weekdays {
		words.Hours[d] = kept.Windows{}
		for range rapid.IntRange(0, 2).Draw(t, d) {
			words.Hours[d][at.Draw(t, "from")] = at.Draw(t, "to")
		}
	}
	if s.shifts, err = calendar.Compile(words); err != nil {
		t.Fatal(err)
	}
	if rapid.IntRange(0, 4).Draw(t, "no shifts") == 0 {
		s.shifts = nil
	}
	if s.Clock, err = day.In(name, s.shifts); err != nil {
		t.Fatal(err)
	}
	return s
})

func TestDaysLieSideBySide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenes.Draw(t, "scene")
		d := s.At(s.now)
		if d.Began.After(s.now) || !d.Over.After(s.now) {
			t.Fatalf("%s is not in its day, %s to %s", s.now, d.Began, d.Over)
		}
		for name, at := range map[string]time.Time{"its beginning": d.Began, "its last instant": d.Over.Add(-time.Microsecond)} {
			if other := s.At(at); other != d {
				t.Fatalf("%s lies in another day: %+v, not %+v", name, other, d)
			}
		}
		next := s.At(d.Over)
		if next.Date <= d.Date || !next.Began.Equal(d.Over) {
			t.Fatalf("%+v is followed by %+v", d, next)
		}
	})
}

func TestAnInstantOfAShiftLiesInTheDayOnWhichTheShiftBegan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenes.Draw(t, "scene")
		if s.shifts == nil {
			t.Skip("no shifts")
		}
		d := s.At(s.now)
		dates, _ := day.In(s.zone.String(), nil)
		for date := s.shifts.DayOf(s.now) - 3; date <= s.shifts.DayOf(s.now)+1; date++ {
			from, ok := s.shifts.Opening(date)
			to, _ := s.shifts.Closing(date)
			if !ok || s.now.Before(from) || !s.now.Before(to) {
				continue
			}
			began := dates.At(from).Date
			if d.Date > began {
				t.Fatalf("%s: the shift from %s to %s belongs to %s, the day is %s", s.now, from, to, began, d.Date)
			}
			if d.Date == began && (d.Ends.Before(to) || d.Starts.After(from)) {
				t.Fatalf("%s: the day's shift is from %s to %s, the one at work from %s to %s", s.now, d.Starts, d.Ends, from, to)
			}
		}
	})
}

func TestTheCheckIsOfferedAtTheEndOfTheShiftAndNeverWithoutOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenes.Draw(t, "scene")
		d := s.At(s.now)
		switch {
		case d.Ends.IsZero():
			if d.Offered(s.now) || d.Offered(d.Over) {
				t.Fatalf("offered without a shift: %+v", d)
			}
		case !d.Ends.After(d.Began) || d.Ends.After(d.Over) || !d.Starts.Before(d.Ends):
			t.Fatalf("a shift outside of its day: %+v", d)
		case !d.Offered(d.Ends) || d.Ends.Sub(d.OfferedAt()) > 45*time.Minute:
			t.Fatalf("offered at %s, for a shift that ends at %s", d.OfferedAt(), d.Ends)
		}
	})
}

func TestADayWithoutShiftsIsTheDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := scenes.Draw(t, "scene")
		c, err := day.In(s.zone.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		d := c.At(s.now)
		if got := d.Began.In(s.zone).Format(time.DateOnly); got != d.Date.String() {
			t.Fatalf("%s begins on %s", d.Date, got)
		}
		if got := d.Began.Add(-time.Microsecond).In(s.zone).Format(time.DateOnly); got >= d.Date.String() {
			t.Fatalf("%s had begun before: %s", d.Date, got)
		}
	})
}
