package desk_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/storetest"
)

// priya is a coworker in accounting, who is asked and doesn't sign in; Ana leads her.
func (w *world) priya() kept.Agent {
	w.Helper()
	a, err := w.desk.AddCoworker(w.ctx, w.ana, "Priya Nair", "priya@northlight.test")
	w.ok(err)
	return a
}

// asks asks somebody as Bo.
func (w *world) asks(n desk.NewAsk) desk.Ask {
	w.Helper()
	if n.Question == "" {
		n.Question = "Was the refund for Marta sent?"
	}
	a, err := w.desk.Ask(w.ctx, w.bo, n)
	w.ok(err)
	return a
}

func (w *world) theAsk(id kept.ID) desk.Ask {
	w.Helper()
	a, err := w.desk.ReadAsk(w.ctx, w.ana, id)
	w.ok(err)
	return a
}

// notices are the mails to our own people that were written since it was asked last.
func (w *world) notices() (mails []kept.Outbound) {
	w.Helper()
	for id := w.noticed + 1; id < w.noticed+40; id++ { // a transaction that was tried again leaves gaps
		s, err := w.desk.BeginNotice(w.ctx, id)
		if kept.Is(err, kept.NotFound) {
			continue
		}
		w.ok(err)
		w.noticed = id
		mails = append(mails, s.Mail)
	}
	return mails
}

// answersMail is a mail that answers one of ours.
func (w *world) answersMail(from string, m kept.Outbound, text string, changes ...func(*kept.Inbound)) kept.Inbound {
	quoted := "\n\nOn Mon, 18 May 2026, Northlight wrote:\n> " + strings.ReplaceAll(m.Text, "\n", "\n> ")
	return w.mail(from, "Re: "+m.Subject, text+quoted, append([]func(*kept.Inbound){func(in *kept.Inbound) {
		in.Rcpts, in.InReplyTo = []string{m.ReplyTo}, []string{m.MessageID}
	}}, changes...)...)
}

func to(mails []kept.Outbound, email string) (found []kept.Outbound) {
	for _, m := range mails {
		if m.To[0].Email == email {
			found = append(found, m)
		}
	}
	return found
}

func TestAColleagueAnswersByPlainMailBeforeTheDue(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		f := w.writes("marta@example.com", "Refund", "Where is my refund?")
		place := f.QueueDue
		due := w.at.Add(2 * time.Hour)
		a := w.asks(desk.NewAsk{Conversation: f.ID, Agent: priya.ID, Due: due})
		if !a.Waits || a.AskerName != "Bo Lind" || a.AskedName != "Priya Nair" || a.Subject != "Refund" {
			w.Errorf("asked: %+v", a)
		}
		until := w.at.Add(time.Hour)
		_, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{SnoozedUntil: &until})
		w.ok(err)

		mails := w.notices()
		if len(mails) != 1 || mails[0].To[0].Email != "priya@northlight.test" || !strings.Contains(mails[0].Text, "Was the refund for Marta sent?") ||
			mails[0].Subject != "Bo Lind asks you: Refund" || strings.Contains(mails[0].Text, "/asks/") {
			w.Fatalf("the question: %+v", mails)
		}
		w.turns(30 * time.Minute)
		w.arrives(w.answersMail("Priya@Northlight.test", mails[0], "Yes, on Friday, 84 euros."))

		a = w.theAsk(a.ID)
		if a.Waits || a.Answer != "Yes, on Friday, 84 euros." || a.AnsweredByName != "Priya Nair" || a.Promise.State != kept.PromiseKept || a.Promise.SettledBy.Message != a.Note {
			w.Errorf("answered: %+v", a)
		}
		f = w.read(f.ID)
		note := messageOf(f, a.Note)
		if note.Kind != kept.MessageNote || note.Author.Name != "Priya Nair" || !strings.Contains(note.Quoted, "refund for Marta") || note.Mail == 0 {
			w.Errorf("the note: %+v", note)
		}
		if !f.SnoozedUntil.IsZero() || !f.QueueDue.Equal(place) || len(f.Asks) != 1 || len(f.Promises) != 1 {
			w.Errorf("the conversation sleeps until %v, stands at %v, with %d asks and %d promises", f.SnoozedUntil, f.QueueDue, len(f.Asks), len(f.Promises))
		}
		if f.Record.Kept != 0 {
			w.Error("an ask counts in the customer's record")
		}
		page, err := w.desk.CustomerPage(w.ctx, w.token(f))
		w.ok(err)
		for _, p := range page.Promises {
			if p.Kind == kept.Ask {
				w.Error("the customer sees that a colleague was asked")
			}
		}
		for _, m := range page.Messages {
			if strings.Contains(m.Text, "84 euros") {
				w.Error("the customer reads the answer")
			}
		}
		w.turns(48 * time.Hour)
		if late := to(w.notices(), "priya@northlight.test"); len(late) != 0 {
			w.Errorf("she is reminded of what she answered: %+v", late)
		}
	})
}

func TestAColleagueWhoForgetsIsRemindedAndThenTheirLeadIsToldOnce(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		f := w.writes("marta@example.com", "Refund", "Where is my refund?")
		a := w.asks(desk.NewAsk{Conversation: f.ID, Agent: priya.ID, Due: w.at.Add(2 * time.Hour)})
		first := w.notices()[0]
		promises := len(w.read(f.ID).Promises)

		w.turns(89 * time.Minute)
		if got := w.notices(); len(got) != 0 {
			w.Errorf("reminded too early: %+v", got)
		}
		w.turns(2 * time.Minute)
		reminder := w.notices()
		if len(reminder) != 1 || reminder[0].InReplyTo != first.MessageID || !strings.HasPrefix(reminder[0].Subject, "Reminder: Bo Lind waits") {
			w.Fatalf("the reminder: %+v", reminder)
		}
		w.until(monday.Add(2*time.Hour + time.Second))
		last := w.notices()
		if len(to(last, "priya@northlight.test")) != 1 || len(to(last, "ana@northlight.test")) != 1 || len(last) != 2 {
			w.Fatalf("at the break: %+v", last)
		}
		if lead := to(last, "ana@northlight.test")[0]; lead.Subject != "Priya Nair has not answered Bo Lind" || !strings.Contains(lead.Text, "/asks/") {
			w.Errorf("the lead reads: %+v", lead)
		}
		a = w.theAsk(a.ID)
		if !a.Waits || a.Promise.State != kept.PromiseBroken || !a.Promise.SettledAt.Equal(a.Promise.Due) || a.Reminders != 2 || a.LeadToldAt.IsZero() {
			w.Errorf("broken: %+v", a)
		}
		if f = w.read(f.ID); len(f.Promises) != promises {
			w.Errorf("the customer is promised something for it: %+v", f.Promises)
		}
		w.turns(time.Hour)
		for _, m := range w.notices() {
			if strings.Contains(m.Subject, "Priya") || m.To[0].Email == "priya@northlight.test" {
				w.Errorf("told again: %+v", m)
			}
		}

		w.arrives(w.answersMail("priya@northlight.test", reminder[0], "Sorry! It was sent."))
		a = w.theAsk(a.ID)
		if a.Waits || a.Promise.State != kept.PromiseBroken || !a.Promise.FulfilledAt.Equal(w.at) || a.Answer != "Sorry! It was sent." {
			w.Errorf("late: %+v", a)
		}
	})
}

func TestAnAnswerAtTheDueKeepsItAndOneRightAfterDoesNot(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			after time.Duration
			want  kept.PromiseState
		}{{0, kept.PromiseKept}, {time.Microsecond, kept.PromiseBroken}} {
			a, err := w.desk.Ask(w.ctx, w.bo, desk.NewAsk{Agent: w.ana.ID, Question: "Which key?", Due: w.at.Add(time.Minute)})
			w.ok(err)
			w.at = a.Promise.Due.Add(c.after)
			a, err = w.desk.AnswerAsk(w.ctx, w.ana, a.ID, "The small one.")
			w.ok(err)
			if a.Promise.State != c.want || a.Waits {
				w.Errorf("%v after: %+v", c.after, a.Promise)
			}
		}
	})
}

func TestAnAskThatStandsAloneIsRemindedBrokenAndAnswered(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		a := w.asks(desk.NewAsk{Agent: priya.ID, Question: "May I order three routers?", Due: w.at.Add(4 * time.Hour)})
		first := w.notices()[0]
		w.turns(5 * time.Hour)
		if a = w.theAsk(a.ID); a.Promise.State != kept.PromiseBroken || a.Promise.Conversation != 0 || a.Reminders != 2 {
			w.Fatalf("broken: %+v", a)
		}
		n, next, err := w.desk.BreakDue(w.ctx, w.at)
		w.ok(err)
		if n != 0 || !next.IsZero() {
			w.Errorf("the clockwork spins: %d settled, next %v", n, next)
		}
		ledger := w.arrives(w.answersMail("priya@northlight.test", first, "Yes, go ahead."))
		a = w.theAsk(a.ID)
		if a.Answer != "Yes, go ahead." || a.Waits || a.Note != 0 || a.Promise.FulfilledAt.IsZero() {
			w.Errorf("answered: %+v", a)
		}
		m, _, err := w.desk.RawMail(w.ctx, ledger)
		w.ok(err)
		if m.State != kept.MailAnswered || m.Message != 0 {
			w.Errorf("the mail: %+v", m)
		}
		w.arrives(w.answersMail("priya@northlight.test", first, "Yes, go ahead."))
		w.arrives(w.answersMail("priya@northlight.test", first, "Better take four."))
		if a = w.theAsk(a.ID); a.Answer != "Yes, go ahead.\n\nBetter take four." {
			w.Errorf("said more: %q", a.Answer)
		}
		p, err := w.desk.List(w.ctx, w.ana, desk.AllOpen, "", 100)
		w.ok(err)
		if len(p.Items) != 0 {
			w.Errorf("her mails became conversations: %+v", p.Items)
		}
	})
}

func TestAnAskTakesSoManyAnswersAndWhatComesAfterIsNotLost(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		f := w.writes("marta@example.com", "Refund", "Where is my refund?")
		for _, about := range []kept.ID{f.ID, 0} {
			a := w.asks(desk.NewAsk{Conversation: about, Agent: priya.ID, Due: w.at.Add(2 * time.Hour)})
			first := to(w.notices(), "priya@northlight.test")[0]
			said := func() int { return len(w.read(f.ID).Timeline) }
			for n := 1; n <= 20; n++ {
				w.arrives(w.answersMail("priya@northlight.test", first, fmt.Sprintf("Item %02d.", n)))
			}
			w.arrives(w.answersMail("priya@northlight.test", first, "I am away.", kind(kept.MailAutoReply)))
			full, told, lines := w.theAsk(a.ID), len(w.notices()), said()
			if !strings.HasSuffix(full.Answer, "\n\nItem 20.") || told != 20 {
				w.Fatalf("answered: %q, told %d times", full.Answer, told)
			}
			for n := 21; n <= 23; n++ {
				g := w.writes("priya@northlight.test", "Re: "+first.Subject, fmt.Sprintf("Item %02d.", n), func(in *kept.Inbound) {
					in.Rcpts, in.InReplyTo = []string{first.ReplyTo}, []string{first.MessageID}
				})
				if g.ID == f.ID || g.Status != kept.Open || g.LastWords != fmt.Sprintf("Item %02d.", n) || len(g.Promises) == 0 {
					w.Errorf("what came after it: %+v", g.Row)
				}
			}
			if after := w.theAsk(a.ID); after.Answer != full.Answer || said() != lines || len(to(w.notices(), "bo@northlight.test")) != 0 {
				w.Errorf("it grows on: %q, %d lines of %d", after.Answer, said(), lines)
			}
		}
	})
}

func TestTheSameWordsAgainCountAsAnAnswerToo(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "Refund", "Where is my refund?")
		a := w.asks(desk.NewAsk{Conversation: f.ID, Agent: w.priya().ID, Due: w.at.Add(2 * time.Hour)})
		first := w.notices()[0]
		for range 30 {
			w.arrives(w.answersMail("priya@northlight.test", first, "Yes."))
		}
		notes := 0
		for _, e := range w.read(f.ID).Timeline {
			if e.Message != nil && e.Message.Kind == kept.MessageNote {
				notes++
			}
		}
		if a = w.theAsk(a.ID); a.Answer != "Yes." || notes != 20 {
			w.Errorf("%q, in %d notes", a.Answer, notes)
		}
	})
}

func TestAMachineThatIsAwayIsHeardOnceADay(t *testing.T) {
	each(t, func(w *world) {
		a := w.asks(desk.NewAsk{Agent: w.priya().ID, Due: w.at.Add(72 * time.Hour)})
		first := w.notices()[0]
		away := func(words string) {
			w.arrives(w.mail("priya@northlight.test", "Out of office", words, kind(kept.MailAutoReply), answering(first.MessageID)))
		}
		away("Back on Friday.")
		stood := w.logEnd()
		w.at = w.at.Add(time.Hour)
		away("Back on Monday.")
		if w.logEnd() != stood || w.theAsk(a.ID).Away != "Back on Friday." {
			w.Error("each word of a machine is an event")
		}
		w.at = w.at.Add(24 * time.Hour)
		away("Back on Monday.")
		if w.theAsk(a.ID).Away != "Back on Monday." {
			w.Error("the next day it is not heard")
		}
	})
}

func TestAnOutOfOfficeIsNoAnswer(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		f := w.writes("marta@example.com", "Refund", "Where is my refund?")
		a := w.asks(desk.NewAsk{Conversation: f.ID, Agent: priya.ID, Due: w.at.Add(2 * time.Hour)})
		first := w.notices()[0]
		// A machine answers the envelope's sender, which has no token, and names what it answers.
		w.arrives(w.mail("priya@northlight.test", "Out of office", "I am on holiday until Friday.", kind(kept.MailAutoReply), answering(first.MessageID)))
		a = w.theAsk(a.ID)
		if !a.Waits || a.Away != "I am on holiday until Friday." || a.Answer != "" || a.Promise.State != kept.PromiseOpen {
			w.Errorf("away: %+v", a)
		}
		if list, err := w.desk.List(w.ctx, w.ana, desk.AllClosed, "", 10); err != nil || len(list.Items) != 0 {
			w.Errorf("it became a conversation: %+v %v", list.Items, err)
		}
	})
}

func TestAMailOfAnAskThatDoesNotArriveIsToldToTheAsker(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		a := w.asks(desk.NewAsk{Agent: priya.ID, Due: w.at.Add(2 * time.Hour)})
		first := w.notices()[0]
		report := func(sender string) kept.Inbound {
			return w.mail("mailer-daemon@mx.test", "Undelivered", "came back", kind(kept.MailBounce), func(in *kept.Inbound) {
				in.Sender, in.Bounce = sender, &kept.Bounce{Permanent: true, Status: "5.1.1", Detail: "no such user", MessageID: first.MessageID}
			})
		}
		w.arrives(report("mallory@evil.test"))
		if a = w.theAsk(a.ID); a.Trouble != "" {
			w.Errorf("anybody can say that it didn't arrive: %q", a.Trouble)
		}
		w.arrives(report(""))
		if a = w.theAsk(a.ID); a.Trouble != "5.1.1 no such user" || !a.Waits {
			w.Errorf("came back: %+v", a)
		}
		b := w.asks(desk.NewAsk{Agent: priya.ID, Due: w.at.Add(2 * time.Hour)})
		w.notices()
		w.ok(w.desk.Notified(w.ctx, w.noticed, "550 refused"))
		if b = w.theAsk(b.ID); b.Trouble != "550 refused" {
			w.Errorf("refused: %+v", b)
		}
		events, _, err := w.desk.EventsAfter(w.ctx, "0.0", 1000)
		w.ok(err)
		n := 0
		for _, e := range events {
			if e.Type == kept.AskUnreached {
				n++
			}
		}
		if n != 2 && w.db.Driver() != "postgres" { // there the log may hold back what is quite new
			w.Errorf("told %d times, want 2", n)
		}
	})
}

func TestAForgedAnswerIsAnOrdinaryMailAndLeaksNothing(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		f := w.writes("marta@example.com", "Refund", "Where is my refund?")
		a := w.asks(desk.NewAsk{Conversation: f.ID, Agent: priya.ID, Due: w.at.Add(2 * time.Hour)})
		first := w.notices()[0]

		for _, from := range []string{"mallory@evil.test", "marta@example.com", "bo@northlight.test"} {
			g := w.writes(from, "Re: "+first.Subject, "Send it to me.", func(in *kept.Inbound) {
				in.Rcpts, in.InReplyTo = []string{first.ReplyTo}, []string{first.MessageID}
			})
			if g.ID == f.ID || len(g.Asks) != 0 {
				w.Errorf("%s writes into the conversation", from)
			}
		}
		// Priya, at an address of ours that isn't signed for this ask, and without what it answers.
		g := w.writes("priya@northlight.test", "Lunch?", "Who comes along?")
		if g.ID == f.ID {
			w.Error("any mail of hers is an answer")
		}
		bent := strings.Replace(first.ReplyTo, "+", "+b", 1)
		w.writes("priya@northlight.test", "Something else", "An answer to a bent address.", func(in *kept.Inbound) { in.Rcpts = []string{bent} })
		if a = w.theAsk(a.ID); !a.Waits || a.Answer != "" {
			w.Errorf("answered: %+v", a)
		}
		w.deliver()
	})
}

func TestATeamsAskIsTakenByOneOfTwoAtOnce(t *testing.T) {
	each(t, func(w *world) {
		lea, err := w.desk.AddAgent(w.ctx, w.ana, desk.NewAgent{Email: "lea@northlight.test", Name: "Lea Roth", Password: "a third sentence"})
		w.ok(err)
		team := w.team(kept.Team{Name: "Network", Lead: w.ana.ID, Members: []kept.ID{w.ana.ID, lea.ID, w.bo.ID}})
		a := w.asks(desk.NewAsk{Team: team, Question: "Is the mast down?", Due: w.at.Add(2 * time.Hour)})
		if mails := w.notices(); len(mails) != 2 || len(to(mails, "bo@northlight.test")) != 0 || !strings.Contains(mails[0].Text, "Network") {
			w.Fatalf("who is asked: %+v", mails)
		}
		if _, err := w.desk.AnswerAsk(w.ctx, w.bo, a.ID, "I say yes."); !kept.Is(err, kept.Forbidden) {
			w.Errorf("Bo answers himself: %v", err)
		}

		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []kept.Actor{w.ana, lea.Actor()} {
			wait.Go(func() { _, errs[i] = w.desk.TakeAsk(w.ctx, who, a.ID) })
		}
		wait.Wait()
		first, second := errs[0], errs[1]
		if first != nil {
			first, second = second, first
		}
		if first != nil || !kept.Is(second, kept.Conflict) {
			w.Fatalf("taken: %v and %v", errs[0], errs[1])
		}
		a = w.theAsk(a.ID)
		taker := w.ana
		if a.Promise.By == lea.ID {
			taker = lea.Actor()
		}
		if a.Promise.By == 0 || a.TakenAt.IsZero() || a.AskedName != taker.Name {
			w.Errorf("taken by %+v", a)
		}
		w.turns(119 * time.Minute)
		if mails := w.notices(); len(mails) != 1 || mails[0].To[0].Name != taker.Name {
			w.Errorf("who is reminded: %+v", mails)
		}
		_, err = w.desk.AnswerAsk(w.ctx, taker, a.ID, "It is up again.")
		w.ok(err)
		of, err := w.desk.Asks(w.ctx, taker, desk.AskQuery{Side: desk.AskedOfMe, Done: true})
		w.ok(err)
		if len(of.Items) != 1 || of.Items[0].Answer != "It is up again." {
			w.Errorf("what was answered: %+v", of.Items)
		}
	})
}

func TestATeamIsNotDroppedWhileSomebodyWaitsForItsAnswer(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		team, err := w.desk.PutTeam(w.ctx, w.ana, kept.Team{Name: "Accounting", Members: []kept.ID{priya.ID, w.ana.ID}})
		w.ok(err)
		due := w.at.Add(time.Hour)
		a := w.asks(desk.NewAsk{Team: team.ID, Due: due})
		w.until(due.Add(time.Minute)) // broken, and still asked
		if err := w.desk.DropTeam(w.ctx, w.ana, team.ID); !kept.Is(err, kept.Conflict) {
			w.Fatalf("dropped: %v", err)
		}
		_, err = w.desk.TakeAsk(w.ctx, w.ana, a.Promise.ID)
		w.ok(err)
		w.ok(w.desk.DropTeam(w.ctx, w.ana, team.ID))
		_, err = w.desk.AnswerAsk(w.ctx, w.ana, a.Promise.ID, "Yes, on Friday.")
		w.ok(err)
	})
}

func TestATeamsMemberAnswersByMailForAll(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		team := w.team(kept.Team{Name: "Accounts", Members: []kept.ID{priya.ID, w.ana.ID}})
		a := w.asks(desk.NewAsk{Team: team, Due: w.at.Add(2 * time.Hour)})
		hers := to(w.notices(), "priya@northlight.test")[0]
		w.arrives(w.answersMail("priya@northlight.test", hers, "Sent on Friday."))
		a = w.theAsk(a.ID)
		if a.Waits || a.Promise.By != priya.ID || a.Promise.State != kept.PromiseKept || a.TeamName != "Accounts" {
			w.Errorf("answered: %+v", a)
		}
	})
}

func TestTheAskerWithdrawsWithAReason(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		lea, err := w.desk.AddAgent(w.ctx, w.ana, desk.NewAgent{Email: "lea@northlight.test", Name: "Lea Roth"})
		w.ok(err)
		open := w.asks(desk.NewAsk{Agent: priya.ID, Due: w.at.Add(2 * time.Hour)})
		late := w.asks(desk.NewAsk{Agent: priya.ID, Due: w.at.Add(time.Minute)})
		w.turns(time.Hour)
		first := w.notices()[0]

		if _, err := w.desk.WithdrawAsk(w.ctx, w.bo, open.ID, " "); !kept.Is(err, kept.Invalid) {
			w.Errorf("without a reason: %v", err)
		}
		if _, err := w.desk.WithdrawAsk(w.ctx, lea.Actor(), open.ID, "I don't like it"); !kept.Is(err, kept.NotFound) {
			w.Errorf("somebody else's: %v", err)
		}
		open, err = w.desk.WithdrawAsk(w.ctx, w.bo, open.ID, "Found it myself")
		w.ok(err)
		late, err = w.desk.WithdrawAsk(w.ctx, w.ana, late.ID, "No longer needed")
		w.ok(err)
		if open.Waits || open.Promise.State != kept.PromiseReleased || late.Waits || late.Promise.State != kept.PromiseBroken {
			w.Errorf("withdrawn: %+v and %+v", open, late)
		}
		mails := w.notices()
		if len(mails) != 2 || !strings.HasPrefix(mails[0].Subject, "No longer needed") || !strings.Contains(mails[0].Text, "Found it myself") {
			w.Errorf("told: %+v", mails)
		}
		if _, err := w.desk.WithdrawAsk(w.ctx, w.bo, open.ID, "again"); !kept.Is(err, kept.Conflict) {
			w.Errorf("twice: %v", err)
		}
		w.arrives(w.answersMail("priya@northlight.test", first, "Here it is all the same."))
		if open = w.theAsk(open.ID); open.Answer == "" || open.Promise.State != kept.PromiseReleased {
			w.Errorf("a late word: %+v", open)
		}
		w.turns(24 * time.Hour)
		if mails := to(w.notices(), "priya@northlight.test"); len(mails) != 0 {
			w.Errorf("reminded of nothing: %+v", mails)
		}
		f := w.writes("marta@example.com", "Refund", "Where is my refund?")
		about := w.asks(desk.NewAsk{Conversation: f.ID, Agent: priya.ID, Due: w.at.Add(2 * time.Hour)})
		if _, err := w.desk.WithdrawAsk(w.ctx, lea.Actor(), about.ID, "I don't like it"); !kept.Is(err, kept.Forbidden) {
			w.Errorf("somebody else's, about what everybody reads: %v", err)
		}
	})
}

func TestTheListsAreTheWaitingByDueAndTheDoneByTheirEnd(t *testing.T) {
	each(t, func(w *world) {
		team := w.team(kept.Team{Name: "Network", Members: []kept.ID{w.ana.ID}})
		var ids []kept.ID
		for i, n := range []desk.NewAsk{{Agent: w.ana.ID}, {Team: team}, {Agent: w.ana.ID}} {
			n.Due = w.at.Add(time.Duration(5-i) * time.Hour)
			ids = append(ids, w.asks(n).ID)
		}
		_, err := w.desk.AnswerAsk(w.ctx, w.ana, w.asks(desk.NewAsk{Agent: w.ana.ID, Due: w.at.Add(time.Hour)}).ID, "Yes")
		w.ok(err)
		list := func(who kept.Actor, q desk.AskQuery) (got []kept.ID) {
			for {
				page, err := w.desk.Asks(w.ctx, who, q)
				w.ok(err)
				for _, a := range page.Items {
					got = append(got, a.ID)
				}
				if q.Cursor = page.Cursor; q.Cursor == "" {
					return got
				}
			}
		}
		for _, c := range []struct {
			who  kept.Actor
			q    desk.AskQuery
			want []kept.ID
		}{
			{w.ana, desk.AskQuery{Side: desk.AskedOfMe, Limit: 2}, []kept.ID{ids[2], ids[1], ids[0]}},
			{w.bo, desk.AskQuery{Side: desk.AskedByMe, Limit: 1}, []kept.ID{ids[2], ids[1], ids[0]}},
			{w.ana, desk.AskQuery{Side: desk.AskedByMe}, nil},
			{w.bo, desk.AskQuery{Side: desk.AskedOfMe}, nil},
		} {
			got := list(c.who, c.q)
			if len(got) != len(c.want) {
				w.Fatalf("%s %+v: %v, want %v", c.who.Name, c.q, got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					w.Errorf("%s %+v: %v, want %v", c.who.Name, c.q, got, c.want)
				}
			}
		}
		if n := len(list(w.bo, desk.AskQuery{Side: desk.AskedByMe, Done: true, Limit: 1})); n != 1 {
			w.Errorf("%d are done", n)
		}
	})
}

func TestAnAnswerIsProposedBeforeTheCustomersPromise(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		f := w.writes("marta@example.com", "Refund", "Where is my refund?") // due at 14:00 in Dublin
		p, err := w.desk.ProposeAsk(w.ctx, w.bo, desk.NewAsk{Conversation: f.ID, Agent: priya.ID})
		w.ok(err)
		if want := monday.Add(3 * time.Hour); !p.Due.Equal(want) || !p.Next.Equal(f.QueueDue) {
			w.Errorf("proposed %v before %v, want %v", p.Due, p.Next, want)
		}
		if p, err = w.desk.ProposeAsk(w.ctx, w.bo, desk.NewAsk{}); err != nil || !p.Due.Equal(monday.Add(24*time.Hour)) || !p.Next.IsZero() {
			w.Errorf("alone: %+v %v", p, err)
		}
	})
}

func TestWhatCannotBeAskedIsRefusedWithASentence(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		empty := w.team(kept.Team{Name: "Nobody", Members: []kept.ID{w.bo.ID}})
		due := w.at.Add(time.Hour)
		for _, c := range []struct {
			field string
			n     desk.NewAsk
		}{
			{"question", desk.NewAsk{Agent: priya.ID, Due: due, Question: "  "}},
			{"due", desk.NewAsk{Agent: priya.ID, Due: w.at, Question: "?"}},
			{"due", desk.NewAsk{Agent: priya.ID, Due: w.at.AddDate(2, 0, 0), Question: "?"}},
			{"agent", desk.NewAsk{Due: due, Question: "?"}},
			{"agent", desk.NewAsk{Agent: priya.ID, Team: empty, Due: due, Question: "?"}},
			{"agent", desk.NewAsk{Agent: w.bo.ID, Due: due, Question: "?"}},
			{"agent", desk.NewAsk{Agent: 4711, Due: due, Question: "?"}},
			{"team", desk.NewAsk{Team: empty, Due: due, Question: "?"}},
			{"team", desk.NewAsk{Team: 4711, Due: due, Question: "?"}},
		} {
			_, err := w.desk.Ask(w.ctx, w.bo, c.n)
			var e *kept.Error
			if !errors.As(err, &e) || e.Field != c.field {
				w.Errorf("%+v: %v, want %s", c.n, err, c.field)
			}
		}
		if _, err := w.desk.AddCoworker(w.ctx, w.bo, "Sam", "sam@northlight.test"); !kept.Is(err, kept.Forbidden) {
			w.Errorf("an agent adds a coworker: %v", err)
		}
		if _, err := w.desk.AddCoworker(w.ctx, w.ana, "Help", "help@northlight.test"); !kept.Is(err, kept.Invalid) {
			w.Errorf("an inbox as a coworker: %v", err)
		}
	})
}

// TestTwoNodesRemindOnce runs two sweeps at once over asks that stand alone.
func TestTwoNodesRemindOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		priya := w.priya()
		for range 20 {
			w.asks(desk.NewAsk{Agent: priya.ID, Due: w.at.Add(time.Minute)})
		}
		w.notices()
		w.at = w.at.Add(time.Hour)
		var wait sync.WaitGroup
		for range 2 {
			wait.Go(func() {
				for range 3 {
					if _, _, err := w.desk.BreakDue(w.ctx, w.at); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		_, next, err := w.desk.BreakDue(w.ctx, w.at)
		w.ok(err)
		if !next.IsZero() {
			w.Errorf("something is left at %v", next)
		}
		if n := len(to(w.notices(), "priya@northlight.test")); n != 20 {
			w.Errorf("%d reminders for 20 asks", n)
		}
		w.check()
	})
}
