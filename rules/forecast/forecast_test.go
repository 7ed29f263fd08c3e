package forecast_test

import (
	"math"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/forecast"
)

var (
	anna  = forecast.Agent{ID: 1, Teams: []kept.ID{1}, Calendar: office}
	ben   = forecast.Agent{ID: 2, Teams: []kept.ID{2}, Calendar: office}
	never = compiled(kept.Calendar{Zone: "UTC"})
)

func reply(id kept.ID, due time.Time) forecast.Promise {
	return forecast.Promise{ID: id, Kind: kept.Reply, Due: due}
}

// One promise after the other, each piece of work as long as it is, on Monday from 9:00.
func TestTheDeskKeeps(t *testing.T) {
	type promises = []forecast.Promise
	type staff = []forecast.Agent
	away := forecast.Agent{ID: 3, Calendar: never}
	inHand := forecast.Agent{ID: 1, Calendar: office, BusyUntil: at(9, 20)}
	early := forecast.Agent{ID: 4, Calendar: compiled(kept.Calendar{Zone: "Europe/Dublin", Hours: map[string]kept.Windows{"mon": {"09:00": "09:30"}}})}
	breather := forecast.Agent{ID: 1, Calendar: office, Pause: 5 * time.Minute}
	for _, c := range []struct {
		sentence string
		minutes  int
		agents   staff
		promises promises
		want     []float64
	}{
		{"one who is due when the work ends", 10, staff{anna}, promises{reply(1, at(9, 10))}, []float64{1}},
		{"nobody who is due a moment earlier", 10, staff{anna}, promises{reply(1, at(9, 10).Add(-time.Microsecond))}, []float64{0}},
		{"nothing that is due already", 10, staff{anna}, promises{reply(1, at(8, 59)), reply(2, at(9, 0))}, []float64{0, 0}},
		{"the first of two who are due at once", 10, staff{anna}, promises{reply(1, at(9, 15)), reply(2, at(9, 15))}, []float64{1, 0}},
		{"both when there are two to do it", 10, staff{anna, ben}, promises{reply(1, at(9, 15)), reply(2, at(9, 15))}, []float64{1, 1}},
		{"who is due first, however the list is sorted", 10, staff{anna}, promises{reply(1, at(9, 19)), reply(2, at(9, 15))}, []float64{0, 1}},
		{"less for the overdue that goes first", 30, staff{anna}, promises{reply(1, at(8, 0)), reply(2, at(9, 45)), reply(3, at(10, 30))}, []float64{0, 0, 1}},
		{"nothing in the lunch break", 200, staff{anna}, promises{reply(1, at(13, 0))}, []float64{0}},
		{"what lunch interrupts, after lunch", 200, staff{anna}, promises{reply(1, at(13, 20))}, []float64{1}},
		{"nothing at night", 10, staff{{ID: 1, Calendar: office, BusyUntil: at(16, 55)}}, promises{reply(1, at(30, 0))}, []float64{0}},
		{"in the morning what the evening left", 10, staff{{ID: 1, Calendar: office, BusyUntil: at(16, 55)}}, promises{reply(1, at(33, 5))}, []float64{1}},
		{"later what waits for a hand that is full", 10, staff{inHand}, promises{reply(1, at(9, 29)), reply(2, at(9, 40))}, []float64{0, 1}},
		{"a breath between two", 10, staff{breather}, promises{reply(1, at(9, 10)), reply(2, at(9, 24)), reply(3, at(9, 40))}, []float64{1, 0, 1}},
		{"nothing for who waits for someone away", 10, staff{anna, away}, promises{{ID: 1, Kind: kept.Reply, Due: at(16, 0), Assignee: 3}}, []float64{0}},
		{
			"each team its own", 10,
			staff{anna, ben},
			promises{{ID: 1, Kind: kept.Reply, Due: at(9, 20), Team: 1}, {ID: 2, Kind: kept.Reply, Due: at(9, 20), Team: 1}, {ID: 3, Kind: kept.Reply, Due: at(9, 20), Team: 2}, {ID: 4, Kind: kept.Reply, Due: at(9, 29), Team: 1}},
			[]float64{1, 1, 1, 0},
		},
		{
			"an assignee before a team", 10,
			staff{anna, ben},
			promises{{ID: 1, Kind: kept.Reply, Due: at(9, 10), Team: 1, Assignee: 2}, {ID: 2, Kind: kept.Reply, Due: at(9, 10), Team: 1}},
			[]float64{1, 1},
		},
		{
			"a reply and an update with one message", 10,
			staff{anna},
			promises{{ID: 1, Conversation: 7, Kind: kept.Reply, Due: at(9, 10)}, {ID: 2, Conversation: 7, Kind: kept.Update, Due: at(9, 11)}, {ID: 3, Conversation: 7, Kind: kept.Custom, Due: at(9, 12)}},
			[]float64{1, 1, 0},
		},
		{
			"a callback in its slot, not before", 10,
			staff{anna},
			promises{{ID: 1, Kind: kept.Callback, Due: at(10, 9), NotBefore: at(10, 0)}, {ID: 2, Kind: kept.Callback, Due: at(11, 10), NotBefore: at(11, 0)}},
			[]float64{0, 1},
		},
		{
			"what comes at night to idle people, in the morning", 10,
			staff{anna, ben},
			promises{{ID: 1, Kind: kept.Reply, Due: at(33, 10), NotBefore: at(22, 0)}, {ID: 2, Kind: kept.Reply, Due: at(33, 10), NotBefore: at(23, 0)}, {ID: 3, Kind: kept.Reply, Due: at(33, 10), NotBefore: at(23, 0)}},
			[]float64{1, 1, 0},
		},
		{
			"by who is there, not by who was idle longer", 10,
			staff{early, anna},
			promises{{ID: 1, Kind: kept.Reply, Due: at(10, 10), NotBefore: at(10, 0)}},
			[]float64{1},
		},
		{
			"nothing in a breath that lunch interrupts", 175,
			staff{{ID: 1, Calendar: office, Pause: 30 * time.Minute}},
			promises{reply(1, at(11, 55)), reply(2, at(16, 19))},
			[]float64{1, 0}, // begun at 13:25
		},
		{
			"what begins after that breath", 175,
			staff{{ID: 1, Calendar: office, Pause: 30 * time.Minute}},
			promises{reply(1, at(11, 55)), reply(2, at(16, 20))},
			[]float64{1, 1},
		},
		{
			"a callback behind what is in hand when its slot comes", 30,
			staff{anna},
			promises{{ID: 1, Kind: kept.Callback, Due: at(9, 45), NotBefore: at(9, 15)}, reply(2, at(16, 0))},
			[]float64{0, 1},
		},
	} {
		f := simulated(t, forecast.Input{Now: monday, Runs: 3, Work: minutes(c.minutes), Agents: c.agents, Promises: c.promises})
		for i, want := range c.want {
			if got := f.Chances[i]; got.Kept != want || got.Promise != c.promises[i].ID || got.Low > want || got.High < want {
				t.Errorf("the desk keeps %s: promise %d: %+v, want %v", c.sentence, c.promises[i].ID, got, want)
			}
		}
	}
}

func TestAPromiseThatNobodyMayServeIsNamed(t *testing.T) {
	f := simulated(t, forecast.Input{Now: monday, Agents: []forecast.Agent{anna}, Promises: []forecast.Promise{
		{ID: 1, Kind: kept.Reply, Due: at(16, 0), Team: 9}, {ID: 2, Kind: kept.Reply, Due: at(16, 0), Assignee: 9}, reply(3, at(16, 0)),
	}})
	for i, c := range f.Chances {
		if c.Nobody != (i < 2) || c.Nobody && c.Kept != 0 {
			t.Errorf("%+v", c)
		}
	}
}

func TestADueBeyondTheHorizonSaysSo(t *testing.T) {
	f := simulated(t, forecast.Input{Now: monday, Horizon: 48 * time.Hour, Work: minutes(10), Agents: []forecast.Agent{anna}, Promises: []forecast.Promise{
		reply(1, at(16, 0)), reply(2, monday.AddDate(0, 1, 0)),
	}})
	if f.Chances[0].Beyond || !f.Chances[1].Beyond || f.Chances[1].Kept != 1 || !f.End.Equal(monday.Add(48*time.Hour)) {
		t.Errorf("%+v until %s", f.Chances, f.End)
	}
}

// Later isn't always safer: at 9:59 the short promise goes before the long one and both its minutes
// are free; at 10:01 it waits for it.
func TestALaterDueCanLoseItsPlace(t *testing.T) {
	long := forecast.Promise{ID: 1, Kind: kept.Custom, Due: at(10, 0)}
	work := forecast.Work{kept.Custom: exactly(55 * time.Minute), kept.Reply: exactly(10 * time.Minute)}
	for due, want := range map[time.Time]float64{at(9, 59): 1, at(10, 1): 0, at(10, 5): 1} {
		f := simulated(t, forecast.Input{Now: monday, Work: work, Agents: []forecast.Agent{anna}, Promises: []forecast.Promise{long, reply(2, due)}})
		if f.Chances[1].Kept != want {
			t.Errorf("due %s: %v, want %v", due.Format(time.TimeOnly), f.Chances[1].Kept, want)
		}
	}
}

func TestTheLoadAheadCountsStaffWorkAndWaiting(t *testing.T) {
	f := simulated(t, forecast.Input{
		Now: at(9, 30), Work: minutes(60), Agents: []forecast.Agent{anna, ben},
		Promises: []forecast.Promise{reply(1, at(10, 0)), reply(2, at(10, 30)), reply(3, at(11, 0)), reply(4, at(11, 0)), reply(5, at(16, 0))},
		Arrivals: []forecast.Stream{{Kind: kept.Reply, Rates: forecast.Rates{22: 3}, Span: kept.Span{Minutes: 60}}}, // 22:00 to 23:00 UTC
	})
	type hour struct {
		due         int
		staff, busy time.Duration
		waiting     float64
	}
	for i, want := range []hour{
		{0, time.Hour, time.Hour, 3}, // 9:30 to 10:00: what is left of the hour
		{2, 2 * time.Hour, 2 * time.Hour, 1},
		{2, 2 * time.Hour, 90 * time.Minute, 0},
		{0, 0, 0, 0},                            // lunch
		{0, 2 * time.Hour, 30 * time.Minute, 0}, // the fifth goes on after it
	} {
		got := f.Load[i]
		if (hour{got.Due, got.Staff, got.Busy, got.Waiting}) != want || !got.From.Equal(at(9, 0).Add(time.Duration(i)*time.Hour)) {
			t.Errorf("hour %d: %+v, want %+v", i, got, want)
		}
	}
	var arriving float64
	for _, h := range f.Load {
		arriving += h.Arrivals
	}
	if h := f.Load[14]; math.Abs(h.Arrivals-3) > 1e-6 || math.Abs(arriving-3) > 1e-6 || h.From.Hour() != 22 {
		t.Errorf("%v arrivals, %v from %s on", arriving, h.Arrivals, h.From)
	}
}

func TestArrivalsThatAreDueEarlierTakeTheirPlace(t *testing.T) {
	in := forecast.Input{
		Now: monday, Work: minutes(10), Agents: []forecast.Agent{anna},
		Promises: []forecast.Promise{reply(1, at(9, 10)), reply(2, at(16, 0)), reply(3, at(16, 1))},
		Arrivals: []forecast.Stream{{Kind: kept.Reply, Rates: forecast.Steady(12), Span: kept.Span{Minutes: 15}}},
	}
	f := simulated(t, in)
	if f.Chances[0].Kept != 1 || f.Chances[1].Kept > 0.3 || f.Chances[2].Kept > f.Chances[1].Kept {
		t.Errorf("under twelve urgent ones an hour: %+v", f.Chances)
	}
	in.Arrivals[0].Span = kept.Span{Days: 3}
	if f = simulated(t, in); f.Chances[0].Kept != 1 || f.Chances[1].Kept != 1 || f.Chances[2].Kept != 1 {
		t.Errorf("under twelve patient ones an hour: %+v", f.Chances)
	}
}

func TestAnInputThatMakesNoSenseIsRefusedByItsField(t *testing.T) {
	stream := forecast.Stream{Kind: kept.Reply, Rates: forecast.Steady(1), Span: kept.Span{Minutes: 60}}
	for field, spoil := range map[string]func(*forecast.Input){
		"agents":   func(in *forecast.Input) { in.Agents = []forecast.Agent{{ID: 1}} },
		"runs":     func(in *forecast.Input) { in.Runs = -1 },
		"horizon":  func(in *forecast.Input) { in.Horizon = -time.Hour },
		"arrivals": func(in *forecast.Input) { in.Arrivals[0].Rates = forecast.Steady(math.NaN()) },
		"hours":    func(in *forecast.Input) { in.Arrivals[0].Calendar = never },
	} {
		in := forecast.Input{Now: monday, Agents: []forecast.Agent{anna}, Arrivals: []forecast.Stream{stream}}
		if _, err := forecast.Simulate(in); err != nil {
			t.Fatal(err)
		}
		spoil(&in)
		_, err := forecast.Simulate(in)
		if problem, ok := err.(*kept.Error); !ok || problem.Kind != kept.Invalid || problem.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	in := forecast.Input{Now: monday, Arrivals: []forecast.Stream{{Kind: kept.Reply, Rates: forecast.Steady(1)}}}
	if _, err := forecast.Simulate(in); !kept.Is(err, kept.Invalid) {
		t.Errorf("a stream without a span: %v", err)
	}
}

func TestAnEmptyDeskHasNothingToSay(t *testing.T) {
	f := simulated(t, forecast.Input{Now: monday})
	if len(f.Chances) != 0 || len(f.Load) != 24 || f.Runs != forecast.DefaultRuns {
		t.Errorf("%+v", f)
	}
}

func TestArrivalsBringTheWorkOfTheirStreamAtTheirHour(t *testing.T) {
	in := forecast.Input{
		Now: monday, Runs: 2000, Agents: []forecast.Agent{{ID: 1, Calendar: calendar.Always}},
		Work: forecast.Work{kept.Reply: exactly(2 * time.Minute), kept.Custom: exactly(20 * time.Minute)},
	}
	evening := forecast.Rates{18: 10} // Monday 18:00 to 19:00
	in.Arrivals = []forecast.Stream{
		{Kind: kept.Reply, Rates: evening, Zone: office.Zone(), Span: kept.Span{Minutes: 60}},
		{Kind: kept.Custom, Rates: scaled(evening, 0.1), Zone: office.Zone(), Span: kept.Span{Minutes: 60}},
	}
	f := simulated(t, in)
	var busy time.Duration
	for i, h := range f.Load {
		if busy += h.Busy; i < 9 && busy > 0 {
			t.Errorf("work before 18:00: %+v", h)
		}
	}
	if want := 10*2*time.Minute + 20*time.Minute; (busy - want).Abs() > 90*time.Second {
		t.Errorf("%s of work, want %s", busy, want)
	}
}
