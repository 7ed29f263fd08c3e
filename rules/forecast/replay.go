package forecast

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// Past is a recorded period in which to forecast what is known by now.
type Past struct {
	From, To time.Time // the period that History is complete for
	History  []Row
	Agents   []Agent     // with their shifts of the period; BusyUntil is passed over
	Arrivals []Stream    // spans, calendars and teams; their rates are measured from the history
	At       []time.Time // the instants to forecast at, such as each morning's and noon's
	Seed     uint64
	Runs     int
	Horizon  time.Duration
}

// leastPast is how much past a forecast needs: hours of the week can't be known from less.
const leastPast = 7 * 24 * time.Hour

// Replay forecasts at instants of the past with nothing but what was known then (working times and
// arrivals recorded before), and says beside each forecast what became of it: the input of
// [Calibrate]. Instants in the first week of the period are passed over, and so are promises due
// before the instant or after the period. A promise that was open at several instants counts at each.
// Who had what in hand at an instant isn't recorded: everybody begins anew, and free.
//
// Promises that were moved, released or recorded with no Due should be left out of the history.
func Replay(p Past) ([]Outcome, error) {
	var outcomes []Outcome
	for _, at := range p.At {
		if at.Before(p.From.Add(leastPast)) || !at.Before(p.To) {
			continue
		}
		in, rows := p.input(at)
		f, err := Simulate(in)
		if err != nil {
			return nil, err
		}
		for i, r := range rows {
			if r.Due.After(at) && !r.Due.After(p.To) && !f.Chances[i].Beyond {
				outcomes = append(outcomes, Outcome{f.Chances[i].Kept, r.kept(r.Due)})
			}
		}
	}
	return outcomes, nil
}

// input is the desk as it was known at an instant, and the rows of its promises.
func (p Past) input(at time.Time) (Input, []Row) {
	in := Input{Now: at, Seed: p.Seed, Runs: p.Runs, Horizon: p.Horizon}
	var rows, known []Row
	for _, r := range p.History {
		if r.openAt(at) && !r.Due.IsZero() {
			rows = append(rows, r)
			in.Promises = append(in.Promises, r.promise())
		}
		if !r.Answered.IsZero() && !r.Answered.After(at) {
			known = append(known, r)
		}
	}
	in.Work = Distributions(known)
	for _, s := range p.Arrivals {
		s.Rates = MeasureRates(p.arrived(s), s.Zone, p.From, at)
		in.Arrivals = append(in.Arrivals, s)
	}
	for _, a := range p.Agents {
		a.BusyUntil = time.Time{}
		in.Agents = append(in.Agents, a)
	}
	return in, rows
}

// arrived is when the rows of a stream came in: those of its kind, priority and team.
func (p Past) arrived(s Stream) (times []time.Time) {
	for _, r := range p.History {
		if r.Kind == s.Kind && r.Team == s.Team && (s.Priority == kept.Priority("") || r.Priority == s.Priority) {
			times = append(times, r.Arrived)
		}
	}
	return times
}
