package bench

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/forecast"
)

// The desk that Forecast reckons with: promises of four days, ten agents, half of their time taken by
// what comes in.
const (
	forecastPromises = 1000
	forecastAgents   = 10
	forecastRuns     = 200
)

// Forecast measures how long it takes to say how likely each of a thousand open promises is to be kept,
// and by when one more is safe. It needs no database and one core.
func Forecast(ctx context.Context, o Options) (Result, error) {
	r := Result{Name: "forecast", Database: "no database", Machine: machine(), Desk: "1000 open promises, 10 agents, 200 simulations"}
	in, office, err := busyDesk()
	if err != nil {
		return r, err
	}
	floor, err := repeated(ctx, "putting 1000 dues in order 200 times", o.For/4, func() error {
		sortDues(in.Promises)
		return nil
	})
	if err != nil {
		return r, err
	}
	simulated, err := repeated(ctx, "how likely each is to be kept", o.For, func() error {
		_, err := forecast.Simulate(in)
		return err
	})
	if err != nil {
		return r, err
	}
	simulated.over(floor)
	simulated.budget(simulated.P50 <= 300*time.Millisecond, "≤ 300 ms")
	safe, err := repeated(ctx, "by when one more is 90 % safe", o.For, func() error {
		_, err := forecast.SafeTime(in, forecast.Wish{Kind: kept.Update, Calendar: office}, 0.9)
		return err
	})
	safe.over(floor)
	r.Lines = []Line{floor, simulated, safe}
	return r, err
}

// repeated does a thing again and again for a while, three times at least.
func repeated(ctx context.Context, what string, long time.Duration, do func() error) (Line, error) {
	var times []time.Duration
	for began := time.Now(); len(times) < 3 || time.Since(began) < long; {
		if err := ctx.Err(); err != nil {
			return Line{}, err
		}
		at := time.Now()
		if err := do(); err != nil {
			return Line{}, err
		}
		times = append(times, time.Since(at))
	}
	return lineOf(what, times), nil
}

func sortDues(promises []forecast.Promise) {
	dues := make([]int64, len(promises))
	r := rand.New(rand.NewPCG(1, 1))
	for range forecastRuns {
		for i, p := range r.Perm(len(promises)) {
			dues[i] = promises[p].Due.UnixMicro()
		}
		slices.Sort(dues)
	}
}

// busyDesk is a desk whose people have promised as much as four days hold.
func busyDesk() (forecast.Input, *calendar.Calendar, error) {
	hours := map[string]kept.Windows{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri"} {
		hours[day] = kept.Windows{"09:00": "12:30", "13:00": "17:00"}
	}
	office, err := calendar.Compile(kept.Calendar{Zone: "Europe/Dublin", Hours: hours})
	if err != nil {
		return forecast.Input{}, nil, err
	}
	monday := time.Date(2026, 5, 18, 8, 0, 0, 0, time.UTC)
	in := forecast.Input{Now: monday, Seed: 1, Runs: forecastRuns, Work: forecast.Distributions(nil)}
	for i := range forecastAgents {
		in.Agents = append(in.Agents, forecast.Agent{ID: kept.ID(i + 1), Calendar: office})
	}
	kinds := []kept.PromiseKind{kept.Reply, kept.Update, kept.Reply, kept.Custom}
	for i := range forecastPromises {
		due, err := office.AddDuration(monday, time.Duration(1+i)*28*time.Hour/forecastPromises)
		if err != nil {
			return in, nil, err
		}
		in.Promises = append(in.Promises, forecast.Promise{ID: kept.ID(i + 1), Kind: kinds[i%len(kinds)], Due: due})
	}
	half := forecastAgents / 2 / in.Work[kept.Reply].Mean().Hours()
	var rates forecast.Rates
	for day := range 5 {
		for hour := 9; hour < 17; hour++ {
			rates[day*24+hour] = half
		}
	}
	in.Arrivals = []forecast.Stream{{Kind: kept.Reply, Rates: rates, Zone: office.Zone(), Span: kept.Span{Minutes: 240}, Calendar: office}}
	return in, office, nil
}
