package promise

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
)

func TestTheNextWorkaroundGetsHalfTheTimeAndNeverLessThanItTakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		opened := friday.Add(time.Duration(rapid.IntRange(0, 10000).Draw(t, "start")) * time.Minute)
		minutes := rapid.IntRange(1, 5000).Draw(t, "minutes")
		due, err := dublin.Add(opened, kept.Span{Minutes: minutes})
		if err != nil {
			t.Fatal(err)
		}
		got := Again(kept.Promise{OpenedAt: opened, Due: due}, dublin).Minutes
		if got < 1 || got > minutes || minutes >= 30 && got > minutes/2 || minutes >= 15 && got < 15 {
			t.Fatalf("after %d minutes: %d", minutes, got)
		}
	})
}

func TestASolutionIsOnProbationForTheConfirmationWindow(t *testing.T) {
	week := func(from time.Time) time.Time { return from.Add(7 * 24 * time.Hour) }
	solved := kept.Promise{Kind: kept.Resolution, State: kept.PromiseKept, SettledAt: friday, Due: friday.Add(time.Hour)}
	late := Keep(Break(kept.Promise{Kind: kept.Resolution, State: kept.PromiseOpen, Due: friday.Add(-time.Hour)}), friday, kept.Cause{Message: 1})
	never := Break(kept.Promise{Kind: kept.Resolution, State: kept.PromiseOpen, Due: friday})
	reply := solved
	reply.Kind = kept.Reply
	for _, c := range []struct {
		name string
		p    kept.Promise
		at   time.Time
		want bool
	}{
		{"at once", solved, friday, true},
		{"to the last instant", solved, week(friday), true},
		{"not after it", solved, week(friday).Add(1), false},
		{"late, as much", late, week(friday), true},
		{"what was never solved rests on nothing", never, friday, false},
		{"nor does a reply", reply, friday, false},
	} {
		if got := OnProbation(c.p, c.at, week); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
