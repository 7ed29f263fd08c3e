package desk_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

// page reads what the customer of a conversation sees.
func (w *world) page(f desk.Full) desk.CustomerPage {
	w.Helper()
	p, err := w.desk.CustomerPage(w.ctx, w.token(f))
	w.ok(err)
	return p
}

// wroteUs are the mails to our own people so far that say what a customer wants.
func (w *world) wroteUs() (out []kept.Notice) {
	w.Helper()
	w.ok(w.db.Read(w.ctx, func(tx *store.Tx) error {
		for id := kept.ID(1); ; id++ {
			n, err := tx.Notice(id)
			if kept.Is(err, kept.NotFound) {
				return nil
			}
			if err != nil {
				return err
			}
			if strings.HasPrefix(n.Subject, "Needs it sooner") || strings.HasPrefix(n.Subject, "Wants somebody senior") {
				out = append(out, n)
			}
		}
	}))
	return out
}

func (w *world) logEnd() string {
	w.Helper()
	position, err := w.db.LastPosition(w.ctx)
	w.ok(err)
	return position
}

func TestWhoNeedsItSoonerIsToldAtOnceWhatIsPromisedNow(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		before := w.promise(f, kept.Reply)
		w.turns(30 * time.Minute)
		need := kept.Need{By: w.at.Add(2 * time.Hour), Why: "I interpret for hospitals.", Hours: 9}
		w.ok(w.desk.NeedSooner(w.ctx, w.token(f), need, "k1"))
		w.ok(w.desk.NeedSooner(w.ctx, w.token(f), need, "k1")) // the same click again
		f = w.read(f.ID)
		now := w.promise(f, kept.Reply)
		if f.Priority != kept.Urgent || !now.Due.Equal(w.at.Add(15*time.Minute)) || now.ID != before.ID {
			t.Errorf("%s, due %s after %s", f.Priority, now.Due, before.Due)
		}
		if f.Need == nil || f.Need.Hours != 9 || !f.Need.At.Equal(w.at) {
			t.Errorf("need %+v", f.Need)
		}
		p := w.page(f)
		if p.Sooner == nil || !p.Sooner.Raised() || !p.Sooner.Before.Equal(before.Due) || !p.Sooner.After.Equal(now.Due) || p.Names[p.Sooner.Lead] != "Ana Ruiz" || p.Lead != "Ana Ruiz" {
			t.Errorf("%+v, led by %s", p.Sooner, p.Lead)
		}
		said := p.Messages[len(p.Messages)-1]
		if want := "By: Mon 18 May, 12:30 (Dublin)\nI depend on it 9 hours a day.\nI can’t work meanwhile.\n\nI interpret for hospitals."; len(p.Messages) != 2 || said.Text != want {
			t.Errorf("said %q", said.Text)
		}
		if n := w.wroteUs(); len(n) != 1 || !strings.HasPrefix(n[0].Subject, "Needs it sooner:") || n[0].Agent != w.ana.ID {
			t.Errorf("notices %+v", n)
		}
		if f.Chases != 1 {
			t.Errorf("%d chases", f.Chases)
		}
	})
}

func TestASecondNeedOfTheSameDayClimbsOnlyByAPerson(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		w.ok(w.desk.NeedSooner(w.ctx, w.token(f), kept.Need{By: w.at.Add(time.Hour), CanWork: true}, "k1"))
		if f = w.read(f.ID); f.Priority != kept.High {
			t.Fatalf("%s", f.Priority)
		}
		w.turns(10 * time.Minute)
		stood := w.page(f).Sooner.After
		w.ok(w.desk.NeedSooner(w.ctx, w.token(f), kept.Need{Hours: 24, Why: "STILL DEAD!!!"}, "k2"))
		p := w.page(f)
		if f = w.read(f.ID); f.Priority != kept.High || p.Sooner.Raised() || !p.Sooner.After.Equal(stood) {
			t.Errorf("%s, %+v", f.Priority, p.Sooner)
		}
		if n := w.wroteUs(); len(n) != 2 || !strings.HasPrefix(n[1].Subject, "Needs it sooner, again:") {
			t.Errorf("notices %+v", n)
		}
		w.answers(w.bo, f.ID, "We are at it.", desk.Ours)
		w.turns(25 * time.Hour)
		w.ok(w.desk.NeedSooner(w.ctx, w.token(f), kept.Need{Hours: 24}, "k3"))
		if f = w.read(f.ID); f.Priority != kept.Urgent {
			t.Errorf("a day later it is %s", f.Priority)
		}
	})
}

func TestWhatTheirWordWeighsIsThePolicysToSay(t *testing.T) {
	each(t, func(w *world) {
		policies, err := w.desk.Policies(w.ctx, w.ana)
		w.ok(err)
		if policies[0].Urgency != nil {
			t.Fatal("a policy as it was stored before it could say so")
		}
		set, err := w.desk.PolicySet(w.ctx, w.ana)
		w.ok(err)
		if set.Items[0].Urgency == nil || *set.Items[0].Urgency != promise.UsualUrgency {
			t.Fatalf("it is read as %+v", set.Items[0].Urgency)
		}
		for i, c := range []struct {
			weighs kept.Urgency
			is     kept.Priority
		}{{kept.Urgency{}, kept.Normal}, {kept.Urgency{Pressing: 2}, kept.High}, {kept.Urgency{Urgent: 3}, kept.Urgent}} {
			w.turns(time.Minute)
			p := set.Items[0]
			p.Urgency = &c.weighs
			_, err := w.desk.PutPolicy(w.ctx, w.ana, p)
			w.ok(err)
			f := w.writes(fmt.Sprintf("marta%d@example.com", i), "No line", "The line is dead.")
			due := w.promise(f, kept.Reply).Due
			w.ok(w.desk.NeedSooner(w.ctx, w.token(f), kept.Need{By: w.at.Add(time.Minute), Hours: 3}, fmt.Sprint("k", i)))
			if f = w.read(f.ID); f.Priority != c.is || w.page(f).Sooner.Raised() != (c.is != kept.Normal) || w.promise(f, kept.Reply).Due.After(due) {
				t.Errorf("by %+v it is %s", c.weighs, f.Priority)
			}
		}
	})
}

func TestAModestNeedIsHeardAndMovesNothing(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "Invoice", "A copy, please.")
		due := w.promise(f, kept.Reply).Due
		w.ok(w.desk.NeedSooner(w.ctx, w.token(f), kept.Need{CanWork: true, Why: "My accountant asks."}, ""))
		f = w.read(f.ID)
		if p := w.page(f); f.Priority != kept.Normal || p.Sooner.Raised() || !p.Sooner.After.Equal(due) || len(w.wroteUs()) != 1 {
			t.Errorf("%s, %+v", f.Priority, p.Sooner)
		}
		for name, n := range map[string]kept.Need{
			"nothing said":   {CanWork: true, Why: " "},
			"past":           {By: w.at},
			"too far":        {By: w.at.AddDate(2, 0, 0)},
			"too many":       {Hours: 25},
			"less than none": {Hours: -1},
		} {
			if err := w.desk.NeedSooner(w.ctx, w.token(f), n, "x"); !kept.Is(err, kept.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestWhatNobodyHasIsTheirsWhoAreAskedForAsSenior(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		w.ok(w.desk.AskSenior(w.ctx, w.token(f), "Somebody who decides, please.", "k1"))
		if f = w.read(f.ID); f.Assignee != w.ana.ID || w.promise(f, kept.Update).By != w.ana.ID {
			t.Errorf("assigned to %d, promised of %d", f.Assignee, w.promise(f, kept.Update).By)
		}
		w.waitFor(w.ana, "marta@example.com")
	})
}

func TestASeniorsWordIsAmongWhatIsTheirsWhoeverHasTheMatter(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		w.answers(w.bo, f.ID, "I look at it.", desk.Ours, desk.Next{Words: "The line works", Due: w.at.Add(72 * time.Hour)})
		w.deliver()
		w.turns(time.Hour)
		w.ok(w.desk.AskSenior(w.ctx, w.token(f), "Three days!", "k1"))
		p := w.promise(w.read(f.ID), kept.Update)
		w.waitFor(w.ana, "marta@example.com")
		if v := w.day(w.ana).Waiting[0]; v.Promise == nil || v.Promise.ID != p.ID {
			t.Errorf("she waits for %+v", v.Promise)
		}
		b, err := w.desk.Board(w.ctx, w.ana, desk.WhoseMine, "", 50)
		w.ok(err)
		if len(b.Items) != 1 || b.Items[0].ID != p.ID {
			t.Errorf("on Ana's board stand %+v", b.Items)
		}
		w.until(p.Due)
		w.works(time.Second)
		for _, e := range w.events(f.ID, kept.PromiseWarned) {
			if e.Promise == p.ID && !strings.Contains(string(e.Data), fmt.Sprintf(`"for":[%d`, w.ana.ID)) {
				t.Errorf("warned %s", e.Data)
			}
		}
		w.answers(w.ana, f.ID, "It took me too long. It works tomorrow.", desk.Ours, desk.Next{Due: w.at.Add(48 * time.Hour)})
		w.deliver()
		w.waitFor(w.ana)
	})
}

func TestSomebodySeniorOwesAWordNoLaterThanWhatStands(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		w.answers(w.bo, f.ID, "I look at it.", desk.Ours, desk.Next{Words: "The line works", Due: w.at.Add(72 * time.Hour)})
		w.deliver()
		w.turns(time.Hour)
		w.ok(w.desk.AskSenior(w.ctx, w.token(f), "Three days!", "k1"))
		w.ok(w.desk.AskSenior(w.ctx, w.token(f), "Three days!", "k1"))
		w.ok(w.desk.AskSenior(w.ctx, w.token(f), "Are you there?", "k2"))
		f = w.read(f.ID)
		p := w.promise(f, kept.Update)
		if f.SeniorAt.IsZero() || p.By != w.ana.ID || !p.Due.Equal(w.at.Add(2*time.Hour)) || p.Source != kept.FromCustomer {
			t.Errorf("since %s: %+v", f.SeniorAt, p)
		}
		if n := w.wroteUs(); len(n) != 1 || !strings.HasPrefix(n[0].Subject, "Wants somebody senior:") {
			t.Errorf("notices %+v", n)
		}
		if page := w.page(f); page.Names[p.By] != "Ana Ruiz" || len(page.Messages) != 4 {
			t.Errorf("%v, %d messages", page.Names, len(page.Messages))
		}
		w.at = w.at.Add(time.Minute)
		w.answers(w.ana, f.ID, "I am on it myself.", desk.Ours)
		w.deliver()
		if p := w.read(f.ID).Promises; p[len(p)-2].Kind != kept.Update && p[len(p)-1].Kind != kept.Update {
			t.Errorf("%+v", p)
		}
	})
}

func TestTheBoardSaysWhoseWordASeniorsIs(t *testing.T) {
	each(t, func(w *world) {
		f := w.has(w.bo, "marta@example.com", "No line")
		w.ok(w.desk.AskSenior(w.ctx, w.token(f), "Three days!", "k1"))
		p := w.promise(w.read(f.ID), kept.Update)
		for _, who := range []kept.Actor{w.ana, w.bo} {
			for _, item := range w.board(who, desk.WhoseAll) {
				if want := item.ID == p.ID && who.ID == w.bo.ID; item.Seniors != want {
					t.Errorf("%s reads of the %s: %v", who.Name, item.Kind, item.Seniors)
				}
			}
		}
		_, err := w.desk.Reply(w.ctx, w.bo, f.ID, desk.Answer{HTML: "Later.", Then: desk.Ours, Next: &desk.Next{Due: w.at.Add(48 * time.Hour), Moves: p.ID}})
		refused(t, err, kept.Invalid, "somebody senior")
	})
}

func TestSomebodySeniorOwesAWordEachTimeThatNoneIsOwed(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		w.ok(w.desk.AskSenior(w.ctx, w.token(f), "Who decides?", "k1"))
		w.turns(time.Minute)
		w.answers(w.ana, f.ID, "I do, and it works.", desk.Solve)
		w.deliver()
		w.turns(24 * time.Hour)
		f = w.writes("marta@example.com", "Re: No line", "It is dead again.", answering(lastSaid(w.read(f.ID)).MessageID))
		w.answers(w.bo, f.ID, "I look at it.", desk.Ours)
		w.deliver()
		w.turns(time.Minute)
		w.ok(w.desk.AskSenior(w.ctx, w.token(f), "Again?", "k2"))
		f = w.read(f.ID)
		if p := w.promise(f, kept.Update); p.Source != kept.FromCustomer || p.State != kept.PromiseOpen || !p.OpenedAt.Equal(w.at) || len(w.wroteUs()) != 2 {
			t.Errorf("%+v, told %d times", p, len(w.wroteUs()))
		}
		w.until(w.promise(f, kept.Update).Due)
		w.turns(time.Minute) // broken, with a recovery of the policy's
		w.ok(w.desk.AskSenior(w.ctx, w.token(f), "Nobody!", "k3"))
		if p := w.promise(w.read(f.ID), kept.Update); p.Source != kept.FromCustomer || !p.OpenedAt.Equal(w.at) || len(w.wroteUs()) != 3 {
			t.Errorf("%+v, told %d times", p, len(w.wroteUs()))
		}
	})
}

func TestSomebodySeniorsWordIsNotKeptByAnybodyElses(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		w.ok(w.desk.AskSenior(w.ctx, w.token(f), "Somebody who can decide, please.", "k1"))
		word := w.promise(w.read(f.ID), kept.Update)
		is := func() kept.Promise {
			for _, p := range w.read(f.ID).Promises {
				if p.ID == word.ID {
					return p
				}
			}
			return kept.Promise{}
		}
		w.turns(time.Minute)
		_, err := w.desk.Reply(w.ctx, w.bo, f.ID, desk.Answer{HTML: "<p>Tomorrow.</p>", Then: desk.Ours, Next: &desk.Next{Due: w.at.Add(24 * time.Hour), Moves: word.ID}})
		if !kept.Is(err, kept.Invalid) {
			t.Fatalf("an agent puts off the word of somebody senior: %v", err)
		}
		w.answers(w.bo, f.ID, "I look at it.", desk.Ours)
		w.deliver()
		if p := is(); p.State != kept.PromiseOpen || p.By != w.ana.ID || w.promise(w.read(f.ID), kept.Reply).State != kept.PromiseKept {
			t.Fatalf("after an agent's word: %+v", p)
		}
		w.turns(3 * time.Hour)
		if p := is(); p.State != kept.PromiseBroken {
			t.Fatalf("nobody senior wrote: %+v", p)
		}
		w.answers(w.bo, f.ID, "Still at it.", desk.Ours, desk.Next{Due: w.at.Add(time.Hour)})
		w.deliver()
		if p := is(); !p.MadeGoodAt.IsZero() {
			t.Fatalf("an agent's new time made it good: %+v", p)
		}
		w.turns(time.Minute)
		w.answers(w.ana, f.ID, "I am on it myself.", desk.Ours)
		w.deliver()
		if p := is(); p.State != kept.PromiseBroken || !p.FulfilledAt.Equal(w.at) || p.MadeGoodAt.IsZero() {
			t.Fatalf("after the lead's word: %+v", p)
		}
	})
}

func TestWhatStandsEarlierIsNotPutOffForSomebodySenior(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		w.turns(3*time.Hour + 30*time.Minute)
		stands := w.promise(w.read(f.ID), kept.Reply).Due
		w.ok(w.desk.AskSenior(w.ctx, w.token(f), "", ""))
		if p := w.promise(w.read(f.ID), kept.Update); !p.Due.Equal(stands) {
			t.Errorf("due %s, and %s stands", p.Due, stands)
		}
	})
}

func TestWhatIsNoLongerNeededIsReleasedByTheirOwnWords(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		w.answers(w.bo, f.ID, "A router, then.", desk.Ours, desk.Next{Words: "A router at your door", Due: w.at.Add(24 * time.Hour)})
		w.deliver()
		w.at = w.at.Add(time.Minute)
		w.answers(w.bo, f.ID, "And the line.", desk.Ours, desk.Next{Words: "The line works", Due: w.at.Add(48 * time.Hour)})
		w.deliver()
		w.turns(time.Minute)
		router := w.read(f.ID).Promises[1]
		w.ok(w.desk.NotNeeded(w.ctx, w.token(f), "", router.ID, "k1"))
		if err := w.desk.NotNeeded(w.ctx, w.token(f), "", router.ID, "k2"); !kept.Is(err, kept.Conflict) {
			t.Errorf("again: %v", err)
		}
		f = w.read(f.ID)
		if p := f.Promises[1]; f.Status != kept.Open || p.State != kept.PromiseReleased || p.SettledBy.Message == 0 || f.Promises[2].State != kept.PromiseOpen {
			t.Errorf("%s: %+v", f.Status, f.Promises)
		}
		w.turns(72 * time.Hour) // the line is missed
		w.ok(w.desk.NotNeeded(w.ctx, w.token(f), "I have another provider now.", 0, "k3"))
		w.ok(w.desk.NotNeeded(w.ctx, w.token(f), "I have another provider now.", 0, "k3"))
		f = w.read(f.ID)
		if f.Status != kept.Closed || f.Turn != kept.Nobody || !f.QueueDue.IsZero() || f.Solution() != kept.Unsolved {
			t.Errorf("%s, %s", f.Status, f.Solution())
		}
		for _, p := range f.Promises {
			if p.State == kept.PromiseOpen || p.Words == "The line works" && p.State != kept.PromiseBroken {
				t.Errorf("%+v", p)
			}
		}
	})
}

func TestAQuestionAlongWithItIsStillAnswered(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		w.ok(w.desk.NotNeeded(w.ctx, w.token(f), "I cancel. Where do I send the router?", 0, "k"))
		f = w.read(f.ID)
		if p := w.promise(f, kept.Reply); f.Status != kept.Open || p.State != kept.PromiseOpen || f.Promises[0].State != kept.PromiseReleased {
			t.Errorf("%s: %+v", f.Status, f.Promises)
		}
	})
}

func TestFilesComeOnceAndOnlyByAGoodLink(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		lamp := kept.Attachment{Name: "../lamp.png", Type: "image/png", Bytes: []byte("red")}
		w.ok(w.desk.AddWords(w.ctx, w.token(f), "", "k", lamp))
		w.ok(w.desk.AddWords(w.ctx, w.token(f), "", "k", lamp))
		p := w.page(f)
		if m := p.Messages[1]; len(p.Messages) != 2 || len(m.Attachments) != 1 || m.Attachments[0].Name != ".._lamp.png" || m.Attachments[0].Size != 3 {
			t.Errorf("%+v", p.Messages)
		}
		if _, _, err := w.desk.Attachment(w.ctx, w.bo, p.Messages[1].Attachments[0].ID); err != nil {
			t.Error(err)
		}
		big := kept.Attachment{Name: "film", Bytes: make([]byte, desk.MaxUpload+1)}
		for name, err := range map[string]error{
			"too large": w.desk.AddWords(w.ctx, w.token(f), "", "x", big),
			"too many":  w.desk.AddWords(w.ctx, w.token(f), "", "x", make([]kept.Attachment, desk.MaxFiles+1)...),
		} {
			if !kept.Is(err, kept.TooLarge) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.desk.AddWords(w.ctx, "aaaaaaaaaaaaaaaaaaaaaaaaaa", "", "x", lamp); !kept.Is(err, kept.NotFound) {
			t.Errorf("a forged link: %v", err)
		}
	})
}

func TestWhatWeAskOneAnotherIsNotOnTheCustomersPage(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		w.ok(w.db.Write(w.ctx, func(tx *store.Tx) error {
			p := kept.Promise{Conversation: f.ID, ToAgent: w.bo.ID, Kind: kept.Ask, Words: "Declan, what is it?", Due: w.at.Add(time.Hour), Zone: "UTC", Source: kept.FromAgent, OpenedAt: w.at, State: kept.PromiseOpen}
			_, err := tx.AddPromise(p)
			return err
		}))
		for _, p := range w.page(f).Promises {
			if p.Kind == kept.Ask {
				t.Error("the customer reads what we asked one another")
			}
		}
		w.ok(w.db.Write(w.ctx, func(tx *store.Tx) error { // it stood in no event
			all, err := tx.PromisesOf(f.ID)
			if err != nil {
				return err
			}
			for _, p := range all {
				if p.Kind == kept.Ask {
					b, err := json.Marshal(p)
					return errors.Join(err, tx.AddEvents(kept.Event{At: w.at, Type: kept.PromiseOpened, Conversation: f.ID, Promise: p.ID, Data: b}))
				}
			}
			return nil
		}))
	})
}

func TestASolutionIsProposedUntilTheyMayNoLongerObject(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		if p := w.page(f); !p.ObjectBy.IsZero() {
			t.Error("nothing is solved yet")
		}
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "It runs again. Does it?", desk.Solve)
		p := w.page(f)
		if want := w.at.AddDate(0, 0, 9); p.Conversation.Solution() != kept.Proposed || !p.ObjectBy.Equal(want) { // seven working days
			t.Errorf("%s until %s, not %s", p.Conversation.Solution(), p.ObjectBy, want)
		}
	})
}

func TestACustomersOwnAddressesAreReadAsTheyWroteThem(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		link := "https://help.northlight.test/c/" + w.token(f)
		old := "https://help.northlight.test/c/" + w.token(w.writes("tomasz@example.com", "Invoice", "A copy, please."))
		theirs := []string{"https://www.youtube.com/c/FreeCodeCampOrganization", "https://shop.test/c/womenswinterjacketsandcoats?page=2", "cust_c_internationalorganization"}
		g := w.writes("rosa@example.com", "A film", strings.Join(theirs, " ")+" "+link+" "+old)
		_, err := w.desk.RevokeLinks(w.ctx, w.bo, g.ID-1)
		w.ok(err)
		g = w.read(g.ID)
		m := g.Timeline[0].Message
		for _, own := range theirs {
			if !strings.Contains(m.Text, own) || !strings.Contains(m.Visible, own) {
				t.Errorf("%s became %s", own, m.Text)
			}
		}
		if strings.Contains(m.Text, link) || strings.Contains(m.Text, old) {
			t.Errorf("a customer's link is left: %s", m.Text)
		}
		if !strings.Contains(g.LastWords, theirs[0]) {
			t.Errorf("the row has %s", g.LastWords)
		}
		hits, _, err := w.desk.Search(w.ctx, w.bo, "internationalorganization", 0) // PostgreSQL takes an address for one word
		w.ok(err)
		if len(hits) != 1 || !strings.Contains(hits[0].Snippet, "internationalorganization") {
			t.Errorf("found %+v", hits)
		}
		r, err := w.desk.RawMessage(w.ctx, w.bo, m.ID)
		w.ok(err)
		raw, err := io.ReadAll(r)
		w.ok(err)
		if text := string(raw); !strings.Contains(text, theirs[0]) || strings.Contains(text, link) || strings.Contains(text, old) {
			t.Errorf("the raw mail reads\n%s", text)
		}
	})
}

func TestALinkOpensOneMatterUntilItIsTakenBack(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "The line is dead.")
		g := w.writes("tomasz@example.com", "Invoice", "A copy, please.")
		old := w.token(f)
		verbs := map[string]func(token string) error{
			"look":                   func(token string) error { _, err := w.desk.CustomerPage(w.ctx, token); return err },
			"works":                  func(token string) error { return w.desk.ItWorks(w.ctx, token, "a") },
			"not":                    func(token string) error { return w.desk.NotSolved(w.ctx, token, "", "b") },
			"words":                  func(token string) error { return w.desk.AddWords(w.ctx, token, "x", "c") },
			"sooner":                 func(token string) error { return w.desk.NeedSooner(w.ctx, token, kept.Need{Why: "x"}, "d") },
			"senior":                 func(token string) error { return w.desk.AskSenior(w.ctx, token, "", "e") },
			"reach":                  func(token string) error { return w.desk.ChangeReach(w.ctx, token, desk.Reach{Name: "x"}) },
			"not needed":             func(token string) error { return w.desk.NotNeeded(w.ctx, token, "", 0, "f") },
			"not needed, of another": func(token string) error { return w.desk.NotNeeded(w.ctx, token, "", g.Promises[0].ID, "g") },
		}
		stood := w.logEnd()
		forged := []byte(old)
		forged[3] ^= 1
		for name, verb := range verbs {
			for _, token := range []string{"", "x", string(forged), old + "a", strings.Repeat("a", 100), g.Page} {
				if err := verb(token); !kept.Is(err, kept.NotFound) {
					t.Errorf("%s with %q: %v", name, token, err)
				}
			}
		}
		if err := verbs["not needed, of another"](old); !kept.Is(err, kept.Conflict) {
			t.Errorf("a promise of another matter: %v", err)
		}
		if w.logEnd() != stood {
			t.Error("a refused link changed something")
		}
		again, err := w.desk.RevokeLinks(w.ctx, w.bo, f.ID)
		w.ok(err)
		if w.token(again) == old {
			t.Fatal("the link is the same")
		}
		stood = w.logEnd()
		for name, verb := range verbs {
			if err := verb(old); !kept.Is(err, kept.SignedOut) {
				t.Errorf("%s with a link that was taken back: %v", name, err)
			}
		}
		if w.logEnd() != stood || w.page(again).Conversation.ID != f.ID || w.page(g).Conversation.ID != g.ID {
			t.Error("a link opens what it shouldn't")
		}
		for _, open := range []desk.Full{again, g} {
			w.ok(w.desk.NotNeeded(w.ctx, w.token(open), "", 0, ""))
		}
		w.until(w.at.AddDate(0, 0, 181))
		for name, verb := range verbs {
			if err := verb(w.token(again)); !kept.Is(err, kept.SignedOut) {
				t.Errorf("%s with a link that has expired: %v", name, err)
			}
		}
	})
}
