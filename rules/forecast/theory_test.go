package forecast_test

import (
	"math"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/forecast"
)

// exponential is the distribution of that name, its quantiles taken evenly.
func exponential(mean time.Duration) forecast.Distribution {
	times := make([]time.Duration, 4097)
	for i := range times {
		times[i] = time.Duration(-float64(mean) * math.Log(1-(float64(i)+0.5)/float64(len(times))))
	}
	return forecast.Measured(times)
}

// erlangC is the mean number waiting in M/M/c under an offered load.
func erlangC(servers int, load float64) float64 {
	term, sum := 1.0, 0.0
	for k := range servers {
		sum += term
		term *= load / float64(k+1)
	}
	c := float64(servers)
	waits := term * c / (c - load)
	return waits / (sum + waits) * load / (c - load)
}

// A desk that never closes, where arrivals and working times are as random as queueing theory likes
// them, has the queues that the theory says (and so, after Little, its mean waits).
func TestAQueueIsAsLongAsTheorySays(t *testing.T) {
	const mean = 10 * time.Minute
	for _, c := range []struct {
		name    string
		work    forecast.Distribution
		agents  int
		load    float64 // share of the agents' time
		want    func(load float64) float64
		nearest float64 // tolerance, relative
	}{
		{"M/M/1 at 70 %", exponential(mean), 1, 0.7, func(l float64) float64 { return erlangC(1, l) }, 0.05},
		{"M/M/3 at 80 %", exponential(mean), 3, 0.8, func(l float64) float64 { return erlangC(3, l) }, 0.05},
		{"M/M/8 at 60 %", exponential(mean), 8, 0.6, func(l float64) float64 { return erlangC(8, l) }, 0.08},
		{"M/D/1 at 70 %", exactly(mean), 1, 0.7, func(l float64) float64 { return l * l / (2 * (1 - l)) }, 0.05},
	} {
		in := forecast.Input{Now: monday, Runs: 300, Seed: 5, Horizon: 12 * 24 * time.Hour, Work: forecast.Work{kept.Reply: c.work}}
		for i := range c.agents {
			in.Agents = append(in.Agents, forecast.Agent{ID: kept.ID(i + 1), Calendar: calendar.Always})
		}
		in.Promises = []forecast.Promise{reply(1, monday.Add(in.Horizon))}
		perHour := c.load * float64(c.agents) / mean.Hours()
		in.Arrivals = []forecast.Stream{ // two, of one span: first come, first served
			{Kind: kept.Reply, Rates: forecast.Steady(perHour * 0.3), Span: kept.Span{Minutes: 60}},
			{Kind: kept.Reply, Rates: forecast.Steady(perHour * 0.7), Span: kept.Span{Minutes: 60}},
		}
		f := simulated(t, in)
		var waiting, busy, hours float64
		for _, h := range f.Load[48:] { // once the quiet beginning is forgotten
			waiting += h.Waiting
			busy += h.Busy.Hours()
			hours++
		}
		load := c.work.Mean().Hours() * perHour
		if got := busy / hours; math.Abs(got/load-1) > 0.02 {
			t.Errorf("%s: %.3f agents are busy, want %.3f", c.name, got, load)
		}
		got, want := waiting/hours, c.want(load)
		t.Logf("%s: %.3f wait, theory says %.3f (mean wait %s)", c.name, got, want, time.Duration(got/perHour*float64(time.Hour)).Round(time.Second))
		if math.Abs(got/want-1) > c.nearest {
			t.Errorf("%s: %.3f wait on average, theory says %.3f", c.name, got, want)
		}
	}
}
