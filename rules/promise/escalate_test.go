package promise

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
)

// TestEachStepOfAnEscalationIsTakenOnceAndNotBeforeItsTime wakes at any instants, as often as it likes.
func TestEachStepOfAnEscalationIsTakenOnceAndNotBeforeItsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var steps []kept.Escalate
		for range rapid.IntRange(0, 5).Draw(t, "steps") {
			steps = append(steps, kept.Escalate{After: kept.Span{Minutes: rapid.IntRange(0, 90).Draw(t, "after")}})
		}
		done, at := 0, friday
		for range rapid.IntRange(0, 10).Draw(t, "wakes") {
			due, next := DueSteps(steps, friday, at, done)
			for _, s := range due {
				if friday.Add(Wall(s.After)).After(at) {
					t.Fatalf("a step for %v after is taken at %v", s.After, at.Sub(friday))
				}
			}
			done += len(due)
			if next.IsZero() != (done == len(steps)) {
				t.Fatalf("%d of %d are done, the next is at %v", done, len(steps), next)
			}
			if !next.IsZero() && !next.After(at) {
				t.Fatalf("the next is due at %v, and it is %v", next, at)
			}
			at = at.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "sleeps")) * time.Minute)
		}
	})
}

func TestWhatBreaksWakesSomebodyOrNobody(t *testing.T) {
	for kind, want := range map[kept.PromiseKind]bool{
		kept.Reply: true, kept.Update: true, kept.Workaround: true, kept.Resolution: true, kept.Callback: true, kept.Custom: true,
		kept.CheckIn: false, kept.FollowUp: false, kept.Ask: false,
	} {
		if got := Escalates(kind); got != want {
			t.Errorf("%s: %v", kind, got)
		}
	}
}

func TestTheHonestWordComesAfterTheGraceOrNever(t *testing.T) {
	if at := HonestWordAt(kept.Times{Grace: kept.Span{Minutes: 30}}, friday); !at.Equal(friday.Add(30 * time.Minute)) {
		t.Error(at)
	}
	if at := HonestWordAt(kept.Times{}, friday); !at.IsZero() {
		t.Error("a grace of nothing means never")
	}
}
