package calendar

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// SlotLength is how long a window is in which we call. Windows begin at whole multiples of it since
// 1970: on the hour and the half hour of nearly every zone.
const SlotLength = 30 * time.Minute

// Shift is people of ours with the same hours; nil: they are there whenever we are open.
type Shift struct {
	Hours  *Calendar
	People int
}

// Calls is what decides when a customer can be called.
type Calls struct {
	After, Until time.Time         // no window begins before After or ends after Until
	Ours, Theirs *Calendar         // a window lies in the open time of both
	Shifts       []Shift           // who can call
	Taken        map[time.Time]int // how many windows that begin at an instant (UTC) are taken
}

// Free are the windows in which at least one more call can be promised, in order.
func (c Calls) Free() (out []kept.Slot) {
	grid := int64(SlotLength / time.Second)
	at := time.Unix(-floorDiv(-c.After.Unix(), grid)*grid, 0).UTC()
	if at.Before(c.After) {
		at = at.Add(SlotLength)
	}
	for ; !at.Add(SlotLength).After(c.Until); at = at.Add(SlotLength) {
		if c.Capacity(at) > c.Taken[at] {
			out = append(out, kept.Slot{From: at, To: at.Add(SlotLength)})
		}
	}
	return out
}

// Capacity is how many calls can be made at once in the window that begins at an instant.
func (c Calls) Capacity(at time.Time) (n int) {
	to := at.Add(SlotLength)
	if !c.Ours.Covers(at, to) || !c.Theirs.Covers(at, to) {
		return 0
	}
	for _, s := range c.Shifts {
		if s.Hours == nil || s.Hours.Covers(at, to) {
			n += s.People
		}
	}
	return n
}

// Covers reports whether all the time from one instant to another is open.
func (c *Calendar) Covers(from, to time.Time) bool {
	open, want := int64(0), to.UnixMicro()-from.UnixMicro()
	for a, b := range c.stretches(from.UnixMicro(), to.UnixMicro()) {
		open += b - a
	}
	return want > 0 && open == want
}

// Daytime is open from 8 to 20 on every day of a zone: when a customer can be called of whom nothing
// better is known.
func Daytime(zone *time.Location) *Calendar {
	var b blueprint
	for i := range b.hours {
		b.hours[i] = []span{{8 * 60, 20 * 60}}
	}
	return b.build(zone)
}
