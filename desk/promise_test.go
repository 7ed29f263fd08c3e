package desk_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

func TestANewMailIsPromisedAnAnswerAndToldTheExactTime(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone again, since seven this morning.")
		p := w.promise(f, kept.Reply)
		if want := monday.Add(4 * time.Hour); !p.Due.Equal(want) || p.State != kept.PromiseOpen {
			w.Fatalf("the answer is promised by %v (%s), want %v", p.Due, p.State, want)
		}
		if f.Status != kept.Open || !f.QueueDue.Equal(p.Due) {
			w.Fatalf("status %s, queue %v", f.Status, f.QueueDue)
		}
		ack := latest(f, kept.MessageOut)
		if !ack.Automatic || ack.Kind != kept.MessageOut || !strings.Contains(ack.Text, "14:00") {
			w.Fatalf("the acknowledgement: %+v", ack)
		}
		if p.ToldIn != ack.ID || !p.ToldAt.IsZero() {
			w.Fatalf("told in %d at %v before it left", p.ToldIn, p.ToldAt)
		}
		w.deliver()
		if p = w.promise(w.read(f.ID), kept.Reply); p.ToldAt.IsZero() || p.State != kept.PromiseOpen {
			w.Fatalf("an accepted acknowledgement tells the promise and keeps nothing: %+v", p)
		}
	})
}

func TestAReplyKeepsThePromiseOnlyWhenTheNextHopHasIt(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Hour)
		f = w.answers(w.bo, f.ID, "We are on it. Does the router blink?", desk.Wait)
		if p := w.promise(f, kept.Reply); p.State != kept.PromiseOpen {
			w.Fatalf("written, not sent: %s", p.State)
		}
		if f.Status != kept.Pending || f.Assignee != w.bo.ID {
			w.Fatalf("status %s, assignee %d", f.Status, f.Assignee)
		}
		w.turns(time.Minute)
		f = w.read(f.ID)
		if p := w.promise(f, kept.Reply); p.State != kept.PromiseKept || !p.SettledAt.Equal(w.at) {
			w.Fatalf("accepted, but %s at %v", p.State, p.SettledAt)
		}
		if p := w.promise(f, kept.CheckIn); p.State != kept.PromiseOpen || !f.QueueDue.Equal(p.Due) {
			w.Fatalf("their turn has no next date: %+v", f.Promises)
		}
	})
}

func TestAPromiseIsBrokenAtItsInstantAndStaysBroken(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Reply).Due
		w.at = due.Add(26 * time.Hour) // nothing ran in between
		w.turns(time.Second)
		f = w.read(f.ID)
		if p := w.promise(f, kept.Reply); p.State != kept.PromiseBroken || !p.SettledAt.Equal(due) {
			w.Fatalf("%s at %v, want broken at %v", p.State, p.SettledAt, due)
		}
		if r := w.promise(f, kept.Update); r.State != kept.PromiseOpen || r.Misses != 1 {
			w.Fatalf("no next word after the miss: %+v", r)
		}
		if !f.QueueDue.Equal(due) {
			w.Fatalf("the miss doesn't lead: %v", f.QueueDue)
		}
		w.answers(w.bo, f.ID, "We missed it. It works by noon.", desk.Ours, desk.Next{Due: w.at.Add(2 * time.Hour)})
		w.deliver()
		f = w.read(f.ID)
		p := w.promise(f, kept.Reply)
		if p.State != kept.PromiseBroken || p.FulfilledAt.IsZero() || p.MadeGoodAt.IsZero() {
			w.Fatalf("late is broken, and made good: %+v", p)
		}
		if f.QueueDue.Equal(due) || f.Record.Broken == 0 {
			w.Fatalf("queue %v, record %+v", f.QueueDue, f.Record)
		}
	})
}

func TestAMailAcceptedAfterTheDueFulfilsLateEvenIfNobodyHadNoticed(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Reply).Due
		w.at = due.Add(-time.Second)
		w.answers(w.bo, f.ID, "Here we are.", desk.Wait)
		w.at = due.Add(time.Second)
		w.deliver()
		p := w.promise(w.read(f.ID), kept.Reply)
		if p.State != kept.PromiseBroken || !p.SettledAt.Equal(due) || !p.FulfilledAt.Equal(w.at) {
			w.Fatalf("%+v", p)
		}
	})
}

func TestAnotherMailWhileItIsOurTurnIsAChaseAndResetsNothing(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Reply).Due
		w.turns(time.Minute)
		same := w.writes("marta@example.com", "Re: No line", "PS: since seven.")
		if same.ID != f.ID || same.Chases != 0 {
			w.Fatalf("the same breath is no chase: conversation %d, chases %d", same.ID, same.Chases)
		}
		w.turns(time.Hour)
		f = w.writes("marta@example.com", "No line", "Anybody there?")
		if f.Chases != 1 || !w.promise(f, kept.Reply).Due.Equal(due) {
			w.Fatalf("chases %d, due %v", f.Chases, w.promise(f, kept.Reply).Due)
		}
	})
}

func TestTheCustomersWordTurnsItToUsAndReleasesTheCheckIn(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "Does the router blink?", desk.Wait)
		w.deliver()
		w.turns(3 * time.Hour)
		f = w.writes("marta@example.com", "Re: No line", "It does.")
		if f.Status != kept.Open || w.promise(f, kept.CheckIn).State != kept.PromiseReleased {
			w.Fatalf("%s %+v", f.Status, f.Promises)
		}
		if p := w.promise(f, kept.Reply); p.State != kept.PromiseOpen || p.ToldIn != 0 {
			w.Fatalf("a next reply is promised: %+v", p)
		}
	})
}

func TestStillOursPromisesTheNextWord(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		friday := w.at.Add(4 * 24 * time.Hour)
		f = w.answers(w.bo, f.ID, "You have the refund by Friday.", desk.Ours, desk.Next{Words: "The refund is on your account", Due: friday})
		w.deliver()
		f = w.read(f.ID)
		p := w.promise(f, kept.Custom)
		if p.Words == "" || !p.Due.Equal(friday) || p.ToldAt.IsZero() || p.By != w.bo.ID || f.Status != kept.Open {
			w.Fatalf("%+v", p)
		}
		w.turns(time.Hour)
		f = w.answers(w.bo, f.ID, "Solved, isn't it?", desk.Solve)
		w.deliver()
		if p = w.promise(w.read(f.ID), kept.Custom); p.State != kept.PromiseOpen {
			w.Fatalf("solving releases nothing: %s", p.State)
		}
		note, err := w.desk.AddNote(w.ctx, w.bo, f.ID, "<p>Paid, reference 77.</p>")
		w.ok(err)
		shown := latest(note, kept.MessageNote).ID
		f, err = w.desk.Finish(w.ctx, w.bo, p.ID, shown)
		w.ok(err)
		if p = w.promise(f, kept.Custom); p.State != kept.PromiseKept || p.SettledBy.Message != shown {
			w.Fatalf("%+v", p)
		}
	})
}

func TestAPromiseThatIsReplacedBeforeItsDueIsMovedOnceTheCustomerIsTold(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		f = w.answers(w.bo, f.ID, "The technician comes tomorrow.", desk.Ours, desk.Next{Words: "The technician comes", Due: w.at.Add(24 * time.Hour)})
		w.deliver()
		old := w.promise(w.read(f.ID), kept.Custom)
		w.turns(time.Hour)
		f = w.answers(w.bo, f.ID, "He is ill; Wednesday.", desk.Ours, desk.Next{Words: "The technician comes", Due: w.at.Add(48 * time.Hour), Moves: old.ID})
		if f.Promises[len(f.Promises)-2].State == kept.PromiseMoved {
			w.Fatal("moved before the customer was told")
		}
		w.deliver()
		for _, p := range w.read(f.ID).Promises {
			if p.ID == old.ID && (p.State != kept.PromiseMoved || p.MovedTo == 0) {
				w.Fatalf("%+v", p)
			}
		}
	})
}

func TestAPermanentFailureUnkeepsAndABounceAfterTheDueBreaks(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Reply).Due
		w.turns(time.Minute)
		f = w.answers(w.bo, f.ID, "Try this.", desk.Wait)
		w.deliver()
		sent := lastSaid(f)
		bounce := w.mail("mailer-daemon@mx.test", "Undelivered", "Your mail came back", kind(kept.MailBounce), func(in *kept.Inbound) {
			in.Sender, in.Bounce = "", &kept.Bounce{Recipients: []string{"marta@example.com"}, Permanent: true, Status: "5.1.1", MessageID: sent.MessageID}
		})
		w.arrives(bounce)
		f = w.read(f.ID)
		if p := w.promise(f, kept.Reply); p.State != kept.PromiseOpen || f.Status != kept.Open {
			w.Fatalf("a bounced reply kept it: %+v, %s", p, f.Status)
		}
		if m := messageOf(f, sent.ID); m.Delivery != kept.Bounced || m.Trouble == "" {
			w.Fatalf("%+v", m)
		}
		f = w.answers(w.bo, f.ID, "Once more.", desk.Wait)
		w.deliver()
		w.until(due.Add(time.Hour))
		bounce.MessageID, bounce.Bounce.MessageID = "second", lastSaid(w.read(f.ID)).MessageID
		w.arrives(bounce)
		if p := w.promise(w.read(f.ID), kept.Reply); p.State != kept.PromiseBroken || !p.SettledAt.Equal(due) {
			w.Fatalf("a bounce after the due breaks it: %+v", p)
		}
	})
}

func TestNothingAutomaticKeepsAPromise(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.deliver()
		due := w.promise(f, kept.Reply).Due
		away := w.writes("marta@example.com", "Out of office", "I am away", kind(kept.MailAutoReply), answering(lastSaid(f).MessageID))
		if away.ID != f.ID && away.Status != kept.Closed {
			w.Fatalf("an out-of-office asks for nothing: %s", away.Status)
		}
		f = w.read(f.ID)
		if p := w.promise(f, kept.Reply); p.State != kept.PromiseOpen || !p.Due.Equal(due) || f.Chases != 0 {
			w.Fatalf("%+v chases %d", p, f.Chases)
		}
	})
}

func TestUrgentPullsTheDueForwardAndNeverLaterThanTold(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		urgent, low := kept.Urgent, kept.Low
		f, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Priority: &urgent})
		w.ok(err)
		if p := w.promise(f, kept.Reply); !p.Due.Equal(monday.Add(15 * time.Minute)) {
			w.Fatalf("urgent is due %v", p.Due)
		}
		f, err = w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Priority: &low})
		w.ok(err)
		if p := w.promise(f, kept.Reply); !p.Due.Equal(monday.Add(15 * time.Minute)) {
			w.Fatalf("told, and then later: %v", p.Due)
		}
	})
}

func TestWhatTheCustomerSaysOnTheirPageDecides(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		f = w.answers(w.bo, f.ID, "It works again.", desk.Solve)
		w.deliver()
		token := w.token(f)
		w.turns(time.Hour)
		w.ok(w.desk.NotSolved(w.ctx, token, "Still dead.", ""))
		f = w.read(f.ID)
		if f.Status != kept.Open || !f.SecondTime || w.promise(f, kept.Reply).State != kept.PromiseOpen {
			w.Fatalf("not solved: %s second %v", f.Status, f.SecondTime)
		}
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "Now?", desk.Solve)
		w.deliver()
		w.ok(w.desk.ItWorks(w.ctx, token, ""))
		if f = w.read(f.ID); f.Status != kept.Closed {
			w.Fatalf("works: %s", f.Status)
		}
		for _, p := range f.Promises {
			if p.State == kept.PromiseOpen {
				w.Fatalf("closed, and still promised: %+v", p)
			}
		}
		if err := w.desk.ItWorks(w.ctx, "nonsense", ""); !kept.Is(err, kept.NotFound) {
			w.Fatalf("a foreign link: %v", err)
		}
	})
}

func TestASecondPressOfTheSameFormSaysNothingTwice(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "It works again.", desk.Solve)
		w.deliver()
		token := w.token(f)
		said := func() (n int) {
			for _, e := range w.read(f.ID).Timeline {
				if e.Message != nil && e.Message.Kind == kept.MessageIn {
					n++
				}
			}
			return n
		}
		for range 2 {
			w.ok(w.desk.NotSolved(w.ctx, token, "Still dead.", "first"))
		}
		if n := said(); n != 2 {
			w.Fatalf("pressed twice: %d messages of theirs, not the mail and the button", n)
		}
		w.ok(w.desk.NotSolved(w.ctx, token, "Still dead.", "second"))
		if n := said(); n != 3 {
			w.Fatalf("another form: %d messages of theirs", n)
		}
		w.answers(w.bo, f.ID, "Now?", desk.Solve)
		w.deliver()
		w.ok(w.desk.NotSolved(w.ctx, token, "Still dead.", "first"))
		if f = w.read(f.ID); f.Status != kept.Solved || said() != 3 {
			w.Fatalf("the first form once more, after our answer: %s, %d messages of theirs", f.Status, said())
		}
		for range 2 {
			w.ok(w.desk.ItWorks(w.ctx, token, "third"))
		}
		if f = w.read(f.ID); f.Status != kept.Closed || said() != 4 {
			w.Fatalf("it works, twice: %s, %d messages of theirs", f.Status, said())
		}
	})
}

func TestTheirTurnIsAskedTwiceAndThenClosed(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "Does the router blink?", desk.Wait)
		w.deliver()
		for range 14 {
			w.turns(24 * time.Hour)
		}
		f = w.read(f.ID)
		if f.Status != kept.Closed {
			w.Fatalf("after two check-ins without an answer: %s, %+v", f.Status, f.Promises)
		}
		asked := 0
		for _, e := range f.Timeline {
			if e.Message != nil && e.Message.Automatic {
				asked++
			}
		}
		if asked != 3 { // the acknowledgement and two check-ins
			w.Fatalf("%d automatic mails", asked)
		}
	})
}

func TestASecondAnswerWhileItIsTheirTurnLeavesANextDate(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		for range 3 {
			w.turns(time.Hour)
			w.answers(w.bo, f.ID, "One more thing: does the router blink?", desk.Wait)
			w.deliver()
		}
		if f = w.read(f.ID); w.promise(f, kept.CheckIn).State != kept.PromiseOpen {
			w.Fatalf("the check-in was kept, and none is left: %+v", f.Promises)
		}
	})
}

func TestAFollowUpIsKeptByAQuestionAfterSolving(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "The joint is new. Does it work?", desk.Solve)
		w.deliver()
		if p := w.promise(w.read(f.ID), kept.FollowUp); p.State != kept.PromiseOpen {
			w.Fatalf("the answer that solves is its own follow-up: %+v", p)
		}
		w.turns(48 * time.Hour)
		w.answers(w.bo, f.ID, "How has it been since?", desk.Wait)
		w.deliver()
		if p := w.promise(w.read(f.ID), kept.FollowUp); p.State != kept.PromiseKept {
			w.Fatalf("%+v", p)
		}
	})
}

func TestWhoSaysThatItIsNotSolvedNeedsNoFollowUp(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "The joint is new.", desk.Solve)
		w.deliver()
		w.turns(time.Hour)
		w.ok(w.desk.NotSolved(w.ctx, w.token(f), "Still red.", ""))
		f = w.read(f.ID)
		p := w.promise(f, kept.FollowUp)
		if p.State != kept.PromiseReleased || p.SettledBy.Message == 0 || f.Status != kept.Open {
			w.Fatalf("%s, %+v", f.Status, p)
		}
	})
}

func TestTheSameMailAgainIsNoSecondMessage(t *testing.T) {
	each(t, func(w *world) {
		in := w.mail("marta@example.com", "No line", "It is gone.")
		w.arrives(in)
		w.arrives(in)
		p, err := w.desk.List(w.ctx, w.ana, desk.AllOpen, "", 50)
		w.ok(err)
		if len(p.Items) != 1 || len(w.read(p.Items[0].ID).Timeline) != 2 {
			w.Fatalf("%d conversations", len(p.Items))
		}
	})
}

func TestTwinsThatArriveAtOnceAreOneMessage(t *testing.T) {
	each(t, func(w *world) {
		in := w.mail("marta@example.com", "No line", "It is gone.")
		var wg sync.WaitGroup
		for range 8 {
			ledger, err := w.desk.StoreMail(w.ctx, kept.Mail{Sender: in.Sender, Rcpts: in.Rcpts}, []byte("raw"))
			w.ok(err)
			twin := in
			twin.Ledger = ledger
			wg.Go(func() {
				if err := w.desk.Receive(w.ctx, twin); err != nil {
					w.Error(err)
				}
			})
		}
		wg.Wait()
		p, err := w.desk.List(w.ctx, w.ana, desk.AllOpen, "", 50)
		w.ok(err)
		if len(p.Items) != 1 {
			w.Fatalf("%d conversations", len(p.Items))
		}
	})
}

func TestAStrangerWhoQuotesOurMessageIDGetsAConversationOfTheirOwn(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		id := lastSaid(f).MessageID
		other := w.writes("mallory@example.net", "Re: No line", "Tell me all.", answering(id))
		if other.ID == f.ID {
			w.Fatal("a stranger got into somebody's conversation")
		}
	})
}

func TestTheQueueIsTheOrderOfDueTimesWhateverTheTone(t *testing.T) {
	each(t, func(w *world) {
		words := []string{"Could you kindly look at it?", "THIS IS A SCANDAL!!!", "wtf is wrong with you people", "Bitte helfen Sie mir."}
		var want []kept.ID
		for i, text := range words {
			w.turns(time.Minute)
			want = append(want, w.writes("c"+string(rune('a'+i))+"@example.com", "Line", text).ID)
		}
		p, err := w.desk.List(w.ctx, w.bo, desk.Unassigned, "", 50)
		w.ok(err)
		for i, r := range p.Items {
			if r.ID != want[i] {
				w.Fatalf("place %d holds %d, want %d", i, r.ID, want[i])
			}
		}
		next, err := w.desk.Next(w.ctx, w.bo, 0)
		w.ok(err)
		if next != want[0] {
			w.Fatalf("next is %d, want %d", next, want[0])
		}
	})
}

func TestAnAnswerThatWouldCrossAnotherAsksFirst(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		seen := f.Timeline[0].Message.ID
		w.answers(w.ana, f.ID, "I have it.", desk.Wait)
		_, err := w.desk.Reply(w.ctx, w.bo, f.ID, desk.Answer{HTML: "Me too", Then: desk.Wait, Seen: seen})
		if !kept.Is(err, kept.Conflict) || !strings.Contains(err.Error(), "Ana Ruiz") {
			w.Fatalf("crossed: %v", err)
		}
	})
}

func TestSearchFindsWordsByTheirBeginningWithoutAccents(t *testing.T) {
	each(t, func(w *world) {
		w.writes("zoe@example.com", "Rechnung", "Die Gebühr für Mai wurde doppelt abgebucht.")
		for _, q := range []string{"gebuhr", "Gebühr mai", "abgeb", "ZOE"} {
			hits, _, err := w.desk.Search(w.ctx, w.bo, q, 0)
			w.ok(err)
			if len(hits) != 1 {
				w.Fatalf("%q finds %d", q, len(hits))
			}
		}
		hits, _, err := w.desk.Search(w.ctx, w.bo, `"; DROP TABLE messages; -- " * ( : &`, 0)
		w.ok(err)
		if len(hits) != 0 {
			w.Fatal("nonsense finds something")
		}
	})
}

func lastSaid(f desk.Full) kept.Message { return latest(f, kept.MessageOut) }

func latest(f desk.Full, kind kept.MessageKind) (m kept.Message) {
	for _, e := range f.Timeline {
		if e.Message != nil && e.Message.Kind == kind {
			m = *e.Message
		}
	}
	return m
}

func messageOf(f desk.Full, id kept.ID) (m kept.Message) {
	for _, e := range f.Timeline {
		if e.Message != nil && e.Message.ID == id {
			m = *e.Message
		}
	}
	return m
}

// bounces reports that a message of ours did not arrive.
func (w *world) bounces(m kept.Message, changes ...func(*kept.Inbound)) kept.ID {
	w.Helper()
	return w.arrives(w.mail("mailer-daemon@mx.test", "Undelivered", "Your mail came back", append([]func(*kept.Inbound){kind(kept.MailBounce), func(in *kept.Inbound) {
		in.Sender, in.Bounce = "", &kept.Bounce{Recipients: []string{"marta@example.com"}, Permanent: true, Status: "5.1.1", MessageID: m.MessageID}
	}}, changes...)...))
}

func TestAMessageThatBouncedMovedAndMadeGoodNothing(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "The technician comes tomorrow.", desk.Ours, desk.Next{Words: "The technician comes", Due: w.at.Add(24 * time.Hour)})
		w.deliver()
		old := w.promise(w.read(f.ID), kept.Custom)
		w.turns(time.Hour)
		f = w.answers(w.bo, f.ID, "Wednesday.", desk.Ours, desk.Next{Words: "The technician comes", Due: w.at.Add(48 * time.Hour), Moves: old.ID})
		w.deliver()
		w.bounces(lastSaid(f))
		for _, p := range w.read(f.ID).Promises {
			if p.ID == old.ID && (p.State != kept.PromiseOpen || p.MovedTo != 0) {
				w.Fatalf("moved by a mail that never arrived: %+v", p)
			}
			if p.Replaces == old.ID && !p.ToldAt.IsZero() {
				w.Fatalf("told in a mail that never arrived: %+v", p)
			}
		}
		w.until(old.Due.Add(time.Hour))
		f = w.answers(w.bo, f.ID, "We missed it.", desk.Ours, desk.Next{Due: w.at.Add(2 * time.Hour)})
		w.deliver()
		w.bounces(lastSaid(f))
		for _, p := range w.read(f.ID).Promises {
			if p.ID == old.ID && !p.Leads() {
				w.Fatalf("made good by a mail that never arrived: %+v", p)
			}
		}
	})
}

func TestWhatIsPromisedAfterSolvingComesBackToUsBeforeItIsDue(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		f = w.answers(w.bo, f.ID, "Solved; the refund by tomorrow.", desk.Solve, desk.Next{Words: "The refund is on your account", Due: w.at.Add(24 * time.Hour)})
		w.deliver()
		if next, err := w.desk.Next(w.ctx, w.bo, 0); err != nil || next != 0 {
			w.Fatalf("offered at once: %d %v", next, err)
		}
		w.until(w.promise(f, kept.Custom).Due.Add(time.Hour))
		if next, err := w.desk.Next(w.ctx, w.bo, 0); err != nil || next != f.ID {
			w.Fatalf("the missed refund leads nothing: %d %v", next, err)
		}
	})
}

func TestAConfirmedMatterClosesWithTheLastThingOwed(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		f = w.answers(w.bo, f.ID, "The refund comes by Friday. Does it work?", desk.Wait, desk.Next{Words: "The refund", Due: w.at.Add(96 * time.Hour)})
		w.deliver()
		w.turns(time.Hour)
		w.ok(w.desk.ItWorks(w.ctx, w.token(f), ""))
		if f = w.read(f.ID); f.Status != kept.Solved || w.promise(f, kept.Custom).State != kept.PromiseOpen {
			w.Fatalf("what was promised stays due: %s %+v", f.Status, f.Promises)
		}
		note, err := w.desk.AddNote(w.ctx, w.bo, f.ID, "Paid.")
		w.ok(err)
		f, err = w.desk.Finish(w.ctx, w.bo, w.promise(f, kept.Custom).ID, latest(note, kept.MessageNote).ID)
		w.ok(err)
		if f.Status != kept.Closed {
			w.Fatalf("nothing is owed, and it is %s", f.Status)
		}
		w.turns(60 * 24 * time.Hour)
		if n := len(w.read(f.ID).Promises); n != len(f.Promises) {
			w.Fatalf("closed, and %d promises more", n-len(f.Promises))
		}
	})
}

func TestAReportThatCantBeTrueChangesNothing(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		f = w.answers(w.bo, f.ID, "It works.", desk.Solve)
		w.deliver()
		sent := lastSaid(f)
		w.bounces(sent, func(in *kept.Inbound) { in.Bounce.Recipients = []string{"somebody@else.test"} })
		w.bounces(sent, func(in *kept.Inbound) { in.Bounce.Recipients, in.Sender = nil, "mallory@example.net" })
		if p := w.promise(w.read(f.ID), kept.Reply); p.State != kept.PromiseKept {
			w.Fatalf("a report of other people's mail unkept it: %+v", p)
		}
		w.ok(w.desk.ItWorks(w.ctx, w.token(f), ""))
		w.turns(60 * 24 * time.Hour)
		w.bounces(sent)
		if f = w.read(f.ID); f.Status != kept.Closed || w.promise(f, kept.Reply).State != kept.PromiseKept {
			w.Fatalf("a report after two months: %s", f.Status)
		}
	})
}

func TestWhatIsWrittenDownAsToldStandsInTheMail(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		f = w.answers(w.bo, f.ID, "We send somebody.", desk.Ours, desk.Next{Words: "The engineer visits you", Due: monday.Add(25 * time.Hour)})
		m := lastSaid(f)
		for _, want := range []string{"The engineer visits you", "11:00", "Dublin", "/c/"} {
			if !strings.Contains(m.Text, want) || !strings.Contains(m.HTML, want) {
				w.Errorf("the mail doesn't say %q:\n%s", want, m.Text)
			}
		}
		if m.Visible != "We send somebody." {
			w.Errorf("the person's words are %q", m.Visible)
		}
		w.turns(time.Hour)
		f = w.answers(w.bo, f.ID, "Still at it.", desk.Ours)
		if p := w.promise(f, kept.Update); p.ToldIn != lastSaid(f).ID || !strings.Contains(lastSaid(f).Text, "You hear from us tomorrow by 11:0") {
			w.Errorf("the cadence isn't told: %+v\n%s", p, lastSaid(f).Text)
		}
	})
}

func TestUrgencyNeverMakesAPromiseLater(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "Blinks it?", desk.Wait)
		w.deliver()
		w.turns(time.Minute)
		f = w.writes("marta@example.com", "Re: No line", "It does.")
		due := w.promise(f, kept.Reply).Due
		w.until(due.Add(-10 * time.Minute))
		high := kept.High
		f, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Priority: &high})
		w.ok(err)
		if got := w.promise(f, kept.Reply).Due; got.After(due) {
			w.Fatalf("high made it later: %v, was %v", got, due)
		}
	})
}

func TestWordsThatCrossAnAnswerGetAPromiseOfTheirOwn(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "Blinks it?", desk.Wait)
		w.at = w.at.Add(time.Minute) // the relay is slow
		f = w.writes("marta@example.com", "Re: No line", "And the phone is dead too.")
		wrote := w.at
		w.at = w.at.Add(time.Minute)
		w.deliver()
		f = w.read(f.ID)
		if p := w.promise(f, kept.Reply); p.State != kept.PromiseOpen || !p.Due.Equal(wrote.Add(8*time.Hour).Add(16*time.Hour)) {
			w.Fatalf("the new words have no reply promised: %s due %v", p.State, p.Due)
		}
	})
}

func TestAMissIsFollowedByANextWordHoweverFarAnotherLies(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Reply).Due
		w.turns(time.Minute)
		f, err := w.desk.Give(w.ctx, w.bo, f.ID, desk.Next{Words: "The new cable", Due: w.at.Add(21 * 24 * time.Hour)})
		w.ok(err)
		w.until(due.Add(time.Second))
		if p := w.promise(w.read(f.ID), kept.Update); p.State != kept.PromiseOpen || p.Due.After(due.Add(90*time.Minute)) {
			w.Fatalf("no recovery: %+v", p)
		}
	})
}

func TestAFormThatWritesInOurNameIsTheCustomersMail(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("help@northlight.test", "From the website", "No line.", func(in *kept.Inbound) {
			in.ReplyTo = []kept.Address{{Name: "Marta", Email: "marta@example.com"}}
		})
		if f.ContactEmail != "marta@example.com" {
			w.Fatalf("it is %q's", f.ContactEmail)
		}
		scan := w.writes("help@northlight.test", "Scan 0001", "A letter.")
		if scan.ContactEmail != "" || scan.Status != kept.Open {
			w.Fatalf("a scanner's mail: %q, %s", scan.ContactEmail, scan.Status)
		}
		ack := latest(f, kept.MessageOut)
		loop := w.arrives(w.mail("help@northlight.test", ack.Subject, ack.Text, func(in *kept.Inbound) { in.MessageID = ack.MessageID }))
		m, _, err := w.desk.RawMail(w.ctx, loop)
		w.ok(err)
		if m.State != kept.MailDropped {
			w.Fatalf("our own mail came back and is %s", m.State)
		}
	})
}

func TestNobodyIsSolvedInSilence(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		for _, s := range []kept.Status{kept.Solved, kept.Pending} {
			if _, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Status: &s}); !kept.Is(err, kept.Invalid) {
				w.Fatalf("%s without a word: %v", s, err)
			}
		}
	})
}

func TestSpamThatWasNoneKeepsItsOldPromise(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Reply).Due
		w.turns(3 * time.Hour)
		for _, s := range []kept.Status{kept.Spam, kept.Open} {
			var err error
			f, err = w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Status: &s})
			w.ok(err)
			w.turns(time.Minute)
		}
		if p := w.promise(w.read(f.ID), kept.Reply); p.State != kept.PromiseOpen || !p.Due.Equal(due) {
			w.Fatalf("%s, due %v, was %v", p.State, p.Due, due)
		}
	})
}

func TestAMissedWordKeepsASolvedMatterFromClosing(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.turns(time.Minute)
		f = w.answers(w.bo, f.ID, "Solved.", desk.Solve)
		due := w.promise(f, kept.Reply).Due
		w.at = due.Add(time.Hour) // the relay was down
		_, _, err := w.desk.BreakDue(w.ctx, w.at)
		w.ok(err)
		w.at = due.Add(20 * 24 * time.Hour)
		_, err = w.desk.CloseUnopposed(w.ctx, f.ID)
		w.ok(err)
		if f = w.read(f.ID); f.Status == kept.Closed || !w.promise(f, kept.Reply).MadeGoodAt.IsZero() {
			w.Fatalf("closed over a missed answer: %s", f.Status)
		}
		w.until(w.at)
	})
}

func TestAnAnswerAnswersTheCustomersMailAndASolutionAsksForTheirWord(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		asked := messageOf(f, f.Timeline[0].Message.ID).MessageID
		w.turns(time.Minute)
		f = w.answers(w.bo, f.ID, "It works again.", desk.Solve)
		m := lastSaid(f)
		s, err := w.desk.BeginSending(w.ctx, m.ID)
		w.ok(err)
		if m.InReplyTo != asked || !strings.Contains(s.Mail.Text, "/c/"+w.token(f)) {
			w.Fatalf("in reply to %q, want %q; %s", m.InReplyTo, asked, s.Mail.Text)
		}
	})
}

func TestANameWithAnAngleInItStillGetsItsMails(t *testing.T) {
	each(t, func(w *world) {
		w.writes("marta@example.com", "No line", "It is gone.", func(in *kept.Inbound) {
			in.From = []kept.Address{{Name: "Marta <home>", Email: "marta@example.com"}}
		})
		for _, id := range w.jobs(desk.JobDeliver) {
			s, err := w.desk.BeginSending(w.ctx, id)
			w.ok(err)
			if len(s.Mail.To) != 1 || s.Mail.To[0].Email != "marta@example.com" {
				t.Errorf("it goes to %+v", s.Mail.To)
			}
			w.ok(w.desk.Delivered(w.ctx, id, kept.Receipt{Relay: "relay.test"}))
		}
	})
}

func TestASnoozeIntoThePastSaysWhatToDo(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		for _, until := range []time.Time{w.at, w.at.Add(-time.Hour)} {
			_, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{SnoozedUntil: &until})
			refused(t, err, kept.Invalid, "This time has passed. Choose one that lies ahead")
		}
		until := w.at.Add(time.Hour)
		_, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{SnoozedUntil: &until})
		w.ok(err)
		f, err = w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{SnoozedUntil: &time.Time{}})
		w.ok(err)
		if !f.SnoozedUntil.IsZero() {
			t.Errorf("woken, and asleep until %v", f.SnoozedUntil)
		}
	})
}
