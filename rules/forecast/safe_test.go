package forecast_test

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/forecast"
)

func safe(t testing.TB, in forecast.Input, wish forecast.Wish, share float64) time.Time {
	t.Helper()
	due, err := forecast.SafeTime(in, wish, share)
	if err != nil {
		t.Fatal(err)
	}
	return due
}

func TestTheSafeTimeIs(t *testing.T) {
	friday := monday.AddDate(0, 0, 4)
	for _, c := range []struct {
		sentence string
		minutes  int
		now      time.Time
		promises []forecast.Promise
		calendar *calendar.Calendar
		want     time.Time
	}{
		{"the next quarter for ten minutes on an idle desk", 10, monday, nil, office, at(9, 15)},
		{"the quarter at which the work ends", 15, monday, nil, office, at(9, 15)},
		{"a quarter later for a minute more", 16, monday, nil, office, at(9, 30)},
		{"after lunch for what lunch interrupts", 10, at(11, 55), nil, office, at(13, 15)},
		{"closing time, where the last minute is enough", 10, at(16, 50), nil, office, at(17, 0)},
		{"Monday morning for what Friday has no time for", 10, friday.Add(7*time.Hour + 55*time.Minute), nil, office, monday.AddDate(0, 0, 7).Add(15 * time.Minute)},
		{"any quarter where no calendar is asked for", 10, at(11, 55), nil, nil, at(13, 15)},
		{"behind a promise that has no time to lose", 10, monday, []forecast.Promise{reply(1, at(9, 10))}, office, at(9, 30)},
		{"behind three of them", 10, monday, []forecast.Promise{reply(1, at(9, 10)), reply(2, at(9, 20)), reply(3, at(9, 30))}, office, at(9, 45)},
		{"before a promise that has time", 10, monday, []forecast.Promise{reply(1, at(16, 0)), reply(2, at(16, 0))}, office, at(9, 15)},
		{"behind what is overdue, which goes first", 10, monday, []forecast.Promise{reply(1, at(8, 0)), reply(2, at(8, 0))}, office, at(9, 30)},
	} {
		in := forecast.Input{Now: c.now, Work: minutes(c.minutes), Agents: []forecast.Agent{anna}, Promises: c.promises}
		if got := safe(t, in, forecast.Wish{Kind: kept.Reply, Calendar: c.calendar}, 0.9); !got.Equal(c.want) {
			t.Errorf("the safe time is %s: %s, want %s", c.sentence, got, c.want)
		}
	}
}

func TestThereIsNoSafeTime(t *testing.T) {
	swamped := forecast.Stream{Kind: kept.Reply, Rates: forecast.Steady(60), Span: kept.Span{Minutes: 30}}
	in := forecast.Input{Now: monday, Runs: 20, Horizon: 72 * time.Hour, Work: minutes(10), Agents: []forecast.Agent{anna, {ID: 3, Calendar: never}}}
	for sentence, ask := range map[string]struct {
		wish     forecast.Wish
		arrivals []forecast.Stream
	}{
		"for a team that nobody is in":    {wish: forecast.Wish{Kind: kept.Reply, Team: 9}},
		"for an agent who is never there": {wish: forecast.Wish{Kind: kept.Reply, Assignee: 3}},
		"on a calendar that never opens":  {wish: forecast.Wish{Kind: kept.Reply, Calendar: never}},
		"on a desk that is swamped":       {forecast.Wish{Kind: kept.Reply, Calendar: office}, []forecast.Stream{swamped}},
	} {
		in.Arrivals = ask.arrivals
		if got := safe(t, in, ask.wish, 0.9); !got.IsZero() {
			t.Errorf("there is no safe time %s: %s", sentence, got)
		}
	}
}

func TestAShareOfNothingOrMoreThanAllIsRefused(t *testing.T) {
	for _, share := range []float64{0, -1, 1.1} {
		if _, err := forecast.SafeTime(forecast.Input{Now: monday}, forecast.Wish{}, share); !kept.Is(err, kept.Invalid) {
			t.Errorf("%v: %v", share, err)
		}
	}
}

// What the safe time claims holds when the promise is really given.
func TestTheSafeTimeIsSafeOnceItIsPromised(t *testing.T) {
	in := busy(4, 60, 0.6)
	due := safe(t, in, forecast.Wish{Kind: kept.Reply, Calendar: office}, 0.9)
	if due.IsZero() || !office.Open(due) && !office.Open(due.Add(-time.Microsecond)) {
		t.Fatalf("%s is not in open time", due)
	}
	before := simulated(t, in)
	in.Promises = append(in.Promises, forecast.Promise{ID: 9999, Kind: kept.Reply, Due: due})
	in.Seed, in.Runs = 77, 2000 // other luck
	after := simulated(t, in)
	if c := after.Chances[60]; c.High < 0.9 || c.Kept < 0.87 {
		t.Errorf("promised for %s, it is kept at %.3f", due, c.Kept)
	}
	in.Promises = in.Promises[:60]
	before = simulated(t, in)
	if lost := sum(before.Chances) - sum(after.Chances[:60]); lost > 0.2 {
		t.Errorf("%.2f others pay for it", lost)
	}
}

func sum(chances []forecast.Chance) (kept float64) {
	for _, c := range chances {
		kept += c.Kept
	}
	return kept
}
