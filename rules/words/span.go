package words

import "time"

// longSpan is where hours say less than days.
const longSpan = 48 * time.Hour

// Span is a length of time in hours and minutes: "2 h 10 min", "19 h", "6 min". Seconds are dropped.
func (r Reader) Span(d time.Duration) string {
	h, m := int(d.Hours()), int(d.Minutes())%60
	switch {
	case h == 0:
		return r.Say("time.minutes", "m", m)
	case m == 0:
		return r.Say("time.hours", "h", h)
	}
	return r.Say("time.hours_minutes", "h", h, "m", m)
}

// Until is how long it is until an instant: "in 2 h 10 min", counted as one reads it off a clock,
// from this minute to that one; from two days on "in 3 days", by the calendar.
func (r Reader) Until(t time.Time) string {
	d := t.Truncate(time.Minute).Sub(r.Now.Truncate(time.Minute))
	switch {
	case d < time.Minute:
		return r.Say("time.now")
	case d >= longSpan:
		return r.Say("time.in_days", "n", r.days(t))
	}
	return r.Say("time.in", "span", r.Span(d))
}

// Late is by how much something came late: "3 h 20 min late", "5 days late".
func (r Reader) Late(due, done time.Time) string {
	d := done.Sub(due)
	switch {
	case d < time.Minute:
		return r.Say("time.late_moment")
	case d >= longSpan:
		return r.Say("time.late_days", "n", int(d/(24*time.Hour)))
	}
	return r.Say("time.late", "span", r.Span(d))
}
