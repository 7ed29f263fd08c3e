package desk

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

func TestAnAgentsShiftsAreTheirOwnElseTheirTeamsElseTheOrganizations(t *testing.T) {
	h := &house{calendars: map[kept.ID]*calendar.Calendar{kept.Always: calendar.Always}}
	for id, hours := range map[kept.ID]kept.Windows{1: {"09:00": "17:00"}, 2: {"06:00": "14:00"}, 3: {"14:00": "22:00"}} {
		cal, err := calendar.Compile(kept.Calendar{Zone: "UTC", Hours: map[string]kept.Windows{"mon": hours}})
		if err != nil {
			t.Fatal(err)
		}
		h.calendars[id] = cal
	}
	h.calendarData = []kept.Calendar{{ID: 1}, {ID: 2}, {ID: 3}}
	h.teams = []kept.Team{{ID: 7, Members: []kept.ID{1, 2}}, {ID: 8, Members: []kept.ID{2, 3}, Calendar: 2}}
	gone := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	staff := h.onShift([]kept.Agent{
		{ID: 1, Role: kept.RoleAgent},
		{ID: 2, Role: kept.RoleLead},
		{ID: 3, Role: kept.RoleOwner, Calendar: 3},
		{ID: 4, Role: kept.RoleAgent, Calendar: 99}, // a calendar that is gone
		{ID: 5, Role: kept.RoleCoworker},
		{ID: 6, Role: kept.RoleAgent, GoneAt: gone},
	})
	want := []struct {
		id, calendar kept.ID
		teams        int
	}{{1, 1, 1}, {2, 2, 2}, {3, 3, 1}, {4, 1, 0}}
	if len(staff) != len(want) {
		t.Fatalf("%d serve: %+v", len(staff), staff)
	}
	for i, w := range want {
		if s := staff[i]; s.ID != w.id || s.Calendar != h.calendars[w.calendar] || len(s.Teams) != w.teams {
			t.Errorf("agent %d: %+v, want the hours of calendar %d and %d teams", w.id, s, w.calendar, w.teams)
		}
	}
}
