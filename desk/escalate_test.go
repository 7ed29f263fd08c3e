package desk_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// escalating changes what the first policy promises at every priority.
func (w *world) escalating(change func(kept.Priority, *kept.Times)) {
	w.Helper()
	w.ok(w.db.Write(w.ctx, func(tx *store.Tx) error {
		policies, err := tx.Policies()
		if err != nil {
			return err
		}
		p := policies[0]
		for priority, times := range p.Times {
			change(priority, &times)
			p.Times[priority] = times
		}
		if _, err := tx.PutPolicy(p); err != nil {
			return err
		}
		w.n++
		return tx.PutSetting("house_version", w.at.String()+string(rune('a'+w.n)))
	}))
}

// told lists a conversation's events of some types, oldest first.
func (w *world) told(conversation kept.ID, types ...kept.EventType) (out []kept.Event) {
	w.Helper()
	w.ok(w.db.Read(w.ctx, func(tx *store.Tx) (err error) {
		out, err = tx.EventsOf(conversation, types...)
		return err
	}))
	return out
}

// data reads what an event says.
func data[T any](w *world, e kept.Event) (v T) {
	w.Helper()
	w.ok(json.Unmarshal(e.Data, &v))
	return v
}

func TestTheFirstWarningIsTheOwnersAndTheSecondTheirTeamsToo(t *testing.T) {
	each(t, func(w *world) {
		w.escalating(func(_ kept.Priority, t *kept.Times) { t.WarnShare, t.Warn = 0.5, kept.Span{Minutes: 30} })
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Reply).Due
		_, err := w.desk.Change(w.ctx, w.ana, f.ID, desk.Change{Assignee: &w.bo.ID})
		w.ok(err)
		w.until(due.Add(-time.Hour))
		warned := w.told(f.ID, kept.PromiseWarned)
		if len(warned) != 1 || !warned[0].At.Before(due.Add(-time.Hour)) {
			w.Fatalf("at half of the time: %+v", warned)
		}
		if first := data[desk.Warned](w, warned[0]); !slices.Equal(first.For, []kept.ID{w.bo.ID}) || first.Warned != 1 {
			w.Fatalf("the first is the owner's: %+v", first)
		}
		w.until(due.Add(-time.Minute))
		warned = w.told(f.ID, kept.PromiseWarned)
		if len(warned) != 2 {
			w.Fatalf("half an hour before: %+v", warned)
		}
		if second := data[desk.Warned](w, warned[1]); len(second.For) != 0 || second.Warned != 2 || !second.WarnAt.IsZero() {
			w.Fatalf("the second is everybody's, who are the team here: %+v", second)
		}
	})
}

// nights is a rotation of Ana and Bo, handed over at 02:00 in Dublin, Ana's turn first.
func (w *world) nights(change ...func(*kept.Rotation)) kept.Rotation {
	w.Helper()
	r := kept.Rotation{
		Name: "Nights", People: []kept.ID{w.ana.ID, w.bo.ID}, Zone: "Europe/Dublin", From: "2026-05-18", At: "02:00", Every: 1, Repeat: 5, Next: 15,
	}
	for _, f := range change {
		f(&r)
	}
	r, err := w.desk.PutRotation(w.ctx, w.ana, r)
	w.ok(err)
	return r
}

// works runs the jobs of escalations and pages that are due, as cmd/kept does, and turns the clock with them.
func (w *world) works(d time.Duration) {
	w.Helper()
	end := w.at.Add(d)
	for {
		_, _, err := w.desk.BreakDue(w.ctx, w.at)
		w.ok(err)
		next := end
		if at := w.runDue(); !at.IsZero() && at.Before(next) {
			next = at
		}
		_, wake, err := w.desk.BreakDue(w.ctx, w.at)
		w.ok(err)
		if !wake.IsZero() && wake.Before(next) {
			next = wake
		}
		if !next.Before(end) && !w.at.Before(end) {
			return
		}
		if next.After(w.at) {
			w.at = next
		} else {
			w.at = w.at.Add(time.Microsecond)
		}
	}
}

// runDue runs what is due now, and says when the next job is.
func (w *world) runDue() time.Time {
	w.Helper()
	for {
		jobs, _, err := w.db.ClaimJobs(w.ctx, store.Claim{Now: w.at, Most: 1000, Lease: func(string) time.Duration { return time.Hour }})
		w.ok(err)
		if len(jobs) == 0 {
			break
		}
		for _, j := range jobs {
			var of desk.Of
			w.ok(json.Unmarshal(j.Args, &of))
			var again time.Time
			switch j.Kind {
			case desk.JobEscalate:
				again, err = w.desk.Escalate(w.ctx, of.ID)
				w.ok(err)
				_, err = w.desk.Escalate(w.ctx, of.ID) // jobs run at least once
			case desk.JobPage:
				again, err = w.desk.Page(w.ctx, of.ID)
				w.ok(err)
				_, err = w.desk.Page(w.ctx, of.ID)
			case desk.JobGather:
				w.ok(w.desk.Gather(w.ctx, of.ID))
				err = w.desk.Gather(w.ctx, of.ID)
			case desk.JobDeliver:
				err = w.sent(of.ID)
			}
			w.ok(err)
			if again.IsZero() {
				w.ok(w.db.FinishJob(w.ctx, j.Job))
			} else {
				w.ok(w.db.FailJob(w.ctx, j.Job, "", again, w.at))
			}
		}
	}
	at, err := w.db.NextJobAt(w.ctx)
	w.ok(err)
	return at
}

// onCallAtOnce is a policy that pages whoever is on call when a promise breaks, and nothing else.
func onCallAtOnce(_ kept.Priority, t *kept.Times) {
	t.Escalation = []kept.Escalate{{To: kept.LevelOnCall, By: []kept.Medium{kept.ByMail}}}
	t.Grace = kept.Span{}
}

func (w *world) asked(conversation kept.ID) (agents []kept.ID) {
	w.Helper()
	for _, e := range w.told(conversation, kept.PageSent) {
		agents = append(agents, data[desk.Paged](w, e).Agent)
	}
	return agents
}

func TestABrokenPromisePagesUntilSomebodyTakesIt(t *testing.T) {
	each(t, func(w *world) {
		w.nights()
		w.escalating(onCallAtOnce)
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.until(w.promise(f, kept.Reply).Due)
		w.works(time.Second)
		if got := w.asked(f.ID); !slices.Equal(got, []kept.ID{w.ana.ID}) {
			w.Fatalf("at the break %v were paged", got)
		}
		w.works(12 * time.Minute)
		if got := w.asked(f.ID); !slices.Equal(got, []kept.ID{w.ana.ID, w.ana.ID, w.ana.ID}) {
			w.Fatalf("repeated every 5 minutes, %v were paged", got)
		}
		w.works(4 * time.Minute)
		if got := w.asked(f.ID); got[len(got)-1] != w.bo.ID {
			w.Fatalf("after 15 minutes the next person is paged: %v", got)
		}
		pages, err := w.desk.Pages(w.ctx, w.bo)
		w.ok(err)
		if len(pages) != 1 {
			w.Fatalf("a broken promise pages once: %+v", pages)
		}
		taken, err := w.desk.TakePage(w.ctx, w.bo, pages[0].ID)
		w.ok(err)
		if taken.TakenBy != w.bo.ID || taken.About.Assignee != w.bo.ID || taken.Broken == nil || taken.Next == nil {
			w.Fatalf("taken: %+v", taken)
		}
		if _, err := w.desk.TakePage(w.ctx, w.ana, pages[0].ID); !kept.Is(err, kept.Conflict) {
			w.Fatalf("taken twice: %v", err)
		}
		n := len(w.asked(f.ID))
		w.works(50 * time.Minute)
		if got := w.asked(f.ID); len(got) != n {
			w.Fatalf("paged after somebody took it: %v", got[n:])
		}
		if ended := w.told(f.ID, kept.PageTaken); len(ended) != 1 || ended[0].Actor.ID != w.bo.ID {
			w.Fatalf("the log has %+v", ended)
		}
	})
}

func TestAPageEndsWhenSomebodyAnswersWithoutTakingIt(t *testing.T) {
	each(t, func(w *world) {
		w.nights()
		w.escalating(onCallAtOnce)
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.until(w.promise(f, kept.Reply).Due)
		w.works(time.Minute)
		w.answers(w.bo, f.ID, "We missed it. It works by five.", desk.Ours, desk.Next{Due: w.at.Add(time.Hour)})
		w.works(time.Minute)
		n := len(w.asked(f.ID))
		if ended := w.told(f.ID, kept.PageEnded); len(ended) != 1 || data[desk.Paged](w, ended[0]).How != kept.EndAnswered {
			w.Fatalf("the log has %+v", ended)
		}
		w.works(30 * time.Minute)
		if got := w.asked(f.ID); len(got) != n {
			w.Fatalf("paged after it was made good: %v", got)
		}
	})
}

func TestTheDutyIsHandedOverAtNightAndThePageWithIt(t *testing.T) {
	each(t, func(w *world) {
		w.nights()
		w.escalating(func(p kept.Priority, t *kept.Times) {
			onCallAtOnce(p, t)
			t.Calendar = kept.Always
		})
		w.at = time.Date(2026, 5, 19, 0, 50, 0, 0, time.UTC).Add(-4 * time.Hour) // the answer is due at 01:50 in Dublin
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.until(w.promise(f, kept.Reply).Due)
		w.works(9 * time.Minute)
		for _, a := range w.asked(f.ID) {
			if a != w.ana.ID {
				w.Fatalf("before the hand-over %v were paged", w.asked(f.ID))
			}
		}
		w.works(time.Minute + time.Second)
		if got := w.asked(f.ID); got[len(got)-1] != w.bo.ID {
			w.Fatalf("at two the duty is Bo's, but %v were paged", got)
		}
		now, err := w.desk.OnCall(w.ctx, w.bo)
		w.ok(err)
		if len(now) != 1 || now[0].Duty.Agent != w.bo.ID || now[0].Duty.Then != w.ana.ID {
			w.Fatalf("on call: %+v", now)
		}
	})
}

func TestUrgentPagesAtOnceAndIsQuietWhenItIsUrgentNoMore(t *testing.T) {
	each(t, func(w *world) {
		w.nights()
		f := w.writes("marta@example.com", "No line", "It is gone.")
		urgent, high := kept.Urgent, kept.High
		_, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Priority: &urgent})
		w.ok(err)
		if got := w.asked(f.ID); !slices.Equal(got, []kept.ID{w.ana.ID}) {
			w.Fatalf("urgent paged %v", got)
		}
		_, err = w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Priority: &high})
		w.ok(err)
		if ended := w.told(f.ID, kept.PageEnded); len(ended) != 1 {
			w.Fatalf("the log has %+v", ended)
		}
		w.works(20 * time.Minute)
		if got := w.asked(f.ID); len(got) != 1 {
			w.Fatalf("paged on: %v", got)
		}
	})
}

func TestAStepToAnotherRotationWakesItsPeopleTooUntilSomebodyTakesIt(t *testing.T) {
	each(t, func(w *world) {
		first := w.nights(func(r *kept.Rotation) { r.Name, r.People = "First line", []kept.ID{w.ana.ID} })
		second := w.nights(func(r *kept.Rotation) { r.Name, r.People = "Second line", []kept.ID{w.bo.ID} })
		w.escalating(func(p kept.Priority, t *kept.Times) {
			onCallAtOnce(p, t)
			t.Escalation[0].Rotation = first.ID
			t.Escalation = append(t.Escalation, kept.Escalate{After: kept.Span{Minutes: 30}, To: kept.LevelOnCall, Rotation: second.ID})
		})
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.until(w.promise(f, kept.Reply).Due)
		w.works(29 * time.Minute)
		if got := w.asked(f.ID); slices.Contains(got, w.bo.ID) {
			w.Fatalf("the second line was paged before its step: %v", got)
		}
		w.works(2 * time.Minute)
		if got := w.asked(f.ID); !slices.Contains(got, w.bo.ID) {
			w.Fatalf("half an hour later only %v were paged", got)
		}
		pages, err := w.desk.Pages(w.ctx, w.ana)
		w.ok(err)
		if len(pages) != 2 {
			w.Fatalf("%d pages ring", len(pages))
		}
		_, err = w.desk.TakePage(w.ctx, w.ana, pages[0].ID)
		w.ok(err)
		n := len(w.asked(f.ID))
		w.works(20 * time.Minute)
		if got := w.asked(f.ID); len(got) != n {
			w.Fatalf("paged after somebody took it: %v", got[n:])
		}
	})
}

func TestAnUrgentPageIsThatOfThePromiseOnceItBreaks(t *testing.T) {
	each(t, func(w *world) {
		w.nights()
		w.escalating(onCallAtOnce)
		f := w.urgently(w.writes("marta@example.com", "No line", "It is gone.").ID)
		w.deliver()
		w.until(w.promise(f, kept.Reply).Due)
		w.works(time.Second)
		w.answers(w.bo, f.ID, "We are at it.", desk.Ours)
		pages, err := w.desk.Pages(w.ctx, w.bo)
		w.ok(err)
		if len(pages) != 1 || pages[0].Why != kept.PageBroken || pages[0].Promise != w.promise(w.read(f.ID), kept.Reply).ID {
			w.Fatalf("the answer has not left, and %+v ring", pages)
		}
		w.deliver()
		if pages, err = w.desk.Pages(w.ctx, w.bo); err != nil || len(pages) != 0 {
			w.Fatalf("answered, and %+v ring: %v", pages, err)
		}
	})
}

func TestAnUrgentAnswerThatNeverArrivedPagesAgain(t *testing.T) {
	each(t, func(w *world) {
		w.nights()
		f := w.urgently(w.writes("marta@example.com", "No line", "It is gone.").ID)
		w.deliver()
		pages, err := w.desk.Pages(w.ctx, w.bo)
		w.ok(err)
		_, err = w.desk.TakePage(w.ctx, w.bo, pages[0].ID)
		w.ok(err)
		w.turns(5 * time.Minute)
		f = w.answers(w.bo, f.ID, "It works again.", desk.Wait)
		w.turns(time.Minute)
		w.bounces(lastSaid(f))
		if pages, err = w.desk.Pages(w.ctx, w.bo); err != nil || len(pages) != 1 || pages[0].Why != kept.PageUrgent {
			w.Fatalf("the answer came back, and %+v ring: %v", pages, err)
		}
	})
}

func TestAnUrgentPageRingsOnWhenItsAnswerIsRefused(t *testing.T) {
	each(t, func(w *world) {
		w.nights()
		f := w.urgently(w.writes("marta@example.com", "No line", "It is gone.").ID)
		w.turns(time.Minute)
		f = w.answers(w.bo, f.ID, "We are at it.", desk.Ours)
		m := lastSaid(f)
		_, err := w.desk.BeginSending(w.ctx, m.ID)
		w.ok(err)
		w.ok(w.desk.Refused(w.ctx, m.ID, "550 no such user"))
		n := len(w.asked(f.ID))
		w.works(12 * time.Minute)
		if got := w.asked(f.ID); len(got) < n+2 {
			w.Fatalf("the answer was refused, and only %v were paged", got)
		}
	})
}

func TestWhereNobodyIsOnCallThoseWhoLeadAreToldInstead(t *testing.T) {
	each(t, func(w *world) {
		w.escalating(onCallAtOnce)
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.until(w.promise(f, kept.Reply).Due)
		w.works(time.Second)
		told := w.told(f.ID, kept.PromiseEscalated)
		if len(told) != 1 || !slices.Equal(data[desk.Escalated](w, told[0]).Agents, []kept.ID{w.ana.ID}) {
			w.Fatalf("the log has %+v", told)
		}
	})
}

// TestTheColleagueWhoForgot is the story: Bo has the conversation, goes home, and forgets it. He is told; an hour
// later his lead is; and nobody is told twice.
func TestTheColleagueWhoForgot(t *testing.T) {
	each(t, func(w *world) {
		w.escalating(func(_ kept.Priority, t *kept.Times) {
			t.Escalation = []kept.Escalate{{To: kept.LevelOwner, By: []kept.Medium{kept.ByPush}}, {After: kept.Span{Minutes: 60}, To: kept.LevelLead, By: []kept.Medium{kept.ByMail}}}
		})
		f := w.writes("marta@example.com", "No line", "It is gone.")
		_, err := w.desk.Change(w.ctx, w.bo, f.ID, desk.Change{Assignee: &w.bo.ID})
		w.ok(err)
		due := w.promise(f, kept.Reply).Due
		w.until(due)
		w.works(30 * time.Second)
		reply := func() (levels []kept.Level) {
			for _, e := range w.told(f.ID, kept.PromiseEscalated) {
				if e.Promise == w.promise(f, kept.Reply).ID {
					levels = append(levels, data[desk.Escalated](w, e).To)
				}
			}
			return levels
		}
		if got := reply(); !slices.Equal(got, []kept.Level{kept.LevelOwner}) {
			w.Fatalf("at the break: %v", got)
		}
		w.works(55 * time.Minute)
		if got := reply(); len(got) != 1 {
			w.Fatalf("within the hour: %v", got)
		}
		w.works(time.Hour)
		if got := reply(); !slices.Equal(got, []kept.Level{kept.LevelOwner, kept.LevelLead}) {
			w.Fatalf("an hour later: %v", got)
		}
		w.works(5 * time.Hour)
		if got := reply(); len(got) != 2 {
			w.Fatalf("told more than the policy says: %v", got)
		}
	})
}

// words are Kept's own honest words in a conversation.
func honestWords(f desk.Full) (out []kept.Message) {
	for _, e := range f.Timeline {
		if e.Message != nil && slices.Contains(e.Message.Warnings, "missed") {
			out = append(out, *e.Message)
		}
	}
	return out
}

func TestAfterTheGraceTheCustomerHearsItFromUsFirstOnce(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		due := w.promise(f, kept.Reply).Due
		w.until(due)
		w.works(29 * time.Minute)
		if said := honestWords(w.read(f.ID)); len(said) != 0 {
			w.Fatalf("said before the grace was over: %+v", said)
		}
		w.works(2 * time.Minute)
		f = w.read(f.ID)
		said := honestWords(f)
		if len(said) != 1 || !said[0].Automatic || said[0].Delivery != kept.Accepted {
			w.Fatalf("after the grace: %+v", said)
		}
		p := w.promise(f, kept.Reply)
		if p.State != kept.PromiseBroken || !p.MadeGoodAt.IsZero() || !p.FulfilledAt.IsZero() {
			w.Fatalf("an automatic word made it good: %+v", p)
		}
		next := w.promise(f, kept.Update)
		if next.State != kept.PromiseOpen || next.ToldIn != said[0].ID || next.ToldAt.IsZero() {
			w.Fatalf("the new time isn't told: %+v", next)
		}
		w.works(28 * time.Minute)
		if said := honestWords(w.read(f.ID)); len(said) != 1 {
			w.Fatalf("said %d times for one break", len(said))
		}
	})
}

func TestThereIsNoHonestWordWhereAPersonWroteFirstOrThePolicyWantsNone(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.until(w.promise(f, kept.Reply).Due)
		w.works(10 * time.Minute)
		w.answers(w.bo, f.ID, "We missed it. It works by five.", desk.Ours, desk.Next{Due: w.at.Add(3 * time.Hour)})
		w.works(2 * time.Hour)
		if said := honestWords(w.read(f.ID)); len(said) != 0 {
			w.Fatalf("said after a person did: %+v", said)
		}
		w.escalating(func(_ kept.Priority, t *kept.Times) { t.Grace = kept.Span{} })
		g := w.writes("otto@example.com", "No picture", "It is dark.")
		w.until(w.promise(g, kept.Reply).Due)
		w.works(45 * time.Minute)
		if said := honestWords(w.read(g.ID)); len(said) != 0 {
			w.Fatalf("said where the policy wants none: %+v", said)
		}
	})
}

func TestAtABreakTheWordsForItLieReadyAndNeverOverWhatSomebodyWrites(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		_, err := w.desk.PutDraft(w.ctx, w.bo, kept.Draft{Conversation: f.ID, HTML: "<p>In my own words</p>"})
		w.ok(err)
		w.until(w.promise(f, kept.Reply).Due)
		w.works(time.Second)
		ana, err := w.desk.Conversation(w.ctx, w.ana, f.ID)
		w.ok(err)
		if ana.Draft == nil || ana.Draft.Agent != 0 || !strings.Contains(ana.Draft.HTML, "14:00") || !strings.Contains(ana.Draft.HTML, "15:00") {
			w.Fatalf("nothing lies ready: %+v", ana.Draft)
		}
		if next := ana.Draft.Next; next == nil || !next.Due.Equal(w.promise(ana, kept.Update).Due) {
			w.Fatalf("it promises %+v, and names the open word's time", next)
		}
		bo, err := w.desk.Conversation(w.ctx, w.bo, f.ID)
		w.ok(err)
		if bo.Draft == nil || bo.Draft.HTML != "<p>In my own words</p>" {
			w.Fatalf("what Bo was writing is gone: %+v", bo.Draft)
		}
		w.answers(w.ana, f.ID, "We missed it. It works by five.", desk.Ours, desk.Next{Due: w.at.Add(3 * time.Hour)})
		if ana, err = w.desk.Conversation(w.ctx, w.ana, f.ID); err != nil || ana.Draft != nil {
			w.Fatalf("sent, and it lies there still: %+v %v", ana.Draft, err)
		}
	})
}

func TestAQuestionOfOursThatCameLateWakesNobody(t *testing.T) {
	each(t, func(w *world) {
		f := w.writes("marta@example.com", "No line", "It is gone.")
		w.answers(w.bo, f.ID, "It should work.", desk.Solve)
		w.deliver()
		f = w.read(f.ID)
		p := w.promise(f, kept.FollowUp)
		w.until(p.Due.Add(time.Minute))
		w.works(2 * time.Hour)
		if told := w.told(f.ID, kept.PromiseEscalated, kept.PageSent); len(told) != 0 {
			w.Fatalf("told %+v", told)
		}
	})
}
