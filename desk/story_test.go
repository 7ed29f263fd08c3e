package desk_test

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// dublin is an instant of the week from Monday 18 May 2026, as the clocks in Dublin show it.
func dublin(day, hour, minute int) time.Time {
	return time.Date(2026, 5, day, hour-1, minute, 0, 0, time.UTC)
}

func TestTheOutageOnAFridayAfternoon(t *testing.T) {
	each(t, func(w *world) {
		// Friday, half past four. Samir's shop stands still, and the office closes in half an hour.
		w.until(dublin(22, 16, 30))
		f := w.writes("samir@cornershop.example", "Nothing works", "The till, the phone, all of it.")
		acme := "Corner Shop"
		_, err := w.desk.ChangeContact(w.ctx, w.ana, f.Contact, desk.ContactChange{Company: &acme})
		w.ok(err)
		if due := w.promise(f, kept.Reply).Due; !due.Equal(dublin(25, 12, 30)) {
			w.Fatalf("as a normal matter it would wait until %v", due)
		}

		// Bo sees what it is. Urgent is another promise: round the clock, and a workaround first.
		w.until(dublin(22, 16, 35))
		f = w.urgently(f.ID)
		if due := w.promise(f, kept.Reply).Due; !due.Equal(dublin(22, 16, 45)) {
			w.Fatalf("urgent, and the answer is due %v", due)
		}
		if due := w.promise(f, kept.Workaround).Due; !due.Equal(dublin(22, 18, 30)) {
			w.Fatalf("the workaround is due %v", due)
		}
		w.until(dublin(22, 16, 40))
		w.answers(w.bo, f.ID, "I am on it and stay on it.", desk.Ours)
		w.deliver()
		f = w.read(f.ID)
		if w.promise(f, kept.Reply).State != kept.PromiseKept || !w.promise(f, kept.Update).Due.Equal(dublin(22, 17, 40)) {
			w.Fatalf("%+v", f.Promises)
		}

		// Ten past six: a workaround, in time, although the office has been closed for an hour.
		w.until(dublin(22, 17, 35))
		w.answers(w.bo, f.ID, "A router for you is being found.", desk.Ours)
		w.deliver()
		w.until(dublin(22, 18, 10))
		w.offers(f.ID, "Plug the till into the telephone's hotspot.")
		w.deliver()
		f = w.read(f.ID)
		if p := w.promise(f, kept.Workaround); p.State != kept.PromiseKept || f.WorkaroundAt.IsZero() {
			w.Fatalf("%+v", p)
		}

		// Eight: it doesn't help. The next one has half of the 115 minutes that the first had, on a Friday night.
		w.until(dublin(22, 20, 0))
		w.ok(w.desk.WorkaroundFails(w.ctx, w.token(f), "The till finds no network.", "8pm"))
		f = w.read(f.ID)
		second := w.promise(f, kept.Workaround)
		if f.Status != kept.Open || !second.Due.Equal(dublin(22, 20, 57)) || !f.WorkaroundAt.IsZero() {
			w.Fatalf("%s, due %v", f.Status, second.Due)
		}

		// Nobody is there. It breaks at three to nine, to the second, and stays broken whatever comes after.
		w.until(dublin(23, 9, 0))
		f = w.read(f.ID)
		if p := w.promise(f, kept.Workaround); p.State != kept.PromiseBroken || !p.SettledAt.Equal(dublin(22, 20, 57)) {
			w.Fatalf("%s at %v", p.State, p.SettledAt)
		}
		w.offers(f.ID, "We missed 20:57. A courier brings a router at ten; here is a number until then.")
		w.deliver()
		f = w.read(f.ID)
		if p := w.promise(f, kept.Workaround); p.State != kept.PromiseBroken || !p.FulfilledAt.Equal(dublin(23, 9, 0)) || p.Leads() {
			w.Fatalf("late is broken, and made good: %+v", p)
		}

		// Monday: solved, and Samir says so himself.
		w.until(dublin(25, 10, 0))
		w.answers(w.bo, f.ID, "The line is repaired. Does all of it work?", desk.Solve)
		w.deliver()
		w.ok(w.desk.ItWorks(w.ctx, w.token(f), "works"))
		if f = w.read(f.ID); f.Status != kept.Closed || f.Solution() != kept.Confirmed || open(f) != 0 {
			w.Fatalf("%s, %s, %d open", f.Status, f.Solution(), open(f))
		}

		// Two weeks later his colleague writes from the same shop: it is a second time, a step more pressing,
		// and the lead knows.
		w.until(dublin(25, 10, 0).AddDate(0, 0, 14))
		w.writes("lena@cornershop.example", "Hello", "A question.")
		lena := w.writes("lena@cornershop.example", "Invoice", "It names the wrong month.")
		if lena.SecondTime {
			w.Fatal("nobody has said yet that she is of that shop")
		}
		_, err = w.desk.ChangeContact(w.ctx, w.ana, lena.Contact, desk.ContactChange{Company: &acme})
		w.ok(err)
		again := w.writes("lena@cornershop.example", "Slow", "It has become slow.")
		if !again.SecondTime || !w.promise(again, kept.Reply).Due.Equal(w.at.Add(time.Hour)) || len(w.events(again.ID, kept.LeadTold)) != 1 {
			w.Fatalf("second time %v, due %v", again.SecondTime, w.promise(again, kept.Reply).Due)
		}
	})
}

func TestTheCustomerWhoHasToChase(t *testing.T) {
	each(t, func(w *world) {
		// Marta writes at ten; Bo lays it aside until tomorrow. A snooze ends before the promise in any case.
		f := w.writes("marta@example.com", "Invoice", "You charged me twice.")
		due := w.promise(f, kept.Reply).Due
		w.turns(10 * time.Minute)
		tomorrow := w.at.Add(24 * time.Hour)
		f, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{SnoozedUntil: &tomorrow})
		w.ok(err)
		if !f.SnoozedUntil.Equal(due.Add(-30 * time.Minute)) {
			w.Fatalf("asleep until %v, though the answer is due %v", f.SnoozedUntil, due)
		}
		if next, err := w.desk.Next(w.ctx, w.bo, 0); err != nil || next != 0 {
			w.Fatalf("offered asleep: %d %v", next, err)
		}

		// She writes again. It is a chase: it wakes, it is counted, and no clock begins anew.
		w.turns(2 * time.Hour)
		f = w.writes("marta@example.com", "Re: Invoice", "Hello?")
		if f.Chases != 1 || !f.SnoozedUntil.IsZero() || !w.promise(f, kept.Reply).Due.Equal(due) {
			w.Fatalf("chases %d, asleep until %v, due %v", f.Chases, f.SnoozedUntil, w.promise(f, kept.Reply).Due)
		}
		if next, err := w.desk.Next(w.ctx, w.bo, 0); err != nil || next != f.ID {
			w.Fatalf("next is %d %v", next, err)
		}

		// And again; then Bo answers, and the count is of the past.
		w.turns(time.Hour)
		if f = w.writes("marta@example.com", "Re: Invoice", "HELLO?"); f.Chases != 2 || f.QueueDue != due {
			w.Fatalf("chases %d, place %v", f.Chases, f.QueueDue)
		}
		w.turns(30 * time.Minute)
		w.answers(w.bo, f.ID, "You are right, and you have it back by Thursday.", desk.Wait,
			desk.Next{Words: "The money is on your account", Due: dublin(21, 17, 0)})
		w.deliver()
		f = w.read(f.ID)
		if f.Chases != 0 || len(w.events(f.ID, kept.ChaseRecorded)) != 2 || w.promise(f, kept.Reply).State != kept.PromiseKept {
			w.Fatalf("chases %d, %s", f.Chases, w.promise(f, kept.Reply).State)
		}

		// She says thanks. What was promised isn't released by it.
		w.turns(time.Hour)
		if f = w.writes("marta@example.com", "Re: Invoice", "Thanks!"); w.promise(f, kept.Custom).State != kept.PromiseOpen {
			w.Fatalf("her thanks released the refund: %s", w.promise(f, kept.Custom).State)
		}
	})
}

func TestThePromiseThatWasMovedTwice(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("tomasz@example.org", "New line", "When does the engineer come?")
		moves := kept.ID(0)
		for i, day := range []int{20, 21, 22} {
			w.turns(time.Hour)
			words := []string{"On Wednesday at ten.", "He is ill. On Thursday at ten.", "The van broke down. On Friday at ten."}[i]
			f = w.answers(w.bo, f.ID, words, desk.Ours, desk.Next{Words: "The engineer comes", Due: dublin(day, 10, 0), Moves: moves})
			w.deliver()
			f = w.read(f.ID)
			moves = w.promise(f, kept.Custom).ID
			if told := len(w.events(f.ID, kept.LeadTold)); told != i/2 {
				w.Fatalf("after %d moves the lead was told %d times", i, told)
			}
		}
		// Moved is not kept: it is counted apart. The third is kept.
		w.until(dublin(22, 9, 30))
		note, err := w.desk.AddNote(w.ctx, w.bo, f.ID, "He was there.")
		w.ok(err)
		f, err = w.desk.Finish(w.ctx, w.bo, moves, latest(note, kept.MessageNote).ID)
		w.ok(err)
		states := map[kept.PromiseState]int{}
		for _, p := range f.Promises {
			if p.Kind == kept.Custom {
				states[p.State]++
			}
		}
		if states[kept.PromiseMoved] != 2 || states[kept.PromiseKept] != 1 || w.promise(f, kept.Custom).Moves != 2 {
			w.Fatalf("%v, moved %d times", states, w.promise(f, kept.Custom).Moves)
		}
	})
}
