package desk

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/rulebook"
	"github.com/kept-desk/kept/store"
)

// Calendars lists all calendars; the first is the organization's.
func (d *Desk) Calendars(ctx context.Context, who kept.Actor) (list []kept.Calendar, err error) {
	err = d.read(ctx, who, "list-calendars", func(tx *store.Tx) error {
		list, err = tx.Calendars()
		return err
	})
	return list, err
}

// PutCalendar changes the organization's calendar.
func (d *Desk) PutCalendar(ctx context.Context, who kept.Actor, c kept.Calendar) error {
	_, err := d.saveCalendar(ctx, who, "put-calendar", c, func(h *house) (kept.ID, error) {
		if len(h.calendarData) > 0 {
			return h.calendarData[0].ID, nil
		}
		return 0, nil
	})
	return err
}

// AddCalendar adds hours that a team, a person, a customer or a policy can be given.
func (d *Desk) AddCalendar(ctx context.Context, who kept.Actor, c kept.Calendar) (kept.Calendar, error) {
	return d.saveCalendar(ctx, who, "add-calendar", c, func(*house) (kept.ID, error) { return 0, nil })
}

// ChangeCalendar replaces a calendar. What runs on it is computed again; a time that was told stands.
func (d *Desk) ChangeCalendar(ctx context.Context, who kept.Actor, c kept.Calendar) (kept.Calendar, error) {
	return d.saveCalendar(ctx, who, "change-calendar", c, func(h *house) (kept.ID, error) {
		if _, ok := h.calendars[c.ID]; !ok || c.ID == 0 {
			return 0, kept.Fail(kept.NotFound, "There is no such calendar.")
		}
		return c.ID, nil
	})
}

func (d *Desk) saveCalendar(ctx context.Context, who kept.Actor, op access.Operation, c kept.Calendar, id func(*house) (kept.ID, error)) (kept.Calendar, error) {
	now := d.now()
	if err := access.Check(who, op); err != nil {
		return c, err
	}
	if err := checkCalendar(c, now); err != nil {
		return c, err
	}
	err := d.write(ctx, who, op, func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if c.ID, err = id(h); err != nil {
			return err
		}
		if err := h.nameCalendar(&c); err != nil {
			return err
		}
		if c.ID, err = tx.PutCalendar(c); err != nil {
			return err
		}
		return d.revised(tx, who, now, "calendar "+c.Name)
	})
	return c, err
}

// checkCalendar refuses what can't be read, or is never open.
func checkCalendar(c kept.Calendar, now time.Time) error {
	compiled, err := calendar.Compile(c)
	if err != nil {
		return err
	}
	if _, err := compiled.NextOpen(now); err != nil {
		return kept.Wrong("hours", "This calendar is never open, so nothing could be promised by it. Give it at least one window.")
	}
	return nil
}

// nameCalendar gives a calendar a name that no other has: files know them by it.
func (h *house) nameCalendar(c *kept.Calendar) error {
	if c.Name = strings.TrimSpace(c.Name); c.Name == "" {
		c.Name = h.calendarOf(c.ID).Name // one that has a name keeps it
	}
	if c.Name == "" && len(h.calendarData) == 0 {
		c.Name = "Office hours"
	}
	if c.Name == "" {
		return kept.Wrong("name", "Give these hours a name, such as Support Berlin: teams, people and policies choose them by it.")
	}
	if len([]rune(c.Name)) > mostName {
		return kept.Wrong("name", "This name is too long: write at most %d letters.", mostName)
	}
	for _, reserved := range []string{rulebook.Always, rulebook.CustomersHours, rulebook.TeamHours} {
		if strings.EqualFold(c.Name, reserved) {
			return kept.Wrong("name", "%q has a meaning of its own in policies. Choose another name.", c.Name)
		}
	}
	for _, other := range h.calendarData {
		if other.ID != c.ID && strings.EqualFold(other.Name, c.Name) {
			return kept.Wrong("name", "Another calendar is called %s already. Choose another name.", other.Name)
		}
	}
	return nil
}

// mostName is how long the name of a thing of the house may be, in letters.
const mostName = 60

// calendarOf finds a calendar's data; the zero calendar where there is none.
func (h *house) calendarOf(id kept.ID) kept.Calendar {
	i := slices.IndexFunc(h.calendarData, func(c kept.Calendar) bool { return c.ID == id })
	if i < 0 {
		return kept.Calendar{}
	}
	return h.calendarData[i]
}

// DropCalendar forgets a calendar that nothing runs on.
func (d *Desk) DropCalendar(ctx context.Context, who kept.Actor, id kept.ID) error {
	now := d.now()
	return d.write(ctx, who, "drop-calendar", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		c := h.calendarOf(id)
		if c.ID == 0 {
			return kept.Fail(kept.NotFound, "There is no such calendar.")
		}
		use, err := h.useOf(tx, id)
		if err != nil {
			return err
		}
		if use != "" {
			return kept.Fail(kept.Conflict, "%s. Give that other hours first, then drop these.", use)
		}
		if err := tx.DropCalendar(id); err != nil {
			return err
		}
		return d.revised(tx, who, now, "calendar "+c.Name+" dropped")
	})
}

// useOf says in words what runs on a calendar; empty: nothing.
func (h *house) useOf(tx *store.Tx, id kept.ID) (string, error) {
	if h.calendarData[0].ID == id {
		return "These are the organization's hours", nil
	}
	for _, p := range h.policies {
		for _, t := range p.Times {
			if t.Calendar == id {
				return "The policy " + p.Name + " runs on these hours", nil
			}
		}
	}
	for _, t := range h.teams {
		if t.Calendar == id {
			return "The team " + t.Name + " keeps these hours", nil
		}
	}
	agents, err := tx.Agents()
	if err != nil {
		return "", err
	}
	for _, a := range agents {
		if a.Calendar == id && a.GoneAt.IsZero() {
			return "These are the shifts of " + a.Name, nil
		}
	}
	companies, err := tx.Companies()
	if err != nil {
		return "", err
	}
	for _, c := range companies {
		if c.Calendar == id {
			return "The company " + c.Name + " keeps these hours", nil
		}
	}
	kept, err := tx.ContactKeeps(id)
	if kept {
		return "A customer keeps these hours", err
	}
	return "", err
}

// knownCalendar refuses hours that aren't there. Zero is none.
func (h *house) knownCalendar(id kept.ID) error {
	if _, ok := h.calendars[id]; !ok {
		return kept.Wrong("calendar", "There are no such hours. Choose from the calendars, or none.")
	}
	return nil
}

// Holiday is a closed date that a calendar can be given, and what it is called where that is known.
type Holiday struct {
	Date string `json:"date"`
	Name string `json:"name,omitempty"`
}

// HolidaySets names the built-in sets of holidays: "DE-BY", "GB".
func (d *Desk) HolidaySets(who kept.Actor) ([]string, error) {
	return calendar.HolidaySets(), access.Check(who, "list-holidays")
}

// Holidays are the holidays of a set, in the years from one to another.
func (d *Desk) Holidays(who kept.Actor, set string, from, to int) (list []Holiday, err error) {
	if err := access.Check(who, "list-holidays"); err != nil {
		return nil, err
	}
	if to < from || to-from > 10 {
		return nil, kept.Wrong("to", "Ask for at most ten years, the first year first.")
	}
	for year := from; year <= to; year++ {
		in, err := calendar.NamedHolidays(set, year)
		if err != nil {
			return nil, err
		}
		for _, h := range in {
			list = append(list, Holiday(h))
		}
	}
	return list, nil
}

// Closed is what a calendar file says of closed dates: those, how many of its events they come from, and which
// events name none, with the reason.
type Closed struct {
	Items   []Holiday          `json:"items"`
	Taken   int                `json:"taken"`
	LeftOut []calendar.LeftOut `json:"left_out"`
}

// ReadICS reads the closed dates of an iCalendar file, this year's and the next two years'. Nothing is
// saved: the dates are shown first.
func (d *Desk) ReadICS(who kept.Actor, r io.Reader) (c Closed, err error) {
	if err := access.Check(who, "read-ics"); err != nil {
		return c, err
	}
	year := d.now().Year()
	read, err := calendar.ImportICS(r, year, year+2)
	c = Closed{Items: []Holiday{}, Taken: read.Taken, LeftOut: read.Left}
	if c.LeftOut == nil {
		c.LeftOut = []calendar.LeftOut{}
	}
	for _, h := range read.Dates {
		c.Items = append(c.Items, Holiday(h))
	}
	return c, err
}

// Shift is when somebody is on duty.
type Shift struct {
	Calendar string              `json:"calendar"` // its name; empty: round the clock
	Zone     string              `json:"zone"`     // the calendar's own
	Open     []calendar.Interval `json:"open"`     // the days ahead, in order
}

// shiftDays is how many days of a shift are shown, today's among them.
const shiftDays = 14

// MyShift is when the one who asks is on duty, in the two weeks from today.
func (d *Desk) MyShift(ctx context.Context, who kept.Actor) (s Shift, err error) {
	now := d.now()
	err = d.read(ctx, who, "my-shift", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		a, err := tx.Agent(who.ID)
		if err != nil {
			return err
		}
		cal := h.shifts(a)
		s = Shift{Zone: cal.Zone().String(), Open: []calendar.Interval{}}
		for _, c := range h.calendarData {
			if h.calendars[c.ID] == cal {
				s.Calendar = c.Name
			}
		}
		first := cal.DayOf(now)
		for day := first; day < first+shiftDays; day++ {
			s.Open = append(s.Open, cal.On(day)...)
		}
		return nil
	})
	return s, err
}
