package calendar

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	ical "github.com/arran4/golang-ical"

	"github.com/kept-desk/kept/kept"
)

// What an iCalendar file may hold at most: years of every country's holidays fit in many times over.
const (
	mostICSBytes  = 2 << 20
	mostICSEvents = 5_000
	mostICSDates  = 500_000 // counted as often as events name them
	mostICSYears  = 50
	mostICSLine   = 4 << 10
)

// ICS is what an iCalendar file says of closed dates.
type ICS struct {
	Dates []Holiday // in order, each once, with the name of its first event
	Taken int       // how many events they come from
	Left  []LeftOut // the events that name none, as the file has them
}

// LeftOut is an event of an iCalendar file that names no closed date, and why.
type LeftOut struct {
	Name string `json:"name"`                                                  // as the file calls it; empty: it has no name
	Date string `json:"date,omitempty"`                                        // when it begins, "2006-01-02"; empty: that can't be read
	Why  string `json:"why" enum:"timed,cancelled,outside,repeats,unreadable"` // see the words below
}

// Why an event is left out.
const (
	LeftTimed      = "timed"      // it is at a time of day, so the day isn't closed
	LeftCancelled  = "cancelled"  // it doesn't take place
	LeftOutside    = "outside"    // none of its dates lies in the years that were asked for
	LeftRepeats    = "repeats"    // it repeats by a rule that isn't understood
	LeftUnreadable = "unreadable" // it has no date that can be read
)

// ImportICS reads the all-day events of an iCalendar file (RFC 5545) as closed dates, from the first of
// fromYear to the last of toYear (at most 50 years), and says which events it left out, and why.
//
// A date is what the file says, in no zone; DTEND is not part of the event, DURATION may stand for
// it. Yearly rules are followed, on a date or on the n-th weekday of a month, less their EXDATEs.
// It fails (kept.Invalid, kept.TooLarge) for what is no iCalendar file, is larger than 2 MB, or names too many
// dates.
func ImportICS(r io.Reader, fromYear, toYear int) (out ICS, err error) {
	if fromYear < 1 || toYear > 9998 || toYear < fromYear || toYear-fromYear >= mostICSYears {
		return out, kept.Wrong("years", "%d to %d can't be read: ask for at most %d years", fromYear, toYear, mostICSYears)
	}
	data, err := io.ReadAll(io.LimitReader(r, mostICSBytes+1))
	if err != nil {
		return out, err
	}
	if len(data) > mostICSBytes {
		return out, kept.Fail(kept.TooLarge, "The file is larger than 2 MB: export the holidays alone.")
	}
	if bytes.Count(data, []byte("BEGIN:")) > 4*mostICSEvents { // events and what lies in them
		return out, kept.Fail(kept.TooLarge, "The file has too many entries: export the holidays alone.")
	}
	file, err := ical.ParseCalendar(bytes.NewReader(withoutLongLines(bytes.TrimPrefix(data, []byte("\ufeff")))))
	if err != nil || !bytes.HasSuffix(bytes.ToUpper(bytes.TrimSpace(data)), []byte("END:VCALENDAR")) {
		return out, &kept.Error{Kind: kept.Invalid, Field: "file", Say: "this is no iCalendar file, or not a whole one: choose one that ends in .ics", Err: err}
	}
	events := file.Events()
	if len(events) > mostICSEvents {
		return out, kept.Fail(kept.TooLarge, "The file has %d events: export the holidays alone.", len(events))
	}
	d := named{first: firstDay(fromYear), last: firstDay(toYear+1) - 1, days: map[Day]string{}}
	for _, e := range events {
		why, err := d.add(e)
		if err != nil {
			return out, err
		}
		if why == "" {
			out.Taken++
			continue
		}
		left := LeftOut{Name: nameOf(e), Why: why}
		if day, _, ok := beginning(e); ok {
			left.Date = day.String()
		}
		out.Left = append(out.Left, left)
	}
	for _, day := range slices.Sorted(maps.Keys(d.days)) {
		out.Dates = append(out.Dates, Holiday{Date: day.String(), Name: d.days[day]})
	}
	return out, nil
}

// withoutLongLines leaves out what is too long to say a date (pictures, descriptions): the library's
// time grows with the square of a line's parameters. A line goes on where the next begins with a blank.
func withoutLongLines(data []byte) []byte {
	var out, line []byte
	for part := range bytes.Lines(data) {
		if part[0] != ' ' && part[0] != '\t' {
			if len(line) <= mostICSLine {
				out = append(out, line...)
			}
			line = line[:0]
		}
		line = append(line, part...)
	}
	if len(line) <= mostICSLine {
		out = append(out, line...)
	}
	return out
}

// named are the dates that the events of a file name, from first to last.
type named struct {
	first, last Day
	days        map[Day]string // and what the first event calls it
	times       int            // how often any was named
}

// add names the dates of one event, or says why it names none.
func (d *named) add(e *ical.VEvent) (why string, err error) {
	first, timed, ok := beginning(e)
	switch {
	case strings.EqualFold(valueOf(e, ical.ComponentPropertyStatus), "CANCELLED"):
		return LeftCancelled, nil
	case !ok:
		return LeftUnreadable, nil
	case timed:
		return LeftTimed, nil
	}
	length := daysLong(e, first)
	starts := []Day{first}
	if rule := valueOf(e, ical.ComponentPropertyRrule); rule != "" {
		if starts, ok = yearly(rule, first, d.last); !ok {
			return LeftRepeats, nil
		}
	}
	why = LeftOutside
	skipped := map[Day]bool{}
	for _, p := range e.GetProperties(ical.ComponentPropertyExdate) {
		for _, text := range strings.Split(p.Value, ",") {
			if day, ok := readCivil(text); ok {
				skipped[day] = true
			}
		}
	}
	for _, start := range starts {
		if skipped[start] {
			continue
		}
		for day := max(start, d.first); day <= min(start+length-1, d.last); day++ {
			if d.days[day] == "" {
				d.days[day] = nameOf(e)
			}
			d.times++
			why = ""
		}
		if d.times > mostICSDates {
			return "", kept.Fail(kept.TooLarge, "The file names too many dates: export the holidays alone.")
		}
	}
	return why, nil
}

// beginning is the date on which an event begins, and whether it begins at a time of day.
func beginning(e *ical.VEvent) (first Day, timed, ok bool) {
	text := valueOf(e, ical.ComponentPropertyDtStart)
	date, clock, timed := strings.Cut(text, "T")
	if timed && (len(clock) < 6 || strings.Trim(clock[:6], "0123456789") != "") {
		return 0, false, false
	}
	first, ok = readCivil(date)
	return first, timed, ok
}

// nameOf is what a file calls an event, short enough for a line.
func nameOf(e *ical.VEvent) string {
	return clip(strings.Join(strings.Fields(ical.FromText(valueOf(e, ical.ComponentPropertySummary))), " "))
}

// daysLong is how many dates an event covers: at least its first.
func daysLong(e *ical.VEvent, first Day) Day {
	if end, ok := civilDate(e.GetProperty(ical.ComponentPropertyDtEnd)); ok {
		return max(1, end-first)
	}
	text := strings.TrimPrefix(valueOf(e, ical.ComponentPropertyDuration), "P")
	for unit, days := range map[string]int{"D": 1, "W": 7} {
		if n, err := strconv.Atoi(strings.TrimSuffix(text, unit)); err == nil && strings.HasSuffix(text, unit) && n > 0 && n <= 366 {
			return Day(n * days)
		}
	}
	return 1
}

// yearly follows a rule FREQ=YEARLY from its first date up to the last date. It reports false for a
// rule that says more than which date, or which weekday of which month.
func yearly(rule string, first, last Day) (starts []Day, ok bool) {
	part := map[string]string{}
	for _, p := range strings.Split(strings.ToUpper(rule), ";") {
		name, value, _ := strings.Cut(p, "=")
		switch name {
		case "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY":
			part[name] = value
		case "WKST", "":
		default:
			return nil, false
		}
	}
	interval, okInterval := number(part["INTERVAL"], 1)
	count, okCount := number(part["COUNT"], 10_000)
	on, okOn := dateInYear(part, first)
	if part["FREQ"] != "YEARLY" || !okInterval || !okCount || !okOn {
		return nil, false
	}
	until := last
	if text := part["UNTIL"]; text != "" {
		day, ok := readCivil(text[:min(8, len(text))])
		if !ok {
			return nil, false
		}
		until = min(until, day)
	}
	for year := first.midnight().Year(); count > 0 && firstDay(year) <= until; year += interval {
		day, exists := on(year)
		if !exists || day < first {
			continue
		}
		if day > until {
			break
		}
		starts = append(starts, day)
		count--
	}
	return starts, true
}

// dateInYear is a yearly rule's date in each year; a year may have none (29 February).
func dateInYear(part map[string]string, first Day) (on func(year int) (Day, bool), ok bool) {
	start := first.midnight()
	month, okMonth := number(part["BYMONTH"], int(start.Month()))
	dayOfMonth, okDay := number(part["BYMONTHDAY"], start.Day())
	if !okMonth || !okDay || month > 12 || dayOfMonth > 31 {
		return nil, false
	}
	byDay := part["BYDAY"]
	if byDay == "" {
		return func(year int) (Day, bool) {
			t := time.Date(year, time.Month(month), dayOfMonth, 0, 0, 0, 0, time.UTC)
			return dayAt(t), t.Month() == time.Month(month)
		}, true
	}
	if len(byDay) < 3 || part["BYMONTHDAY"] != "" || part["BYMONTH"] == "" {
		return nil, false
	}
	weekday := slices.Index([]string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}, byDay[len(byDay)-2:])
	n, err := strconv.Atoi(byDay[:len(byDay)-2])
	if weekday < 0 || err != nil || n == 0 || n < -5 || n > 5 {
		return nil, false
	}
	return func(year int) (Day, bool) {
		return nthWeekday(year, time.Month(month), time.Weekday(weekday), n)
	}, true
}

// nthWeekday is the n-th such weekday of a month, counted from its end where n is negative.
func nthWeekday(year int, month time.Month, weekday time.Weekday, n int) (Day, bool) {
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	ahead := (int(weekday-first.Weekday()) + 7) % 7
	t := first.AddDate(0, 0, ahead+7*(n-1))
	if n < 0 {
		last := first.AddDate(0, 1, -1)
		back := (int(last.Weekday()-weekday) + 7) % 7
		t = last.AddDate(0, 0, -back+7*(n+1))
	}
	return dayAt(t), t.Month() == month
}

// number reads a positive number, or gives what holds where nothing is written.
func number(text string, otherwise int) (int, bool) {
	if text == "" {
		return otherwise, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0 && n <= 10_000
}

func valueOf(e *ical.VEvent, property ical.ComponentProperty) string {
	if p := e.GetProperty(property); p != nil {
		return strings.TrimSpace(p.Value)
	}
	return ""
}

// civilDate reads a property that is a date without a time of day.
func civilDate(p *ical.IANAProperty) (Day, bool) {
	if p == nil {
		return 0, false
	}
	return readCivil(p.Value)
}

// readCivil reads "20261225".
func readCivil(text string) (Day, bool) {
	t, err := time.Parse("20060102", strings.TrimSpace(text))
	return dayAt(t), err == nil
}

func clip(text string) string {
	if runes := []rune(text); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return text
}
