package forecast_test

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/forecast"
)

// monday is 9:00 in Dublin, when the office opens.
var monday = time.Date(2026, 5, 18, 8, 0, 0, 0, time.UTC)

var office = compiled(kept.Calendar{Zone: "Europe/Dublin", Hours: map[string]kept.Windows{
	"mon": {"09:00": "12:00", "13:00": "17:00"}, "tue": {"09:00": "12:00", "13:00": "17:00"},
	"wed": {"09:00": "12:00", "13:00": "17:00"}, "thu": {"09:00": "12:00", "13:00": "17:00"},
	"fri": {"09:00": "12:00", "13:00": "17:00"},
}})

func compiled(c kept.Calendar) *calendar.Calendar {
	cal, err := calendar.Compile(c)
	if err != nil {
		panic(err)
	}
	return cal
}

// exactly is a working time that never varies.
func exactly(d time.Duration) forecast.Distribution {
	return forecast.Measured([]time.Duration{d})
}

// minutes are working times of all kinds that never vary.
func minutes(n int) forecast.Work {
	w := forecast.Work{}
	for _, kind := range []kept.PromiseKind{kept.Reply, kept.Update, kept.Callback, kept.Custom} {
		w[kind] = exactly(time.Duration(n) * time.Minute)
	}
	return w
}

func at(hour, minute int) time.Time {
	return monday.Add(time.Duration(hour-9)*time.Hour + time.Duration(minute)*time.Minute)
}

func simulated(t testing.TB, in forecast.Input) forecast.Forecast {
	t.Helper()
	f, err := forecast.Simulate(in)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// busy is a desk of some agents with some open promises spread over four open days, and arrivals in
// office hours that keep them about as busy as share says.
func busy(agents, promises int, share float64) forecast.Input {
	in := forecast.Input{Now: monday, Seed: 1, Work: forecast.Distributions(nil)}
	for i := range agents {
		in.Agents = append(in.Agents, forecast.Agent{ID: kept.ID(i + 1), Calendar: office, Teams: []kept.ID{kept.ID(1 + i%2)}})
	}
	kinds := []kept.PromiseKind{kept.Reply, kept.Reply, kept.Update, kept.Custom}
	for i := range promises {
		due, err := office.AddDuration(monday, time.Duration(1+i)*28*time.Hour/time.Duration(promises))
		if err != nil {
			panic(err)
		}
		p := forecast.Promise{ID: kept.ID(i + 1), Kind: kinds[i%4], Due: due}
		switch i % 5 {
		case 0:
			p.Team = 1
		case 1:
			p.Assignee = kept.ID(1 + i%agents)
		}
		in.Promises = append(in.Promises, p)
	}
	var rates forecast.Rates
	perHour := share * float64(agents) / in.Work[kept.Reply].Mean().Hours()
	for day := range 5 {
		for hour := 9; hour < 17; hour++ {
			rates[day*24+hour] = perHour * 7 / 8
		}
	}
	dublin := office.Zone()
	in.Arrivals = []forecast.Stream{
		{Kind: kept.Reply, Rates: scaled(rates, 0.7), Zone: dublin, Span: kept.Span{Minutes: 240}, Calendar: office},
		{Kind: kept.Reply, Rates: scaled(rates, 0.2), Zone: dublin, Span: kept.Span{Days: 1}, Calendar: office, Team: 1},
		{Kind: kept.Reply, Rates: scaled(rates, 0.1), Zone: dublin, Span: kept.Span{Minutes: 30}},
	}
	return in
}

func scaled(r forecast.Rates, by float64) forecast.Rates {
	for i := range r {
		r[i] *= by
	}
	return r
}
