package desk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// calls logs a call of Bo's that has just ended.
func (w *world) calls(id kept.ID, o kept.Outcome, changes ...func(*desk.CallLog)) desk.Full {
	w.Helper()
	l := desk.CallLog{Direction: kept.CallOut, Outcome: o, Number: "+353 86 123 4567", Seconds: 30}
	if o == kept.Reached {
		l.Then = desk.Wait
	}
	for _, f := range changes {
		f(&l)
	}
	f, err := w.desk.LogCall(w.ctx, w.bo, id, l)
	w.ok(err)
	return f
}

// books is a customer's choice of the n-th free time on their page.
func (w *world) books(f desk.Full, n int) kept.Slot {
	w.Helper()
	c, err := w.desk.Callbacks(w.ctx, w.token(f))
	w.ok(err)
	if len(c.Slots) <= n {
		w.Fatalf("%d free times", len(c.Slots))
	}
	w.ok(w.desk.BookCall(w.ctx, w.token(f), desk.Booking{Number: "+353 86 123 4567", From: c.Slots[n].From}))
	return c.Slots[n]
}

func (w *world) state(id kept.ID, kind kept.PromiseKind, want kept.PromiseState) kept.Promise {
	w.Helper()
	p := w.promise(w.read(id), kind)
	if p.State != want {
		w.Errorf("the %s is %s, want %s: %+v", kind, p.State, want, p)
	}
	return p
}

func TestACallFromBeforeTheMatterIsNotedAndChangesNothing(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		w.books(f, 2)
		w.turns(time.Minute)
		was := w.read(f.ID)
		for _, then := range []desk.Then{"", desk.Wait, desk.Ours, desk.Solve} {
			got := w.calls(f.ID, kept.Reached, func(l *desk.CallLog) {
				l.At, l.Then, l.Words = was.CreatedAt.Add(-24*time.Hour), then, "The line was slow."
			})
			if got.LastWords != was.LastWords || got.LastBy != was.LastBy || got.Assignee != was.Assignee {
				t.Errorf("after a call of yesterday the last word is %q by %s, and %d has it", got.LastWords, got.LastBy, got.Assignee)
			}
			if got.Status != kept.Open || got.Turn != was.Turn || !got.QueueDue.Equal(was.QueueDue) || len(got.Promises) != len(was.Promises) {
				t.Errorf("after a call of yesterday, then %q: %s, %+v", then, got.Status, got.Promises)
			}
			for _, p := range got.Promises {
				if p.State != kept.PromiseOpen {
					t.Errorf("the %s is %s by a call from before it was given", p.Kind, p.State)
				}
			}
			if e := got.Timeline[0]; e.Call == nil || e.Call.Words != "The line was slow." {
				t.Errorf("the call stands nowhere: %+v", e)
			}
		}
		// What was said in it can still be promised now, and is.
		got := w.calls(f.ID, kept.Reached, func(l *desk.CallLog) {
			l.At, l.Then, l.Next = was.CreatedAt.Add(-time.Hour), desk.Ours, &desk.Next{Words: "A new router", Due: w.at.Add(72 * time.Hour)}
		})
		if p := w.promise(got, kept.Custom); p.State != kept.PromiseOpen || p.Words != "A new router" {
			t.Errorf("%+v", p)
		}
		ahead := desk.CallLog{Direction: kept.CallOut, Outcome: kept.Reached, Then: desk.Wait, At: w.at.Add(2 * time.Minute)}
		_, err := w.desk.LogCall(w.ctx, w.bo, f.ID, ahead)
		refused(t, err, kept.Invalid, "This is in the future")
	})
}

func TestACallThatTheMatterCameFromAnswersIt(t *testing.T) {
	each(t, func(w *world) {
		solves := func(id kept.ID, began time.Time, minutes int) desk.Full {
			w.Helper()
			return w.calls(id, kept.Reached, func(l *desk.CallLog) { l.At, l.Seconds, l.Then = began, minutes*60, desk.Solve })
		}
		_, system := w.phone()
		w.turns(5*time.Minute + 3*time.Second) // told three seconds after it was over
		began := w.at.Add(-5*time.Minute - 3*time.Second)
		w.ok(w.desk.Telephoned(w.ctx, system, desk.Telephoned{
			ID: "1", Direction: kept.CallIn, From: "+353 86 123 4567", At: began, Seconds: 300, Outcome: kept.Reached,
		}))
		p, err := w.desk.List(w.ctx, w.bo, desk.AllOpen, "", 10)
		w.ok(err)
		told := w.read(p.Items[0].ID)
		if !told.BeganAt.Equal(began) {
			t.Errorf("what a call began at %s began at %s", began, told.BeganAt)
		}
		w.turns(time.Minute)
		f := w.calls(told.ID, kept.Reached, func(l *desk.CallLog) {
			l.At, l.Direction, l.Then = began.Add(-24*time.Hour), kept.CallIn, desk.Solve
		})
		if f.Status != kept.Open || !f.BeganAt.Equal(began) {
			t.Errorf("after a call of yesterday it is %s, and began at %s", f.Status, f.BeganAt)
		}
		f = w.calls(told.ID, kept.Reached, func(l *desk.CallLog) {
			l.At, l.Seconds, l.Direction, l.Then = began, 300, kept.CallIn, desk.Solve
		})
		if f.Status != kept.Solved {
			t.Errorf("solved in the call that it came from, it is %s", f.Status)
		}

		// Whoever was merged into it waits since they wrote.
		a := w.writes("marta@example.test", "Line down", "It is down again.")
		wrote := w.at
		w.turns(20 * time.Minute)
		b := w.writes("marta@example.test", "The bill", "It is too high.")
		w.turns(time.Minute)
		_, err = w.desk.Merge(w.ctx, w.bo, a.ID, b.ID)
		w.ok(err)
		if f = solves(b.ID, wrote.Add(10*time.Minute), 1); f.Status != kept.Solved || !f.BeganAt.Equal(wrote.Truncate(time.Minute)) {
			t.Errorf("called after the first of two mails, it is %s, and began at %s", f.Status, f.BeganAt)
		}

		// A person writes down the minute.
		w.until(w.at.Truncate(time.Minute).Add(2*time.Minute + 40*time.Second))
		c := w.writes("joe@example.test", "Slow", "It is slow.")
		minute := w.at.Truncate(time.Minute)
		w.turns(time.Minute)
		f = w.calls(c.ID, kept.Reached, func(l *desk.CallLog) { l.At, l.Seconds, l.Words, l.Then = minute, 0, "The modem is old.", desk.Solve })
		if f.Status != kept.Solved || f.LastWords != "The modem is old." || f.Assignee != w.bo.ID {
			t.Errorf("called in the minute in which they wrote: %s, %q, %d", f.Status, f.LastWords, f.Assignee)
		}
	})
}

func TestACustomerBooksACallAndIsReached(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		slot := w.books(f, 2)
		p := w.state(f.ID, kept.Callback, kept.PromiseOpen)
		if p.Source != kept.FromCustomer || p.ToldAt.IsZero() || p.Words != "We call you on +353 86 123 4567." || !p.From.Equal(slot.From) || !p.Due.Equal(slot.To) {
			t.Errorf("%+v", p)
		}
		if got := w.read(f.ID).ContactCard.Phone; got != "+353 86 123 4567" {
			t.Errorf("the number is %q", got)
		}
		w.until(slot.From.Add(5 * time.Minute))
		got := w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.Words = "The router was unplugged." })
		if p = w.state(f.ID, kept.Callback, kept.PromiseKept); p.SettledBy.Call == 0 {
			t.Errorf("kept by %+v", p.SettledBy)
		}
		w.state(f.ID, kept.Reply, kept.PromiseOpen) // a written answer is still owed
		last := got.Timeline[len(got.Timeline)-1]
		for _, e := range got.Timeline {
			if e.Type == "call" {
				last = e
			}
		}
		if last.Call == nil || last.Call.Outcome != kept.Reached || last.Call.By.Name != "Bo Lind" || got.Status != kept.Pending || got.Assignee != w.bo.ID {
			t.Errorf("%+v %s", last, got.Status)
		}
	})
}

func TestTheNotesOfACallKeepTheReplyWhereTheyAreSent(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		w.turns(time.Hour)
		w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.Message = "<p>As I said: the router was unplugged.</p>" })
		w.state(f.ID, kept.Reply, kept.PromiseOpen)
		w.deliver()
		w.state(f.ID, kept.Reply, kept.PromiseKept)
	})
}

func TestACallbackThatNobodyMakesIsBrokenAndMadeGoodLate(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		slot := w.books(f, 0)
		w.until(slot.To.Add(time.Hour))
		w.state(f.ID, kept.Callback, kept.PromiseBroken)
		w.calls(f.ID, kept.Reached)
		p := w.state(f.ID, kept.Callback, kept.PromiseBroken)
		if p.FulfilledAt.IsZero() || p.MadeGoodAt.IsZero() {
			t.Errorf("reached late: %+v", p)
		}
	})
}

func TestTwoAttemptsAndNewTimesKeepACallbackUntilTheMailBounces(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		slot := w.books(f, 0)
		w.until(slot.From.Add(2 * time.Minute))
		w.calls(f.ID, kept.NoAnswer)
		w.turns(10 * time.Minute)
		slots, err := w.desk.Slots(w.ctx, w.bo, f.ID)
		w.ok(err)
		w.calls(f.ID, kept.Voicemail, func(l *desk.CallLog) {
			l.Message, l.Then, l.Slots = "<p>I could not reach you. When suits you?</p>", desk.Wait, slots[:3]
		})
		w.state(f.ID, kept.Callback, kept.PromiseOpen)
		ids := w.jobs(desk.JobDeliver)
		w.turns(time.Minute)
		for _, id := range ids {
			w.ok(w.sent(id))
		}
		p := w.state(f.ID, kept.Callback, kept.PromiseKept)
		w.check()
		m := messageOf(w.read(f.ID), p.SettledBy.Message)
		w.bounces(m, func(in *kept.Inbound) { in.Bounce.Recipients = []string{"marta@example.test"} })
		w.state(f.ID, kept.Callback, kept.PromiseOpen)
		w.until(slot.To.Add(time.Minute))
		w.state(f.ID, kept.Callback, kept.PromiseBroken)
	})
}

func TestACallInTimeThatIsWrittenDownAfterTheDueWasInTime(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		slot := w.books(f, 0)
		w.until(slot.To.Add(5 * time.Minute))
		w.state(f.ID, kept.Callback, kept.PromiseBroken)
		w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.At, l.Seconds = slot.To.Add(-5*time.Minute), 540 })
		w.state(f.ID, kept.Callback, kept.PromiseKept)
		w.check()

		g := w.writes("joe@example.test", "Slow", "It is slow.")
		slot = w.books(g, 0)
		w.until(slot.To.Add(time.Hour))
		w.calls(g.ID, kept.Reached, func(l *desk.CallLog) { l.At = slot.To.Add(-5 * time.Minute) })
		w.state(g.ID, kept.Callback, kept.PromiseBroken)
	})
}

func TestWhoCallsUsBeforeWeCallNeedsNoCallAnyMore(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		w.books(f, 3)
		w.turns(time.Minute)
		got := w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.Direction, l.Then = kept.CallIn, desk.Ours })
		w.state(f.ID, kept.Callback, kept.PromiseReleased)
		if got.Status != kept.Open || got.LastInboundAt.IsZero() || !got.LastOutboundAt.After(got.LastInboundAt) {
			t.Errorf("%+v", got.Conversation)
		}
	})
}

func TestTheLastSeatOfAWindowIsOneCustomers(t *testing.T) {
	each(t, func(w *world) {
		a := w.writes("marta@example.test", "Line down", "It is down again.")
		b := w.writes("joe@example.test", "Slow", "It is slow.")
		c := w.writes("zoe@example.test", "Bill", "It is too high.")
		slot := w.books(a, 4) // Ana and Bo are there: two at once
		w.ok(w.desk.BookCall(w.ctx, w.token(b), desk.Booking{Number: "086 123 0000", From: slot.From}))
		err := w.desk.BookCall(w.ctx, w.token(c), desk.Booking{Number: "086 123 0001", From: slot.From})
		if !kept.Is(err, kept.Conflict) {
			t.Fatalf("a third: %v", err)
		}
		if len(w.read(c.ID).Promises) != len(c.Promises) {
			t.Error("something was promised all the same")
		}
		free, err := w.desk.Callbacks(w.ctx, w.token(c))
		w.ok(err)
		for _, s := range free.Slots {
			if s.From.Equal(slot.From) {
				t.Error("a full window is offered")
			}
		}
		// Who chooses another time gives the seat back.
		w.books(a, 0)
		w.ok(w.desk.BookCall(w.ctx, w.token(c), desk.Booking{Number: "086 123 0001", From: slot.From}))
		w.ok(w.desk.CancelCall(w.ctx, w.token(c), "once"))
		w.ok(w.desk.CancelCall(w.ctx, w.token(c), "twice"))
		if p := w.state(c.ID, kept.Callback, kept.PromiseReleased); p.SettledBy.Message == 0 {
			t.Errorf("released by %+v", p.SettledBy)
		}
	})
}

func TestTwoAtOnceAndOneSeat(t *testing.T) {
	each(t, func(w *world) {
		gone := true
		_, err := w.desk.ChangeAgent(w.ctx, w.ana, w.bo.ID, desk.AgentChange{Gone: &gone})
		w.ok(err)
		a := w.writes("marta@example.test", "Line down", "It is down again.")
		b := w.writes("joe@example.test", "Slow", "It is slow.")
		free, err := w.desk.Callbacks(w.ctx, w.token(a))
		w.ok(err)
		answers := make(chan error, 2)
		for _, f := range []desk.Full{a, b} {
			go func() {
				answers <- w.desk.BookCall(w.ctx, w.token(f), desk.Booking{Number: "086 123 0000", From: free.Slots[0].From})
			}()
		}
		one, two := <-answers, <-answers
		if one != nil {
			one, two = two, one
		}
		if one != nil || !kept.Is(two, kept.Conflict) {
			t.Fatalf("%v and %v", one, two)
		}
	})
}

func TestACallWithANumberBeginsAConversation(t *testing.T) {
	each(t, func(w *world) {
		f, err := w.desk.StartCall(w.ctx, w.bo, desk.NewCall{Name: "Marta Kowalska", Subject: "Line down", Log: desk.CallLog{
			Direction: kept.CallIn, Outcome: kept.Reached, Number: "+353 86 123 4567", Seconds: 240, Words: "It is down again.",
			Then: desk.Ours, Next: &desk.Next{Due: w.at.Add(2 * time.Hour), Call: &desk.Calling{From: w.at.Add(time.Hour)}},
		}})
		w.ok(err)
		p := w.promise(f, kept.Callback)
		if f.ContactCard.Phone != "+353 86 123 4567" || p.Source != kept.FromAgent || p.By != w.bo.ID || p.From.IsZero() {
			t.Errorf("%+v %+v", f.ContactCard, p)
		}
		w.turns(90 * time.Minute)
		g, err := w.desk.StartCall(w.ctx, w.bo, desk.NewCall{Subject: "Another matter", Log: desk.CallLog{
			Direction: kept.CallOut, Outcome: kept.NoAnswer, Number: "086 1234567",
		}})
		w.ok(err)
		if g.Contact != f.Contact {
			t.Error("the same number is somebody else")
		}
		// Without a mail address the spoken word is the only one there is.
		w.turns(time.Minute)
		w.calls(g.ID, kept.Reached)
		w.state(g.ID, kept.Update, kept.PromiseKept)
	})
}

func TestACallThatCanNotBeIsRefused(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		w.turns(time.Minute)
		for field, l := range map[string]desk.CallLog{
			"direction": {Outcome: kept.Reached, Then: desk.Wait},
			"outcome":   {Direction: kept.CallOut},
			"number":    {Direction: kept.CallOut, Outcome: kept.NoAnswer, Number: "the office"},
			"at":        {Direction: kept.CallOut, Outcome: kept.NoAnswer, At: w.at.Add(time.Hour)},
			"then":      {Direction: kept.CallOut, Outcome: kept.Reached},
			" then":     {Direction: kept.CallOut, Outcome: kept.Reached, At: w.at.Add(-24 * time.Hour), Then: "nonsense"},
			"message":   {Direction: kept.CallOut, Outcome: kept.NoAnswer, Slots: []kept.Slot{{From: w.at.Add(time.Hour), To: w.at.Add(2 * time.Hour)}}},
		} {
			_, err := w.desk.LogCall(w.ctx, w.bo, f.ID, l)
			var e *kept.Error
			if !errors.As(err, &e) || e.Field != strings.TrimSpace(field) {
				t.Errorf("%s: %v", field, err)
			}
		}
	})
}

func TestACallThatWasBookedDuringACallStands(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		w.turns(5 * time.Minute)
		w.books(f, 2)
		w.turns(5 * time.Minute)
		w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.Direction, l.Seconds, l.Then = kept.CallIn, 600, desk.Ours })
		w.state(f.ID, kept.Callback, kept.PromiseOpen)
	})
}

func TestACallFromBeforeItWasPromisedKeepsNothingHoweverLateItIsLogged(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		w.turns(time.Minute)
		began := w.at
		w.turns(time.Hour)
		slot := w.books(f, 2)
		w.until(slot.From.Add(10 * time.Minute))
		w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.At, l.Seconds = began, 120 })
		w.state(f.ID, kept.Callback, kept.PromiseOpen)
	})
}

func TestAnOldCallIsNoWordSaidNow(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		w.turns(time.Minute)
		began := w.at
		w.turns(20 * time.Minute)
		w.writes("marta@example.test", "Re: Line down", "And what of the television?")
		asked := w.at
		w.turns(10 * time.Minute)
		f = w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.At, l.Seconds, l.Then = began, 120, desk.Ours })
		if !f.LastOutboundAt.Equal(began.Add(2*time.Minute)) || !f.LastInboundAt.Equal(asked) {
			t.Errorf("our word at %s, theirs at %s", f.LastOutboundAt, f.LastInboundAt)
		}
		w.turns(10 * time.Minute)
		f = w.writes("marta@example.test", "Re: Line down", "Hello?")
		if f.Chases == 0 {
			t.Error("whoever asks again and was not answered chases nobody")
		}
	})
}

func TestSolvedByTelephoneKeepsTheResolution(t *testing.T) {
	each(t, func(w *world) {
		w.resolving()
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Hour)
		w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.Then = desk.Solve })
		if p := w.state(f.ID, kept.Resolution, kept.PromiseKept); p.SettledBy.Call == 0 {
			t.Errorf("kept by %+v", p.SettledBy)
		}
		w.check()
		w.turns(time.Hour)
		w.ok(w.desk.NotSolved(w.ctx, w.token(f), "It is gone again.", ""))
		w.state(f.ID, kept.Resolution, kept.PromiseOpen)
	})
}

func TestSolvedWithoutReachingThemKeepsNothing(t *testing.T) {
	each(t, func(w *world) {
		w.resolving()
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Hour)
		w.calls(f.ID, kept.NoAnswer, func(l *desk.CallLog) { l.Then = desk.Solve })
		w.state(f.ID, kept.Resolution, kept.PromiseOpen)
	})
}

func TestTheNextWordOfTwoBreaksStaysWhereOnlyOneWasNone(t *testing.T) {
	each(t, func(w *world) {
		w.promising(kept.Normal, func(t *kept.Times) { t.FirstReply = kept.Span{Minutes: 60} })
		f := w.writes("marta@example.test", "Line down", "It is down again.") // a reply until 10:00
		slot := w.books(f, 0)
		w.until(slot.To.Add(5 * time.Minute))
		w.state(f.ID, kept.Reply, kept.PromiseBroken)
		w.state(f.ID, kept.Callback, kept.PromiseBroken)
		recovery := w.state(f.ID, kept.Update, kept.PromiseOpen)
		f = w.calls(f.ID, kept.Reached, func(l *desk.CallLog) { l.At, l.Seconds, l.Then = slot.To.Add(-5*time.Minute), 540, desk.Ours })
		w.state(f.ID, kept.Callback, kept.PromiseKept)
		w.state(f.ID, kept.Reply, kept.PromiseBroken)
		if p := w.state(f.ID, kept.Update, kept.PromiseOpen); p.ID != recovery.ID {
			t.Errorf("the next word was %+v, is %+v", recovery, p)
		}
	})
}

func TestACallbackThatWasKeptIsSoundAfterAMergeAndBack(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.test", "Line down", "It is down again.")
		g := w.writes("marta@example.test", "The bill", "It is too high.")
		slot := w.books(f, 0)
		w.until(slot.From.Add(5 * time.Minute))
		w.calls(f.ID, kept.Reached)
		w.state(f.ID, kept.Callback, kept.PromiseKept)
		_, err := w.desk.Merge(w.ctx, w.bo, f.ID, g.ID)
		w.ok(err)
		w.check()
		_, err = w.desk.Unmerge(w.ctx, w.bo, f.ID)
		w.ok(err)
	})
}
