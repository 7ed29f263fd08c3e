package forecast_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/forecast"
)

func worked(kind kept.PromiseKind, n int, times ...time.Duration) (rows []forecast.Row) {
	for i := range n {
		rows = append(rows, forecast.Row{ID: kept.ID(i + 1), Kind: kind, Working: times[i%len(times)]})
	}
	return rows
}

func TestFewMeasuredTimesLeanOnThePrior(t *testing.T) {
	prior := forecast.Prior(kept.Reply)
	if m := prior.Quantile(0.5); m < 7*time.Minute || m > 9*time.Minute {
		t.Fatalf("a reply's prior has the median %s", m)
	}
	const hour = time.Hour
	none := forecast.Distributions(nil)[kept.Reply].Mean()
	if d := none - prior.Mean(); d.Abs() > time.Second {
		t.Errorf("nothing measured: %s, the prior %s", none, prior.Mean())
	}
	last := none
	for n, share := range map[int]float64{1: 1.0 / 21, 20: 0.5, 180: 0.9, 2000: 2000.0 / 2020} {
		want := time.Duration(share*float64(hour) + (1-share)*float64(prior.Mean()))
		got := forecast.Distributions(worked(kept.Reply, n, hour))[kept.Reply].Mean()
		if d := got - want; d.Abs() > 10*time.Second || got <= last && n == 1 {
			t.Errorf("%d replies of an hour: mean %s, want %s", n, got, want)
		}
	}
}

func TestAScreenLeftOpenOverNightCountsForADaysWorkAtMost(t *testing.T) {
	rows := append(worked(kept.Reply, 99, 10*time.Minute), worked(kept.Reply, 1, 60*time.Hour)...)
	asIs := append(worked(kept.Reply, 99, 10*time.Minute), worked(kept.Reply, 1, 8*time.Hour)...)
	if a, b := forecast.Distributions(rows)[kept.Reply].Mean(), forecast.Distributions(asIs)[kept.Reply].Mean(); a != b {
		t.Errorf("%s, want %s", a, b)
	}
	unmeasured := append(worked(kept.Reply, 30, 10*time.Minute), worked(kept.Reply, 30, 0, -time.Hour)...)
	if a, b := forecast.Distributions(unmeasured)[kept.Reply].Mean(), forecast.Distributions(worked(kept.Reply, 30, 10*time.Minute))[kept.Reply].Mean(); a != b {
		t.Errorf("what wasn't measured counts: %s, want %s", a, b)
	}
}

// A rare long time adds what it does, and the shape survives.
func TestADistributionKeepsMeansAndQuantiles(t *testing.T) {
	luck := rand.New(rand.NewPCG(1, 2))
	times := make([]time.Duration, 5000)
	sum := time.Duration(0)
	for i := range times {
		times[i] = time.Duration(luck.ExpFloat64() * float64(10*time.Minute))
		sum += times[i]
	}
	times[17] += 100 * time.Hour
	sum += 100 * time.Hour
	d := forecast.Measured(times)
	if got, want := d.Mean(), sum/5000; (got - want).Abs() > time.Second {
		t.Errorf("mean %s, want %s", got, want)
	}
	for _, share := range []float64{0.1, 0.5, 0.9} {
		want := time.Duration(-math.Log(1-share) * float64(10*time.Minute))
		if got := d.Quantile(share); math.Abs(float64(got)/float64(want)-1) > 0.08 {
			t.Errorf("quantile %v: %s, want %s", share, got, want)
		}
	}
	if (forecast.Distribution{}).Mean() != 0 || forecast.Measured(nil).Quantile(0.5) != 0 {
		t.Error("no time takes time")
	}
	if got := exactly(7 * time.Minute); got.Quantile(0) != 7*time.Minute || got.Quantile(1) != 7*time.Minute || got.Quantile(math.NaN()) != 7*time.Minute {
		t.Errorf("%s to %s", got.Quantile(0), got.Quantile(1))
	}
}

func TestRatesAreMeasuredPerHourOfTheWeek(t *testing.T) {
	dublin := office.Zone()
	from := time.Date(2026, 5, 4, 0, 0, 0, 0, dublin)
	to := from.AddDate(0, 0, 28)
	var arrived []time.Time
	for week := range 4 {
		for day := range 5 {
			for n := range 6 { // six an hour from 9:00 to 10:00, on working days
				arrived = append(arrived, from.AddDate(0, 0, 7*week+day).Add(9*time.Hour+time.Duration(n*9)*time.Minute))
			}
		}
		arrived = append(arrived, from.AddDate(0, 0, 7*week).Add(14*time.Hour)) // one on Mondays
	}
	arrived = append(arrived, from.AddDate(0, 0, -1), to) // outside
	r := forecast.MeasureRates(arrived, dublin, from, to)
	for hour, want := range map[int]float64{
		9: 6, 4*24 + 9: 6, 5*24 + 9: 0, 8: 0,
		14:      (4 + 0.2) / 5, // four Mondays, and a week's worth of the working days' fifth
		24 + 14: 0.2 / 5,
	} {
		if math.Abs(r[hour]-want) > 1e-9 {
			t.Errorf("hour %d of the week: %v an hour, want %v", hour, r[hour], want)
		}
	}
	if (forecast.MeasureRates(arrived, nil, to, from) != forecast.Rates{}) {
		t.Error("an empty period has rates")
	}
}

func arrival(id kept.ID, priority kept.Priority, arrived, answered time.Time, working time.Duration) forecast.Row {
	return forecast.Row{ID: id, Kind: kept.Reply, First: true, Priority: priority, Arrived: arrived, Answered: answered, Working: working}
}

func TestAPreviewNamesWhatWouldBreak(t *testing.T) {
	const twenty = 20 * time.Minute
	p := forecast.Proposal{
		Agents:    []forecast.Agent{anna},
		Calendars: map[kept.ID]*calendar.Calendar{1: office},
		Times: map[kept.Priority]kept.Times{
			kept.Normal: {Calendar: 1, FirstReply: kept.Span{Minutes: 60}, NextReply: kept.Span{Days: 1}},
			kept.Urgent: {FirstReply: kept.Span{Minutes: 30}},
		},
		History: []forecast.Row{
			arrival(1, kept.Normal, at(9, 0), at(9, 30), twenty),
			arrival(2, kept.Normal, at(9, 0), at(9, 50), twenty),
			arrival(3, kept.Normal, at(9, 0), at(11, 0), twenty),
			arrival(4, kept.Normal, at(9, 0), at(11, 0), twenty), // the fourth of twenty minutes in an hour
			arrival(5, kept.Urgent, at(20, 0), time.Time{}, twenty),
			arrival(6, kept.Low, at(10, 30), at(12, 0), twenty), // the policy promises nothing at this priority
			{ID: 7, Kind: kept.Reply, Priority: kept.Normal, Arrived: at(11, 0), Answered: at(16, 0), Working: twenty},
		},
	}
	o, err := forecast.Preview(p)
	if err != nil {
		t.Fatal(err)
	}
	if o.Count != 6 || math.Abs(o.Kept-4.0/6) > 1e-9 || math.Abs(o.Answered-3.0/6) > 1e-9 || o.Low > o.Kept || o.High < o.Kept {
		t.Errorf("%+v", o)
	}
	if len(o.Breaks) != 2 || o.Breaks[0] != (forecast.Break{ID: 4, Due: at(10, 0)}) || o.Breaks[1] != (forecast.Break{ID: 5, Due: at(20, 30)}) {
		t.Errorf("breaks %+v", o.Breaks)
	}
	if len(o.Groups) != 2 || o.Groups[0] != (forecast.Group{Kind: kept.Reply, Priority: kept.Normal, Count: 5, Kept: 0.8}) || o.Groups[1].Kept != 0 {
		t.Errorf("groups %+v", o.Groups)
	}

	p.Agents = append(p.Agents, forecast.Agent{ID: 2, Calendar: calendar.Always})
	if o, err = forecast.Preview(p); err != nil || o.Kept != 1 || len(o.Breaks) != 0 {
		t.Errorf("with a night owl: %+v %v", o, err)
	}
	p.Calendars = nil
	if _, err = forecast.Preview(p); !kept.Is(err, kept.Invalid) {
		t.Errorf("without its calendar: %v", err)
	}
	if o, err = forecast.Preview(forecast.Proposal{}); err != nil || o.Count != 0 {
		t.Errorf("of nothing: %+v %v", o, err)
	}
}

// What a policy promises nothing of still takes its time, where it was promised otherwise.
func TestAPreviewCountsTheWorkThatThePolicyDoesNotPromise(t *testing.T) {
	custom := forecast.Row{ID: 2, Kind: kept.Custom, Priority: kept.Normal, Arrived: at(9, 0), Due: at(9, 30), Working: time.Hour}
	p := forecast.Proposal{
		Agents:  []forecast.Agent{anna},
		Times:   map[kept.Priority]kept.Times{kept.Normal: {FirstReply: kept.Span{Minutes: 60}}},
		History: []forecast.Row{arrival(1, kept.Normal, at(9, 0), at(9, 30), 10*time.Minute), custom},
	}
	o, err := forecast.Preview(p)
	if err != nil || o.Count != 1 || o.Kept != 0 || o.Answered != 1 {
		t.Errorf("%+v %v", o, err)
	}
	p.History[1].Due = time.Time{}
	if o, err = forecast.Preview(p); err != nil || o.Kept != 1 {
		t.Errorf("without a due it has no place: %+v %v", o, err)
	}
}

// Where working times weren't measured they are drawn, and what breaks is what mostly does.
func TestAPreviewDrawsWhatWasNotMeasured(t *testing.T) {
	p := forecast.Proposal{
		Agents: []forecast.Agent{anna},
		Work:   forecast.Work{kept.Reply: forecast.Measured([]time.Duration{10 * time.Minute, 10 * time.Minute, 10 * time.Minute, 50 * time.Minute})},
		Times:  map[kept.Priority]kept.Times{kept.Normal: {FirstReply: kept.Span{Minutes: 30}}},
		Runs:   2000,
		History: []forecast.Row{
			arrival(1, kept.Normal, at(9, 0), time.Time{}, 0), arrival(2, kept.Normal, at(14, 0), time.Time{}, 0),
			arrival(3, kept.Normal, at(14, 0), time.Time{}, 0),
		},
	}
	o, err := forecast.Preview(p)
	want := (0.75 + 0.75 + 0.75*0.75) / 3 // the third needs two short ones
	if err != nil || math.Abs(o.Kept-want) > 0.02 || len(o.Breaks) != 0 {
		t.Errorf("%+v %v, want %.3f kept", o, err, want)
	}
}
