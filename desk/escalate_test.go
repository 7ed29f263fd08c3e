package desk_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// escalating changes what the first policy promises at every priority.
func (w *world) escalating(change func(kept.Priority, *kept.Times)) {
	w.Helper()
	w.ok(w.db.Write(w.ctx, func(tx *store.Tx) error {
		policies, err := tx.Policies()
		if err != nil {
			return err
		}
		p := policies[0]
		for priority, times := range p.Times {
			change(priority, &times)
			p.Times[priority] = times
		}
		if _, err := tx.PutPolicy(p); err != nil {
			return err
		}
		w.n++
		return tx.PutSetting("house_version", w.at.String()+string(rune('a'+w.n)))
	}))
}

// told lists a conversation's events of some types, oldest first.
func (w *world) told(conversation kept.ID, types ...kept.EventType) (out []kept.Event) {
	w.Helper()
	w.ok(w.db.Read(w.ctx, func(tx *store.Tx) (err error) {
		out, err = tx.EventsOf(conversation, types...)
		return err
	}))
	return out
}

// data reads what an event says.
func data[T any](w *world, e kept.Event) (v T) {
	w.Helper()
	w.ok(json.Unmarshal(e.Data, &v))
	return v
}

func TestTheFirstWarningIsTheOwnersAndTheSecondTheirTeamsToo(t *testing.T) {
	each(t, func(w *world) {
		w.escalating(func(_ kept.Priority, t *kept.Times) { t.WarnShare, t.Warn = 0.5, kept.Span{Minutes: 30} })
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Reply).Due
		_, err := w.desk.Change(w.ctx, w.ana, f.ID, desk.Change{Assignee: &w.bo.ID})
		w.ok(err)
		w.until(due.Add(-time.Hour))
		warned := w.told(f.ID, kept.PromiseWarned)
		if len(warned) != 1 || !warned[0].At.Before(due.Add(-time.Hour)) {
			w.Fatalf("at half of the time: %+v", warned)
		}
		if first := data[desk.Warned](w, warned[0]); !slices.Equal(first.For, []kept.ID{w.bo.ID}) || first.Warned != 1 {
			w.Fatalf("the first is the owner's: %+v", first)
		}
		w.until(due.Add(-time.Minute))
		warned = w.told(f.ID, kept.PromiseWarned)
		if len(warned) != 2 {
			w.Fatalf("half an hour before: %+v", warned)
		}
		if second := data[desk.Warned](w, warned[1]); len(second.For) != 0 || second.Warned != 2 || !second.WarnAt.IsZero() {
			w.Fatalf("the second is everybody's, who are the team here: %+v", second)
		}
	})
}
