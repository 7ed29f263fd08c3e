package desk_test

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// promising gives the desk's policy other times at one priority.
func (w *world) promising(p kept.Priority, change func(*kept.Times)) {
	w.Helper()
	list, err := w.desk.Policies(w.ctx, w.ana)
	w.ok(err)
	policy := list[0]
	t := policy.Times[p]
	change(&t)
	policy.Times[p] = t
	_, err = w.desk.PutPolicy(w.ctx, w.ana, policy)
	w.ok(err)
}

// resolving promises a resolution in eight hours.
func (w *world) resolving() {
	w.Helper()
	w.promising(kept.Normal, func(t *kept.Times) { t.Resolution = kept.Span{Minutes: 8 * 60} })
}

// offers answers with a workaround.
func (w *world) offers(id kept.ID, text string) desk.Full {
	w.Helper()
	f, err := w.desk.Reply(w.ctx, w.bo, id, desk.Answer{HTML: text, Then: desk.Wait, Workaround: true})
	w.ok(err)
	return f
}

func (w *world) urgently(id kept.ID) desk.Full {
	w.Helper()
	urgent := kept.Urgent
	f, err := w.desk.Change(w.ctx, w.bo, id, desk.Change{Priority: &urgent})
	w.ok(err)
	return f
}

// events counts the log's events of a type.
func (w *world) events(id kept.ID, types ...kept.EventType) (list []kept.Event) {
	w.Helper()
	w.ok(w.db.Read(w.ctx, func(tx *store.Tx) (err error) {
		list, err = tx.EventsOf(id, types...)
		return err
	}))
	return list
}

func TestUrgentPromisesAWorkaround(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		f = w.urgently(f.ID)
		p := w.promise(f, kept.Workaround)
		if !p.Due.Equal(monday.Add(2 * time.Hour)) {
			w.Fatalf("the workaround is due %v, not two hours after they wrote", p.Due)
		}
		w.answers(w.bo, f.ID, "We look.", desk.Ours)
		w.deliver()
		if p = w.promise(w.read(f.ID), kept.Workaround); p.State != kept.PromiseOpen {
			w.Fatalf("words alone kept it: %s", p.State)
		}
		f = w.offers(f.ID, "Use this number meanwhile.")
		if p = w.promise(f, kept.Workaround); p.State != kept.PromiseOpen || !f.WorkaroundAt.IsZero() {
			w.Fatalf("kept before the next hop has it: %s", p.State)
		}
		w.deliver()
		f = w.read(f.ID)
		if p = w.promise(f, kept.Workaround); p.State != kept.PromiseKept || f.WorkaroundAt.IsZero() {
			w.Fatalf("%s, working again since %v", p.State, f.WorkaroundAt)
		}
		if n := len(w.events(f.ID, kept.WorkaroundTold)); n != 1 {
			w.Fatalf("%d events of it", n)
		}
	})
}

func TestAWorkaroundThatDoesNotHelpIsPromisedAgainInHalfTheTime(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.urgently(f.ID)
		f = w.offers(f.ID, "Use this number.")
		w.deliver()
		w.turns(10 * time.Minute)
		for range 2 {
			w.ok(w.desk.WorkaroundFails(w.ctx, w.token(f), "It rings nowhere.", "once"))
		}
		f = w.read(f.ID)
		p := w.promise(f, kept.Workaround)
		if p.State != kept.PromiseOpen || !p.Due.Equal(w.at.Add(time.Hour)) {
			w.Fatalf("%s, due %v", p.State, p.Due)
		}
		if f.Status != kept.Open || !f.WorkaroundAt.IsZero() || w.promise(f, kept.Reply).State != kept.PromiseOpen {
			w.Fatalf("%s, working since %v", f.Status, f.WorkaroundAt)
		}
		if n := len(w.events(f.ID, kept.WorkaroundDisputed)); n != 1 {
			w.Fatalf("%d events of it", n)
		}
		normal := kept.Normal
		_, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Priority: &normal})
		w.ok(err)
		if f = w.urgently(f.ID); !w.promise(f, kept.Workaround).Due.Equal(p.Due) {
			w.Fatalf("the half grew to %v", w.promise(f, kept.Workaround).Due)
		}
	})
}

func TestAWorkaroundThatBouncedWasNone(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.urgently(f.ID)
		f = w.offers(f.ID, "Use this number.")
		w.deliver()
		w.bounces(lastSaid(f))
		f = w.read(f.ID)
		if p := w.promise(f, kept.Workaround); p.State != kept.PromiseOpen || !f.WorkaroundAt.IsZero() {
			w.Fatalf("%s, working since %v", p.State, f.WorkaroundAt)
		}
	})
}

func TestAResolutionIsKeptWhenASolutionIsToldByItsDue(t *testing.T) {
	each(t, func(w *world) {
		w.resolving()
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Hour)
		f = w.answers(w.bo, f.ID, "It works again.", desk.Solve)
		if p := w.promise(f, kept.Resolution); p.State != kept.PromiseOpen {
			w.Fatalf("before it left: %s", p.State)
		}
		w.deliver()
		f = w.read(f.ID)
		if p := w.promise(f, kept.Resolution); p.State != kept.PromiseKept || p.SettledBy.Message != lastSaid(f).ID || f.Solution() != kept.Proposed {
			w.Fatalf("%+v %s", p, f.Solution())
		}
		w.turns(time.Hour)
		f = w.writes("marta@example.com", "Re: No line", "Thanks!")
		if p := w.promise(f, kept.Resolution); p.State != kept.PromiseKept || f.Status != kept.Open {
			w.Fatalf("thanks cost us: %s", p.State)
		}
		w.answers(w.bo, f.ID, "You are welcome. Does it still work?", desk.Solve)
		w.deliver()
		w.until(w.at.Add(12 * 24 * time.Hour))
		_, err := w.desk.CloseUnopposed(w.ctx, f.ID)
		w.ok(err)
		if f = w.read(f.ID); w.promise(f, kept.Resolution).State != kept.PromiseKept || f.Solution() != kept.Assumed && f.Solution() != kept.Proposed {
			w.Fatalf("%s %s", f.Status, f.Solution())
		}
	})
}

func TestNotSolvedReopensAResolutionBeforeItsDueAndBreaksItAfter(t *testing.T) {
	each(t, func(w *world) {
		w.resolving()
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Resolution).Due
		w.turns(time.Hour)
		w.answers(w.bo, f.ID, "It works again.", desk.Solve)
		w.deliver()
		w.turns(time.Hour)
		w.ok(w.desk.NotSolved(w.ctx, w.token(f), "Still dead.", ""))
		f = w.read(f.ID)
		p := w.promise(f, kept.Resolution)
		if p.State != kept.PromiseOpen || !p.Due.Equal(due) || f.Solution() != kept.Disputed || !f.SecondTime {
			w.Fatalf("%+v %s", p, f.Solution())
		}
		w.answers(w.bo, f.ID, "Now it does.", desk.Solve)
		w.deliver()
		if f = w.read(f.ID); w.promise(f, kept.Resolution).State != kept.PromiseKept || f.Solution() != kept.Proposed {
			w.Fatalf("solved again: %+v %s", w.promise(f, kept.Resolution), f.Solution())
		}
		w.until(due.Add(time.Hour))
		w.ok(w.desk.NotSolved(w.ctx, w.token(f), "No.", ""))
		f = w.read(f.ID)
		if p = w.promise(f, kept.Resolution); p.State != kept.PromiseBroken || !p.SettledAt.Equal(due) {
			w.Fatalf("%+v", p)
		}
		corrected := 0
		for _, e := range w.events(f.ID, kept.PromiseCorrected) {
			if e.Message == 0 {
				w.Errorf("a correction without a cause: %s", e.Data)
			}
			if e.Promise == p.ID {
				corrected++
			}
		}
		if corrected != 2 {
			w.Fatalf("corrected %d times", corrected)
		}
		if n := len(w.events(f.ID, kept.LeadTold)); n != 1 {
			w.Fatalf("the lead was told %d times of a second time", n)
		}
	})
}

func TestAnAnswerThatIsStillOursAdmitsThatItWasNotSolved(t *testing.T) {
	each(t, func(w *world) {
		w.resolving()
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Hour)
		w.answers(w.bo, f.ID, "It works again.", desk.Solve)
		w.deliver()
		w.turns(20 * time.Hour)
		f = w.writes("marta@example.com", "Re: No line", "Sorry, it does not.")
		f = w.answers(w.bo, f.ID, "You are right, we look again.", desk.Ours)
		if p := w.promise(f, kept.Resolution); p.State != kept.PromiseOpen {
			w.Fatalf("%+v", p)
		}
	})
}

func TestTheCustomersWordThatItWorksKeepsTheResolution(t *testing.T) {
	each(t, func(w *world) {
		w.resolving()
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Hour)
		w.answers(w.bo, f.ID, "Did you restart it?", desk.Wait)
		w.deliver()
		w.ok(w.desk.ItWorks(w.ctx, w.token(f), ""))
		f = w.read(f.ID)
		if p := w.promise(f, kept.Resolution); p.State != kept.PromiseKept || f.Solution() != kept.Confirmed {
			w.Fatalf("%+v %s", p, f.Solution())
		}
	})
}

func TestABrokenPromiseMakesTheNextMatterASecondTimeForTheWholeCompany(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.writes("joan@example.com", "Invoice", "Where is it?")
		for _, id := range []kept.ID{f.Contact, f.Contact + 1} {
			acme := "Acme"
			_, err := w.desk.ChangeContact(w.ctx, w.ana, id, desk.ContactChange{Company: &acme})
			w.ok(err)
		}
		w.until(w.promise(f, kept.Reply).Due.Add(time.Minute))
		again := w.writes("joan@example.com", "Another thing", "Please help.")
		if !again.SecondTime || len(w.events(again.ID, kept.LeadTold)) != 1 {
			w.Fatalf("second time %v, lead told %d times", again.SecondTime, len(w.events(again.ID, kept.LeadTold)))
		}
		if p := w.promise(again, kept.Reply); !p.Due.Equal(w.at.Add(time.Hour)) {
			w.Fatalf("not treated as high: due %v at %v", p.Due, w.at)
		}
	})
}

func TestTheSecondMoveOfAMatterTellsTheLead(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		var moves kept.ID
		for i := range 4 {
			w.turns(time.Hour)
			w.answers(w.bo, f.ID, "The engineer comes.", desk.Ours, desk.Next{Words: "The engineer comes", Due: w.at.Add(24 * time.Hour), Moves: moves})
			w.deliver()
			p := w.promise(w.read(f.ID), kept.Custom)
			if moves = p.ID; p.Moves != i {
				w.Fatalf("moved %d times, counted %d", i, p.Moves)
			}
			if n := len(w.events(f.ID, kept.LeadTold)); n != min(1, i/2) {
				w.Fatalf("after %d moves the lead was told %d times", i, n)
			}
		}
	})
}

func TestTheirTurnStopsTheClockOfAWorkaroundAndNothingElseDoes(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		high := kept.High // a workaround within an open day
		f, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Priority: &high})
		w.ok(err)
		due := w.promise(f, kept.Workaround).Due
		w.turns(time.Hour)
		f = w.answers(w.bo, f.ID, "Is the light on the box red?", desk.Wait)
		left := due.Sub(w.at)
		if p := w.promise(f, kept.Workaround); p.HeldAt.IsZero() || !p.Due.After(due) {
			w.Fatalf("the clock runs in their turn: %+v", p)
		}
		w.turns(20 * time.Hour) // past the due that it had
		if p := w.promise(w.read(f.ID), kept.Workaround); p.State != kept.PromiseOpen {
			w.Fatalf("%s while we waited for them", p.State)
		}
		w.until(w.at.Truncate(24 * time.Hour).Add(9 * time.Hour)) // 10:00 in Dublin
		f = w.writes("marta@example.com", "Re: No line", "Yes, it is red.", answering(lastSaid(f).MessageID))
		p := w.promise(f, kept.Workaround)
		if !p.HeldAt.IsZero() || p.Due.Sub(w.at) > left+16*time.Hour || !p.Due.After(w.at) {
			w.Fatalf("%v left of %v; %+v", p.Due.Sub(w.at), left, p)
		}
		w.until(p.Due.Add(time.Second))
		if p := w.promise(w.read(f.ID), kept.Workaround); p.State != kept.PromiseBroken {
			w.Fatalf("%s past its due in our turn", p.State)
		}
	})
}

func TestAWorkaroundThatDoesNotHelpIsPromisedAgainAlsoWhereThePolicyPromisesNone(t *testing.T) {
	each(t, func(w *world) {
		w.promising(kept.Normal, func(t *kept.Times) { t.Workaround, t.NextReply = kept.Span{}, kept.Span{Minutes: 120} })
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		_, err := w.desk.Reply(w.ctx, w.bo, f.ID, desk.Answer{HTML: "<p>Use the mobile router.</p>", Then: desk.Ours, Workaround: true})
		w.ok(err)
		w.deliver()
		w.ok(w.desk.WorkaroundFails(w.ctx, w.token(f), "It has no signal here.", ""))
		p := w.promise(w.read(f.ID), kept.Workaround)
		if p.State != kept.PromiseOpen || !p.Due.Equal(w.at.Add(time.Hour)) {
			w.Fatalf("half of the two hours that an answer has: %+v at %v", p, w.at)
		}
	})
}
