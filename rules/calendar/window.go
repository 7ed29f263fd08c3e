package calendar

import (
	"maps"
	"slices"

	"github.com/kept-desk/kept/kept"
)

const minutesOfDay = 24 * 60

// span is a stretch of wall time, in minutes since a date's midnight; to is not part of it.
type span struct{ from, to int }

// readWindows reads the windows of one day, joined and in order. One that runs into the next day
// ends past 24:00.
func readWindows(field string, windows kept.Windows) ([]span, error) {
	spans := make([]span, 0, len(windows))
	for _, from := range slices.Sorted(maps.Keys(windows)) {
		start, ok := readClock(from)
		if !ok || start == minutesOfDay {
			return nil, kept.Wrong(field, "%q is no time to open at: write it as 09:00, from 00:00 to 23:59", from)
		}
		end, ok := readClock(windows[from])
		if !ok {
			return nil, kept.Wrong(field, "%q is no time to close at: write it as 17:00, from 00:00 to 24:00", windows[from])
		}
		if end <= start {
			end += minutesOfDay
		}
		spans = append(spans, span{start, end})
	}
	return joined(spans), nil
}

// readClock reads "09:00" (or "9:00") as minutes since midnight, "24:00" included.
func readClock(text string) (minutes int, ok bool) {
	if len(text) == 4 {
		text = "0" + text
	}
	if len(text) != 5 || text[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
	}
	hour := int(text[0]-'0')*10 + int(text[1]-'0')
	minute := int(text[3]-'0')*10 + int(text[4]-'0')
	minutes = hour*60 + minute
	return minutes, minute < 60 && minutes <= minutesOfDay
}

// joined puts spans in order and makes one of those that overlap or touch.
func joined(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	var out []span
	for _, s := range spans {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// without cuts the (ordered) cuts out of the spans.
func without(spans, cuts []span) []span {
	if len(cuts) == 0 {
		return spans
	}
	var out []span
	for _, s := range spans {
		for _, cut := range cuts {
			if cut.to <= s.from || cut.from >= s.to {
				continue
			}
			if cut.from > s.from {
				out = append(out, span{s.from, cut.from})
			}
			s.from = min(cut.to, s.to)
		}
		if s.from < s.to {
			out = append(out, s)
		}
	}
	return out
}

// moved are the spans some minutes later.
func moved(spans []span, minutes int) []span {
	out := make([]span, len(spans))
	for i, s := range spans {
		out[i] = span{s.from + minutes, s.to + minutes}
	}
	return out
}

// clipped is what of the spans lies between 0:00 and 24:00.
func clipped(spans []span) []span {
	var out []span
	for _, s := range spans {
		if s = (span{max(s.from, 0), min(s.to, minutesOfDay)}); s.from < s.to {
			out = append(out, s)
		}
	}
	return out
}
