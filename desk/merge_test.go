package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// twice is one matter that a customer wrote of under two subjects.
func (w *world) twice() (first, second desk.Full) {
	w.Helper()
	first = w.writes("marta@example.com", "No line", "It is gone.")
	w.turns(time.Hour)
	second = w.writes("marta@example.com", "Still nothing", "Nobody has told me anything.")
	w.deliver()
	if first.ID == second.ID {
		w.Fatal("the second subject is the first conversation")
	}
	return w.read(first.ID), w.read(second.ID)
}

func open(f desk.Full) (n int) {
	for _, p := range f.Promises {
		if p.State == kept.PromiseOpen {
			n++
		}
	}
	return n
}

func TestMergingCarriesThePromisesOverAndOneAnswerKeepsThem(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.twice()
		f, err := w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		if open(f) != 2 || f.ID != first.ID || f.QueueDue != first.QueueDue {
			w.Fatalf("%d open promises in %d, place %v", open(f), f.ID, f.QueueDue)
		}
		gone := w.read(second.ID)
		if gone.MergedInto != first.ID || gone.Status.Live() || open(gone) != 0 {
			w.Fatalf("%s, goes on in %d with %d promises", gone.Status, gone.MergedInto, open(gone))
		}
		if said(f) != 2 {
			w.Fatalf("%d of their messages can be read", said(f))
		}
		w.turns(time.Minute)
		w.answers(w.bo, f.ID, "We have found it.", desk.Wait)
		w.deliver()
		for _, p := range w.read(f.ID).Promises {
			if p.Kind == kept.Reply && p.State != kept.PromiseKept {
				w.Fatalf("%+v", p)
			}
		}
	})
}

// said counts the customer's messages.
func said(f desk.Full) (n int) {
	for _, e := range f.Timeline {
		if e.Message != nil && e.Message.Kind == kept.MessageIn {
			n++
		}
	}
	return n
}

func TestALaterMailToAMergedMatterLandsWhereItGoesOn(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.twice()
		_, err := w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		w.turns(time.Hour)
		f := w.writes("marta@example.com", "Re: Still nothing", "Hello?", answering(lastSaid(second).MessageID))
		if f.ID != first.ID || said(f) != 3 {
			w.Fatalf("it landed in %d, where %d are read", f.ID, said(f))
		}
		w.ok(w.desk.AddWords(w.ctx, w.token(second), "On the old page.", "k"))
		if f = w.read(first.ID); said(f) != 4 {
			w.Fatalf("the old page leads elsewhere: %d", said(f))
		}
		if _, err := w.desk.Reply(w.ctx, w.bo, second.ID, desk.Answer{HTML: "x", Then: desk.Wait}); !kept.Is(err, kept.Conflict) {
			w.Fatalf("answered in a merged one: %v", err)
		}
	})
}

func TestUnmergingAtOnceLeavesBothAsTheyWere(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.twice()
		urgent := w.urgently(second.ID)
		_, err := w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		back, err := w.desk.Unmerge(w.ctx, w.bo, second.ID)
		w.ok(err)
		if back.Conversation.QueueDue != urgent.QueueDue || back.Status != urgent.Status || back.MergedInto != 0 || open(back) != open(urgent) {
			w.Fatalf("%+v, was %+v", back.Conversation, urgent.Conversation)
		}
		now := w.read(first.ID)
		if now.Priority != first.Priority || now.Status != first.Status || now.LastWords != first.LastWords || said(now) != 1 {
			w.Fatalf("%+v, was %+v", now.Conversation, first.Conversation)
		}
	})
}

func TestUnmergingLaterGivesBackWhatBecameOfThePromises(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.twice()
		_, err := w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		w.turns(time.Minute)
		w.answers(w.bo, first.ID, "We have found it.", desk.Wait)
		w.deliver()
		back, err := w.desk.Unmerge(w.ctx, w.bo, second.ID)
		w.ok(err)
		if p := w.promise(back, kept.Reply); p.State != kept.PromiseKept || back.Status != kept.Open || open(back) != 1 {
			w.Fatalf("%+v %s, %d open", p, back.Status, open(back))
		}
		if f := w.read(first.ID); f.Status != kept.Pending || open(f) == 0 {
			w.Fatalf("the other: %s, %d open", f.Status, open(f))
		}
		if _, err := w.desk.Unmerge(w.ctx, w.bo, second.ID); !kept.Is(err, kept.Conflict) {
			w.Fatalf("undone twice: %v", err)
		}
	})
}

func TestTwoCustomersAreNotMerged(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.writes("marta@example.com", "No line", "It is gone."), w.writes("tomasz@example.org", "No line", "Mine too.")
		if _, err := w.desk.Merge(w.ctx, w.bo, a.ID, b.ID); !kept.Is(err, kept.Conflict) {
			w.Fatalf("merged: %v", err)
		}
		if _, err := w.desk.Merge(w.ctx, w.bo, a.ID, a.ID); !kept.Is(err, kept.Invalid) {
			w.Fatalf("merged into itself: %v", err)
		}
	})
}

func TestAnAnswerOnItsWayWhenItsMatterIsMergedKeepsItsPromise(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.twice()
		w.turns(time.Minute)
		w.answers(w.bo, second.ID, "We look at it.", desk.Ours)
		_, err := w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		w.deliver()
		f := w.read(first.ID)
		kept_, told := 0, 0
		for _, p := range f.Promises {
			if p.State == kept.PromiseKept {
				kept_++
			}
			if p.Kind == kept.Update && !p.ToldAt.IsZero() {
				told++
			}
		}
		if kept_ == 0 || told != 1 {
			w.Fatalf("%d kept, %d told: %+v", kept_, told, f.Promises)
		}
		w.bounces(lastSaid(f))
		if f = w.read(first.ID); f.Status != kept.Open || open(f) == 0 {
			w.Fatalf("%s %d", f.Status, open(f))
		}
	})
}

func TestAPageRingsOnWhereItsMatterWasMergedTo(t *testing.T) {
	each(t, func(w *world) {
		w.escalating(onCallAtOnce)
		first, second := w.twice()
		first = w.urgently(first.ID)
		w.nights() // nobody was on call before
		w.answers(w.bo, first.ID, "We look at it.", desk.Ours, desk.Next{Due: w.at.Add(24 * time.Hour)})
		w.deliver()
		w.until(w.promise(second, kept.Reply).Due)
		w.works(6 * time.Minute)
		pages, err := w.desk.Pages(w.ctx, w.bo)
		w.ok(err)
		i := slices.IndexFunc(pages, func(p desk.PageView) bool { return p.Conversation == second.ID })
		if i < 0 {
			w.Fatalf("%+v ring", pages)
		}
		broken := pages[i]
		_, err = w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		n := len(w.asked(first.ID))
		w.works(12 * time.Minute)
		if got := w.asked(first.ID); len(got) < n+2 {
			w.Fatalf("merged, and only %v were paged", got)
		}
		_, err = w.desk.Unmerge(w.ctx, w.bo, second.ID)
		w.ok(err)
		back, err := w.desk.ReadPage(w.ctx, w.bo, broken.ID)
		w.ok(err)
		n = len(w.asked(second.ID))
		w.works(12 * time.Minute)
		if got := w.asked(second.ID); back.Conversation != second.ID || len(got) < n+2 {
			w.Fatalf("unmerged, it rings for %d, and %v were paged", back.Conversation, got)
		}
		w.answers(w.bo, second.ID, "We missed it.", desk.Ours)
		w.deliver()
		if back, err = w.desk.ReadPage(w.ctx, w.bo, broken.ID); err != nil || back.Ended != kept.EndAnswered {
			w.Fatalf("answered, and it is %q: %v", back.Ended, err)
		}
	})
}

func TestTwoPagesOfOneRotationAreOneOnceTheirMattersAre(t *testing.T) {
	each(t, func(w *world) {
		w.nights()
		w.escalating(onCallAtOnce)
		first, second := w.twice()
		w.answers(w.bo, first.ID, "We look at it.", desk.Ours, desk.Next{Due: w.at.Add(24 * time.Hour)})
		w.until(w.promise(second, kept.Reply).Due)
		w.works(time.Second)
		first = w.urgently(first.ID)
		_, err := w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		pages, err := w.desk.Pages(w.ctx, w.bo)
		w.ok(err)
		if len(pages) != 1 || pages[0].Conversation != first.ID || pages[0].Why != kept.PageBroken {
			w.Fatalf("%+v ring", pages)
		}
	})
}

func TestLinksTakenBackOpenNothingByTheConversationThatWasMergedEither(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.twice()
		leaked, survivors := w.token(second), w.token(first)
		_, err := w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		if _, err := w.desk.CustomerPage(w.ctx, leaked); err != nil {
			t.Fatalf("merged, the link opens nothing: %v", err)
		}
		f, err := w.desk.RevokeLinks(w.ctx, w.bo, first.ID)
		w.ok(err)
		for name, token := range map[string]string{"the merged one's": leaked, "the survivor's": survivors} {
			if _, err := w.desk.CustomerPage(w.ctx, token); !kept.Is(err, kept.SignedOut) {
				t.Errorf("taken back, %s link gives %v", name, err)
			}
		}
		if _, err := w.desk.CustomerPage(w.ctx, w.token(f)); err != nil {
			t.Errorf("the new link gives %v", err)
		}
		w.check()
	})
}

func TestCallsAreReadWhereTheConversationGoesOn(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.twice()
		calls := func(id kept.ID) (n int) {
			for _, e := range w.read(id).Timeline {
				if e.Call != nil {
					n++
				}
			}
			return n
		}
		slot := w.books(second, 2)
		w.until(slot.From.Add(time.Minute))
		w.calls(second.ID, kept.Reached, func(l *desk.CallLog) { l.Then = desk.Ours })
		callback := w.state(second.ID, kept.Callback, kept.PromiseKept)
		w.calls(first.ID, kept.NoAnswer)

		_, err := w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		if n := calls(first.ID); n != 2 {
			w.Errorf("%d calls are read where it goes on, want 2", n)
		}
		if p := w.state(first.ID, kept.Callback, kept.PromiseKept); p.ID != callback.ID {
			w.Errorf("carried over: %+v", p)
		}
		w.check() // the call that kept it stays where it was logged
		w.calls(first.ID, kept.Voicemail)

		_, err = w.desk.Unmerge(w.ctx, w.bo, second.ID)
		w.ok(err)
		if a, b := calls(first.ID), calls(second.ID); a != 2 || b != 1 {
			w.Errorf("%d and %d calls after it was taken back, want 2 and 1", a, b)
		}
	})
}

func TestAttemptsBeforeAMergeCountAfterIt(t *testing.T) {
	each(t, func(w *world) {
		first, second := w.twice()
		slot := w.books(second, 2)
		w.until(slot.From.Add(time.Minute))
		w.calls(second.ID, kept.NoAnswer)
		_, err := w.desk.Merge(w.ctx, w.bo, second.ID, first.ID)
		w.ok(err)
		w.turns(15 * time.Minute)
		w.calls(first.ID, kept.NoAnswer, func(l *desk.CallLog) {
			l.Then, l.Message = desk.Ours, "<p>We tried twice.</p>"
			l.Next = &desk.Next{Due: w.at.Add(24 * time.Hour)}
			l.Slots = []kept.Slot{{From: w.at.Add(20 * time.Hour), To: w.at.Add(21 * time.Hour)}}
		})
		w.deliver()
		w.state(first.ID, kept.Callback, kept.PromiseKept)
	})
}
