package desk_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// recomputes runs what follows from a changed policy or calendar, and says how many parts it took.
func (w *world) recomputes() (parts int) {
	w.Helper()
	for {
		claimed, _, err := w.db.ClaimJobs(w.ctx, store.Claim{
			Now: w.at, Most: 1000, Lease: func(string) time.Duration { return time.Hour },
			Only: []string{desk.JobRecompute},
		})
		w.ok(err)
		if len(claimed) == 0 {
			return parts
		}
		for _, j := range claimed {
			var part desk.Part
			w.ok(json.Unmarshal(j.Args, &part))
			w.ok(w.desk.Recompute(w.ctx, part))
			w.ok(w.desk.Recompute(w.ctx, part)) // a job runs at least once
			parts++
			w.ok(w.db.FinishJob(w.ctx, j.Job))
		}
	}
}

func allDay() kept.Calendar {
	day := kept.Windows{"00:00": "24:00"}
	return kept.Calendar{Zone: "Europe/Dublin", Hours: map[string]kept.Windows{
		"mon": day, "tue": day, "wed": day, "thu": day, "fri": day, "sat": day, "sun": day,
	}}
}

func TestLongerHoursBringWhatIsOpenForwardAndNothingThatWasToldBack(t *testing.T) {
	each(t, func(w *world) {
		w.at = monday.Add(6 * time.Hour) // 16:00 in Dublin: 4 open hours end on Tuesday
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.deliver()
		tomorrow := w.promise(w.read(f.ID), kept.Reply).Due
		if tomorrow.Sub(w.at) < 12*time.Hour {
			w.Fatalf("due %v already", tomorrow)
		}
		w.ok(w.desk.PutCalendar(w.ctx, w.ana, allDay()))
		w.recomputes()
		p := w.promise(w.read(f.ID), kept.Reply)
		if want := p.OpenedAt.Add(4 * time.Hour); !p.Due.Equal(want) {
			w.Fatalf("due %v, want %v", p.Due, want)
		}
		w.ok(w.desk.PutCalendar(w.ctx, w.ana, kept.Calendar{Zone: "Europe/Dublin", Hours: map[string]kept.Windows{"wed": {"09:00": "17:00"}}}))
		w.recomputes()
		if again := w.promise(w.read(f.ID), kept.Reply); !again.Due.Equal(p.Due) {
			w.Fatalf("what was told moved from %v to %v", p.Due, again.Due)
		}
	})
}

func TestManyConversationsAreGoneThroughInParts(t *testing.T) {
	each(t, func(w *world) {
		var ids []kept.ID
		for range 230 {
			ids = append(ids, w.writes("marta@example.com", "No line "+strings.Repeat("x", len(ids)), "It is gone.").ID)
		}
		w.deliver()
		w.ok(w.desk.PutCalendar(w.ctx, w.ana, allDay()))
		if parts := w.recomputes(); parts < 3 {
			w.Fatalf("%d parts", parts)
		}
		for _, id := range []kept.ID{ids[0], ids[120], ids[229]} {
			if p := w.promise(w.read(id), kept.Reply); !p.Due.Equal(p.OpenedAt.Add(4 * time.Hour)) {
				w.Fatalf("%d is due %v", id, p.Due)
			}
		}
	})
}

func TestACalendarInUseStaysAndOneThatIsNeverOpenIsRefused(t *testing.T) {
	each(t, func(w *world) {
		never := kept.Calendar{Name: "Never", Zone: "UTC", Hours: map[string]kept.Windows{}}
		if _, err := w.desk.AddCalendar(w.ctx, w.ana, never); !kept.Is(err, kept.Invalid) {
			w.Fatalf("a calendar that is never open: %v", err)
		}
		night := allDay()
		night.Name = "Night shift"
		night, err := w.desk.AddCalendar(w.ctx, w.ana, night)
		w.ok(err)
		if _, err := w.desk.AddCalendar(w.ctx, w.ana, night); !kept.Is(err, kept.Invalid) {
			w.Fatalf("two calendars of one name: %v", err)
		}
		_, err = w.desk.ChangeAgent(w.ctx, w.ana, w.bo.ID, desk.AgentChange{Calendar: &night.ID})
		w.ok(err)
		if s, err := w.desk.MyShift(w.ctx, w.bo); err != nil || s.Calendar != "Night shift" || len(s.Open) != 14 {
			w.Fatalf("Bo's shift: %+v %v", s, err)
		}
		if err := w.desk.DropCalendar(w.ctx, w.ana, night.ID); !kept.Is(err, kept.Conflict) || !strings.Contains(err.Error(), "Bo Lind") {
			w.Fatalf("shifts that somebody works by: %v", err)
		}
		none := kept.ID(0)
		_, err = w.desk.ChangeAgent(w.ctx, w.ana, w.bo.ID, desk.AgentChange{Calendar: &none})
		w.ok(err)
		w.ok(w.desk.DropCalendar(w.ctx, w.ana, night.ID))
		all, err := w.desk.Calendars(w.ctx, w.ana)
		w.ok(err)
		if len(all) != 1 {
			w.Fatalf("%d calendars", len(all))
		}
		if err := w.desk.DropCalendar(w.ctx, w.ana, all[0].ID); !kept.Is(err, kept.Conflict) {
			w.Fatalf("the organization's hours: %v", err)
		}
	})
}

func TestWhatATeamHasIsEverybodysWhenTheTeamIsGone(t *testing.T) {
	each(t, func(w *world) {
		team, err := w.desk.PutTeam(w.ctx, w.ana, kept.Team{Name: "Lines", Members: []kept.ID{w.bo.ID, w.bo.ID}, Inboxes: []kept.ID{w.inbox.ID}})
		w.ok(err)
		if len(team.Members) != 1 {
			w.Fatalf("members %v", team.Members)
		}
		if _, err := w.desk.PutTeam(w.ctx, w.ana, kept.Team{Name: "Other", Inboxes: []kept.ID{w.inbox.ID}}); !kept.Is(err, kept.Invalid) {
			w.Fatalf("an inbox of two teams: %v", err)
		}
		f := w.writes("marta@example.com", "No line", "It is gone.")
		f, err = w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Team: &team.ID})
		w.ok(err)
		if f.Team != team.ID {
			w.Fatalf("team %d", f.Team)
		}
		w.ok(w.desk.DropTeam(w.ctx, w.ana, team.ID))
		w.recomputes()
		if f = w.read(f.ID); f.Team != 0 {
			w.Fatalf("still team %d's", f.Team)
		}
	})
}

func TestTagsAreSortedTrimmedAndEachOnce(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		f, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Tags: &[]string{" outage", "billing", "outage ", ""}})
		w.ok(err)
		if !slices.Equal(f.Tags, []string{"billing", "outage"}) {
			w.Fatalf("tags %q", f.Tags)
		}
		if _, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Tags: &[]string{strings.Repeat("x", 31)}}); !kept.Is(err, kept.Invalid) {
			w.Fatalf("a tag of 31 letters: %v", err)
		}
		f, err = w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Tags: &[]string{}})
		w.ok(err)
		if len(f.Tags) != 0 {
			w.Fatalf("tags %q", f.Tags)
		}
	})
}
