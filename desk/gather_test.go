package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// tellingLead is a policy that mails the lead when a promise breaks, and nothing else.
func tellingLead(_ kept.Priority, t *kept.Times) {
	t.Escalation = []kept.Escalate{{To: kept.LevelLead, By: []kept.Medium{kept.ByMail}}}
	t.Grace, t.WarnShare, t.Recovery = kept.Span{}, 0, kept.Span{Days: 5}
}

// lead makes Bo the one who leads.
func (w *world) leads(change ...func(*kept.Agent)) {
	w.Helper()
	w.ok(w.db.Write(w.ctx, func(tx *store.Tx) error {
		a, err := tx.Agent(w.bo.ID)
		if err != nil {
			return err
		}
		a.Role = kept.RoleLead
		for _, f := range change {
			f(&a)
		}
		return tx.SaveAgent(a)
	}))
}

// breaks lets so many customers write, and what we promised them pass.
func (w *world) breaks(n int) (list []kept.ID) {
	w.Helper()
	for range n {
		w.n++
		w.arrives(w.mail(fmt.Sprintf("customer%d@example.com", w.n), fmt.Sprintf("No line %d", w.n), "It is gone."))
	}
	w.ok(w.db.Read(w.ctx, func(tx *store.Tx) (err error) {
		open, err := tx.ListByQueue(kept.Open, store.Place{At: -1}, 2000)
		for _, c := range open {
			list = append(list, c.ID)
		}
		return err
	}))
	slices.Sort(list)
	list = list[len(list)-n:]
	w.until(w.promise(w.read(list[n-1]), kept.Reply).Due)
	w.works(time.Second)
	return list
}

// noticesTo are the mails that were written to one of ours, oldest first.
func (w *world) noticesTo(a kept.Actor) (list []kept.Notice) {
	w.Helper()
	w.ok(w.db.Read(w.ctx, func(tx *store.Tx) error {
		for id, gap := kept.ID(1), 0; gap < 300; id++ { // a transaction that was tried again leaves gaps
			n, err := tx.Notice(id)
			switch {
			case kept.Is(err, kept.NotFound):
				gap++
				continue
			case err != nil:
				return err
			}
			gap = 0
			if n.Agent == a.ID {
				list = append(list, n)
			}
		}
		return nil
	}))
	return list
}

// escalated is what the log says of who was told that a conversation's promise broke.
func (w *world) escalated(conversation kept.ID) (list []desk.Escalated) {
	w.Helper()
	for _, e := range w.told(conversation, kept.PromiseEscalated) {
		list = append(list, data[desk.Escalated](w, e))
	}
	return list
}

func TestOfSixBreaksFiveAreToldEachByItselfAndTheSixthAtTheEndOfTheSpell(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.escalating(tellingLead)
		broken := w.breaks(6)
		if got := w.noticesTo(w.bo); len(got) != 5 {
			w.Fatalf("at once %d mails went", len(got))
		}
		var waits []kept.ID
		for _, id := range broken {
			told := w.escalated(id)
			if len(told) != 1 {
				w.Fatalf("the log has %+v of %d", told, id)
			}
			if len(told[0].Agents) == 0 && slices.Equal(told[0].Later, []kept.ID{w.bo.ID}) && len(told[0].By) == 0 {
				waits = append(waits, id)
			} else if !slices.Equal(told[0].Agents, []kept.ID{w.bo.ID}) || len(told[0].Later) > 0 {
				w.Fatalf("the log says %+v of %d", told[0], id)
			}
		}
		if len(waits) != 1 {
			w.Fatalf("%v wait for the end of the spell", waits)
		}
		w.works(9 * time.Minute)
		if got := w.noticesTo(w.bo); len(got) != 5 || len(w.escalated(waits[0])) != 1 {
			w.Fatalf("before the spell's end %d mails went, and the log has %+v", len(got), w.escalated(waits[0]))
		}
		w.works(2 * time.Minute)
		got := w.noticesTo(w.bo)
		if len(got) != 6 {
			w.Fatalf("%d mails went", len(got))
		}
		last := got[5]
		if !strings.HasPrefix(last.Subject, "1 more promise missed since 14:00") || !strings.HasSuffix(last.Text, "https://help.northlight.test/promises?whose=all") {
			w.Fatalf("%s\n%s", last.Subject, last.Text)
		}
		told := w.escalated(waits[0])
		if len(told) != 2 || !slices.Equal(told[1].Agents, []kept.ID{w.bo.ID}) || told[1].Gathering == 0 || !slices.Equal(told[1].By, []kept.Medium{kept.ByMail}) {
			w.Fatalf("then the log has %+v", told)
		}
	})
}

func TestAHundredBreaksAreFiveMailsAndOneThatCountsTheRest(t *testing.T) {
	each(t, func(w *world) {
		w.leads(func(a *kept.Agent) { a.Language = "de" })
		w.escalating(tellingLead)
		broken := w.breaks(100)
		w.urgently(broken[80])
		w.works(11 * time.Minute)
		got := w.noticesTo(w.bo)
		if len(got) != 6 {
			w.Fatalf("%d mails went", len(got))
		}
		last := got[5]
		if last.Subject != "95 weitere Zusagen nicht gehalten seit 14:00\u00a0Uhr" || !strings.Contains(last.Text, "Seit 14:00\u00a0Uhr wurden 95 weitere Zusagen nicht gehalten") {
			w.Fatalf("%s\n%s", last.Subject, last.Text)
		}
		first, _, _ := strings.Cut(strings.SplitN(last.Text, "\n- ", 2)[1], "\n")
		if want := w.read(broken[80]); first != fmt.Sprintf("%s: %s (heute 14:00\u00a0Uhr)", want.ContactEmail, want.Subject) {
			w.Fatalf("the most pressing is urgent, %q is named first", first)
		}
		if n := strings.Count(last.Text, "\n- "); n != 10 || !strings.Contains(last.Text, "… und 85 weitere\n") {
			w.Fatalf("%d are named:\n%s", n, last.Text)
		}
		for _, id := range broken { // each break's own log says who was told, and when
			told := w.escalated(id)
			if last := told[len(told)-1]; !slices.Equal(last.Agents, []kept.ID{w.bo.ID}) || len(last.Later) > 0 {
				w.Fatalf("the log says %+v of %d", told, id)
			}
		}
	})
}

func TestWhatIsGatheredForOneDelaysNobodyElse(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.escalating(tellingLead)
		w.breaks(20)
		w.escalating(func(p kept.Priority, t *kept.Times) {
			tellingLead(p, t)
			t.Escalation[0].To = kept.LevelBusiness // Ana's
		})
		w.breaks(3)
		if got := w.noticesTo(w.ana); len(got) != 3 {
			w.Fatalf("%d mails went to Ana", len(got))
		}
		w.escalating(func(p kept.Priority, t *kept.Times) { // nor for Bo himself at another level
			tellingLead(p, t)
			t.Escalation[0].To = kept.LevelOwner
		})
		before := len(w.noticesTo(w.bo))
		f := w.writes("marta@example.com", "No line", "It is gone.")
		_, err := w.desk.Change(w.ctx, w.ana, f.ID, desk.Change{Assignee: &w.bo.ID})
		w.ok(err)
		w.until(w.promise(f, kept.Reply).Due)
		w.works(time.Second)
		if got := w.noticesTo(w.bo); !strings.HasPrefix(got[len(got)-1].Subject, "Missed ") || len(got) < before+1 {
			w.Fatalf("Bo's own is told by %+v", got[len(got)-1])
		}
	})
}

func TestAfterAGatheredWordWentTheFirstFewAreToldEachByItselfAgain(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.escalating(tellingLead)
		w.breaks(7)
		w.works(11 * time.Minute)
		w.at = w.at.Add(24 * time.Hour)
		w.breaks(6)
		w.works(11 * time.Minute)
		got := w.noticesTo(w.bo)
		if len(got) != 12 || !strings.HasPrefix(got[5].Subject, "2 more promises") || !strings.HasPrefix(got[11].Subject, "1 more promise ") {
			w.Fatalf("%d mails went: %+v", len(got), got)
		}
	})
}

func TestFewBreaksNowAndThenAreNeverGathered(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.escalating(tellingLead)
		for range 4 {
			w.breaks(2)
			w.works(6 * time.Minute)
		}
		if got := w.noticesTo(w.bo); len(got) != 8 {
			w.Fatalf("%d mails went", len(got))
		}
	})
}

func TestAGatheredWordSaysWhatIsMadeGoodMeanwhileAndNamesItNoMore(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.escalating(tellingLead)
		broken := w.breaks(8)
		waits := broken[5:]
		f := w.read(waits[0])
		w.answers(w.ana, f.ID, "We missed it. It works by five.", desk.Ours, desk.Next{Due: w.at.Add(3 * time.Hour)})
		w.deliver()
		w.works(11 * time.Minute)
		last := w.noticesTo(w.bo)[5]
		if !strings.Contains(last.Text, "3 more promises were missed") || !strings.Contains(last.Text, "1 of them is made good") ||
			strings.Contains(last.Text, f.Subject) || !strings.Contains(last.Text, w.read(waits[1]).Subject) {
			w.Fatalf("%s", last.Text)
		}
	})
}

func TestWhatStandsInForAPageIsNeverGathered(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.escalating(func(p kept.Priority, t *kept.Times) {
			tellingLead(p, t)
			t.Escalation[0].To = kept.LevelOnCall
		})
		broken := w.breaks(8) // nobody is on call
		if got := w.noticesTo(w.bo); len(got) != 8 {
			w.Fatalf("%d mails went at once", len(got))
		}
		for _, id := range broken {
			if told := w.escalated(id); len(told) != 1 || !slices.Equal(told[0].Agents, []kept.ID{w.bo.ID}) {
				w.Fatalf("the log has %+v", told)
			}
		}
	})
}

func TestPagesRingEachByItselfHoweverManyThereAre(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.nights()
		w.escalating(onCallAtOnce)
		for _, id := range w.breaks(8) {
			if got := w.asked(id); len(got) != 1 {
				w.Fatalf("%d paged %v", id, got)
			}
		}
	})
}

func TestPushIsGatheredApartFromMailForEachBrowser(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.escalating(func(p kept.Priority, t *kept.Times) {
			tellingLead(p, t)
			t.Escalation[0].By = []kept.Medium{kept.ByMail, kept.ByPush}
		})
		alerts := func() (list []kept.Alert) {
			w.ok(w.db.Read(w.ctx, func(tx *store.Tx) error {
				for id := kept.ID(1); id < 100; id++ {
					if a, err := tx.Alert(id); err == nil {
						list = append(list, a)
					} else if !kept.Is(err, kept.NotFound) {
						return err
					}
				}
				return nil
			}))
			return list
		}
		w.breaks(7) // Bo has no browser yet
		if got := alerts(); len(got) != 0 {
			w.Fatalf("pushed %+v", got)
		}
		w.works(11 * time.Minute)
		session := w.signsIn(w.bo)
		for _, name := range []string{"phone", "desktop"} {
			w.ok(w.allowsPush(w.bo, session, "https://push.test/"+name))
		}
		w.at = w.at.Add(24 * time.Hour)
		broken := w.breaks(9)
		if got := alerts(); len(got) != 10 {
			w.Fatalf("%d pushed at once", len(got))
		}
		w.works(11 * time.Minute)
		got := alerts()
		if len(got) != 12 || !strings.HasPrefix(got[11].Title, "4 more promises missed since ") || strings.Count(got[11].Text, "\n- ") != 3 || !strings.Contains(got[11].Text, "… and 1 more") {
			w.Fatalf("%d pushed, last %+v", len(got), got[len(got)-1])
		}
		told := w.escalated(broken[8])
		var by []kept.Medium
		for _, e := range told[1:] {
			by = append(by, e.By...)
		}
		if slices.Sort(by); len(told) != 3 || !slices.Equal(by, []kept.Medium{kept.ByMail, kept.ByPush}) {
			w.Fatalf("the log has %+v", told)
		}
	})
}

func TestWhatWasGatheredForSomebodyWhoLeftIsToldToWhoLeadsNow(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.escalating(tellingLead)
		broken := w.breaks(8)
		w.answers(w.ana, broken[7], "We missed it. It works by five.", desk.Ours, desk.Next{Due: w.at.Add(3 * time.Hour)})
		w.deliver()
		w.leads(func(a *kept.Agent) { a.GoneAt = w.at })
		before := len(w.noticesTo(w.ana))
		w.works(11 * time.Minute)
		got := w.noticesTo(w.ana)[before:]
		if len(got) != 1 || !strings.HasPrefix(got[0].Subject, "2 more promises missed") {
			w.Fatalf("Ana leads now, and reads %+v", got)
		}
		if got := w.noticesTo(w.bo); len(got) != 5 {
			w.Fatalf("%d mails went to who left", len(got))
		}
		for _, id := range broken[5:7] {
			told := w.escalated(id)
			if n := len(told); n != 3 || !slices.Equal(told[1].Later, []kept.ID{w.ana.ID}) || !slices.Equal(told[2].Agents, []kept.ID{w.ana.ID}) || told[2].Gathering == 0 {
				w.Fatalf("the log has %+v", told)
			}
		}
	})
}

func TestWhatWasGatheredForSomebodyWhoLeftIsNotToldAgainToWhoKnowsIt(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.ok(w.db.Write(w.ctx, func(tx *store.Tx) error {
			a, err := tx.Agent(w.ana.ID)
			if err != nil {
				return err
			}
			a.Role = kept.RoleLead
			return tx.SaveAgent(a)
		}))
		w.escalating(tellingLead)
		broken := w.breaks(7)
		w.leads(func(a *kept.Agent) { a.GoneAt = w.at })
		w.works(11 * time.Minute)
		if got := w.noticesTo(w.ana); len(got) != 6 || !strings.HasPrefix(got[5].Subject, "2 more promises missed") {
			w.Fatalf("Ana leads too, and reads %d mails", len(got))
		}
		for _, id := range broken[5:] {
			if told := w.escalated(id); len(told) != 2 || !slices.Equal(told[1].Agents, []kept.ID{w.ana.ID}) {
				w.Fatalf("the log has %+v", told)
			}
		}
	})
}

func TestWhatWasGatheredForABrowserThatSignedOutGoesByMailUnlessAMailTellsIt(t *testing.T) {
	for _, c := range []struct {
		by    []kept.Medium
		mails int
	}{{[]kept.Medium{kept.ByPush}, 1}, {[]kept.Medium{kept.ByMail, kept.ByPush}, 6}} {
		each(t, func(w *world) {
			w.leads()
			w.escalating(func(p kept.Priority, t *kept.Times) {
				tellingLead(p, t)
				t.Escalation[0].By = c.by
			})
			session := w.signsIn(w.bo)
			w.ok(w.allowsPush(w.bo, session, "https://push.test/phone"))
			broken := w.breaks(7)
			w.ok(w.desk.SignOut(w.ctx, session))
			w.works(11 * time.Minute)
			got := w.noticesTo(w.bo)
			if len(got) != c.mails || !strings.HasPrefix(got[len(got)-1].Subject, "2 more promises missed") {
				w.Fatalf("by %v %d mails went: %+v", c.by, len(got), got)
			}
			told := w.escalated(broken[6])
			if last := told[len(told)-1]; !slices.Equal(last.Agents, []kept.ID{w.bo.ID}) || !slices.Equal(last.By, []kept.Medium{kept.ByMail}) {
				w.Fatalf("the log has %+v", told)
			}
		})
	}
}

func TestWhatWasGatheredIsForgottenOnceItsWordHasGone(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.escalating(tellingLead)
		w.breaks(8)
		held := func() (n int) {
			w.ok(w.db.Read(w.ctx, func(tx *store.Tx) error {
				for id := range kept.ID(30) {
					list, err := tx.Gathered(id)
					if err != nil {
						return err
					}
					n += len(list)
				}
				return nil
			}))
			return n
		}
		if n := held(); n != 3 {
			w.Fatalf("%d wait", n)
		}
		w.works(11 * time.Minute)
		if n := held(); n != 0 {
			w.Fatalf("%d are left", n)
		}
	})
}

// TestNothingIsLostBetweenAGatheringThatGoesAndWhatComesIntoIt lets escalations and the words that gather them run
// against each other.
func TestNothingIsLostBetweenAGatheringThatGoesAndWhatComesIntoIt(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.escalating(tellingLead)
		const n = 60
		var broken []kept.Promise
		for i := range n {
			broken = append(broken, w.promise(w.writes(fmt.Sprintf("customer%d@example.com", i), "No line", "It is gone."), kept.Reply))
		}
		w.until(broken[n-1].Due.Add(time.Second))
		var going, gathers sync.WaitGroup
		var over atomic.Bool
		errs := make(chan error, n)
		for _, part := range [][]kept.Promise{broken[:n/3], broken[n/3 : 2*n/3], broken[2*n/3:]} {
			going.Go(func() {
				for _, p := range part {
					_, err := w.desk.Escalate(w.ctx, p.ID)
					errs <- err
				}
			})
		}
		gathers.Go(func() {
			for id := kept.ID(1); !over.Load(); id = id%30 + 1 {
				if err := w.desk.Gather(w.ctx, id); err != nil {
					w.Error(err)
				}
			}
		})
		going.Wait()
		over.Store(true)
		gathers.Wait()
		close(errs)
		for err := range errs {
			w.ok(err)
		}
		w.works(11 * time.Minute)
		mails, gathered := 0, 0
		for _, m := range w.noticesTo(w.bo) {
			var more int
			if _, err := fmt.Sscanf(m.Subject, "%d more", &more); err != nil {
				more = 1
			} else {
				gathered++
			}
			mails += more
		}
		if mails != n || gathered == 0 {
			w.Errorf("%d words are gathered, and all tell of %d breaks", gathered, mails)
		}
		w.Logf("%d words are gathered", gathered)
		for _, p := range broken {
			told := 0
			for _, e := range w.escalated(p.Conversation) {
				told += len(e.Agents)
			}
			if told != 1 {
				w.Errorf("by the log Bo was told %d times of %d", told, p.ID)
			}
		}
	})
}

func TestAThousandBreaksAreSixMails(t *testing.T) {
	each(t, func(w *world) {
		w.leads()
		w.escalating(tellingLead)
		const conversations, promises = 50, 20
		for range conversations {
			f := w.writes("marta@example.com", "No line", "It is gone.", func(in *kept.Inbound) { in.Subject += fmt.Sprint(w.n) })
			for range promises - 1 {
				_, err := w.desk.Give(w.ctx, w.bo, f.ID, desk.Next{Words: "A word", Due: w.at.Add(4 * time.Hour)})
				w.ok(err)
			}
		}
		w.until(w.at.Add(4 * time.Hour))
		began := time.Now()
		w.works(11 * time.Minute)
		if got := w.noticesTo(w.bo); len(got) != 6 || !strings.HasPrefix(got[5].Subject, "995 more promises") {
			w.Fatalf("%d mails went: %+v", len(got), got)
		}
		w.Logf("%v for %d escalations and what follows", time.Since(began), conversations*promises)
	})
}
