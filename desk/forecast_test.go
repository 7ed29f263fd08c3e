package desk_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

func (w *world) forecast() desk.Forecast {
	w.Helper()
	f, err := w.desk.Forecast(w.ctx, w.bo)
	w.ok(err)
	return f
}

// chance is how likely a promise is to be kept.
func (w *world) chance(id kept.ID) desk.Chance {
	w.Helper()
	f := w.forecast()
	i := slices.IndexFunc(f.Chances, func(c desk.Chance) bool { return c.Promise == id })
	if i < 0 {
		w.Fatalf("promise %d isn't forecast: %+v", id, f)
	}
	return f.Chances[i]
}

// opens writes a promise past the verbs, with its event.
func (w *world) opens(p kept.Promise) (id kept.ID) {
	w.Helper()
	p.State, p.OpenedAt, p.Zone, p.Source = kept.PromiseOpen, w.at, "UTC", kept.FromAgent
	w.ok(w.db.Write(w.ctx, func(tx *store.Tx) (err error) {
		if p.ID, err = tx.AddPromise(p); err != nil {
			return err
		}
		data, err := json.Marshal(p)
		if err != nil {
			return err
		}
		return tx.AddEvents(kept.Event{At: w.at, Type: kept.PromiseOpened, Actor: w.ana, Conversation: p.Conversation, Promise: p.ID, Data: data})
	}))
	return p.ID
}

// away gives an agent a calendar in which they are never there on these dates.
func (w *world) away(agent kept.ID, dates ...string) {
	w.Helper()
	w.ok(w.db.Write(w.ctx, func(tx *store.Tx) error {
		hours := map[string]kept.Windows{}
		for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
			hours[day] = kept.Windows{"09:00": "17:00"}
		}
		id, err := tx.PutCalendar(kept.Calendar{Name: "Bo", Zone: "Europe/Dublin", Hours: hours, Holidays: dates})
		if err != nil {
			return err
		}
		a, err := tx.Agent(agent)
		if err != nil {
			return err
		}
		a.Calendar = id
		if err := tx.SaveAgent(a); err != nil {
			return err
		}
		return tx.PutSetting("house_version", fmt.Sprint("away", id))
	}))
}

func TestTheForecastIsTheSameForTheSameQuestionAndTurnsWithTheStaff(t *testing.T) {
	each(t, func(w *world) {
		marta := w.writes("marta@example.com", "No line", "It is dead.")
		tomorrow := w.at.Add(25 * time.Hour) // Tuesday 11:00 in Dublin
		f := w.answers(w.bo, marta.ID, "We test it.", desk.Ours, desk.Next{Words: "The result", Due: tomorrow})
		w.deliver()
		result := w.promise(f, kept.Custom)
		w.turns(time.Minute)

		first := w.forecast()
		if again := w.forecast(); !reflect.DeepEqual(first, again) {
			t.Errorf("asked twice: %+v and %+v", first, again)
		}
		if c := w.chance(result.ID); c.Kept < 0.9 || c.Nobody || c.Beyond {
			t.Errorf("a promise for tomorrow on a quiet desk: %+v", c)
		}
		if len(first.Load) < 24 || first.Load[0].Staff == 0 || first.Basis.Staff != 2 || first.Basis.Promises != 2 || first.Basis.Arrivals {
			t.Errorf("the load and the basis: %+v %+v", first.Load[0], first.Basis)
		}

		w.away(w.bo.ID, "2026-05-18", "2026-05-19", "2026-05-20")
		w.turns(time.Minute)
		if c := w.chance(result.ID); c.Kept > 0.1 {
			t.Errorf("Bo is on leave, and still: %+v", c)
		}
		if _, err := w.desk.Forecast(w.ctx, kept.Actor{}); err == nil {
			t.Error("who isn't signed in sees the forecast")
		}
	})
}

func TestACallbackCantBeKeptBeforeItsWindowBegins(t *testing.T) {
	each(t, func(w *world) {
		marta := w.writes("marta@example.com", "No line", "It is dead.")
		due := w.at.Add(26 * time.Hour)
		wide := w.opens(kept.Promise{Conversation: marta.ID, To: marta.Contact, Kind: kept.Callback, By: w.bo.ID, Due: due})
		narrow := w.opens(kept.Promise{
			Conversation: marta.ID, To: marta.Contact, Kind: kept.Callback, By: w.ana.ID, Due: due, From: due.Add(-3 * time.Minute),
		})
		w.turns(time.Minute)
		if all, little := w.chance(wide), w.chance(narrow); all.Kept < 0.9 || little.Kept > all.Kept-0.3 {
			t.Errorf("a window of a day: %+v, of three minutes: %+v", all, little)
		}
	})
}

func TestASafeTimeIsLaterForWhoIsAwayAndCostsNobodyTheirs(t *testing.T) {
	each(t, func(w *world) {
		marta := w.writes("marta@example.com", "No line", "It is dead.")
		here, err := w.desk.SafeTime(w.ctx, w.bo, marta.ID, kept.Update)
		w.ok(err)
		if !here.Due.After(w.at) || here.Due.After(w.at.Add(3*time.Hour)) || here.Due.Minute()%15 != 0 || here.Basis.Share != 0.9 {
			t.Errorf("a quiet desk is safe by %s on %+v", here.Due, here.Basis)
		}
		again, err := w.desk.SafeTime(w.ctx, w.bo, marta.ID, kept.Update)
		w.ok(err)
		if !again.Due.Equal(here.Due) {
			t.Errorf("asked twice: %s and %s", here.Due, again.Due)
		}
		w.away(w.bo.ID, "2026-05-18")
		away, err := w.desk.SafeTime(w.ctx, w.bo, marta.ID, kept.Update)
		w.ok(err)
		if away.Due.Before(time.Date(2026, 5, 19, 8, 0, 0, 0, time.UTC)) {
			t.Errorf("Bo is there again on Tuesday, and is safe by %s", away.Due)
		}
		if _, err := w.desk.SafeTime(w.ctx, w.bo, 4711, kept.Update); err == nil {
			t.Error("a conversation that isn't there has a safe time")
		}
	})
}

func TestAForecastOfVeryManySaysThatItIsBounded(t *testing.T) {
	each(t, func(w *world) {
		marta := w.writes("marta@example.com", "No line", "It is dead.")
		var events []kept.Event
		w.ok(w.db.Write(w.ctx, func(tx *store.Tx) (err error) {
			for i := range 1005 {
				p := kept.Promise{
					Conversation: marta.ID, To: marta.Contact, Kind: kept.Custom, Words: "A visit", Due: w.at.Add(time.Duration(24*60+i) * time.Minute),
					Zone: "UTC", Source: kept.FromAgent, OpenedAt: w.at, State: kept.PromiseOpen,
				}
				if p.ID, err = tx.AddPromise(p); err != nil {
					return err
				}
				data, err := json.Marshal(p)
				if err != nil {
					return err
				}
				events = append(events, kept.Event{At: w.at, Type: kept.PromiseOpened, Actor: w.ana, Conversation: marta.ID, Promise: p.ID, Data: data})
			}
			return tx.AddEvents(events...)
		}))
		if f := w.forecast(); !f.Basis.Bounded || len(f.Chances) != 1000 || f.Basis.Promises != 1000 {
			t.Errorf("%d chances on %+v", len(f.Chances), f.Basis)
		}
	})
}

func TestWorkIsMeasuredWhereOnePersonAnsweredOneAfterTheOther(t *testing.T) {
	each(t, func(w *world) {
		for day := range 10 {
			w.until(monday.AddDate(0, 0, day))
			if wd := w.at.Weekday(); wd == time.Saturday || wd == time.Sunday {
				continue
			}
			var waiting []desk.Full
			for i := range 4 {
				waiting = append(waiting, w.writes(fmt.Sprintf("c%d@example.com", i), fmt.Sprint("Day ", day, i), "Please help."))
			}
			for _, f := range waiting {
				w.turns(12 * time.Minute)
				w.answers(w.bo, f.ID, "Done. Does it work?", desk.Solve)
				w.deliver()
			}
		}
		w.turns(time.Hour)
		f := w.forecast()
		if f.Basis.Measured < 15 || f.Basis.Recorded < 32 || !f.Basis.Arrivals {
			t.Errorf("eight days of four answers each, three of them in a row: %+v", f.Basis)
		}
		arrivals := 0.0
		for _, l := range f.Load {
			arrivals += l.Arrivals
		}
		if arrivals == 0 {
			t.Error("nothing is expected to arrive")
		}
		c, err := w.desk.Calibration(w.ctx, w.bo)
		w.ok(err)
		if c.Moments == 0 || len(c.Buckets) != 10 || c.Enough != (c.Count >= 30) {
			t.Errorf("calibrated: %+v", c)
		}
	})
}

func TestADeskWithoutAPastSaysThatItKnowsNothing(t *testing.T) {
	each(t, func(w *world) {
		c, err := w.desk.Calibration(w.ctx, w.bo)
		w.ok(err)
		if c.Count != 0 || c.Enough || c.Moments != 0 {
			t.Errorf("calibrated on nothing: %+v", c)
		}
		if f := w.forecast(); len(f.Chances) != 0 || f.Basis.Promises != 0 || f.Basis.Recorded != 0 {
			t.Errorf("forecast of nothing: %+v", f.Basis)
		}
	})
}
