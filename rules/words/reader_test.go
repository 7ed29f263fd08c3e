package words_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/rules/words"
	"pgregory.net/rapid"
)

// at is an instant given as RFC 3339.
func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestADueTimeIsToldAsAPersonTellsIt(t *testing.T) {
	for name, c := range map[string]struct {
		language, zone, home, now, due string
		by, when, until, where         string
	}{
		"this morning": {
			"en", "Europe/Dublin", "Europe/Dublin", "2026-05-15T08:12:00Z", "2026-05-15T08:45:00Z",
			"today by 9:45", "today 9:45", "in 33 min", "Friday 15 May, your time (Dublin)",
		},
		"Friday evening to Monday": {
			"en", "Europe/Dublin", "Europe/Dublin", "2026-05-15T18:30:00Z", "2026-05-18T10:00:00Z",
			"Monday by 11:00", "Mon 18 May, 11:00", "in 3 days", "Monday 18 May, your time (Dublin)",
		},
		"tomorrow, in German": {
			"de-AT", "Europe/Vienna", "Europe/Dublin", "2026-05-18T13:20:00Z", "2026-05-19T09:00:00Z",
			"morgen bis 11:00 Uhr", "morgen 11:00 Uhr", "in 19 Std. 40 Min.", "Dienstag, 19. Mai, 11:00 Uhr Ihre Zeit (Wien), in Dublin 10:00 Uhr",
		},
		"a day next week, in German": {
			"de", "Europe/Berlin", "Europe/Berlin", "2026-05-18T13:20:00Z", "2026-05-26T07:05:00Z",
			"Di., 26. Mai, bis 9:05 Uhr", "Di., 26. Mai, 9:05 Uhr", "in 8 Tagen", "Dienstag, 26. Mai, Ihre Zeit (Berlin)",
		},
		"next year": {
			"en", "Europe/Dublin", "Europe/Dublin", "2026-12-29T12:00:00Z", "2027-01-05T10:00:00Z",
			"Tue 5 Jan 2027 by 10:00", "Tue 5 Jan 2027, 10:00", "in 7 days", "Tuesday 5 January 2027, your time (Dublin)",
		},
		"tomorrow there, today here": {
			"en", "Asia/Kolkata", "Europe/Dublin", "2026-05-18T18:00:00Z", "2026-05-18T20:00:00Z",
			"tomorrow by 1:30", "tomorrow 1:30", "in 2 h", "Tuesday 19 May, 1:30 your time (Kolkata), 21:00 in Dublin",
		},
		"only the mail's offset is known, and it is ours": {
			"en", "UTC+01:00", "Europe/Dublin", "2026-05-15T08:12:00Z", "2026-05-15T08:45:00Z",
			"today by 9:45", "today 9:45", "in 33 min", "Friday 15 May, your time",
		},
		"only the mail's offset is known, ahead of us": {
			"en", "UTC+05:30", "Europe/Dublin", "2026-05-15T08:12:00Z", "2026-05-15T08:45:00Z",
			"today by 14:15", "today 14:15", "in 33 min", "Friday 15 May, your time, 4 h 30 min ahead of Dublin",
		},
		"only the mail's offset is known, behind us": {
			"de", "UTC-3", "Europe/Berlin", "2026-05-15T08:12:00Z", "2026-05-15T08:45:00Z",
			"heute bis 5:45 Uhr", "heute 5:45 Uhr", "in 33 Min.", "Freitag, 15. Mai, Ihre Zeit, 5 Std. hinter der von Berlin",
		},
		"neither zone has a city": {
			"en", "UTC+05:30", "UTC", "2026-05-15T08:12:00Z", "2026-05-15T08:45:00Z",
			"today by 14:15", "today 14:15", "in 33 min", "Friday 15 May, your time, 5 h 30 min ahead of UTC",
		},
		"their zone isn't known": {
			"en", "", "Europe/Dublin", "2026-05-15T08:12:00Z", "2026-05-15T08:45:00Z",
			"today by 9:45", "today 9:45", "in 33 min", "Friday 15 May, Dublin time",
		},
		"their zone is nonsense": {
			"de", "Mars/Olympus", "Europe/Zurich", "2026-05-15T08:12:00Z", "2026-05-15T08:45:00Z",
			"heute bis 10:45 Uhr", "heute 10:45 Uhr", "in 33 Min.", "Freitag, 15. Mai, Ortszeit Zürich",
		},
		"no zone at all": {
			"en", "", "", "2026-05-15T08:12:00Z", "2026-05-15T08:45:00Z",
			"today by 8:45", "today 8:45", "in 33 min", "Friday 15 May, UTC",
		},
		"across the spring change": {
			"en", "Europe/Dublin", "Europe/Dublin", "2026-03-28T23:30:00Z", "2026-03-29T08:00:00Z",
			"tomorrow by 9:00", "tomorrow 9:00", "in 8 h 30 min", "Sunday 29 March, your time (Dublin)",
		},
		"the hour that comes twice, first": {
			"en", "Europe/Dublin", "Europe/Dublin", "2026-10-24T20:00:00Z", "2026-10-25T00:30:00Z",
			"tomorrow by 1:30", "tomorrow 1:30", "in 4 h 30 min",
			"Sunday 25 October, 1:30 your time (Dublin), the first of two that night, before the clocks go back",
		},
		"the hour that comes twice, second": {
			"en", "Europe/Dublin", "Europe/Dublin", "2026-10-24T20:00:00Z", "2026-10-25T01:30:00Z",
			"tomorrow by 1:30", "tomorrow 1:30", "in 5 h 30 min",
			"Sunday 25 October, 1:30 your time (Dublin), the second of two that night, after the clocks go back",
		},
		"midnight ends the day": {
			"en", "Europe/Dublin", "Europe/Dublin", "2026-05-15T18:00:00Z", "2026-05-15T23:00:00Z",
			"today by midnight", "today midnight", "in 5 h", "Friday 15 May, your time (Dublin)",
		},
		"midnight in German": {
			"de", "Europe/Berlin", "Europe/Berlin", "2026-05-15T18:00:00Z", "2026-05-15T22:00:00Z",
			"heute bis 24:00 Uhr", "heute 24:00 Uhr", "in 4 Std.", "Freitag, 15. Mai, Ihre Zeit (Berlin)",
		},
		"seconds are told early, and the wait as a clock is read": {
			"en", "Europe/Dublin", "Europe/Dublin", "2026-05-15T08:12:40Z", "2026-05-15T08:45:59Z",
			"today by 9:45", "today 9:45", "in 33 min", "Friday 15 May, your time (Dublin)",
		},
		"this very minute": {
			"en", "Europe/Dublin", "Europe/Dublin", "2026-05-15T08:45:10Z", "2026-05-15T08:45:30Z",
			"today by 9:45", "today 9:45", "any moment now", "Friday 15 May, your time (Dublin)",
		},
		"a language that we don't speak": {
			"ar", "Asia/Riyadh", "Europe/Dublin", "2026-05-15T08:12:00Z", "2026-05-15T08:45:00Z",
			"today by 11:45", "today 11:45", "in 33 min", "Friday 15 May, 11:45 your time (Riyadh), 9:45 in Dublin",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := words.For(c.language, c.zone, c.home, at(c.now))
			due := at(c.due)
			for what, pair := range map[string][2]string{
				"By": {r.By(due), c.by}, "When": {r.When(due), c.when},
				"Until": {r.Until(due), c.until}, "Where": {r.Where(due), c.where},
			} {
				if got := strings.ReplaceAll(pair[0], "\u00a0", " "); got != pair[1] { // "Uhr" stays with its digits
					t.Errorf("%s says %q, should say %q", what, got, pair[1])
				}
			}
		})
	}
}

func TestWhatIsPastIsToldWithItsDay(t *testing.T) {
	r := words.For("en", "Europe/Dublin", "Europe/Dublin", at("2026-05-18T13:20:00Z"))
	for instant, should := range map[string]string{
		"2026-05-18T12:47:00Z": "today 13:47", "2026-05-17T14:52:00Z": "yesterday 15:52",
		"2026-05-15T14:52:00Z": "Fri 15 May, 15:52", "2025-12-31T23:30:00Z": "Wed 31 Dec 2025, 23:30",
		"2026-05-17T23:00:00Z": "today 0:00",
	} {
		if got := r.When(at(instant)); got != should {
			t.Errorf("%s is told as %q, should be %q", instant, got, should)
		}
	}
}

func TestLatenessIsNamedPlainly(t *testing.T) {
	en := words.For("en", "", "", at("2026-05-18T13:20:00Z"))
	de := words.For("de", "", "", at("2026-05-18T13:20:00Z"))
	due := at("2026-05-03T17:00:00Z")
	for _, c := range []struct {
		by     time.Duration
		en, de string
	}{
		{20 * time.Second, "less than a minute late", "weniger als eine Minute zu spät"},
		{time.Minute, "1 min late", "1 Min. zu spät"},
		{3*time.Hour + 20*time.Minute, "3 h 20 min late", "3 Std. 20 Min. zu spät"},
		{47 * time.Hour, "47 h late", "47 Std. zu spät"},
		{5*24*time.Hour + time.Hour, "5 days late", "5 Tage zu spät"},
	} {
		if got := en.Late(due, due.Add(c.by)); got != c.en {
			t.Errorf("%s: %q, should be %q", c.by, got, c.en)
		}
		if got := de.Late(due, due.Add(c.by)); got != c.de {
			t.Errorf("%s: %q, should be %q", c.by, got, c.de)
		}
	}
}

func TestZonesAreReadOrRefused(t *testing.T) {
	for name, seconds := range map[string]int{
		"UTC+05:30": 19800, "UTC-3": -10800, "UTC+0545": 20700, "GMT+1": 3600, "UTC-00:00": 0, "UTC": 0, "UTC+14:00": 50400,
	} {
		zone, ok := words.Zone(name)
		if _, got := at("2026-05-18T00:00:00Z").In(zone).Zone(); !ok || got != seconds {
			t.Errorf("%s is read as %d s, %v", name, got, ok)
		}
	}
	for _, name := range []string{"", "Local", "UTC+15", "UTC+99:00", "UTC+5:75", "../../etc/passwd", "Atlantis/Capital", "+01:00"} {
		if zone, ok := words.Zone(name); ok {
			t.Errorf("%q is read as %v", name, zone)
		}
	}
}

func TestACityIsNamedOnlyWhereTheZoneHasOne(t *testing.T) {
	for name, should := range map[string][2]string{
		"Europe/Dublin": {"Dublin", "Dublin"}, "Europe/Vienna": {"Vienna", "Wien"}, "America/New_York": {"New York", "New York"},
		"America/Argentina/Buenos_Aires": {"Buenos Aires", "Buenos Aires"}, "America/Sao_Paulo": {"São Paulo", "São Paulo"},
		"Etc/GMT-3": {"", ""}, "UTC": {"", ""}, "CET": {"", ""}, "EST5EDT": {"", ""}, "US/Pacific": {"", ""}, "UTC+05:30": {"", ""},
	} {
		zone, ok := words.Zone(name)
		if !ok {
			t.Fatalf("%s isn't read", name)
		}
		if en, de := words.City("en", zone), words.City("de", zone); en != should[0] || de != should[1] {
			t.Errorf("%s is %q and %q, should be %q", name, en, de, should)
		}
	}
}

// A told time is a promise: whatever the zone, the minute that is told is never after the due.
func TestTheToldMinuteIsNeverAfterTheDue(t *testing.T) {
	zones := []string{"Europe/Dublin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "UTC+05:30", "Pacific/Apia", "Africa/Monrovia"}
	rapid.Check(t, func(t *rapid.T) {
		now := time.UnixMicro(rapid.Int64Range(1.5e15, 2.0e15).Draw(t, "now"))
		due := now.Add(time.Duration(rapid.Int64Range(0, int64(400*24*time.Hour)).Draw(t, "in")))
		r := words.For("en", rapid.SampledFrom(zones).Draw(t, "zone"), "Europe/Dublin", now)
		local := r.Local(due)
		if late := due.Sub(local); late < 0 || late >= time.Minute {
			t.Fatalf("due %s told as %s", due, local)
		}
		if r.By(due) == "" || r.Where(due) == "" || r.Until(due) == "" {
			t.Fatal("something is told as nothing")
		}
	})
}
