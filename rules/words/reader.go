package words

import (
	"strings"
	"time"
)

// Reader is whom a time is told to: their language, their zone, and the moment they are told.
type Reader struct {
	Language string         // a shipped one
	Zone     *time.Location // in which they are told
	Own      bool           // the zone is known to be theirs, not only ours
	Home     *time.Location // the organization's
	Now      time.Time
}

// For is the reader with a BCP 47 tag and a zone ("Europe/Dublin", "UTC+05:30"). Where theirs isn't
// known or can't be read they are told ours, and it is called ours.
func For(language, zone, home string, now time.Time) Reader {
	ours, ok := Zone(home)
	if !ok {
		ours = time.UTC
	}
	r := Reader{Language: Best(language), Zone: ours, Home: ours, Now: now}
	if theirs, ok := Zone(zone); ok {
		r.Zone, r.Own = theirs, true
	}
	return r
}

// Say is a sentence in the reader's language.
func (r Reader) Say(key string, pairs ...any) string { return Say(r.Language, key, pairs...) }

// Local is the instant on the reader's clock, to the minute below: told a little early, we keep our
// word; told late, we would not.
func (r Reader) Local(t time.Time) time.Time { return t.In(r.Zone).Truncate(time.Minute) }

// day is the reader's date that an instant belongs to, and whether it is the midnight that ends
// that day: a promise "by midnight" is one for the day before.
func (r Reader) day(t time.Time) (date time.Time, midnight bool) {
	local := r.Local(t)
	if local.Hour() == 0 && local.Minute() == 0 && t.After(r.Now) {
		return local.Add(-time.Minute), true
	}
	return local, false
}

// days counts the dates from now to the instant on the reader's clock: 0 is today, 1 tomorrow.
func (r Reader) days(t time.Time) int {
	date, _ := r.day(t)
	return dayNumber(date) - dayNumber(r.Now.In(r.Zone))
}

// dayNumber numbers the days of the calendar, whatever the clocks do in between.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Digits are the hour and minute, "9:45"; the midnight that ends a day is "24:00".
func (r Reader) Digits(t time.Time) string {
	if _, midnight := r.day(t); midnight {
		return "24:00"
	}
	return r.Local(t).Format("15:04")[r.zeros(t):]
}

// zeros is 1 where the hour has one digit, written without a leading zero.
func (r Reader) zeros(t time.Time) int {
	if r.Local(t).Hour() < 10 {
		return 1
	}
	return 0
}

// Clock is the time of day as it is said: "9:45", "9:45 Uhr", "midnight".
func (r Reader) Clock(t time.Time) string {
	if _, midnight := r.day(t); midnight {
		return r.Say("time.midnight")
	}
	return r.Say("time.clock", "digits", r.Digits(t))
}

// Day is "today", "tomorrow", "Tuesday" within the next six days, else "Tue 26 May".
func (r Reader) Day(t time.Time) string {
	if near := r.near(t); near != "" {
		return near
	}
	if n := r.days(t); n > 1 && n < 7 {
		date, _ := r.day(t)
		return list(r.Say("time.weekdays"), int(date.Weekday()))
	}
	return r.DateShort(t)
}

// near is today, tomorrow, yesterday, or nothing.
func (r Reader) near(t time.Time) string {
	switch r.days(t) {
	case 0:
		return r.Say("time.today")
	case 1:
		return r.Say("time.tomorrow")
	case -1:
		return r.Say("time.yesterday")
	}
	return ""
}

// Date is "Tuesday 19 May", with the year where it isn't this one.
func (r Reader) Date(t time.Time) string {
	return r.date(t, "time.weekdays", "time.months")
}

// DateShort is "Tue 19 May", with the year where it isn't this one.
func (r Reader) DateShort(t time.Time) string {
	return r.date(t, "time.weekdays_short", "time.months_short")
}

func (r Reader) date(t time.Time, weekdays, months string) string {
	date, _ := r.day(t)
	key := "time.date"
	if date.Year() != r.Now.In(r.Zone).Year() {
		key = "time.date_year"
	}
	return r.Say(key, "weekday", list(r.Say(weekdays), int(date.Weekday())), "day", date.Day(),
		"month", list(r.Say(months), int(date.Month())-1), "year", date.Year())
}

// When is a moment in a line: "today 16:30", "Tue 19 May, 10:00".
func (r Reader) When(t time.Time) string {
	if near := r.near(t); near != "" {
		return r.Say("time.when", "day", near, "time", r.Clock(t))
	}
	return r.Say("time.when_date", "day", r.DateShort(t), "time", r.Clock(t))
}

// On is a moment as one names it that was missed: "11:00 today", "Tue 19 May, 10:00".
func (r Reader) On(t time.Time) string {
	if near := r.near(t); near != "" {
		return r.Say("time.on", "day", near, "time", r.Clock(t))
	}
	return r.When(t)
}

// Since is when something began, after "since": "14:05" where that is today, else "yesterday 14:05", "Tue 19 May, 10:00".
func (r Reader) Since(t time.Time) string {
	if r.days(t) == 0 {
		return r.Clock(t)
	}
	return r.When(t)
}

// By is a due time in a line: "today by 9:45", "Monday by 10:00", "Tue 26 May by 10:00".
func (r Reader) By(t time.Time) string {
	key := "time.by"
	if n := r.days(t); n < -1 || n > 6 {
		key = "time.by_date"
	}
	return r.Say(key, "day", r.Day(t), "time", r.Clock(t))
}

// list is the n-th word of a catalogue's list.
func list(text string, n int) string {
	for i, word := range strings.Fields(text) {
		if i == n {
			return word
		}
	}
	return ""
}
