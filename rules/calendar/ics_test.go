package calendar_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// icsFile wraps events, each given as its lines, into an iCalendar file.
func icsFile(events ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Kept//Test//EN\r\n")
	for i, e := range events {
		b.WriteString("BEGIN:VEVENT\r\nUID:" + string(rune('a'+i)) + "@kept.test\r\nDTSTAMP:20260101T000000Z\r\n")
		for _, line := range strings.Split(e, "\n") {
			b.WriteString(strings.TrimSpace(line) + "\r\n")
		}
		b.WriteString("END:VEVENT\r\n")
	}
	b.WriteString("END:VCALENDAR\r\n")
	return b.String()
}

func datesOf(read calendar.ICS) (dates []string) {
	for _, d := range read.Dates {
		dates = append(dates, d.Date)
	}
	return dates
}

func TestAllDayEventsAreClosedDates(t *testing.T) {
	for sentence, given := range map[string]struct {
		event string
		want  string
	}{
		"one date":                          {"DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261226\nSUMMARY:Christmas", "2026-12-25"},
		"without an end":                    {"DTSTART;VALUE=DATE:20261225", "2026-12-25"},
		"its end is not part of it":         {"DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227", "2026-12-24 2026-12-25 2026-12-26"},
		"a duration in its place":           {"DTSTART;VALUE=DATE:20261224\nDURATION:P3D", "2026-12-24 2026-12-25 2026-12-26"},
		"a week":                            {"DTSTART;VALUE=DATE:20261224\nDURATION:P1W", "2026-12-24 2026-12-25 2026-12-26 2026-12-27 2026-12-28 2026-12-29 2026-12-30"},
		"an end before its start":           {"DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261220", "2026-12-24"},
		"a zone says nothing of a date":     {"DTSTART;VALUE=DATE;TZID=Pacific/Apia:20261225", "2026-12-25"},
		"at a time of day it is no holiday": {"DTSTART:20261225T090000Z", ""},
		"cancelled":                         {"DTSTART;VALUE=DATE:20261225\nSTATUS:CANCELLED", ""},
		"over the year's end":               {"DTSTART;VALUE=DATE:20251230\nDTEND;VALUE=DATE:20260103", "2026-01-01 2026-01-02"},
		"another year":                      {"DTSTART;VALUE=DATE:20301225", ""},
		"every year":                        {"DTSTART;VALUE=DATE:20101225\nRRULE:FREQ=YEARLY", "2026-12-25 2027-12-25"},
		"every other year":                  {"DTSTART;VALUE=DATE:20101225\nRRULE:FREQ=YEARLY;INTERVAL=2", "2026-12-25"},
		"until":                             {"DTSTART;VALUE=DATE:20101225\nRRULE:FREQ=YEARLY;UNTIL=20261231T235959Z", "2026-12-25"},
		"a number of times":                 {"DTSTART;VALUE=DATE:20101225\nRRULE:FREQ=YEARLY;COUNT=17", "2026-12-25"},
		"less one":                          {"DTSTART;VALUE=DATE:20101225\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20261225", "2027-12-25"},
		"the fourth Thursday of November":   {"DTSTART;VALUE=DATE:20101125\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-11-26 2027-11-25"},
		"the last Monday of May":            {"DTSTART;VALUE=DATE:20100531\nRRULE:FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5", "2026-05-25 2027-05-31"},
		"29 February":                       {"DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			read, err := calendar.ImportICS(strings.NewReader(icsFile(given.event)), 2026, 2027)
			if err != nil || strings.Join(datesOf(read), " ") != given.want {
				t.Errorf("%v (%v), not %s", read, err, given.want)
			}
			if read.Taken+len(read.Left) != 1 || read.Taken == 1 != (given.want != "") {
				t.Errorf("taken %d, left out %v", read.Taken, read.Left)
			}
		})
	}
}

func TestEventsOfOneDateAreOneClosedDate(t *testing.T) {
	file := "\ufeff" + icsFile("DTSTART;VALUE=DATE:20261226", "DTSTART;VALUE=DATE:20261225", "DTSTART;VALUE=DATE:20261226")
	read, err := calendar.ImportICS(strings.NewReader(file), 2026, 2026)
	if err != nil || !slices.Equal(datesOf(read), []string{"2026-12-25", "2026-12-26"}) || read.Taken != 3 {
		t.Errorf("%v, %v", read, err)
	}
}

func TestWhatIsLeftOutIsNamedWithItsReason(t *testing.T) {
	read, err := calendar.ImportICS(strings.NewReader(icsFile(
		"DTSTART;VALUE=DATE:20261225\nSUMMARY:Christmas\\, at home",
		"DTSTART;TZID=Europe/Dublin:20261224T130000\nSUMMARY:Half a day",
		"DTSTART;VALUE=DATE:20261226\nSUMMARY:Called off\nSTATUS:CANCELLED",
		"DTSTART;VALUE=DATE:20301226\nSUMMARY:Far ahead",
		"DTSTART;VALUE=DATE:20260102\nSUMMARY:Casual Friday\nRRULE:FREQ=WEEKLY",
		"DTSTART;VALUE=DATE:Christmas\nSUMMARY:Some day",
		"SUMMARY:"+strings.Repeat("No day ", 40),
		"DTSTART:20261224Tnoon",
	)), 2026, 2027)
	if err != nil || read.Taken != 1 || !slices.Equal(read.Dates, []calendar.Holiday{{Date: "2026-12-25", Name: "Christmas, at home"}}) {
		t.Fatalf("taken %d: %v (%v)", read.Taken, read.Dates, err)
	}
	if want := []calendar.LeftOut{
		{Name: "Half a day", Date: "2026-12-24", Why: calendar.LeftTimed},
		{Name: "Called off", Date: "2026-12-26", Why: calendar.LeftCancelled},
		{Name: "Far ahead", Date: "2030-12-26", Why: calendar.LeftOutside},
		{Name: "Casual Friday", Date: "2026-01-02", Why: calendar.LeftRepeats},
		{Name: "Some day", Why: calendar.LeftUnreadable},
		{Name: strings.Repeat("No day ", 40)[:80] + "…", Why: calendar.LeftUnreadable},
		{Why: calendar.LeftUnreadable},
	}; !slices.Equal(read.Left, want) {
		t.Errorf("left out\n%v, not\n%v", read.Left, want)
	}
}

func TestWhatCanNotBeImportedIsRefusedWithAWord(t *testing.T) {
	endless := icsFile(slices.Repeat([]string{"DTSTART;VALUE=DATE:20000101\nDTEND;VALUE=DATE:20990101\nRRULE:FREQ=YEARLY"}, 1000)...)
	for name, given := range map[string]struct {
		file string
		from int
		to   int
		kind kept.Kind
	}{
		"a web page":                  {"<!doctype html><title>Sign in</title>", 2026, 2027, kept.Invalid},
		"nothing":                     {"", 2026, 2027, kept.Invalid},
		"half a file":                 {icsFile("DTSTART;VALUE=DATE:20261225")[:80], 2026, 2027, kept.Invalid},
		"a century":                   {icsFile(), 2000, 2100, kept.Invalid},
		"years backwards":             {icsFile(), 2027, 2026, kept.Invalid},
		"a huge file":                 {icsFile("DESCRIPTION:" + strings.Repeat("x", 3<<20)), 2026, 2027, kept.TooLarge},
		"thousands of them":           {icsFile(make([]string, 5001)...), 2026, 2027, kept.TooLarge},
		"200,000 nested things":       {"BEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:A\n", 200_000), 2026, 2027, kept.TooLarge},
		"20,000 nested things":        {"BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:A\n", 19_000), 2026, 2027, kept.Invalid},
		"a line without end":          {"BEGIN:VCALENDAR\r\nX" + strings.Repeat("\r\n ;", 400_000), 2026, 2027, kept.Invalid},
		"400,000 parameters":          {"BEGIN:VCALENDAR\r\nX" + strings.Repeat(";A=B", 400_000), 2026, 2027, kept.Invalid},
		"many parameters, many times": {strings.Repeat("X"+strings.Repeat(";A=B", 500)+":C\r\n", 1000), 2026, 2027, kept.Invalid},
		"two million empty lines":     {strings.Repeat("\n", 2_000_000), 2026, 2027, kept.Invalid},
		"far too many days":           {endless, 2000, 2049, kept.TooLarge},
	} {
		start := time.Now()
		if read, err := calendar.ImportICS(strings.NewReader(given.file), given.from, given.to); !kept.Is(err, given.kind) {
			t.Errorf("%s: %d dates, %v", name, len(read.Dates), err)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s took %s", name, took)
		}
	}
}

func FuzzImportICS(f *testing.F) {
	f.Add(icsFile("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261226\nSUMMARY:Christmas"))
	f.Add(icsFile("DTSTART;VALUE=DATE:20101125\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3\nEXDATE:20111124"))
	f.Add(icsFile("DTSTART:20101125T100000\nDURATION:P9999999W"))
	f.Add("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:")
	f.Fuzz(func(t *testing.T, file string) {
		read, err := calendar.ImportICS(strings.NewReader(file), 2026, 2030)
		if err != nil {
			return
		}
		dates := datesOf(read)
		if !slices.IsSorted(dates) || len(dates) > 5*366 {
			t.Fatalf("%v", dates)
		}
		for _, date := range dates {
			if date < "2026-01-01" || date > "2030-12-31" {
				t.Fatalf("%s was not asked for", date)
			}
		}
		if _, err := calendar.Compile(kept.Calendar{Zone: "UTC", Holidays: dates}); err != nil {
			t.Fatal(err)
		}
	})
}
