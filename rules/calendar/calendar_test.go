package calendar_test

import (
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// compiled is the calendar, which the test means to be right.
func compiled(t testing.TB, c kept.Calendar) *calendar.Calendar {
	t.Helper()
	cal, err := calendar.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// officeHours are Monday to Friday, nine to five.
func officeHours(zone string) kept.Calendar {
	hours := map[string]kept.Windows{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
		hours[day] = kept.Windows{"09:00": "17:00"}
	}
	return kept.Calendar{Zone: zone, Hours: hours}
}

// nightShift is every night from Monday's to Friday's, ten to six.
func nightShift(zone string) kept.Calendar {
	hours := map[string]kept.Windows{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
		hours[day] = kept.Windows{"22:00": "06:00"}
	}
	return kept.Calendar{Zone: zone, Hours: hours}
}

// wall reads "2026-11-20 17:01" in a zone, or an RFC 3339 instant.
func wall(t testing.TB, zone *time.Location, text string) time.Time {
	t.Helper()
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	if strings.Count(text, ":") == 1 {
		text += ":00"
	}
	at, err := time.ParseInLocation(time.DateTime, text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func span(t testing.TB, text string) kept.Span {
	t.Helper()
	s, err := kept.ParseSpan(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAPromiseFallsDueInOpenTime(t *testing.T) {
	lunch := kept.Calendar{Zone: "Europe/Berlin", Hours: map[string]kept.Windows{
		"mon": {"09:00": "12:00", "13:00": "17:00"}, "tue": {"09:00": "12:00", "13:00": "17:00"},
	}}
	christmas := officeHours("Europe/Berlin")
	christmas.Holidays = []string{"2026-12-25"}
	christmas.Shifts = map[string]kept.Windows{"2026-12-24": {"09:00": "12:00"}, "2026-12-25": {"09:00": "17:00"}, "2026-12-26": {"10:00": "11:00"}, "2026-12-28": {}}
	fireDrill := officeHours("Europe/Berlin")
	fireDrill.Breaks = map[string]kept.Windows{"2026-11-23": {"10:00": "11:30"}}
	nightBreak := nightShift("Europe/Berlin")
	nightBreak.Breaks = map[string]kept.Windows{"2026-11-24": {"23:30": "01:00"}}
	nightChristmas := nightShift("Europe/Berlin")
	nightChristmas.Holidays = []string{"2026-12-25"}
	clocksGoBack := kept.Calendar{Zone: "Europe/London", Hours: map[string]kept.Windows{"sun": {"00:30": "01:30"}}}
	clocksGoForward := kept.Calendar{Zone: "Europe/London", Hours: map[string]kept.Windows{"sun": {"00:30": "02:30"}}}
	neverThatDay := kept.Calendar{Zone: "Europe/London", Hours: map[string]kept.Windows{"sun": {"01:00": "02:00"}}}
	lordHowe := kept.Calendar{Zone: "Australia/Lord_Howe", Hours: map[string]kept.Windows{"sun": {"01:00": "03:00"}}}
	wholeWeek := kept.Calendar{Zone: "Pacific/Apia", Hours: map[string]kept.Windows{
		"mon": {"09:00": "17:00"}, "tue": {"09:00": "17:00"}, "wed": {"09:00": "17:00"}, "thu": {"09:00": "17:00"},
		"fri": {"09:00": "17:00"}, "sat": {"09:00": "17:00"}, "sun": {"09:00": "17:00"},
	}}
	oneWholeDay := kept.Calendar{Zone: "Asia/Kathmandu", Hours: map[string]kept.Windows{"wed": {"00:00": "24:00"}}}
	aroundTheClock := kept.Calendar{Zone: "Asia/Kathmandu", Hours: map[string]kept.Windows{"wed": {"09:00": "09:00"}}}

	for sentence, given := range map[string]struct {
		calendar       kept.Calendar
		from, add, due string
	}{
		"at Friday 17:01 four hours are due on Monday at 13:00":                    {officeHours("Europe/Berlin"), "2026-11-20 17:01", "4h", "2026-11-23 13:00"},
		"at Friday 16:59 one minute is due when we close":                          {officeHours("Europe/Berlin"), "2026-11-20 16:59", "1m", "2026-11-20 17:00"},
		"at Friday 17:00 one minute is due on Monday at 9:01":                      {officeHours("Europe/Berlin"), "2026-11-20 17:00", "1m", "2026-11-23 09:01"},
		"at Friday 17:00 nothing is due when we open":                              {officeHours("Europe/Berlin"), "2026-11-20 17:00", "", "2026-11-23 09:00"},
		"on Wednesday at 10:00 nothing is due at once":                             {officeHours("Europe/Berlin"), "2026-11-18 10:00", "", "2026-11-18 10:00"},
		"a working week of minutes ends a week later":                              {officeHours("Europe/Berlin"), "2026-11-18 10:00", "40h", "2026-11-25 10:00"},
		"seconds are not rounded":                                                  {officeHours("Europe/Berlin"), "2026-11-20 16:59:30", "1m", "2026-11-23 09:00:30"},
		"lunch is not worked through":                                              {lunch, "2026-11-23 11:30", "1h", "2026-11-23 13:30"},
		"an hour before lunch ends at lunch":                                       {lunch, "2026-11-23 11:00", "1h", "2026-11-23 12:00"},
		"a fire drill is not worked through":                                       {fireDrill, "2026-11-23 09:30", "1h", "2026-11-23 12:00"},
		"a short Christmas Eve, a holiday, a shift on a Saturday, a day off":       {christmas, "2026-12-24 11:00", "3h", "2026-12-29 10:00"},
		"a holiday wins over a shift":                                              {christmas, "2026-12-24 11:30", "1h", "2026-12-26 10:30"},
		"a night shift goes on after midnight":                                     {nightShift("Europe/Berlin"), "2026-11-23 23:00", "2h", "2026-11-24 01:00"},
		"Friday's night shift ends on Saturday morning":                            {nightShift("Europe/Berlin"), "2026-11-21 05:00", "2h", "2026-11-23 23:00"},
		"a break in the night runs into the next day":                              {nightBreak, "2026-11-24 23:00", "1h", "2026-11-25 01:30"},
		"the night shift of Christmas Eve goes on into the holiday":                {nightChristmas, "2026-12-24 23:00", "7h", "2026-12-25 06:00"},
		"the night shift of a holiday does not begin":                              {nightChristmas, "2026-12-25 05:00", "2h", "2026-12-28 23:00"},
		"an hour that comes twice is open twice":                                   {clocksGoBack, "2026-10-25 00:30", "90m", "2026-10-25T01:30:00Z"},
		"and closed in between":                                                    {clocksGoBack, "2026-10-25 00:30", "61m", "2026-10-25T01:01:00Z"},
		"an hour that doesn't exist has no minutes":                                {clocksGoForward, "2026-03-29 00:30", "1h", "2026-03-29T01:30:00Z"},
		"a window that doesn't exist waits for next week":                          {neverThatDay, "2026-03-28 12:00", "1h", "2026-04-05 02:00"},
		"Lord Howe Island repeats half an hour":                                    {lordHowe, "2026-04-05 01:00", "150m", "2026-04-05 03:00"},
		"and skips half an hour":                                                   {lordHowe, "2026-10-04 01:00", "90m", "2026-10-04 03:00"},
		"Samoa had no 30 December 2011":                                            {wholeWeek, "2011-12-29 16:00", "2h", "2011-12-31 10:00"},
		"nor was it an open day":                                                   {wholeWeek, "2011-12-29 16:00", "1d", "2011-12-31 16:00"},
		"24:00 ends the day":                                                       {oneWholeDay, "2026-11-18 00:00", "24h", "2026-11-19 00:00"},
		"nine to nine is the whole day round":                                      {aroundTheClock, "2026-11-18 00:00", "24h", "2026-11-19 09:00"},
		"at Friday 17:01 one day is due when we close on Monday":                   {officeHours("Europe/Berlin"), "2026-11-20 17:01", "1d", "2026-11-23 17:00"},
		"on Thursday at 10:00 one day is due on Friday at 10:00":                   {officeHours("Europe/Berlin"), "2026-11-19 10:00", "1d", "2026-11-20 10:00"},
		"on Thursday at 10:00 two days are due on Monday":                          {officeHours("Europe/Berlin"), "2026-11-19 10:00", "2d", "2026-11-23 10:00"},
		"on Saturday at 3:00 one day is due when we open on Monday":                {officeHours("Europe/Berlin"), "2026-11-21 03:00", "1d", "2026-11-23 09:00"},
		"a day given at lunch is due after lunch":                                  {lunch, "2026-11-23 12:30", "1d", "2026-11-24 13:00"},
		"a day is due at closing of a short day":                                   {christmas, "2026-12-23 15:00", "1d", "2026-12-24 12:00"},
		"a day over a change of clocks is due at the same time of day":             {officeHours("Europe/London"), "2026-03-27 10:00", "1d", "2026-03-30 10:00"},
		"a day given in Friday's night shift is due in Monday's":                   {nightShift("Europe/Berlin"), "2026-11-20 23:00", "1d", "2026-11-23 23:00"},
		"a Saturday with the end of a night shift is no open day":                  {nightShift("Europe/Berlin"), "2026-11-20 02:00", "1d", "2026-11-23 22:00"},
		"a week of days is a week later":                                           {officeHours("Europe/Berlin"), "2026-11-18 12:00", "5d", "2026-11-25 12:00"},
		"a wall time which comes twice is due the first time it is shown":          {kept.Calendar{Zone: "Europe/London", Hours: map[string]kept.Windows{"sat": {"00:00": "24:00"}, "sun": {"00:00": "24:00"}}}, "2026-10-24 01:30", "1d", "2026-10-25T00:30:00Z"},
		"a wall time which doesn't exist is due at the first moment after the gap": {kept.Calendar{Zone: "Europe/London", Hours: map[string]kept.Windows{"sat": {"00:00": "24:00"}, "sun": {"00:00": "24:00"}}}, "2026-03-28 01:30", "1d", "2026-03-29T01:00:00Z"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := compiled(t, given.calendar)
			got, err := c.Add(wall(t, c.Zone(), given.from), span(t, given.add))
			if err != nil {
				t.Fatal(err)
			}
			if want := wall(t, c.Zone(), given.due); !got.Equal(want) {
				t.Errorf("from %s, %s is due %s, not %s", given.from, given.add, got.In(c.Zone()), want.In(c.Zone()))
			}
			if got.Location() != time.UTC {
				t.Errorf("the due time is in %s, not in UTC", got.Location())
			}
		})
	}
}

func TestTheCalendarThatNeverClosesCountsEveryMinute(t *testing.T) {
	start := time.Date(2026, 11, 21, 3, 4, 5, 6000, time.UTC)
	for text, want := range map[string]time.Duration{"15m": 15 * time.Minute, "100h": 100 * time.Hour, "3d": 72 * time.Hour, "": 0} {
		due, err := calendar.Always.Add(start, span(t, text))
		if err != nil || !due.Equal(start.Add(want)) {
			t.Errorf("%s after %s is %s, %v", text, start, due, err)
		}
	}
	if !calendar.Always.Open(start) || calendar.Always.Between(start, start.Add(1000*time.Hour)) != 1000*time.Hour {
		t.Error("it closes after all")
	}
}

func TestACalendarThatIsNeverOpenSaysSoInsteadOfSearchingOn(t *testing.T) {
	for name, c := range map[string]kept.Calendar{
		"no hours":                {Zone: "Europe/Berlin"},
		"long past":               {Zone: "Europe/Berlin", Shifts: map[string]kept.Windows{"2020-01-01": {"09:00": "17:00"}}},
		"an hour in five decades": {Zone: "Europe/Berlin", Shifts: map[string]kept.Windows{"2050-01-01": {"09:00": "09:30"}}},
	} {
		cal := compiled(t, c)
		start := time.Date(2026, 11, 20, 17, 1, 0, 0, time.UTC)
		for _, text := range []string{"1h", "1000000m", "2d", "1000000d"} {
			if due, err := cal.Add(start, span(t, text)); !kept.Is(err, kept.Invalid) {
				t.Errorf("%s: %s is due %s (%v)", name, text, due, err)
			}
		}
	}
	if _, err := compiled(t, kept.Calendar{Zone: "UTC"}).NextOpen(time.Now()); !kept.Is(err, kept.Invalid) {
		t.Error("a calendar without hours opened")
	}
}

func TestALengthOfTimeIsEitherMinutesOrDaysAndNotNegative(t *testing.T) {
	c := compiled(t, officeHours("Europe/Berlin"))
	for _, d := range []kept.Span{{Minutes: -1}, {Days: -1}, {Minutes: 1, Days: 1}} {
		if _, err := c.Add(time.Now(), d); !kept.Is(err, kept.Invalid) {
			t.Errorf("%+v was added", d)
		}
	}
	if _, err := c.AddDuration(time.Now(), -time.Second); !kept.Is(err, kept.Invalid) {
		t.Error("a negative duration was added")
	}
}

func TestWhatIsWrongWithACalendarIsSaidWithTheFieldAndWhatToWrite(t *testing.T) {
	hours := func(day, from, to string) kept.Calendar {
		return kept.Calendar{Zone: "UTC", Hours: map[string]kept.Windows{day: {from: to}}}
	}
	for _, given := range []struct {
		calendar   kept.Calendar
		field, say string
	}{
		{kept.Calendar{}, "time_zone", "Europe/Berlin"},
		{kept.Calendar{Zone: "Local"}, "time_zone", "IANA"},
		{kept.Calendar{Zone: "Mars/Olympus"}, "time_zone", "Mars/Olympus"},
		{kept.Calendar{Zone: "../../etc/passwd"}, "time_zone", "IANA"},
		{hours("monday", "09:00", "17:00"), "hours", "mon, tue"},
		{hours("mon", "9am", "17:00"), "hours.mon", "09:00"},
		{hours("mon", "24:00", "17:00"), "hours.mon", "23:59"},
		{hours("mon", "09:00", "24:01"), "hours.mon", "24:00"},
		{hours("mon", "09:00", "17.00"), "hours.mon", "17:00"},
		{hours("mon", "09:60", "17:00"), "hours.mon", "09:60"},
		{hours("mon", "+9:00", "17:00"), "hours.mon", "+9:00"},
		{kept.Calendar{Zone: "UTC", Holidays: []string{"25.12.2026"}}, "holidays", "2026-12-25"},
		{kept.Calendar{Zone: "UTC", Holidays: []string{"2026-02-30"}}, "holidays", "2026-02-30"},
		{kept.Calendar{Zone: "UTC", Shifts: map[string]kept.Windows{"tomorrow": {}}}, "shifts", "tomorrow"},
		{kept.Calendar{Zone: "UTC", Breaks: map[string]kept.Windows{"2026-12-24": {"12": "13"}}}, "breaks.2026-12-24", "09:00"},
		{kept.Calendar{Zone: "UTC", Holidays: make([]string, 10_001)}, "holidays", "10000"},
	} {
		_, err := calendar.Compile(given.calendar)
		wrong, ok := err.(*kept.Error)
		if !ok || wrong.Kind != kept.Invalid || wrong.Field != given.field || !strings.Contains(wrong.Say, given.say) {
			t.Errorf("%+v: %v; it should name %s and say %q", given.calendar, err, given.field, given.say)
		}
	}
}

func TestAWeekIsDrawnDateByDate(t *testing.T) {
	c := nightShift("Europe/London")
	c.Hours["mon"] = kept.Windows{"09:00": "12:00", "13:00": "17:00", "22:00": "06:00"}
	cal := compiled(t, c)
	drawn := func(text string) (windows []string) {
		day, err := calendar.ParseDay(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range cal.On(day) {
			windows = append(windows, i.From.In(cal.Zone()).Format("02 15:04-")+i.To.In(cal.Zone()).Format("02 15:04"))
		}
		return windows
	}
	for day, want := range map[string]string{
		"2026-11-22": "",
		"2026-11-23": "23 09:00-23 12:00, 23 13:00-23 17:00, 23 22:00-24 00:00",
		"2026-11-24": "24 00:00-24 06:00, 24 22:00-25 00:00",
		"2026-11-28": "28 00:00-28 06:00",
	} {
		if got := strings.Join(drawn(day), ", "); got != want {
			t.Errorf("%s shows %q, not %q", day, got, want)
		}
	}
}

func TestAnOpenDayClosesAtTheEndOfItsLastWindow(t *testing.T) {
	cal := compiled(t, nightShift("Europe/Berlin"))
	friday := cal.DayOf(wall(t, cal.Zone(), "2026-11-20 12:00"))
	if closing, open := cal.Closing(friday); !open || !closing.Equal(wall(t, cal.Zone(), "2026-11-21 06:00")) {
		t.Errorf("Friday's night closes at %s (%v)", closing, open)
	}
	if closing, open := cal.Closing(friday + 1); open {
		t.Errorf("Saturday has a closing of its own, %s", closing)
	}
	if !cal.OpenDay(friday) || cal.OpenDay(friday+1) || cal.OpenDay(friday+2) || !cal.OpenDay(friday+3) {
		t.Error("other days are open than those on which a shift starts")
	}
}

func TestABreakInTheMorningClosesTheNightBefore(t *testing.T) {
	words := nightShift("Europe/Berlin")
	words.Breaks = map[string]kept.Windows{"2026-11-25": {"05:00": "07:00"}}
	cal := compiled(t, words)
	tuesday := cal.DayOf(wall(t, cal.Zone(), "2026-11-24 12:00"))
	if closing, open := cal.Closing(tuesday); !open || !closing.Equal(wall(t, cal.Zone(), "2026-11-25 05:00")) {
		t.Errorf("Tuesday's night closes at %s (%v)", closing, open)
	}
}

func TestADayIsWrittenAsItIsRead(t *testing.T) {
	for _, text := range []string{"1969-12-31", "1970-01-01", "2024-02-29", "0001-01-01", "9999-12-31"} {
		day, err := calendar.ParseDay(text)
		if err != nil || day.String() != text {
			t.Errorf("%s became %s, %v", text, day, err)
		}
		at, _ := time.Parse(time.DateOnly, text)
		if day.Weekday() != at.Weekday() {
			t.Errorf("%s is a %s, not a %s", text, at.Weekday(), day.Weekday())
		}
	}
}

func BenchmarkAddFourHours(b *testing.B) {
	c := compiled(b, officeHours("Europe/Berlin"))
	start := time.Date(2026, 11, 20, 14, 1, 0, 0, time.UTC)
	for b.Loop() {
		if _, err := c.Add(start, kept.Span{Minutes: 240}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAddOneDay(b *testing.B) {
	c := compiled(b, officeHours("Europe/Berlin"))
	start := time.Date(2026, 11, 20, 14, 1, 0, 0, time.UTC)
	for b.Loop() {
		if _, err := c.Add(start, kept.Span{Days: 1}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAddAWorkingYear(b *testing.B) {
	c := compiled(b, officeHours("America/New_York"))
	start := time.Date(2026, 11, 20, 14, 1, 0, 0, time.UTC)
	for b.Loop() {
		if _, err := c.Add(start, kept.Span{Minutes: 2080 * 60}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	c := compiled(b, officeHours("Europe/Berlin"))
	start := time.Date(2026, 11, 20, 14, 1, 0, 0, time.UTC)
	for b.Loop() {
		c.Open(start)
	}
}

func BenchmarkCompile(b *testing.B) {
	c := officeHours("Europe/Berlin")
	for year := 2026; year < 2028; year++ {
		dates, err := calendar.Holidays("DE-BY", year)
		if err != nil {
			b.Fatal(err)
		}
		c.Holidays = append(c.Holidays, dates...)
	}
	for b.Loop() {
		compiled(b, c)
	}
}
