package forecast_test

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/forecast"
)

// The budget: 1,000 open promises, 200 runs, under 300 ms on one core. Promises of four days, ten
// agents, half of their time taken by arrivals.
func BenchmarkThousandPromisesTwoHundredRuns(b *testing.B) {
	in := busy(10, 1000, 0.5)
	for b.Loop() {
		simulated(b, in)
	}
}

// The same promises on ten times the desk, and so with ten times the arrivals.
func BenchmarkThousandPromisesAHundredAgents(b *testing.B) {
	in := busy(100, 1000, 0.5)
	for b.Loop() {
		simulated(b, in)
	}
}

func BenchmarkSafeTimeOfAnEvenDesk(b *testing.B) {
	in := busy(10, 100, 0.6)
	for b.Loop() {
		if due, err := forecast.SafeTime(in, forecast.Wish{Kind: kept.Reply, Calendar: office}, 0.9); err != nil || due.IsZero() {
			b.Fatal(due, err)
		}
	}
}

func BenchmarkSafeTimeBehindAThousandPromises(b *testing.B) {
	in := busy(10, 1000, 0.5)
	for b.Loop() {
		if _, err := forecast.SafeTime(in, forecast.Wish{Kind: kept.Reply, Calendar: office}, 0.9); err != nil {
			b.Fatal(err)
		}
	}
}

// A quarter's 10,000 recorded arrivals under another policy.
func BenchmarkPreviewOfTenThousandArrivals(b *testing.B) {
	p := forecast.Proposal{Times: map[kept.Priority]kept.Times{kept.Normal: {FirstReply: kept.Span{Minutes: 240}}}}
	for i := range 10 {
		p.Agents = append(p.Agents, forecast.Agent{ID: kept.ID(i + 1), Calendar: office})
	}
	for i := range 10_000 {
		p.History = append(p.History, forecast.Row{
			ID: kept.ID(i + 1), Kind: kept.Reply, First: true, Priority: kept.Normal,
			Arrived: monday.Add(time.Duration(i) * 10 * time.Minute), Working: 8 * time.Minute,
		})
	}
	for b.Loop() {
		if _, err := forecast.Preview(p); err != nil {
			b.Fatal(err)
		}
	}
}
