package story

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/words"
)

// Hours are when the company answers.
func Hours() kept.Calendar {
	day := kept.Windows{"08:30": "19:00"}
	return kept.Calendar{Name: "Office hours", Zone: Home, Hours: map[string]kept.Windows{
		"mon": day, "tue": day, "wed": day, "thu": day, "fri": day,
	}}
}

// Almanac tells the instants that scripts name, from the present:
//
//	wd-3 09:12   on the third working day (Monday to Friday) before today, at that time in Home (or at noon)
//	open-90m     90 open minutes before now; open+90m after it
//	now-50m      by the wall clock; now+25m too
//	+20m         after what the scene told last
type Almanac struct {
	now   time.Time
	hours *calendar.Calendar
}

// NewAlmanac is the almanac of a present.
func NewAlmanac(now time.Time) (Almanac, error) {
	hours, err := calendar.Compile(Hours())
	return Almanac{now: now.UTC().Truncate(time.Microsecond), hours: hours}, err
}

var expression = regexp.MustCompile(`^(wd|open|now)?([+-])(\w+)(?: (\d\d):(\d\d))?$`)

// instant reads an expression.
func (a Almanac) instant(written string, after time.Time) (time.Time, error) {
	m := expression.FindStringSubmatch(strings.TrimSpace(written))
	wrong := fmt.Errorf("%q is no time: write wd-3 09:12, open-90m, now-50m or +20m", written)
	if m == nil || m[1] != "wd" && m[4] != "" {
		return time.Time{}, wrong
	}
	if m[1] == "wd" {
		days, err := strconv.Atoi(m[2] + m[3])
		if err != nil || days == 0 {
			return time.Time{}, wrong
		}
		return a.workingDay(days, m[4], m[5]), nil
	}
	d, err := time.ParseDuration(m[2] + m[3])
	if err != nil {
		return time.Time{}, wrong
	}
	switch {
	case m[1] == "now":
		return a.now.Add(d), nil
	case m[1] == "open" && d < 0:
		return a.openBefore(-d), nil
	case m[1] == "open":
		return a.hours.AddDuration(a.now, d)
	}
	return after.Add(d), nil
}

func (a Almanac) workingDay(days int, hour, minute string) time.Time {
	h, m := 12, 0
	if hour != "" {
		h, _ = strconv.Atoi(hour)   // two digits, says the expression
		m, _ = strconv.Atoi(minute) // two digits, too
	}
	day := a.now.In(a.hours.Zone())
	step := 1
	if days < 0 {
		step, days = -1, -days
	}
	for days > 0 {
		day = day.AddDate(0, 0, step)
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			days--
		}
	}
	return time.Date(day.Year(), day.Month(), day.Day(), h, m, 0, 0, a.hours.Zone())
}

// openBefore is the latest minute from which so much open time has passed until now.
func (a Almanac) openBefore(d time.Duration) time.Time {
	late, early := a.now, a.now.AddDate(0, 0, -30)
	for late.Sub(early) > time.Second {
		middle := early.Add(late.Sub(early) / 2)
		if a.hours.Between(middle, a.now) >= d {
			early = middle
		} else {
			late = middle
		}
	}
	return early.Truncate(time.Minute)
}

// Step is an act at its instant.
type Step struct {
	Scene *Scene
	Act
}

// Resolve gives every act its instant, every promise its due, every text its words, and puts them in
// the order of time. It fails where a script goes backwards or past the present.
func Resolve(scenes []Scene, a Almanac) ([]Step, error) {
	var out []Step
	for i := range scenes {
		s := &scenes[i]
		last := time.Time{}
		for _, act := range s.Acts {
			if err := a.resolve(s, &act, last); err != nil {
				return nil, fmt.Errorf("%s: %w", act.Place, err)
			}
			if !act.At.After(last) {
				return nil, fmt.Errorf("%s: %s is not after what went before, %s", act.Place, act.At, last)
			}
			if !act.At.Before(a.now) {
				return nil, fmt.Errorf("%s: %s is not before the present, %s", act.Place, act.At, a.now)
			}
			last = act.At
			out = append(out, Step{s, act})
		}
	}
	slices.SortStableFunc(out, func(x, y Step) int { return cmp.Compare(x.At.UnixNano(), y.At.UnixNano()) })
	return out, nil
}

// quarter is how exactly people say when: to five minutes.
const quarter = 5 * time.Minute

func (a Almanac) resolve(s *Scene, act *Act, last time.Time) (err error) {
	if act.At, err = a.instant(act.When, last); err != nil {
		return err
	}
	act.At = act.At.Add(breath(act.Place))
	if act.By != "" {
		if act.Due, err = a.instant(act.By, act.At); err != nil {
			return err
		}
		if r := act.Due.Truncate(quarter); !r.Equal(act.Due) {
			act.Due = r.Add(quarter)
		}
		if !act.Due.After(act.At) {
			return fmt.Errorf("what is due at %s is promised at %s", act.Due, act.At)
		}
	}
	for _, text := range []*string{&act.Body, &act.Promise} {
		if *text, err = a.fill(*text, *act, words.For(s.Customer.Language, s.Customer.Zone, Home, act.At)); err != nil {
			return err
		}
	}
	return nil
}

// breath is the seconds after a full minute: nobody writes at 09:12:00.
func breath(place string) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(place)) //nolint:errcheck,gosec // never fails
	return time.Duration(h.Sum32()%47+3) * time.Second
}

var slot = regexp.MustCompile(`\{(due|by|clock|day|when)(?: ([^{}]+))?\}`)

// fill writes the times into a text as its reader names them: {due} and {by} are of the act's own
// promise, {clock T}, {day T}, {when T} and {by T} of any expression.
func (a Almanac) fill(text string, act Act, r words.Reader) (out string, err error) {
	out = slot.ReplaceAllStringFunc(text, func(found string) string {
		m := slot.FindStringSubmatch(found)
		at := act.Due
		if m[2] != "" {
			var e error
			if at, e = a.instant(m[2], act.At); e != nil {
				err = e
			}
			at = at.Truncate(quarter)
		}
		if at.IsZero() {
			err = fmt.Errorf("%s names no time", found)
		}
		switch m[1] {
		case "clock":
			return r.Clock(at)
		case "day":
			return r.Day(at)
		case "by":
			return r.By(at)
		}
		return r.When(at)
	})
	if err == nil && strings.ContainsAny(out, "{}") {
		err = fmt.Errorf("an unknown slot in %q", out)
	}
	return out, err
}
