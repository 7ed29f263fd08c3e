// Package forecast says what a desk can honestly promise: how likely each open promise is to be
// kept, by when a new one is safe, what another policy would have kept with the same staff, and how
// far such sayings were true before. It is told everything as plain values. It does not know what
// the time is, where a promise is stored, or who a customer is; the same input gives the same answer.
//
// # The model
//
// The desk is simulated some hundred times from now on, each time with other luck:
//
//   - The queue is the order of due times and nothing else, as it is on the screen. An agent who is
//     free and on shift takes the first that they may serve: theirs, their teams', or anybody's.
//   - An agent does one piece of work at a time and does not drop it for a more pressing one. Work
//     takes open time of the agent's calendar: what closing interrupts, the same agent goes on with
//     when they are back. After each piece of work comes the agent's Pause.
//   - How long a piece of work takes is drawn from what was measured for its kind ([Distributions]),
//     whoever does it. One message keeps every reply and update of a conversation, so these are one
//     piece of work, in the place of the earliest.
//   - New promises arrive at random (Poisson) at the rates measured for the hour of the week, with
//     the due that their policy would give them, and take their place among the others.
//   - A promise is kept if its work ends at or before its due. What is due already isn't kept, but
//     still takes its time: it leads the queue.
//
// Every draw hangs on the seed, the run, and the promise or the place among the arrivals, not on who
// happened to be served when. So two inputs that differ in one thing meet the same luck, and their
// difference is that thing's.
//
// # What it leaves out
//
// Illness, outages and other days unlike the recorded ones; arrivals that come in waves because one
// cause stands behind them; agents who are quicker than others, who pick out of order, who help each
// other or speed up before a deadline; waiting for a coworker's or a customer's answer inside a piece
// of work; mail that bounces; the customer's "not solved". A callback can be held back to its slot
// (NotBefore), but nobody is reserved for it. Nothing is promised anew when a simulated promise breaks.
//
// # How it could mislead
//
//   - "98 %" is a statement about the model. [Calibrate] says what such statements were worth; show
//     it beside them. The interval of a [Chance] is the noise of few runs only, not the model's error.
//   - Promises rise and fall together: ten at 90 % are not nine kept, but often ten and sometimes two.
//   - Working time measured as the time until the answer (with its waiting) makes everything look
//     hopeless; measured without reading and thinking, everything looks safe.
//   - Shifts in which people also sit in meetings promise time that isn't there. Give breaks for it.
//   - A later due isn't always a safer one: it may lose its place to a promise that takes long (see
//     TestALaterDueCanLoseItsPlace). It never loses by being later within its place.
//   - A promise beyond the horizon is judged as if it were due there; Chance.Beyond says so.
package forecast

import (
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// Defaults of an Input, and its bounds.
const (
	DefaultRuns    = 200
	DefaultHorizon = 14 * 24 * time.Hour

	mostRuns    = 10_000
	mostHorizon = 366 * 24 * time.Hour
)

// Input is everything a forecast is made from.
type Input struct {
	Now      time.Time
	Seed     uint64        // the same seed, the same answer
	Runs     int           // simulations; zero: DefaultRuns
	Horizon  time.Duration // how far ahead to look; zero: DefaultHorizon
	Promises []Promise     // open, and broken ones not yet made good
	Agents   []Agent       // who serves; the order settles who takes a piece of work when several are free
	Work     Work          // working time per kind; a kind that is missing has its Prior
	Arrivals []Stream      // what will come in
}

// Promise is an open promise, as far as the queue is concerned.
type Promise struct {
	ID           kept.ID
	Conversation kept.ID // zero: a matter of its own
	Kind         kept.PromiseKind
	Due          time.Time
	NotBefore    time.Time // work can't begin earlier (a callback's slot); zero: at once
	Assignee     kept.ID   // only this agent serves it; zero: the team
	Team         kept.ID   // only agents of this team serve it; zero: anybody
}

// Agent is a person who serves promises, one at a time.
type Agent struct {
	ID        kept.ID
	Teams     []kept.ID
	Calendar  *calendar.Calendar // when they are on shift, breaks cut out
	BusyUntil time.Time          // what they have in hand now takes until then; zero: free
	Pause     time.Duration      // open time between one piece of work and the next
}

// Forecast is what a simulation says.
type Forecast struct {
	Runs    int
	End     time.Time // how far it looked
	Chances []Chance  // one for each promise, in the order of the input
	Load    []Hour    // from the hour on in which it is now
}

// Chance is how likely a promise is to be kept.
type Chance struct {
	Promise   kept.ID
	Kept      float64 // the share of runs in which it was, 0 to 1
	Low, High float64 // 95 % interval of that share (Wilson)
	Nobody    bool    // no agent may serve it, so that it can't be kept
	Beyond    bool    // due after the forecast's end: judged as if due there
}

// Hour is what lies ahead in one full hour; what has passed of the first isn't counted.
type Hour struct {
	From     time.Time
	Due      int           // open promises due in it
	Arrivals float64       // new promises expected
	Staff    time.Duration // agents' open time
	Busy     time.Duration // what of it goes into work, on average of the runs
	Waiting  float64       // promises waiting for an agent at its end, on average of the runs
}

// Simulate forecasts every open promise, and the load ahead until the last of them is due (at least
// a day, at most the horizon). Its errors are kept.Invalid and name the field.
func Simulate(in Input) (Forecast, error) {
	m, err := newModel(in)
	if err != nil {
		return Forecast{}, err
	}
	if err := m.layOut(in, min(m.end, max(m.lastDue, m.now+24*hour))); err != nil {
		return Forecast{}, err
	}
	e := newEngine(m)
	e.load = newLoad(m)
	times := make([]int, len(in.Promises))
	for run := range m.runs {
		e.run(run, m.end, nil)
		for i, p := range m.promises {
			if e.done[p.job] <= min(p.due, m.end) {
				times[i]++
			}
		}
	}
	f := Forecast{Runs: m.runs, End: instant(m.end), Load: e.load.hours(m)}
	for i, p := range m.promises {
		c := Chance{Promise: in.Promises[i].ID, Nobody: m.jobs[p.job].class == nobody, Beyond: p.due > m.end}
		c.Kept, c.Low, c.High = share(times[i], m.runs)
		f.Chances = append(f.Chances, c)
	}
	return f, nil
}
