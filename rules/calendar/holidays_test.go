package calendar_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

func TestACountrysHolidaysAreClosedDates(t *testing.T) {
	for _, given := range []struct {
		set          string
		year         int
		closed, open []string
	}{
		{"DE", 2026, []string{"2026-01-01", "2026-04-03", "2026-04-06", "2026-10-03", "2026-12-25", "2026-12-26"}, []string{"2026-01-06", "2026-12-24"}},
		{"DE-BY", 2026, []string{"2026-01-06", "2026-06-04", "2026-12-25"}, []string{"2026-10-31"}},
		{"GB", 2026, []string{"2026-12-25", "2026-12-26", "2026-12-28", "2026-08-31"}, []string{"2026-12-29"}},
		{"US", 2026, []string{"2026-07-04", "2026-07-03", "2026-11-26"}, []string{"2026-07-06"}},
		{"US", 2021, []string{"2021-12-31"}, nil}, // New Year's Day 2022 was a Saturday
		{"SE", 2026, nil, []string{"2026-12-24"}}, // off by custom, no public holiday
	} {
		dates, err := calendar.Holidays(given.set, given.year)
		if err != nil {
			t.Fatal(err)
		}
		for _, date := range given.closed {
			if !slices.Contains(dates, date) {
				t.Errorf("%s works on %s", given.set, date)
			}
		}
		for _, date := range given.open {
			if slices.Contains(dates, date) {
				t.Errorf("%s is closed on %s", given.set, date)
			}
		}
	}
}

func TestEverySetHasHolidaysThatACalendarTakes(t *testing.T) {
	sets := calendar.HolidaySets()
	if !slices.IsSorted(sets) || len(sets) < 30 {
		t.Errorf("the sets are %v", sets)
	}
	for _, set := range sets {
		for year := 2000; year <= 2050; year++ {
			dates, err := calendar.Holidays(set, year)
			if err != nil || len(dates) < 5 || len(dates) > 35 {
				t.Fatalf("%s has %d holidays in %d (%v)", set, len(dates), year, err)
			}
			if !slices.IsSorted(dates) || dates[0][:4] != dates[len(dates)-1][:4] {
				t.Fatalf("%s: %v", set, dates)
			}
			if _, err := calendar.Compile(kept.Calendar{Zone: "UTC", Holidays: dates}); err != nil {
				t.Fatalf("%s: %v", set, err)
			}
		}
	}
}

// The zone of the machine is read once, when a program starts: so this test starts itself again,
// where summer time begins at a midnight.
func TestHolidaysDoNotDependOnTheZoneOfThisMachine(t *testing.T) {
	const telling = "KEPT_TEST_TELL_HOLIDAYS"
	if os.Getenv(telling) != "" {
		for _, set := range calendar.HolidaySets() {
			for year := 1980; year < 2030; year++ {
				dates, err := calendar.Holidays(set, year)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Println(set, dates)
			}
		}
		return
	}
	told := map[string]string{}
	for _, zone := range []string{"UTC", "America/Havana", "Africa/Cairo"} {
		again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		again.Env = append(os.Environ(), telling+"=1", "TZ="+zone)
		out, err := again.Output()
		if err != nil {
			t.Fatal(err)
		}
		lines, _, _ := strings.Cut(string(out), "PASS")
		told[zone] = lines
	}
	if len(told["UTC"]) < 100_000 || told["America/Havana"] != told["UTC"] || told["Africa/Cairo"] != told["UTC"] {
		t.Error("elsewhere there are other holidays")
	}
}

func TestAnUnknownSetOrYearSaysWhatToAskFor(t *testing.T) {
	if _, err := calendar.Holidays("Atlantis", 2026); !kept.Is(err, kept.Invalid) {
		t.Errorf("Atlantis: %v", err)
	}
	if _, err := calendar.Holidays("DE", 12026); !kept.Is(err, kept.Invalid) {
		t.Errorf("the year 12026: %v", err)
	}
}
