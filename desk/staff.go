package desk

import (
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/forecast"
	"github.com/kept-desk/kept/store"
)

// breath is what a person takes between one piece of work and the next.
const breath = 2 * time.Minute

// staff reads who serves customers, each with their shifts, by name. Nobody's present work is known, so
// everybody begins free.
func (h *house) staff(tx *store.Tx) ([]forecast.Agent, error) {
	agents, err := tx.Agents()
	if err != nil {
		return nil, err
	}
	return h.onShift(agents), nil
}

// onShift are those of some agents who serve customers, as the forecast sees them.
func (h *house) onShift(agents []kept.Agent) (staff []forecast.Agent) {
	for _, a := range agents {
		if a.GoneAt.IsZero() && a.Role.Serves() {
			staff = append(staff, forecast.Agent{ID: a.ID, Teams: h.teamsOf(a.ID), Calendar: h.shifts(a), Pause: breath})
		}
	}
	return staff
}

// shifts are when an agent is there: their own calendar, else their first team's that has one, else the
// organization's hours.
func (h *house) shifts(a kept.Agent) *calendar.Calendar {
	if cal, ok := h.calendars[a.Calendar]; ok && a.Calendar != 0 {
		return cal
	}
	for _, team := range h.teamsOf(a.ID) {
		id := h.team(team).Calendar
		if cal, ok := h.calendars[id]; ok && id != 0 {
			return cal
		}
	}
	if len(h.calendarData) == 0 {
		return calendar.Always
	}
	return h.calendars[h.calendarData[0].ID]
}
