// Package oncall says who has the duty at an instant, and whom a page goes to next. It is told the
// rotation and the time, and knows no clock, no mail and no screen.
package oncall

import (
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a hand-over must not depend on which zones the machine has installed

	"github.com/kept-desk/kept/kept"
)

// Check says what is wrong with a rotation, to who wrote it.
func Check(r kept.Rotation) error {
	if _, err := zone(r); err != nil {
		return kept.Wrong("zone", "%q is no time zone. Write it as Europe/Dublin.", r.Zone)
	}
	if _, err := time.Parse(time.DateOnly, r.From); err != nil {
		return kept.Wrong("from", "Write the day of the first hand-over as 2026-05-18.")
	}
	if _, _, ok := clock(r.At); !ok {
		return kept.Wrong("at", "Write the time of the hand-over as 09:00.")
	}
	if r.Every < 1 || r.Every > 365 {
		return kept.Wrong("every", "The duty is handed over every 1 to 365 days; 7 is weekly.")
	}
	if r.Repeat < 1 || r.Repeat > 24*60 {
		return kept.Wrong("repeat", "A page is repeated every 1 to 1440 minutes.")
	}
	if r.Next < 1 || r.Next > 24*60 {
		return kept.Wrong("next", "The next person is paged after 1 to 1440 minutes.")
	}
	for _, o := range r.Overrides {
		if !o.To.After(o.From) {
			return kept.Wrong("overrides", "Whoever steps in does so until later than they begin.")
		}
	}
	return nil
}

// OnDuty is who has the duty at an instant; false where the rotation has nobody. Here says who can have it:
// somebody who left has no turn.
func OnDuty(r kept.Rotation, at time.Time, here func(kept.ID) bool) (kept.Duty, bool) {
	r = among(r, here)
	agent, override, ok := holder(r, at)
	if !ok {
		return kept.Duty{}, false
	}
	d := kept.Duty{Agent: agent, Override: override, Since: at}
	d.Since = change(r, at, agent, -1)
	d.Until = change(r, at, agent, +1)
	if !d.Until.IsZero() {
		d.Then, _, _ = holder(r, d.Until)
	}
	return d, true
}

// Line is the order in which people are paged at an instant: who has the duty, then those whose turn comes
// after, each once.
func Line(r kept.Rotation, at time.Time, here func(kept.ID) bool) []kept.ID {
	r = among(r, here)
	first, _, ok := holder(r, at)
	if !ok {
		return nil
	}
	line := []kept.ID{first}
	if n := len(r.People); n > 0 {
		i := turnAt(r, at)
		if j := slices.Index(r.People, first); j >= 0 && r.People[i] != first {
			i = j
		}
		for k := range n {
			if p := r.People[(i+k)%n]; !slices.Contains(line, p) {
				line = append(line, p)
			}
		}
	}
	return line
}

// among leaves out who isn't here. Who is left keeps their turns; those of who went are the next one's.
func among(r kept.Rotation, here func(kept.ID) bool) kept.Rotation {
	if here == nil {
		return r
	}
	gone := func(id kept.ID) bool { return !here(id) }
	if slices.ContainsFunc(r.People, here) {
		people := slices.Clone(r.People)
		for i, p := range people {
			for k := 1; gone(p); k++ {
				p = r.People[(i+k)%len(r.People)]
			}
			people[i] = p
		}
		r.People = people
	} else {
		r.People = nil
	}
	r.Overrides = slices.DeleteFunc(slices.Clone(r.Overrides), func(o kept.Override) bool { return gone(o.Agent) })
	return r
}

// holder is who has the duty: the override that was written last among those that hold, else whose turn it is.
func holder(r kept.Rotation, at time.Time) (who kept.ID, override, ok bool) {
	for _, o := range slices.Backward(r.Overrides) {
		if !at.Before(o.From) && at.Before(o.To) {
			return o.Agent, true, true
		}
	}
	if len(r.People) == 0 {
		return 0, false, false
	}
	return r.People[turnAt(r, at)], false, true
}

// turnAt is the index of whose turn it is.
func turnAt(r kept.Rotation, at time.Time) int {
	n := len(r.People)
	return ((shift(r, at) % n) + n) % n
}

// shift is the number of the turn that an instant lies in; 0 begins at From.
func shift(r kept.Rotation, at time.Time) int {
	z, _ := zone(r)
	local := at.In(z)
	days := number(local) - number(date(r))
	k := floor(days, max(r.Every, 1))
	for at.Before(Begins(r, k)) {
		k--
	}
	for !at.Before(Begins(r, k+1)) {
		k++
	}
	return k
}

// Begins is the instant at which turn k begins: the wall time of the hand-over, k times Every days after From.
// A time that the clocks leave out is the first instant after the gap; one that comes twice is the first.
func Begins(r kept.Rotation, k int) time.Time {
	z, err := zone(r)
	if err != nil {
		z = time.UTC
	}
	h, m, _ := clock(r.At)
	d := date(r)
	want := time.Date(d.Year(), d.Month(), d.Day()+k*max(r.Every, 1), h, m, 0, 0, time.UTC)
	return firstAt(want, z)
}

// firstAt is the first instant at which the wall shows a time (written as UTC) or, where it never does, a later one.
func firstAt(wall time.Time, z *time.Location) time.Time {
	first := time.Time{}
	for _, probe := range []time.Duration{-26 * time.Hour, 26 * time.Hour} {
		_, offset := wall.Add(probe).In(z).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second)
		if shows(at, z).Equal(wall) && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if !first.IsZero() {
		return first.UTC()
	}
	// The clocks leave it out: the change lies between what the two offsets make of it.
	_, before := wall.Add(-26 * time.Hour).In(z).Zone()
	_, end := wall.Add(-time.Duration(before) * time.Second).Add(-24 * time.Hour).In(z).ZoneBounds()
	if end.IsZero() {
		return wall.Add(-time.Duration(before) * time.Second).UTC()
	}
	return end.UTC()
}

// shows is the wall's time at an instant, written as UTC.
func shows(at time.Time, z *time.Location) time.Time {
	_, offset := at.In(z).Zone()
	return at.Add(time.Duration(offset) * time.Second).UTC()
}

// furthest bounds how many hand-overs are looked through for another holder.
const furthest = 400

// change is the nearest instant before (-1) or after (+1) at which another has the duty; zero: never.
func change(r kept.Rotation, at time.Time, agent kept.ID, way int) time.Time {
	edges := edgesAround(r, at, way)
	for i, e := range edges {
		look := e
		if way < 0 { // who had it just before the edge
			look = e.Add(-time.Microsecond)
		}
		if who, _, ok := holder(r, look); !ok || who != agent {
			return e
		}
		if i > furthest {
			break
		}
	}
	if way < 0 && len(r.People) > 0 {
		return Begins(r, shift(r, at))
	}
	return time.Time{}
}

// edgesAround are the instants at which the duty may change hands, nearest first: after at, or at and before.
func edgesAround(r kept.Rotation, at time.Time, way int) (edges []time.Time) {
	for _, o := range r.Overrides {
		edges = append(edges, o.From, o.To)
	}
	if len(r.People) > 0 {
		k := shift(r, at)
		for i := range 2*len(r.People) + 2 {
			if way > 0 {
				edges = append(edges, Begins(r, k+1+i))
			} else {
				edges = append(edges, Begins(r, k-i))
			}
		}
	}
	edges = slices.DeleteFunc(edges, func(e time.Time) bool { return (way > 0) != e.After(at) })
	slices.SortFunc(edges, func(a, b time.Time) int { return way * a.Compare(b) })
	return edges
}

func zone(r kept.Rotation) (*time.Location, error) {
	z, err := time.LoadLocation(r.Zone)
	if err != nil || r.Zone == "" || r.Zone == "Local" {
		return time.UTC, kept.Wrong("zone", "%q is no time zone", r.Zone)
	}
	return z, nil
}

// date is the day of the first hand-over.
func date(r kept.Rotation) time.Time {
	d, err := time.Parse(time.DateOnly, r.From)
	if err != nil {
		return time.Date(2000, 1, 3, 0, 0, 0, 0, time.UTC) // a Monday
	}
	return d
}

// clock reads "09:00".
func clock(text string) (h, m int, ok bool) {
	a, b, cut := strings.Cut(text, ":")
	h, errH := strconv.Atoi(a)
	m, errM := strconv.Atoi(b)
	return h, m, cut && errH == nil && errM == nil && h >= 0 && h < 24 && m >= 0 && m < 60
}

// number numbers the days of the calendar.
func number(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func floor(a, b int) int {
	k := a / b
	if a%b < 0 {
		k--
	}
	return k
}
