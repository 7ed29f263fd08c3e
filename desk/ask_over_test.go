package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// askedOf says how many asks wait for somebody.
func (w *world) askedOf(a kept.Agent) int {
	w.Helper()
	who := a.Actor()
	who.Role = kept.RoleAgent // she doesn't sign in, but the list is the same
	page, err := w.desk.Asks(w.ctx, who, desk.AskQuery{Side: desk.AskedOfMe})
	w.ok(err)
	return len(page.Items)
}

func TestAsksEndWithTheConversationThatIsClosed(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		f := w.writes("marta@example.com", "Refund", "Where is my refund?")
		open := w.asks(desk.NewAsk{Conversation: f.ID, Agent: priya.ID, Due: w.at.Add(20 * time.Hour)})
		late := w.asks(desk.NewAsk{Conversation: f.ID, Agent: priya.ID, Due: w.at.Add(time.Minute), Question: "Which account?"})
		done := w.asks(desk.NewAsk{Conversation: f.ID, Agent: w.ana.ID, Due: w.at.Add(time.Hour), Question: "May we?"})
		alone := w.asks(desk.NewAsk{Agent: priya.ID, Due: w.at.Add(20 * time.Hour), Question: "Three routers?"})
		_, err := w.desk.AnswerAsk(w.ctx, w.ana, done.ID, "Yes.")
		w.ok(err)
		w.turns(30 * time.Minute)
		first := to(w.notices(), "priya@northlight.test")[0]

		f = w.answers(w.bo, f.ID, "It is on its way.", desk.Solve)
		w.deliver()
		if a := w.theAsk(open.ID); !a.Waits {
			t.Fatal("a solved conversation may come back, and its asks ended")
		}
		w.ok(w.desk.NotNeeded(w.ctx, w.token(f), "", 0, "k"))
		if f = w.read(f.ID); f.Status != kept.Closed {
			t.Fatalf("it is %s", f.Status)
		}

		open, late, done, alone = w.theAsk(open.ID), w.theAsk(late.ID), w.theAsk(done.ID), w.theAsk(alone.ID)
		if open.Waits || open.Promise.State != kept.PromiseReleased || open.Promise.SettledBy.Reason != "the conversation was closed" ||
			open.Promise.SettledBy.Actor == nil || open.Withdrawn != "The conversation is closed." {
			w.Errorf("open: %+v", open)
		}
		if late.Waits || late.Promise.State != kept.PromiseBroken || late.Promise.MadeGoodAt.IsZero() || late.WithdrawnAt.IsZero() {
			w.Errorf("late: %+v", late)
		}
		if done.Promise.State != kept.PromiseKept || !done.WithdrawnAt.IsZero() || !alone.Waits {
			w.Errorf("what was answered, and what is about something else: %+v %+v", done, alone)
		}
		mails := to(w.notices(), "priya@northlight.test")
		if len(mails) != 2 || mails[0].Subject != "No longer needed: Refund" || !strings.Contains(mails[0].Text, "“Refund” is closed") ||
			mails[0].ReplyTo != "" || mails[0].InReplyTo != first.MessageID {
			w.Errorf("what she reads: %+v", mails)
		}
		if n := w.askedOf(priya); n != 1 {
			w.Errorf("%d asks wait for her, want the one that stands alone", n)
		}

		w.arrives(w.answersMail("priya@northlight.test", first, "It went out today."))
		f = w.read(f.ID)
		if f.Status != kept.Closed || !slices.ContainsFunc(f.Timeline, func(e desk.Entry) bool {
			return e.Message != nil && e.Message.Kind == kept.MessageNote && e.Message.Visible == "It went out today."
		}) {
			w.Errorf("a late answer: %s", f.Status)
		}
		if a := w.theAsk(open.ID); a.Promise.State != kept.PromiseReleased || a.Waits {
			w.Errorf("a late answer makes of it: %+v", a.Promise)
		}

		w.turns(30 * time.Hour)
		for _, m := range to(w.notices(), "priya@northlight.test") {
			if strings.Contains(m.Subject, "Refund") {
				w.Errorf("reminded of nothing: %s", m.Subject)
			}
		}
	})
}

func TestAsksEndWithSpamAndStayEndedWhenItIsNone(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		f := w.writes("win@example.com", "You have won", "Click here.")
		a := w.asks(desk.NewAsk{Conversation: f.ID, Agent: priya.ID, Due: w.at.Add(2 * time.Hour), Question: "Do we know them?"})
		w.notices()
		spam, open := kept.Spam, kept.Open
		_, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Status: &spam})
		w.ok(err)
		if a = w.theAsk(a.ID); a.Waits || a.Promise.SettledBy.Reason != "the conversation is spam" || w.askedOf(priya) != 0 {
			w.Errorf("ended: %+v", a)
		}
		if mails := w.notices(); len(mails) != 1 || !strings.Contains(mails[0].Text, "turned out to be spam") {
			w.Errorf("what she reads: %+v", mails)
		}
		_, err = w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Status: &open})
		w.ok(err)
		if a = w.theAsk(a.ID); a.Waits || a.Promise.State != kept.PromiseReleased {
			w.Errorf("she was told that nobody needs it, and owes it again: %+v", a)
		}
		if mails := w.notices(); len(mails) != 0 {
			w.Errorf("told again: %+v", mails)
		}
	})
}

func TestAMergeCarriesAsksOverAndEndsNone(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		first, second := w.twice()
		a := w.asks(desk.NewAsk{Conversation: second.ID, Agent: priya.ID, Due: w.at.Add(2 * time.Hour)})
		mails := w.notices()
		_, err := w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		if a = w.theAsk(a.ID); !a.Waits || a.Promise.Conversation != first.ID || len(w.notices()) != 0 || w.askedOf(priya) != 1 {
			w.Fatalf("carried: %+v", a)
		}
		_, err = w.desk.Unmerge(w.ctx, w.bo, second.ID)
		w.ok(err)
		if a = w.theAsk(a.ID); !a.Waits || a.Promise.Conversation != second.ID || len(w.notices()) != 0 {
			w.Fatalf("and back: %+v", a)
		}
		_, err = w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		w.arrives(w.answersMail("priya@northlight.test", to(mails, "priya@northlight.test")[0], "Yes, on Friday."))
		if a = w.theAsk(a.ID); a.Waits || messageOf(w.read(first.ID), a.Note).Visible != "Yes, on Friday." {
			w.Fatalf("answered: %+v", a)
		}
	})
}

func TestTheAskerIsToldOfEachAnswerOnce(t *testing.T) {
	each(t, func(w *world) {
		priya := w.priya()
		f := w.writes("marta@example.com", "Refund", "Where is my refund?")
		w.asks(desk.NewAsk{Conversation: f.ID, Agent: priya.ID, Due: w.at.Add(2 * time.Hour)})
		first := w.notices()[0]
		w.arrives(w.answersMail("priya@northlight.test", first, "Yes, on Friday."))
		told := w.notices()
		if len(told) != 1 || told[0].To[0].Email != "bo@northlight.test" || told[0].Subject != "Priya Nair has answered you: Refund" ||
			!strings.Contains(told[0].Text, "    Yes, on Friday.") || !strings.Contains(told[0].Text, "Was the refund for Marta sent?") ||
			!strings.Contains(told[0].Text, fmt.Sprintf("/inbox/open/%d", f.ID)) || told[0].ReplyTo != "" {
			w.Fatalf("told: %+v", told)
		}
		w.arrives(w.answersMail("priya@northlight.test", first, "Yes, on Friday."))
		if again := w.notices(); len(again) != 0 {
			w.Errorf("the same words are told again: %+v", again)
		}
		w.arrives(w.answersMail("priya@northlight.test", first, "84 euros."))
		if more := w.notices(); len(more) != 1 || !strings.Contains(more[0].Text, "    84 euros.") || strings.Contains(more[0].Text, "Friday") {
			w.Errorf("what she adds: %+v", more)
		}

		alone := w.asks(desk.NewAsk{Agent: w.ana.ID, Due: w.at.Add(2 * time.Hour), Question: "Three routers?"})
		w.notices()
		_, err := w.desk.AnswerAsk(w.ctx, w.ana, alone.ID, "Take four.")
		w.ok(err)
		if told = w.notices(); len(told) != 1 || told[0].Subject != "Ana Ruiz has answered you: Three routers?" ||
			!strings.Contains(told[0].Text, fmt.Sprintf("/asks/%d", alone.ID)) {
			w.Errorf("of an ask that stands alone: %+v", told)
		}
		w.arrives(w.mail("priya@northlight.test", "Out of office", "Until Friday.", kind(kept.MailAutoReply), answering(first.MessageID)))
		if told = w.notices(); len(told) != 0 {
			w.Errorf("a machine's word is told as an answer: %+v", told)
		}
	})
}

func TestNobodyIsToldWhoLeft(t *testing.T) {
	each(t, func(w *world) {
		lea, err := w.desk.AddAgent(w.ctx, w.ana, desk.NewAgent{Email: "lea@northlight.test", Name: "Lea Roth", Password: "a third sentence"})
		w.ok(err)
		a, err := w.desk.Ask(w.ctx, lea.Actor(), desk.NewAsk{Agent: w.bo.ID, Due: w.at.Add(2 * time.Hour), Question: "Where is the key?"})
		w.ok(err)
		w.notices()
		w.ok(w.db.Write(w.ctx, func(tx *store.Tx) error {
			lea.GoneAt = w.at
			return tx.SaveAgent(lea)
		}))
		_, err = w.desk.AnswerAsk(w.ctx, w.bo, a.ID, "On the hook.")
		w.ok(err)
		if told := w.notices(); len(told) != 0 {
			w.Errorf("told: %+v", told)
		}
	})
}
