package calendar

import "time"

// Day is a civil date without a zone: the number of days since 1 January 1970.
type Day int32

// ParseDay reads "2006-01-02".
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, err
	}
	return dayAt(t), nil
}

// String writes the date as "2006-01-02".
func (d Day) String() string { return d.midnight().Format(time.DateOnly) }

// Weekday is the date's day of the week.
func (d Day) Weekday() time.Weekday {
	return time.Weekday(((int(d)+int(time.Thursday))%7 + 7) % 7)
}

// MarshalText writes the date as "2006-01-02".
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads "2006-01-02".
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

func (d Day) midnight() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// dayAt is the date of an instant in UTC.
func dayAt(t time.Time) Day { return Day(floorDiv(t.Unix(), 24*60*60)) }

func firstDay(year int) Day { return dayAt(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
