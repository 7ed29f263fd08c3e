package desk_test

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

func TestWhatFellDueBeforeASweepIsBrokenWhateverAVerbDoes(t *testing.T) {
	each(t, func(w *world) {
		w.promising(kept.Normal, func(t *kept.Times) { t.Workaround = kept.Span{Minutes: 120} })
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Workaround).Due
		w.at = due.Add(time.Minute) // nobody has swept
		f = w.answers(w.bo, f.ID, "Which lamp is on?", desk.Wait)
		if p := w.promise(f, kept.Workaround); p.State != kept.PromiseBroken || !p.SettledAt.Equal(due) {
			w.Fatalf("%s at %v, due %v", p.State, p.SettledAt, due)
		}
		if n := len(w.events(f.ID, kept.PromiseWasBroken)); n != 1 {
			w.Fatalf("%d events of it", n)
		}
		w.works(time.Hour)
		if len(w.events(f.ID, kept.PromiseEscalated)) == 0 {
			w.Fatal("nobody was told")
		}
	})
}

func TestAConfirmedResolutionIsFinal(t *testing.T) {
	each(t, func(w *world) {
		w.resolving()
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Hour)
		w.answers(w.bo, f.ID, "It works again.", desk.Solve)
		w.deliver()
		w.ok(w.desk.ItWorks(w.ctx, w.token(f), ""))
		w.turns(20 * time.Hour)
		w.writes("marta@example.com", "Re: No line", "Thanks. How do I change my password?")
		f = w.answers(w.bo, f.ID, "I look it up.", desk.Ours)
		if p := w.promise(f, kept.Resolution); p.State != kept.PromiseKept {
			w.Fatalf("%+v", p)
		}
	})
}

func TestATagTakesNoTimeAwayThatStoodStill(t *testing.T) {
	each(t, func(w *world) {
		w.promising(kept.Normal, func(t *kept.Times) { t.Workaround = kept.Span{Minutes: 360} })
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Hour)
		w.answers(w.bo, f.ID, "Which lamp is on?", desk.Wait)
		w.deliver()
		w.turns(2 * time.Hour)
		f = w.writes("marta@example.com", "Re: No line", "The red one.")
		due := w.promise(f, kept.Workaround).Due
		tags := []string{"router"}
		f, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Tags: &tags})
		w.ok(err)
		if got := w.promise(f, kept.Workaround).Due; !got.Equal(due) {
			w.Errorf("due %s, was %s", got, due)
		}
	})
}

func TestWhatIsNeededSoonerInTheCustomersTurnIsPromisedAsUrgent(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Hour)
		w.answers(w.bo, f.ID, "Which lamp is on?", desk.Wait)
		w.deliver()
		w.turns(time.Hour)
		w.ok(w.desk.NeedSooner(w.ctx, w.token(f), kept.Need{Hours: 8, Why: "I work by it."}, ""))
		f = w.read(f.ID)
		if p := w.promise(f, kept.Workaround); p.State != kept.PromiseOpen || !p.Due.Equal(w.at.Add(2*time.Hour)) {
			w.Fatalf("%s, due %v", p.State, p.Due)
		}
	})
}

func TestAPromiseThatACorrectionBreaksIsEscalated(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Reply).Due
		w.until(due.Add(-time.Minute))
		w.answers(w.bo, f.ID, "We look.", desk.Ours)
		w.deliver()
		w.until(due.Add(5 * time.Minute))
		f = w.read(f.ID)
		w.bounces(lastSaid(f))
		p := w.promise(w.read(f.ID), kept.Reply)
		if p.State != kept.PromiseBroken {
			w.Fatalf("%+v", p)
		}
		if len(w.jobs(desk.JobEscalate)) == 0 {
			w.Fatal("nobody is told")
		}
	})
}

func TestARosterThatEndsStopsNobodysClock(t *testing.T) {
	each(t, func(w *world) {
		c := kept.Calendar{Name: "Fair", Zone: "Europe/Dublin", Shifts: map[string]kept.Windows{"2026-05-18": {"09:00": "17:00"}}}
		c, err := w.desk.AddCalendar(w.ctx, w.ana, c)
		w.ok(err)
		w.promising(kept.Normal, func(t *kept.Times) { t.Calendar = c.ID })
		fair := w.writes("marta@example.com", "No line", "It is gone.")
		w.until(w.promise(fair, kept.Reply).Due.Add(time.Minute))
		if p := w.promise(w.read(fair.ID), kept.Reply); p.State != kept.PromiseBroken {
			w.Fatalf("%+v", p)
		}
		w.turns(72 * time.Hour)
		w.writes("marta@example.com", "Another", "And this.")
	})
}

func TestAFormThatIsGoneBackToSaysWhatIsNew(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		n := len(w.read(f.ID).Timeline)
		for _, words := range []string{"The lamp is red.", "The lamp is red.", "Now it is green."} {
			w.ok(w.desk.AddWords(w.ctx, w.token(f), words, "form"))
		}
		said := 0
		for _, e := range w.read(f.ID).Timeline[n:] {
			if e.Message != nil && e.Message.Author.Kind == kept.ByContact {
				said++
			}
		}
		if said != 2 {
			w.Fatalf("%d messages", said)
		}
	})
}

func TestAnUrgentPageIsQuietOnceTheCustomerSaysThatItWorks(t *testing.T) {
	each(t, func(w *world) {
		w.nights()
		w.escalating(onCallAtOnce)
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.urgently(f.ID)
		_, err := w.desk.Give(w.ctx, w.bo, f.ID, desk.Next{Words: "The tracking number", Due: w.at.Add(48 * time.Hour)})
		w.ok(err)
		w.works(time.Second)
		w.ok(w.desk.ItWorks(w.ctx, w.token(f), ""))
		pages, err := w.desk.Pages(w.ctx, w.bo)
		w.ok(err)
		if len(pages) != 0 {
			w.Fatalf("%+v ring", pages)
		}
	})
}
