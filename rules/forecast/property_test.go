package forecast_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/forecast"
)

var shifts = []*calendar.Calendar{
	office,
	calendar.Always,
	compiled(kept.Calendar{Zone: "Europe/Dublin", Hours: map[string]kept.Windows{"mon": {"08:00": "12:30"}, "tue": {"12:00": "18:00"}, "wed": {"10:00": "14:00"}}}),
	compiled(kept.Calendar{Zone: "America/New_York", Hours: map[string]kept.Windows{"mon": {"22:00": "06:00"}, "tue": {"22:00": "06:00"}}}),
}

var agents = rapid.Custom(func(t *rapid.T) forecast.Agent {
	a := forecast.Agent{
		ID:       kept.ID(rapid.IntRange(1, 5).Draw(t, "agent")),
		Calendar: rapid.SampledFrom(shifts).Draw(t, "shift"),
		Pause:    time.Duration(rapid.SampledFrom([]int{0, 0, 3}).Draw(t, "pause")) * time.Minute,
	}
	for _, team := range []kept.ID{1, 2} {
		if rapid.Bool().Draw(t, "in team") {
			a.Teams = append(a.Teams, team)
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "hands") == 0 {
		a.BusyUntil = monday.Add(time.Duration(rapid.IntRange(-60, 120).Draw(t, "busy")) * time.Minute)
	}
	return a
})

// promises have ids from 1 and dues of whole minutes, some of them past.
func promises(most int) *rapid.Generator[[]forecast.Promise] {
	return rapid.Custom(func(t *rapid.T) (all []forecast.Promise) {
		for i := range rapid.IntRange(1, most).Draw(t, "promises") {
			p := forecast.Promise{
				ID:   kept.ID(i + 1),
				Kind: rapid.SampledFrom([]kept.PromiseKind{kept.Reply, kept.Update, kept.Custom}).Draw(t, "kind"),
				Due:  monday.Add(time.Duration(rapid.IntRange(-120, 3*24*60).Draw(t, "due")) * time.Minute),
			}
			switch rapid.IntRange(0, 5).Draw(t, "for whom") {
			case 0:
				p.Team = kept.ID(rapid.IntRange(1, 2).Draw(t, "team"))
			case 1:
				p.Assignee = kept.ID(rapid.IntRange(1, 5).Draw(t, "assignee"))
			case 2:
				p.Conversation = kept.ID(rapid.IntRange(1, 3).Draw(t, "conversation"))
			}
			all = append(all, p)
		}
		return all
	})
}

// desks are small, some idle, some swamped.
var desks = rapid.Custom(func(t *rapid.T) forecast.Input {
	in := forecast.Input{
		Now: monday, Runs: 60, Horizon: 4 * 24 * time.Hour,
		Seed:     rapid.Uint64().Draw(t, "seed"),
		Agents:   rapid.SliceOfN(agents, 1, 4).Draw(t, "agents"),
		Promises: promises(30).Draw(t, "promises"),
	}
	for _, team := range rapid.SliceOfN(rapid.SampledFrom([]kept.ID{0, 0, 1}), 0, 2).Draw(t, "streams") {
		in.Arrivals = append(in.Arrivals, forecast.Stream{
			Kind: kept.Reply, Team: team, Calendar: rapid.SampledFrom(shifts[:2]).Draw(t, "policy"),
			Rates: forecast.Steady(float64(rapid.IntRange(0, 8).Draw(t, "an hour")) / 2),
			Span:  rapid.SampledFrom([]kept.Span{{Minutes: 15}, {Minutes: 240}, {Days: 1}}).Draw(t, "span"),
		})
	}
	return in
})

func TestTheSameSeedSaysTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := desks.Draw(t, "desk")
		if a, b := mustSimulate(t, in), mustSimulate(t, in); !reflect.DeepEqual(a, b) {
			t.Fatalf("%+v\n%+v", a, b)
		}
	})
}

func TestTheOrderOfTheListSaysNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := desks.Draw(t, "desk")
		before := mustSimulate(t, in)
		in.Promises = rapid.Permutation(in.Promises).Draw(t, "another order")
		for _, c := range mustSimulate(t, in).Chances {
			if was := before.Chances[c.Promise-1]; was != c {
				t.Fatalf("%+v was %+v", c, was)
			}
		}
	})
}

// Whoever comes to help can be in the way of one promise (in their hands a long one ends later than it
// would have), but not of what is kept in all, beyond noise.
func TestMoreStaffKeepsNoLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := desks.Draw(t, "desk")
		before := sum(mustSimulate(t, in).Chances)
		in.Agents = append(in.Agents, agents.Draw(t, "one more"))
		after := sum(mustSimulate(t, in).Chances)
		if after < before-0.02*float64(len(in.Promises))-0.2 {
			t.Fatalf("%.2f of %d are kept, %.2f with one more", before, len(in.Promises), after)
		}
	})
}

// As long as no other promise lies between, a later due is met by the same luck: a run that kept it keeps it.
func TestALaterDueInItsPlaceIsNeverLessLikely(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := desks.Draw(t, "desk")
		in.Arrivals = nil // they would come between
		i := rapid.IntRange(0, len(in.Promises)-1).Draw(t, "which")
		room := time.Duration(rapid.IntRange(1, 5000).Draw(t, "minutes")) * time.Minute
		for j, p := range in.Promises {
			if j != i && !p.Due.Before(in.Promises[i].Due) {
				room = min(room, p.Due.Sub(in.Promises[i].Due)-time.Microsecond)
			}
		}
		in.Promises[i].Conversation = 0
		before := mustSimulate(t, in).Chances[i]
		in.Promises[i].Due = in.Promises[i].Due.Add(max(0, room))
		if after := mustSimulate(t, in).Chances[i]; after.Kept < before.Kept {
			t.Fatalf("%v later: %+v, before %+v", room, after, before)
		}
	})
}

// When all are given more time, and nobody overtakes anybody, every one of them is as likely or likelier.
func TestMoreTimeForAllIsNeverLessLikelyForOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := desks.Draw(t, "desk")
		in.Arrivals = nil
		before := mustSimulate(t, in).Chances
		more := time.Duration(rapid.IntRange(0, 600).Draw(t, "minutes")) * time.Minute
		for i := range in.Promises {
			in.Promises[i].Due = in.Promises[i].Due.Add(more)
		}
		for i, after := range mustSimulate(t, in).Chances {
			if after.Kept < before[i].Kept && !after.Beyond {
				t.Fatalf("%v more: %+v, before %+v", more, after, before[i])
			}
		}
	})
}

func TestThePastIsLostAndTheFarIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := desks.Draw(t, "desk")
		for i, c := range mustSimulate(t, in).Chances {
			if c.Low > c.Kept || c.High < c.Kept || c.Low < 0 || c.High > 1 {
				t.Fatalf("%+v", c)
			}
			if !in.Promises[i].Due.After(in.Now) && c.Kept != 0 {
				t.Fatalf("%+v is due in the past", c)
			}
		}
		idle := forecast.Input{Now: monday, Work: in.Work, Seed: in.Seed, Agents: []forecast.Agent{{ID: 1, Calendar: office}}}
		idle.Promises = []forecast.Promise{{ID: 1, Kind: kept.Reply, Due: monday.AddDate(0, 0, rapid.IntRange(2, 10).Draw(t, "days"))}}
		if c := mustSimulate(t, idle).Chances[0]; c.Kept != 1 {
			t.Fatalf("%+v on an idle desk", c)
		}
	})
}

func TestASaferTimeIsNeverEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := desks.Draw(t, "desk")
		in.Runs = 30
		wish := forecast.Wish{Kind: kept.Reply, Calendar: rapid.SampledFrom(shifts).Draw(t, "calendar"), Team: kept.ID(rapid.IntRange(0, 1).Draw(t, "team"))}
		shares := []float64{0.3, 0.5, 0.8, 0.9, 0.95, 1}
		last, none := time.Time{}, false
		for _, share := range shares {
			due, err := forecast.SafeTime(in, wish, share)
			if err != nil {
				t.Fatal(err)
			}
			if due.IsZero() {
				none = true
				continue
			}
			if none || due.Before(last) || !due.After(in.Now) || due.Unix()%900 != 0 {
				t.Fatalf("%s at %v, %s before (none: %v)", due, share, last, none)
			}
			last = due
		}
	})
}

// The luck is the promise's, not the moment's: what others are given changes nothing for those who
// share nobody with them.
func TestAnotherTeamsPromisesChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := desks.Draw(t, "desk")
		in.Agents = []forecast.Agent{{ID: 1, Teams: []kept.ID{1}, Calendar: office}, {ID: 2, Teams: []kept.ID{2}, Calendar: office}}
		for i := range in.Promises {
			in.Promises[i] = forecast.Promise{ID: kept.ID(i + 1), Kind: kept.Reply, Due: in.Promises[i].Due, Team: 1}
		}
		for i := range in.Arrivals {
			in.Arrivals[i].Team = 1
		}
		before := mustSimulate(t, in).Chances
		for i, p := range promises(10).Draw(t, "theirs") {
			in.Promises = append(in.Promises, forecast.Promise{ID: kept.ID(1000 + i), Kind: p.Kind, Due: p.Due, Team: 2})
		}
		if after := mustSimulate(t, in).Chances[:len(before)]; !reflect.DeepEqual(before, after) {
			t.Fatalf("%+v\n%+v", before, after)
		}
	})
}

// The wish draws the luck of the promise -1, so what SafeTime claims of its runs can be counted.
func TestTheSafeTimeIsTheEarliestOfItsRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := desks.Draw(t, "desk")
		in.Runs, in.Arrivals = 40, nil
		for i := range in.Promises { // off the quarters
			in.Promises[i].Due = in.Promises[i].Due.Add(7 * time.Second)
		}
		in.Promises = in.Promises[:rapid.IntRange(0, len(in.Promises)).Draw(t, "promised")]
		share := float64(rapid.IntRange(1, 40).Draw(t, "of forty")) / 40
		due, err := forecast.SafeTime(in, forecast.Wish{Kind: kept.Reply}, share)
		if err != nil {
			t.Fatal(err)
		}
		if due.IsZero() {
			return
		}
		given := func(due time.Time) float64 {
			with := in
			with.Promises = append(slices.Clone(in.Promises), forecast.Promise{ID: -1, Kind: kept.Reply, Due: due})
			return mustSimulate(t, with).Chances[len(in.Promises)].Kept
		}
		if got := given(due); got < share-1e-9 {
			t.Fatalf("%s is kept at %v, not %v", due, got, share)
		}
		if got := given(due.Add(-15 * time.Minute)); len(in.Promises) == 0 && got >= share-1e-9 {
			t.Fatalf("%s would be early enough: %v of %v", due.Add(-15*time.Minute), got, share)
		}
	})
}

func mustSimulate(t *rapid.T, in forecast.Input) forecast.Forecast {
	f, err := forecast.Simulate(in)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
