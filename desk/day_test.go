package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// crew is who works around Bo: a lead, a colleague, and a team of them all.
type crew struct {
	maeve, sara kept.Actor
	team        kept.ID
}

func (w *world) crew() (c crew) {
	w.Helper()
	maeve, err := w.desk.AddAgent(w.ctx, w.ana, desk.NewAgent{Email: "maeve@northlight.test", Name: "Maeve Joyce", Role: kept.RoleLead})
	w.ok(err)
	sara, err := w.desk.AddAgent(w.ctx, w.ana, desk.NewAgent{Email: "sara@northlight.test", Name: "Sara Lind"})
	w.ok(err)
	c.maeve, c.sara = maeve.Actor(), sara.Actor()
	c.team = w.joins(kept.Team{Name: "Service", Lead: maeve.ID, Members: []kept.ID{w.bo.ID, sara.ID}})
	return c
}

// joins adds or changes a team.
func (w *world) joins(t kept.Team) (id kept.ID) {
	w.Helper()
	w.ok(w.db.Write(w.ctx, func(tx *store.Tx) (err error) {
		if id, err = tx.PutTeam(t); err != nil {
			return err
		}
		w.n++
		return tx.PutSetting("house_version", fmt.Sprint("team", w.n))
	}))
	return id
}

// shifts gives somebody hours of their own, every day of the week.
func (w *world) shifts(who kept.Actor, zone string, hours kept.Windows) {
	w.Helper()
	w.ok(w.db.Write(w.ctx, func(tx *store.Tx) error {
		cal := kept.Calendar{Name: who.Name, Zone: zone, Hours: map[string]kept.Windows{}}
		for _, d := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
			cal.Hours[d] = hours
		}
		id, err := tx.PutCalendar(cal)
		if err != nil {
			return err
		}
		a, err := tx.Agent(who.ID)
		if err != nil {
			return err
		}
		a.Calendar, a.Zone = id, zone
		if err := tx.SaveAgent(a); err != nil {
			return err
		}
		w.n++
		return tx.PutSetting("house_version", fmt.Sprint("shifts", w.n))
	}))
}

// has is a customer's matter that somebody of ours has.
func (w *world) has(who kept.Actor, from, words string) desk.Full {
	w.Helper()
	f := w.writes(from, words, words+".")
	f, err := w.desk.Change(w.ctx, w.ana, f.ID, desk.Change{Assignee: &who.ID})
	w.ok(err)
	return f
}

func (w *world) day(who kept.Actor) desk.DayCheck {
	w.Helper()
	d, err := w.desk.DayCheck(w.ctx, who)
	w.ok(err)
	return d
}

// waitFor says that these wait for a word from somebody, in this order.
func (w *world) waitFor(who kept.Actor, want ...string) {
	w.Helper()
	var got []string
	for _, v := range w.day(who).Waiting {
		got = append(got, v.Who)
	}
	if !slices.Equal(got, want) {
		w.Errorf("%s wait for %s, want %s", got, who.Name, want)
	}
}

func (w *world) handsOver(who kept.Actor, o desk.Offer) []kept.HandOver {
	w.Helper()
	list, err := w.desk.HandOver(w.ctx, who, o)
	w.ok(err)
	return list
}

// wroteTo are the subjects of the mails that somebody of ours was written.
func (w *world) wroteTo(who kept.Actor) (subjects []string) {
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
			if n.Agent == who.ID {
				subjects = append(subjects, n.Subject)
			}
		}
	}))
	return subjects
}

func refused(t *testing.T, err error, kind kept.Kind, says string) {
	t.Helper()
	if !kept.Is(err, kind) || !strings.Contains(err.Error(), says) {
		t.Errorf("refused with %v, want %s and %q", err, kind, says)
	}
}

func TestACallInWhichWeSpokeIsAWord(t *testing.T) {
	each(t, func(w *world) {
		c := w.crew()
		e, a, h := w.has(w.bo, ewa, "Charged twice"), w.has(w.bo, ahmad, "No engineer"), w.has(w.bo, hilda, "It is slow")
		ours := func(l *desk.CallLog) { l.Then, l.Next = desk.Ours, &desk.Next{Due: w.at.Add(48 * time.Hour)} }
		w.calls(e.ID, kept.NoAnswer)
		w.calls(a.ID, kept.Voicemail)
		w.waitFor(w.bo, ewa, ahmad, hilda)

		w.turns(time.Minute)
		w.calls(e.ID, kept.Reached, ours)
		w.waitFor(w.bo, ahmad, hilda)
		w.calls(a.ID, kept.Reached, ours, func(l *desk.CallLog) { l.Direction = kept.CallIn })
		w.waitFor(w.bo, hilda)
		_, err := w.desk.LogCall(w.ctx, c.sara, h.ID, desk.CallLog{
			Direction: kept.CallOut, Outcome: kept.Reached, Number: "+353 86 123 4567", Then: desk.Ours,
		})
		w.ok(err)
		w.waitFor(w.bo, hilda) // Sara spoke with her, and Bo hasn't
		w.calls(h.ID, kept.Reached, ours, func(l *desk.CallLog) { l.At = w.at.Add(-24 * time.Hour) })
		w.waitFor(w.bo, hilda) // that was yesterday, whenever it was written down

		w.until(monday.Add(24 * time.Hour))
		if n := len(w.day(w.bo).Waiting); n != 3 {
			w.Errorf("the next day %d wait", n)
		}
	})
}

const ewa, ahmad, hilda = "ewa@customer.test", "ahmad@customer.test", "hilda@customer.test"

func TestTheAgentWhoLeavesAtFive(t *testing.T) {
	each(t, func(w *world) {
		c := w.crew()
		w.shifts(w.bo, "Europe/Dublin", kept.Windows{"09:00": "17:00"})
		w.shifts(c.sara, "Europe/Dublin", kept.Windows{"13:00": "21:00"})
		e := w.has(w.bo, ewa, "Charged twice")
		w.turns(time.Minute)
		a := w.has(w.bo, ahmad, "When does the engineer come")
		w.turns(time.Minute)
		h := w.has(w.bo, hilda, "The line is slow")

		w.until(monday.Add(6 * time.Hour)) // 16:00: not yet offered
		if d := w.day(w.bo); d.Offered || d.Date != "2026-05-18" || !d.Ends.Equal(monday.Add(7*time.Hour)) {
			t.Errorf("at 16:00: %+v", d.Day)
		}
		w.until(monday.Add(6*time.Hour + 18*time.Minute))
		if !w.day(w.bo).Offered {
			t.Error("at 16:18 the day check isn't offered")
		}
		w.waitFor(w.bo, ewa, ahmad, hilda)

		// a short word needs a time
		_, err := w.desk.ShortWord(w.ctx, w.bo, e.ID, desk.Short{Words: "Still on it"})
		refused(t, err, kept.Invalid, "no time")
		_, err = w.desk.ShortWord(w.ctx, w.bo, e.ID, desk.Short{Words: "  ", Due: w.at.Add(20 * time.Hour)})
		refused(t, err, kept.Invalid, "Say what")
		by := w.at.Add(18 * time.Hour)
		f, err := w.desk.ShortWord(w.ctx, w.bo, e.ID, desk.Short{Words: "I have the bank on the line", Due: by})
		w.ok(err)
		if p := w.promise(f, kept.Update); !p.Due.Equal(by) || p.By != w.bo.ID || f.Status != kept.Open {
			t.Errorf("the short word promises %+v", p)
		}
		w.deliver()
		w.waitFor(w.bo, ahmad, hilda)

		// a question needs a question
		_, err = w.desk.AskCustomer(w.ctx, w.bo, h.ID, desk.Short{Words: "Please wait"})
		refused(t, err, kept.Invalid, "question")
		f, err = w.desk.AskCustomer(w.ctx, w.bo, h.ID, desk.Short{Words: "Is it slow by cable too?"})
		w.ok(err)
		if f.Status != kept.Pending {
			t.Errorf("after the question it is %s", f.Status)
		}
		w.deliver()
		w.waitFor(w.bo, ahmad)

		// who is handed over stays mine until it is accepted
		o := w.handsOver(w.bo, desk.Offer{Conversations: []kept.ID{a.ID}, To: c.sara.ID, Note: "Ask dispatch"})[0]
		w.waitFor(w.bo, ahmad)
		if d := w.day(w.bo); d.Waiting[0].HandOver == nil || d.Waiting[0].HandOver.ID != o.ID || len(d.FromMe) != 1 {
			t.Errorf("what is offered isn't marked: %+v", d.Waiting)
		}
		if f := w.read(a.ID); f.Assignee != w.bo.ID {
			t.Error("the matter has gone before anybody took it")
		}
		if got := w.wroteTo(c.sara); !slices.Equal(got, []string{"Bo Lind hands somebody over to you"}) {
			t.Errorf("Sara was written %q", got)
		}
		_, err = w.desk.SignOff(w.ctx, w.bo, false)
		refused(t, err, kept.Conflict, ahmad+" still waits")

		// leaving with one left: the lead has it by name, and Sara can still take it
		off, err := w.desk.SignOff(w.ctx, w.bo, true)
		w.ok(err)
		if off.Clear || off.Left != 1 || off.Lead != c.maeve.ID {
			t.Errorf("signed off as %+v", off)
		}
		if got := w.wroteTo(c.maeve); !slices.Equal(got, []string{"Bo Lind has left, and somebody still waits"}) {
			t.Errorf("Maeve was written %q", got)
		}
		for _, who := range []kept.Actor{c.maeve, c.sara} {
			if d := w.day(who); len(d.ToMe) != 1 || d.ToMe[0].Who != ahmad || d.ToMe[0].FromName != "Bo Lind" || d.ToMe[0].Lead != c.maeve.ID {
				t.Errorf("%s is offered %+v", who.Name, d.ToMe)
			}
		}
		_, err = w.desk.SignOff(w.ctx, w.bo, true)
		refused(t, err, kept.Conflict, "already")

		teams, err := w.desk.TeamsDay(w.ctx, c.maeve)
		w.ok(err)
		if len(teams) != 2 || teams[0].Name != "Service" || teams[0].People[0].Name != "Bo Lind" {
			t.Fatalf("the lead sees %+v", teams)
		}
		if bo := teams[0].People[0]; bo.SignedOff == nil || len(bo.Left) != 1 || bo.Left[0].Who != ahmad || bo.Waiting != 1 {
			t.Errorf("of Bo the lead sees %+v", bo)
		}

		// Sara takes it: whose turn it is, and who answers for the promise, is moved
		f = w.read(a.ID)
		given, err := w.desk.Give(w.ctx, w.bo, a.ID, desk.Next{Words: "A technician calls", Due: w.at.Add(24 * time.Hour)})
		w.ok(err)
		before := w.promise(given, kept.Custom)
		_, err = w.desk.AcceptHandOver(w.ctx, c.sara, o.ID)
		w.ok(err)
		f = w.read(a.ID)
		if after := w.promise(f, kept.Custom); f.Assignee != c.sara.ID || before.By != w.bo.ID || after.By != c.sara.ID {
			t.Errorf("assignee %d, by %d", f.Assignee, after.By)
		}
		w.waitFor(w.bo)
		w.waitFor(c.sara, ahmad)
		_, err = w.desk.AcceptHandOver(w.ctx, c.maeve, o.ID)
		refused(t, err, kept.Conflict, "Sara Lind has taken it over")
	})
}

func TestWhatIsStillOwedStandsAsOursAndInTheDayOnWhichItFallsDue(t *testing.T) {
	each(t, func(w *world) {
		w.crew()
		w.shifts(w.bo, "Europe/Dublin", kept.Windows{"09:00": "17:00"})
		tomorrow := monday.Add(26 * time.Hour)
		refund := func(from string, then desk.Then) desk.Full {
			f := w.has(w.bo, from, "Charged twice")
			w.turns(time.Minute)
			f = w.answers(w.bo, f.ID, "The refund comes tomorrow. Does the line work?", then, desk.Next{Words: "The refund", Due: tomorrow})
			w.deliver()
			return f
		}
		e, a := refund(ewa, desk.Solve), refund(ahmad, desk.Wait)
		w.ok(w.desk.ItWorks(w.ctx, w.token(e), ""))

		e, a = w.read(e.ID), w.read(a.ID)
		if e.Status != kept.Solved || e.Turn != kept.Ours || e.Next == nil || e.Next.Words != "The refund" {
			t.Errorf("they have said that it works, and the refund is owed: %s, turn %d, next %+v", e.Status, e.Turn, e.Next)
		}
		if a.Turn != kept.Theirs {
			t.Errorf("the customer is asked something, and the turn is %d", a.Turn)
		}
		p, err := w.desk.List(w.ctx, w.bo, desk.AllOpen, "", 10)
		w.ok(err)
		if len(p.Items) != 1 || p.Items[0].ID != e.ID {
			t.Errorf("in the open list: %+v", p.Items)
		}
		n, err := w.desk.Counts(w.ctx, w.bo)
		w.ok(err)
		if n[desk.AllOpen].N != 1 || n[desk.Mine].N != 1 {
			t.Errorf("counted open %d, mine %d", n[desk.AllOpen].N, n[desk.Mine].N)
		}
		w.waitFor(w.bo) // not today
		next := func(want kept.ID) {
			w.Helper()
			got, err := w.desk.Next(w.ctx, w.bo, 0)
			w.ok(err)
			if got != want {
				w.Errorf("next is %d, want %d", got, want)
			}
		}
		for _, whose := range []kept.ID{0, w.bo.ID} {
			_, err = w.desk.Change(w.ctx, w.ana, e.ID, desk.Change{Assignee: &whose})
			w.ok(err)
			next(0) // it works, and what is owed has its day
		}

		w.until(monday.Add(23*time.Hour + time.Minute))
		next(e.ID)
		w.waitFor(w.bo, ewa, ahmad)
		for _, v := range w.day(w.bo).Waiting {
			if v.Promise == nil || v.Promise.Words != "The refund" || !v.Due.Equal(tomorrow) {
				t.Errorf("%s waits for %+v by %v", v.Who, v.Promise, v.Due)
			}
		}
		w.answers(w.bo, a.ID, "It is on its way. Do you see it?", desk.Wait)
		w.deliver()
		w.waitFor(w.bo, ewa, ahmad) // words bring no refund
		for _, f := range []desk.Full{e, a} {
			note, err := w.desk.AddNote(w.ctx, w.bo, f.ID, "Paid.")
			w.ok(err)
			_, err = w.desk.Finish(w.ctx, w.bo, w.promise(w.read(f.ID), kept.Custom).ID, latest(note, kept.MessageNote).ID)
			w.ok(err)
		}
		w.waitFor(w.bo)
	})
}

func TestADeedThatIsDueTodayIsNamedWhereTheyHaveHeardFromMe(t *testing.T) {
	each(t, func(w *world) {
		f := w.has(w.bo, ewa, "Charged twice")
		g := w.has(w.bo, ahmad, "The line is slow")
		today := w.at.Add(5 * time.Hour)
		for _, id := range []kept.ID{f.ID, g.ID} {
			_, err := w.desk.Give(w.ctx, w.bo, id, desk.Next{Words: "The refund", Due: today})
			w.ok(err)
		}
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "The refund comes today. More on Wednesday.", desk.Ours, desk.Next{Due: w.at.Add(48 * time.Hour)})
		w.deliver()
		w.waitFor(w.bo, ahmad, ewa)
		waiting := w.day(w.bo).Waiting
		if v := waiting[0]; v.Promise != nil {
			t.Errorf("who has not heard waits for a word, and not %+v", v.Promise)
		}
		if v := waiting[1]; v.Promise == nil || v.Promise.Words != "The refund" || !v.Due.Equal(today) {
			t.Errorf("who has heard waits for %+v by %v", v.Promise, v.Due)
		}
	})
}

func TestAWordPromisedForTodayIsOwedTodayAndSoIsOneThatWasMissedSince(t *testing.T) {
	each(t, func(w *world) {
		w.crew()
		e, a := w.has(w.bo, ewa, "Charged twice"), w.has(w.bo, ahmad, "No engineer")
		w.turns(time.Minute)
		today := w.at.Add(3 * time.Hour)
		w.answers(w.bo, e.ID, "I write again today.", desk.Ours, desk.Next{Due: today})
		w.answers(w.bo, a.ID, "I write again tomorrow.", desk.Ours, desk.Next{Due: w.at.Add(24 * time.Hour)})
		w.deliver()
		w.waitFor(w.bo, ewa)
		if v := w.day(w.bo).Waiting[0]; v.Promise == nil || !v.Due.Equal(today) {
			t.Errorf("she waits for %+v by %v", v.Promise, v.Due)
		}
		if _, err := w.desk.SignOff(w.ctx, w.bo, false); !kept.Is(err, kept.Conflict) {
			t.Errorf("left clear, with a word to say today: %v", err)
		}
		w.until(today.Add(time.Minute)) // missed
		w.waitFor(w.bo, ewa)
		w.answers(w.bo, e.ID, "Sorry, it took longer. I write again tomorrow.", desk.Ours, desk.Next{Due: w.at.Add(24 * time.Hour)})
		w.waitFor(w.bo)
	})
}

func TestADayThatEndsClearIsCountedForTheAgentAlone(t *testing.T) {
	each(t, func(w *world) {
		c := w.crew()
		f := w.has(w.bo, ewa, "Charged twice")
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "It was us, and it is on its way back. Is there anything else?", desk.Wait)
		w.deliver()
		off, err := w.desk.SignOff(w.ctx, w.bo, false)
		w.ok(err)
		if !off.Clear || off.Day != "2026-05-18" {
			t.Errorf("signed off as %+v", off)
		}
		w.turns(24 * time.Hour)
		_, err = w.desk.SignOff(w.ctx, w.bo, false)
		w.ok(err)
		if d := w.day(w.bo); d.ClearDays != 2 || d.SignedOff == nil {
			t.Errorf("Bo has %d clear days", d.ClearDays)
		}
		if d := w.day(c.maeve); d.ClearDays != 0 {
			t.Error("somebody else's clear days are told")
		}
		if got := w.wroteTo(c.maeve); len(got) != 0 {
			t.Errorf("of a clear day the lead is written %q", got)
		}
	})
}

func TestOnlyAWordOfMineThatHasNotComeBackCounts(t *testing.T) {
	each(t, func(w *world) {
		c := w.crew()
		f := w.has(w.bo, ewa, "Charged twice")
		w.deliver() // the acknowledgement is no word of ours
		w.waitFor(w.bo, ewa)
		_, err := w.desk.AddNote(w.ctx, w.bo, f.ID, "<p>Ask accounting</p>")
		w.ok(err)
		w.waitFor(w.bo, ewa)
		w.answers(c.sara, f.ID, "Bo looks into it.", desk.Ours) // a colleague's word isn't mine
		w.waitFor(w.bo, ewa)
		w.turns(time.Minute)
		f = w.answers(w.bo, f.ID, "I look into it.", desk.Ours, desk.Next{Due: w.at.Add(48 * time.Hour)})
		w.waitFor(w.bo) // on its way, and not come back
		message := f.Timeline[len(f.Timeline)-1].Message.ID
		w.ok(w.desk.Refused(w.ctx, message, "no such mailbox"))
		w.waitFor(w.bo, ewa)
	})
}

func TestAWordSaidBeforeAMergeCountsAfterIt(t *testing.T) {
	each(t, func(w *world) {
		w.crew()
		first, second := w.has(w.bo, ewa, "Charged twice"), w.has(w.bo, ewa, "The invoice")
		w.turns(time.Minute)
		w.answers(w.bo, first.ID, "I look into both.", desk.Ours, desk.Next{Due: w.at.Add(48 * time.Hour)})
		w.waitFor(w.bo, ewa)
		_, err := w.desk.Merge(w.ctx, w.bo, first.ID, second.ID)
		w.ok(err)
		w.waitFor(w.bo)
		w.turns(24 * time.Hour)
		w.waitFor(w.bo, ewa)
	})
}

func TestYesterdaysWordDoesNotCountToday(t *testing.T) {
	each(t, func(w *world) {
		w.shifts(w.bo, "Europe/Dublin", kept.Windows{"22:00": "06:00"})
		f := w.has(w.bo, ewa, "Charged twice")
		w.until(monday.Add(13 * time.Hour)) // 23:00, the night has begun
		w.answers(w.bo, f.ID, "I look into it.", desk.Ours, desk.Next{Due: w.at.Add(60 * time.Hour)})
		w.waitFor(w.bo)
		w.until(monday.Add(17 * time.Hour)) // Tuesday, 3:00: still Monday's shift
		w.waitFor(w.bo)
		if d := w.day(w.bo); d.Date != "2026-05-18" || d.Offered {
			t.Errorf("at three in the night the day is %+v", d.Day)
		}
		w.until(monday.Add(19*time.Hour + 30*time.Minute)) // 5:30
		if d := w.day(w.bo); d.Date != "2026-05-18" || !d.Offered {
			t.Errorf("at half past five the day is %+v", d.Day)
		}
		_, err := w.desk.SignOff(w.ctx, w.bo, false)
		w.ok(err)
		w.until(monday.Add(20*time.Hour + time.Minute)) // 6:01: Tuesday, and nobody has heard from Bo
		w.waitFor(w.bo, ewa)
		if d := w.day(w.bo); d.Date != "2026-05-19" || d.SignedOff != nil || d.ClearDays != 1 {
			t.Errorf("after the night the day is %+v", d.Day)
		}
	})
}

func TestTheDayIsThatOfTheAgentsOwnZone(t *testing.T) {
	each(t, func(w *world) {
		c := w.crew()
		w.shifts(c.sara, "America/New_York", kept.Windows{"09:00": "17:00"})
		f := w.has(c.sara, ewa, "Charged twice")
		w.until(monday.Add(4*time.Hour + 30*time.Minute)) // 14:30 in Dublin, 9:30 in New York
		w.answers(c.sara, f.ID, "I look into it.", desk.Ours, desk.Next{Due: w.at.Add(60 * time.Hour)})
		w.until(monday.Add(14*time.Hour + 30*time.Minute)) // Tuesday 0:30 in Dublin, Monday 19:30 in New York
		w.waitFor(c.sara)
		if d := w.day(c.sara); d.Date != "2026-05-18" || d.Zone != "America/New_York" || !d.Offered {
			t.Errorf("Sara's day is %+v", d.Day)
		}
		if d := w.day(w.bo); d.Date != "2026-05-19" {
			t.Errorf("Bo's day is %+v", d.Day)
		}
	})
}

func TestAHandOverThatIsDeclinedComesBackWithItsReason(t *testing.T) {
	each(t, func(w *world) {
		c := w.crew()
		f := w.has(w.bo, ewa, "Charged twice")
		o := w.handsOver(w.bo, desk.Offer{Conversations: []kept.ID{f.ID}, To: c.sara.ID})[0]
		_, err := w.desk.HandOver(w.ctx, w.bo, desk.Offer{Conversations: []kept.ID{f.ID}, To: c.maeve.ID})
		refused(t, err, kept.Conflict, "offered to somebody already")
		_, err = w.desk.DeclineHandOver(w.ctx, c.sara, o.ID, " ")
		refused(t, err, kept.Invalid, "why")
		if _, err := w.desk.DeclineHandOver(w.ctx, c.sara, o.ID, strings.Repeat("ä", 501)); !kept.Is(err, kept.Invalid) {
			t.Errorf("501 letters: %v", err)
		}
		_, err = w.desk.DeclineHandOver(w.ctx, c.maeve, o.ID, "not me")
		refused(t, err, kept.NotFound, "")
		_, err = w.desk.DeclineHandOver(w.ctx, c.sara, o.ID, "I leave in ten minutes")
		w.ok(err)
		if got := w.wroteTo(w.bo); !slices.Equal(got, []string{"Sara Lind can’t take over " + ewa}) {
			t.Errorf("Bo was written %q", got)
		}
		d := w.day(w.bo)
		if len(d.FromMe) != 1 || d.FromMe[0].State != kept.HandOverNo || d.FromMe[0].Reason != "I leave in ten minutes" || d.Waiting[0].HandOver != nil {
			t.Errorf("what came back: %+v", d.FromMe)
		}
		again := w.handsOver(w.bo, desk.Offer{Conversations: []kept.ID{f.ID}, To: c.maeve.ID})[0]
		_, err = w.desk.TakeBackHandOver(w.ctx, c.sara, again.ID)
		refused(t, err, kept.NotFound, "")
		_, err = w.desk.TakeBackHandOver(w.ctx, w.bo, again.ID)
		w.ok(err)
		_, err = w.desk.AcceptHandOver(w.ctx, c.maeve, again.ID)
		refused(t, err, kept.Conflict, "taken back")
		w.waitFor(w.bo, ewa)
	})
}

func TestSeveralAreHandedToTheNextShiftAtOnceAndEachIsTakenByOne(t *testing.T) {
	each(t, func(w *world) {
		c := w.crew()
		tom, err := w.desk.AddAgent(w.ctx, w.ana, desk.NewAgent{Email: "tom@northlight.test", Name: "Tom Gill"})
		w.ok(err)
		w.shifts(w.bo, "Europe/Dublin", kept.Windows{"09:00": "17:00"})
		w.shifts(c.sara, "Europe/Dublin", kept.Windows{"17:00": "21:00"})
		w.shifts(tom.Actor(), "Europe/Dublin", kept.Windows{"21:00": "05:00"})
		w.joins(kept.Team{ID: c.team, Name: "Service", Lead: c.maeve.ID, Members: []kept.ID{w.bo.ID, c.sara.ID, tom.ID}})
		e, a := w.has(w.bo, ewa, "Charged twice"), w.has(w.bo, ahmad, "When does the engineer come")

		to, err := w.desk.HandOverTo(w.ctx, w.bo)
		w.ok(err)
		if len(to.Shifts) != 1 || to.Shifts[0].People != 1 || to.Shifts[0].Name != "Service" || !to.Shifts[0].Until.Equal(monday.Add(11*time.Hour)) {
			t.Errorf("the next shift is %+v", to.Shifts)
		}
		if len(to.People) != 4 || to.People[0].Name != "Ana Ruiz" && to.People[0].Name != "Maeve Joyce" {
			t.Errorf("who is here comes first: %+v", to.People)
		}
		list := w.handsOver(w.bo, desk.Offer{Conversations: []kept.ID{a.ID, e.ID, a.ID}, Team: c.team})
		if len(list) != 2 {
			t.Fatalf("%d were offered", len(list))
		}
		if got := w.wroteTo(c.sara); !slices.Equal(got, []string{"Bo Lind hands 2 people over to you"}) || len(w.wroteTo(tom.Actor())) != 0 {
			t.Errorf("Sara was written %q, Tom %q", got, w.wroteTo(tom.Actor()))
		}
		_, err = w.desk.AcceptHandOver(w.ctx, c.maeve, list[0].ID)
		refused(t, err, kept.NotFound, "")
		_, err = w.desk.DeclineHandOver(w.ctx, c.sara, list[0].ID, "no")
		refused(t, err, kept.Conflict, "others")

		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []kept.Actor{c.sara, tom.Actor()} {
			wait.Go(func() { _, errs[i] = w.desk.AcceptHandOver(w.ctx, who, list[0].ID) })
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("two took the same: %v", errs)
		}
		for _, err := range errs {
			if err != nil {
				refused(t, err, kept.Conflict, "has taken it over already")
			}
		}
		if n := len(w.day(c.sara).ToMe); n != 1 {
			t.Errorf("%d are left to take", n)
		}
	})
}

func TestAnOfferEndsWhenSomebodyElseHasTheMatterOrItIsOver(t *testing.T) {
	each(t, func(w *world) {
		c := w.crew()
		e, a := w.has(w.bo, ewa, "Charged twice"), w.has(w.bo, ahmad, "Cheap pills")
		list := w.handsOver(w.bo, desk.Offer{Conversations: []kept.ID{e.ID, a.ID}, To: c.sara.ID})
		_, err := w.desk.Change(w.ctx, w.ana, e.ID, desk.Change{Assignee: &c.maeve.ID})
		w.ok(err)
		spam := kept.Spam
		_, err = w.desk.Change(w.ctx, w.ana, a.ID, desk.Change{Status: &spam})
		w.ok(err)
		for _, o := range list {
			_, err = w.desk.AcceptHandOver(w.ctx, c.sara, o.ID)
			refused(t, err, kept.Conflict, "taken back")
		}
		if w.read(e.ID).Assignee != c.maeve.ID {
			t.Error("the matter was moved by an offer that is over")
		}
		_, err = w.desk.HandOver(w.ctx, w.bo, desk.Offer{Conversations: []kept.ID{e.ID}, To: c.sara.ID})
		refused(t, err, kept.Conflict, "isn't yours")
	})
}

func TestACoworkerWhoAskedWaitsTooAndIsHandedOver(t *testing.T) {
	each(t, func(w *world) {
		c := w.crew()
		f := w.has(w.bo, ewa, "Charged twice")
		about, err := w.desk.Ask(w.ctx, c.sara, desk.NewAsk{Conversation: f.ID, Agent: w.bo.ID, Question: "Was it us?", Due: w.at.Add(time.Hour)})
		w.ok(err)
		alone, err := w.desk.Ask(w.ctx, c.sara, desk.NewAsk{Agent: w.bo.ID, Question: "May Declan open the pavement?", Due: w.at.Add(30 * time.Hour)})
		w.ok(err)
		w.waitFor(w.bo, "Sara Lind", ewa, "Sara Lind")
		_, err = w.desk.HandOver(w.ctx, w.bo, desk.Offer{Asks: []kept.ID{alone.ID}, To: c.sara.ID})
		refused(t, err, kept.Invalid, "asked you")
		list := w.handsOver(w.bo, desk.Offer{Asks: []kept.ID{about.ID, alone.ID}, To: c.maeve.ID})
		_, err = w.desk.SignOff(w.ctx, w.bo, false)
		refused(t, err, kept.Conflict, "Sara Lind, "+ewa+" and Sara Lind still wait")
		for _, o := range list {
			_, err = w.desk.AcceptHandOver(w.ctx, c.maeve, o.ID)
			w.ok(err)
		}
		w.waitFor(w.bo, ewa)
		w.waitFor(c.maeve, "Sara Lind", "Sara Lind")
		a, err := w.desk.AnswerAsk(w.ctx, c.maeve, alone.ID, "He may.")
		w.ok(err)
		if a.Promise.State != kept.PromiseKept || a.Promise.By != c.maeve.ID {
			t.Errorf("the answer: %+v", a.Promise)
		}

		again, err := w.desk.Ask(w.ctx, c.sara, desk.NewAsk{Agent: w.bo.ID, Question: "And tomorrow?", Due: w.at.Add(30 * time.Hour)})
		w.ok(err)
		o := w.handsOver(w.bo, desk.Offer{Asks: []kept.ID{again.ID}, To: c.maeve.ID})[0]
		_, err = w.desk.AnswerAsk(w.ctx, w.bo, again.ID, "Tomorrow too.")
		w.ok(err)
		_, err = w.desk.AcceptHandOver(w.ctx, c.maeve, o.ID)
		refused(t, err, kept.Conflict, "taken back")
	})
}

func TestWhoeverIsAloneCannotLeaveSomebodyToNobody(t *testing.T) {
	each(t, func(w *world) {
		gone := true
		_, err := w.desk.ChangeAgent(w.ctx, w.ana, w.bo.ID, desk.AgentChange{Gone: &gone})
		w.ok(err)
		w.has(w.ana, ewa, "Charged twice")
		_, err = w.desk.SignOff(w.ctx, w.ana, true)
		refused(t, err, kept.Conflict, "nobody who could take them")
	})
}
