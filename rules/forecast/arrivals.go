package forecast

import (
	"math"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// Stream is one sort of promise that keeps arriving, and the due that a policy gives it.
type Stream struct {
	Kind     kept.PromiseKind
	Priority kept.Priority // what Replay measures it by; the simulation asks for the span alone
	Team     kept.ID       // only agents of this team serve it; zero: anybody
	Rates    Rates
	Zone     *time.Location     // of the rates; nil: UTC
	Span     kept.Span          // what a newly arrived one is given…
	Calendar *calendar.Calendar // …on this calendar; nil: round the clock
}

// Rates are arrivals per hour for each hour of the week; the first begins on Monday at 0:00.
type Rates [7 * 24]float64

// Steady is the same rate at every hour.
func Steady(perHour float64) (r Rates) {
	for i := range r {
		r[i] = perHour
	}
	return r
}

// at is the rate at an instant in a zone.
func (r *Rates) at(t time.Time) float64 { return r[hourOfWeek(t)] }

func hourOfWeek(t time.Time) int { return (int(t.Weekday())+6)%7*24 + t.Hour() }

// MeasureRates measures arrivals per hour of the week in a zone, over the period from…to. An hour of
// the week is seen once a week, so few weeks say little of one: each is shrunk towards the same hour
// of the other working days (or of the weekend's), which count for one week. It is all zero for an
// empty period.
func MeasureRates(arrived []time.Time, zone *time.Location, from, to time.Time) (r Rates) {
	if zone == nil {
		zone = time.UTC
	}
	var count, seen Rates
	for _, t := range arrived {
		if !t.Before(from) && t.Before(to) {
			count[hourOfWeek(t.In(zone))]++
		}
	}
	for t := from; t.Before(to); t = t.Add(15 * time.Minute) {
		seen[hourOfWeek(t.In(zone))] += min(float64(to.Sub(t))/float64(time.Hour), 0.25)
	}
	for i := range r {
		like, likeSeen := 0.0, 0.0
		for day := range 7 {
			if (day < 5) == (i/24 < 5) {
				like += count[day*24+i%24]
				likeSeen += seen[day*24+i%24]
			}
		}
		if likeSeen > 0 {
			r[i] = (count[i] + like/likeSeen) / (seen[i] + 1)
		}
	}
	return r
}

// arrivals is what comes in, laid out in cells of a quarter of an hour: zones and rates change
// between cells, never inside one.
type arrivals struct {
	first   int64     // where the first cell begins: at or before now
	rates   []float64 // of all streams together, per microsecond, by cell
	upTo    []float64 // by cell and stream: the rate of the streams up to and with this one
	streams []stream
}

// stream is a Stream, ready to be drawn from.
type stream struct {
	class int32
	work  Distribution
	due   []int64 // by cell, the due of what arrives at its start; one more than there are cells
}

// lay lays the streams out from now to end. Streams that nobody arrives by are left out by their rate.
func (a *arrivals) lay(streams []Stream, now, end int64) error {
	a.first = now - (now%cell+cell)%cell
	cells := int((end - a.first + cell - 1) / cell)
	a.rates = make([]float64, cells)
	a.upTo = make([]float64, cells*len(streams))
	for s, in := range streams {
		zone := in.Zone
		if zone == nil {
			zone = time.UTC
		}
		for c := range cells {
			rate := in.Rates.at(instant(a.first + int64(c)*cell).In(zone))
			if !(rate >= 0) || math.IsInf(rate, 0) {
				return kept.Wrong("arrivals", "%v is no rate: give the arrivals per hour, zero or more", rate)
			}
			a.rates[c] += rate / float64(hour)
			a.upTo[c*len(streams)+s] = a.rates[c]
		}
	}
	return a.give(streams, cells)
}

// give works out the dues that the streams' policies give. Streams of one policy share them.
func (a *arrivals) give(streams []Stream, cells int) error {
	for s, in := range streams {
		if in.Span.Zero() {
			return kept.Wrong("arrivals", "a stream needs the time that its promises are given: leave it out where nothing is promised")
		}
		for before := range s {
			if streams[before].Calendar == in.Calendar && streams[before].Span == in.Span {
				a.streams[s].due = a.streams[before].due
			}
		}
		if a.streams[s].due != nil {
			continue
		}
		cal := in.Calendar
		if cal == nil {
			cal = calendar.Always
		}
		due := make([]int64, cells+1)
		for c := range due {
			at, err := cal.Add(instant(a.first+int64(c)*cell), in.Span)
			if err != nil {
				return err
			}
			due[c] = at.UnixMicro()
		}
		a.streams[s].due = due
	}
	return nil
}

// dueOf is the due of what arrives in a stream at t, in cell c. Within a quarter of an hour it is as
// much later as t is: exact in open time; where the day's last minutes are given it may lie up to a
// quarter past closing instead of after opening, between which nobody works anyway.
func (a *arrivals) dueOf(s, c int, t int64) int64 {
	due := a.streams[s].due
	return min(due[c]+t-(a.first+int64(c)*cell), max(due[c], due[c+1]))
}
