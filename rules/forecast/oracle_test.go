package forecast_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/forecast"
)

// slow is the desk minute by minute, as one would tell it: whoever is on shift and has nothing in hand
// takes the first in the queue that they may serve. It knows no luck.
func slow(in forecast.Input, minutes map[kept.PromiseKind]int, until time.Time) map[kept.ID]time.Time {
	waiting := slices.Clone(in.Promises)
	slices.SortFunc(waiting, func(a, b forecast.Promise) int {
		if c := a.Due.Compare(b.Due); c != 0 {
			return c
		}
		return int(a.ID - b.ID)
	})
	type hand struct {
		promise kept.ID
		left    int
		pause   int
	}
	hands := make([]hand, len(in.Agents))
	done := map[kept.ID]time.Time{}
	for now := in.Now; now.Before(until); now = now.Add(time.Minute) {
		for i, a := range in.Agents {
			h := &hands[i]
			if now.Before(a.BusyUntil) || !a.Calendar.Open(now) {
				continue
			}
			if h.promise == 0 && h.pause > 0 {
				h.pause--
				continue
			}
			if h.promise == 0 {
				next := slices.IndexFunc(waiting, func(p forecast.Promise) bool { return mayServe(a, p) && !p.NotBefore.After(now) })
				if next < 0 {
					continue
				}
				*h = hand{promise: waiting[next].ID, left: minutes[waiting[next].Kind]}
				waiting = slices.Delete(waiting, next, next+1)
			}
			if h.left--; h.left == 0 {
				done[h.promise] = now.Add(time.Minute)
				*h = hand{pause: int(a.Pause.Minutes())}
			}
		}
	}
	return done
}

func mayServe(a forecast.Agent, p forecast.Promise) bool {
	if p.Assignee != 0 {
		return p.Assignee == a.ID
	}
	return p.Team == 0 || slices.Contains(a.Teams, p.Team)
}

// Without luck, the simulation is the slow desk to the minute.
func TestTheSimulationIsTheSlowDeskWithoutLuck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := map[kept.PromiseKind]int{}
		in := forecast.Input{Now: monday, Runs: 1, Work: forecast.Work{}, Promises: promises(25).Draw(t, "promises")}
		for _, kind := range []kept.PromiseKind{kept.Reply, kept.Update, kept.Custom} {
			minutes[kind] = rapid.SampledFrom([]int{1, 7, 30, 55, 200}).Draw(t, string(kind))
			in.Work[kind] = exactly(time.Duration(minutes[kind]) * time.Minute)
		}
		// Who gets what comes in while several are idle is a matter of who was idle longest, which the
		// slow desk doesn't know: one agent and slots, or several and none.
		slots := rapid.Bool().Draw(t, "slots")
		most := 4
		if slots {
			most = 1
		}
		in.Agents = rapid.SliceOfN(agents, 1, most).Draw(t, "agents")
		for i := range in.Promises {
			in.Promises[i].Conversation = 0
			if slots && rapid.Bool().Draw(t, "slot") {
				in.Promises[i].NotBefore = monday.Add(time.Duration(rapid.IntRange(-60, 2000).Draw(t, "not before")) * time.Minute)
			}
		}
		done := slow(in, minutes, monday.Add(4*24*time.Hour))
		for i, c := range mustSimulate(t, in).Chances {
			p := in.Promises[i]
			ended, ever := done[p.ID]
			if want := ever && !ended.After(p.Due); want != (c.Kept == 1) {
				t.Fatalf("%+v: kept %v; the slow desk is done with it at %s (%v)", p, c.Kept, ended, ever)
			}
		}
	})
}
