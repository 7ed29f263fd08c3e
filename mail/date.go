package mail

import (
	netmail "net/mail"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// parseDate reads a Date field as leniently as sense allows. offset is seconds east of UTC, nil
// where the field states none (or "-0000", RFC 5322 3.3).
func parseDate(value string) (at time.Time, offset *int, ok bool) {
	value = strings.TrimSpace(stripComments(value))
	if len(value) == 0 || len(value) > 200 {
		return time.Time{}, nil, false
	}
	if t, err := netmail.ParseDate(value); err == nil && sane(t) && !namedZone(value) {
		return t.UTC(), stated(value, t), true
	}
	for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, value); err == nil && sane(t) {
			if strings.HasSuffix(layout, "05") {
				return t.UTC(), nil, true
			}
			return t.UTC(), stated(value, t), true
		}
	}
	return looseDate(value)
}

func sane(t time.Time) bool { return t.Year() >= 1900 && t.Year() < 2200 }

// stated is the offset of a date that says one.
func stated(value string, t time.Time) *int {
	if strings.HasSuffix(value, "-0000") {
		return nil
	}
	_, off := t.Zone()
	return &off
}

// namedZone reports a zone that is letters: Go takes unknown ones for +0000.
func namedZone(value string) bool {
	return value != "" && unicode.IsLetter(rune(value[len(value)-1]))
}

// stripComments drops RFC 5322 comments, "(CEST)".
func stripComments(s string) string {
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// months in English and in the languages that broken mailers write them in, by their first letters.
var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"mär": 3, "mrz": 3, "mai": 5, "okt": 10, "dez": 12, "fév": 2, "fev": 2, "avr": 4, "aoû": 8, "aou": 8, "déc": 12,
	"ene": 1, "abr": 4, "ago": 8, "dic": 12, "set": 9, "out": 10, "mag": 5, "giu": 6, "lug": 7, "ott": 10, "gen": 1, "maj": 5, "mei": 5, "maa": 3,
}

// zones are the names of RFC 822 and those mailers add, in hours.
var zones = map[string]float64{
	"ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "met": 1, "mez": 1, "cest": 2, "mest": 2, "mesz": 2,
	"eet": 2, "sast": 2, "eest": 3, "msk": 3, "msd": 4, "ist": 5.5, "sgt": 8, "hkt": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5,
	"aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
	"pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5, "brt": -3, "art": -3, "clt": -4,
}

// loose collects what a date says, word by word.
type loose struct {
	day, year, hour, min, sec int
	month                     time.Month
	clock                     bool
	offset                    *int
}

// looseDate reads the words of a date in any order.
func looseDate(value string) (time.Time, *int, bool) {
	d := loose{day: -1, year: -1}
	for _, w := range strings.FieldsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '"' || r == ';' }) {
		d.word(strings.ToLower(w))
	}
	if d.day < 1 || d.day > 31 || d.month == 0 || d.year < 0 || d.hour > 23 || d.min > 59 {
		return time.Time{}, nil, false
	}
	off := 0
	if d.offset != nil {
		off = *d.offset
	}
	t := time.Date(d.year, d.month, d.day, d.hour, d.min, min(d.sec, 59), 0, time.UTC)
	if t.Day() != d.day || !sane(t) {
		return time.Time{}, nil, false
	}
	return t.Add(-time.Duration(off) * time.Second), d.offset, true
}

func (d *loose) word(w string) {
	if hours, ok := zones[strings.Trim(w, ".")]; ok && d.clock {
		if d.offset == nil {
			off := int(hours * 3600)
			d.offset = &off
		}
		return
	}
	switch {
	case w == "pm" || w == "am":
		d.half(w == "pm")
	case strings.Contains(w, ":") && w[0] >= '0' && w[0] <= '9' && !d.clock:
		d.time(w)
	case (w[0] == '+' || w[0] == '-') && d.clock && d.offset == nil:
		d.zone(w)
	case strings.Count(w, "/") == 2 && w[0] != '2':
		d.slashed(strings.Split(w, "/"))
	case strings.Count(w, "-") == 2 || strings.Count(w, "/") == 2 || strings.Count(w, ".") == 2:
		for i, piece := range strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '/' || r == '.' }) {
			if n, err := strconv.Atoi(piece); err == nil && i == 1 && d.month == 0 && n >= 1 && n <= 12 {
				d.month = time.Month(n)
				continue
			}
			d.word(piece)
		}
	default:
		d.number(w)
	}
}

// slashed reads 13/2/2026 and 2/13/2026; what could be either is left unread.
func (d *loose) slashed(parts []string) {
	a, err1 := strconv.Atoi(parts[0])
	b, err2 := strconv.Atoi(parts[1])
	if err1 != nil || err2 != nil || a <= 12 && b <= 12 && a != b || a > 12 && b > 12 {
		return
	}
	if b > 12 {
		a, b = b, a
	}
	d.day, d.month = a, time.Month(b)
	d.number(parts[2])
}

func (d *loose) half(pm bool) {
	if pm && d.hour < 12 {
		d.hour += 12
	}
	if !pm && d.hour == 12 {
		d.hour = 0
	}
}

func (d *loose) time(w string) {
	for _, half := range [...]string{"pm", "am"} {
		if rest, ok := strings.CutSuffix(w, half); ok {
			d.time(rest)
			d.half(half == "pm")
			return
		}
	}
	if i := strings.IndexAny(w, "+-"); i > 0 {
		defer d.zone(w[i:])
		w = w[:i]
	}
	w, _, _ = strings.Cut(w, ".")
	parts := strings.Split(w, ":")
	if len(parts) < 2 {
		return
	}
	h, err1 := strconv.Atoi(parts[0])
	m, err2 := strconv.Atoi(parts[1])
	if err1 != nil || err2 != nil || h < 0 || m < 0 {
		return
	}
	d.hour, d.min, d.clock = h, m, true
	if len(parts) > 2 {
		if s, err := strconv.Atoi(parts[2]); err == nil && s >= 0 && s <= 60 {
			d.sec = s
		}
	}
}

func (d *loose) zone(w string) {
	digits := strings.ReplaceAll(w[1:], ":", "")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || n > 2400 || w == "-0000" {
		return
	}
	if len(digits) <= 2 {
		n *= 100
	}
	off := (n/100)*3600 + (n%100)*60
	if w[0] == '-' {
		off = -off
	}
	d.offset = &off
}

func (d *loose) number(w string) {
	if n, err := strconv.Atoi(strings.TrimRight(w, ".")); err == nil {
		switch {
		case n >= 1970 && n < 2200:
			d.year = n
		case n >= 1 && n <= 31 && d.day < 0 && len(w) <= 3:
			d.day = n
		case n >= 0 && n < 100 && d.year < 0 && d.day > 0:
			d.year = 2000 + n
			if n >= 70 {
				d.year = 1900 + n
			}
		case n >= 100 && n < 200 && d.year < 0: // a year counted from 1900
			d.year = 1900 + n
		}
		return
	}
	if runes := []rune(w); len(runes) >= 3 && d.month == 0 {
		if m, ok := months[string(runes[:3])]; ok {
			d.month = m
		}
	}
}
