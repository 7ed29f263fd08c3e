package words

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
)

// weekdays are the keys of kept.Calendar.Hours, from Monday on.
var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// Week is the open hours of a usual week: "Mon–Fri 9:00–17:00, Sat 10:00–12:00". The calendar's zone is named where it
// isn't the reader's. Empty where no weekday is open: then it is open by the date.
func (r Reader) Week(c kept.Calendar) string {
	var said []string
	for i := 0; i < len(weekdays); i++ {
		open, first := c.Hours[weekdays[i]], i
		if len(open) == 0 {
			continue
		}
		for i+1 < len(weekdays) && maps.Equal(open, c.Hours[weekdays[i+1]]) {
			i++
		}
		said = append(said, r.weekdays(first, i)+" "+r.windows(open))
	}
	week := strings.Join(said, ", ")
	at, err := time.LoadLocation(c.Zone)
	if week == "" || err != nil || at.String() == r.Zone.String() {
		return week
	}
	place := c.Zone
	if city := City(r.Language, at); city != "" {
		place = r.Say("time.city", "city", city)
	}
	return r.Say("time.where", "date", week, "place", place)
}

// weekdays are one weekday, or a stretch of them, counted from Monday.
func (r Reader) weekdays(first, last int) string {
	day := func(n int) string { return list(r.Say("time.weekdays_short"), (n+1)%7) }
	switch last {
	case first:
		return day(first)
	case first + 1:
		return day(first) + ", " + day(last)
	}
	return day(first) + "–" + day(last)
}

// windows are the open hours of one day, in order.
func (r Reader) windows(open kept.Windows) string {
	var said []string
	for _, from := range slices.Sorted(maps.Keys(open)) {
		said = append(said, r.Say("time.span", "from", wall(from), "to", wall(open[from])))
	}
	return strings.Join(said, ", ")
}

// wall is a wall time as it is said: "9:00" of "09:00".
func wall(clock string) string { return strings.TrimPrefix(clock, "0") }
