package forecast

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// Runs use the memory of those before them.
func TestARunAllocatesNothing(t *testing.T) {
	now := time.Date(2026, 5, 18, 8, 0, 0, 0, time.UTC)
	in := Input{Now: now, Agents: []Agent{{ID: 1, Calendar: calendar.Always, Teams: []kept.ID{1}, Pause: time.Minute}, {ID: 2, Calendar: calendar.Always}}}
	for i := range 500 {
		p := Promise{ID: kept.ID(i + 1), Kind: kept.Reply, Due: now.Add(time.Duration(i) * 10 * time.Minute), Team: kept.ID(i % 2)}
		if i%7 == 0 {
			p.NotBefore = p.Due.Add(-time.Hour)
		}
		in.Promises = append(in.Promises, p)
	}
	in.Arrivals = []Stream{{Kind: kept.Reply, Rates: Steady(8), Span: kept.Span{Minutes: 120}}}
	m, err := newModel(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.layOut(in, m.end); err != nil {
		t.Fatal(err)
	}
	e := newEngine(m)
	e.load, e.keeping = newLoad(m), make([]int32, 1000)
	for run := range 20 { // the queues grow to their size
		e.run(run, m.end, nil)
	}
	run := 0
	if n := testing.AllocsPerRun(20, func() { e.run(run, m.end, nil); run = (run + 1) % 20 }); n != 0 {
		t.Errorf("%v allocations in a run", n)
	}
}

// The search looks at few times, finds the earliest where they are in order, and never crosses.
func TestTheSearchFindsTheEarliest(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 7, 8, 100, 1345} {
		for want := range n + 1 {
			asked := 0
			got := earliest(n, func(i int) bool {
				if asked++; i < 0 || i >= n {
					t.Fatalf("asked for %d of %d", i, n)
				}
				return i >= want
			})
			if got != want || asked > 25 {
				t.Fatalf("%d of %d, want %d; %d asked", got, n, want, asked)
			}
		}
	}
}
