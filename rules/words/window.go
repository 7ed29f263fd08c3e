package words

import "time"

// Window is a stretch of a day in a line: "today, 10:00–10:30", "Tue 19 May, 10:00–10:30".
func (r Reader) Window(from, to time.Time) string {
	day := r.near(from)
	if day == "" {
		day = r.DateShort(from)
	}
	return r.Say("time.window", "day", day, "from", r.Digits(from), "to", r.Digits(to))
}

// FromTo is a stretch of a day without the day: "10:00–10:30".
func (r Reader) FromTo(from, to time.Time) string {
	return r.Say("time.span", "from", r.Digits(from), "to", r.Digits(to))
}
