package forecast

import (
	"math"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Work is the distribution of working time per kind of promise.
type Work map[kept.PromiseKind]Distribution

// steps is how finely a distribution is kept: quantiles at 0, 1/steps … 1, straight lines between.
const steps = 256

// Distribution is a distribution of working times, never negative. The zero Distribution is "no time".
type Distribution struct {
	quantiles []float64 // microseconds, ascending; steps+1 of them
}

// Measured is the distribution of some working times as they are; of none, it is "no time".
func Measured(times []time.Duration) Distribution {
	if len(times) == 0 {
		return Distribution{}
	}
	sorted := make([]float64, len(times))
	for i, t := range times {
		sorted[i] = max(0, float64(t.Microseconds()))
	}
	slices.Sort(sorted)
	return spread(sorted)
}

// spread draws straight lines through evenly spaced quantiles.
func spread(sorted []float64) Distribution {
	d := Distribution{make([]float64, steps+1)}
	for i := range d.quantiles {
		d.quantiles[i] = between(sorted, float64(i)/steps)
	}
	return d
}

// between reads a list of evenly spaced quantiles at a share, 0 to 1.
func between(quantiles []float64, at float64) float64 {
	place := at * float64(len(quantiles)-1)
	i := int(place)
	if i >= len(quantiles)-1 {
		return quantiles[len(quantiles)-1]
	}
	return quantiles[i] + (place-float64(i))*(quantiles[i+1]-quantiles[i])
}

// Quantile is the time that a share (0 to 1) of all pieces of work don't exceed.
func (d Distribution) Quantile(share float64) time.Duration {
	return time.Duration(d.at(max(0, min(1, share)))) * time.Microsecond
}

// Mean is the average working time.
func (d Distribution) Mean() time.Duration {
	if d.quantiles == nil {
		return 0
	}
	sum := 0.0
	for i := range steps {
		sum += (d.quantiles[i] + d.quantiles[i+1]) / 2
	}
	return time.Duration(sum/steps) * time.Microsecond
}

// at is the quantile at u in microseconds: with an even u from 0 to 1, a draw.
func (d Distribution) at(u float64) int64 {
	if d.quantiles == nil {
		return 0
	}
	return int64(between(d.quantiles, u))
}

// priorWeight is how many recorded times a prior counts for.
const priorWeight = 20

// longest is the most that one recorded working time counts for: a screen left open over night
// isn't work.
const longest = 8 * time.Hour

// medians are the middle working times that are assumed before anything is measured.
var medians = []struct {
	kind   kept.PromiseKind
	median time.Duration
}{
	{kept.Reply, 8 * time.Minute},
	{kept.Update, 4 * time.Minute},
	{kept.Workaround, 20 * time.Minute},
	{kept.Resolution, 25 * time.Minute},
	{kept.Callback, 12 * time.Minute},
	{kept.FollowUp, 4 * time.Minute},
	{kept.CheckIn, 2 * time.Minute},
	{kept.Ask, 10 * time.Minute},
	{kept.Custom, 10 * time.Minute},
}

// priorSpread is the standard deviation of the logarithm of a working time: a tenth of them takes
// more than three times the median.
const priorSpread = 0.9

// Prior is what is assumed of a kind's working time before anything is measured: a log-normal with
// a median between 2 (check-in) and 25 minutes (resolution), 8 for a reply, 10 for a kind not known.
func Prior(kind kept.PromiseKind) Distribution {
	median := 10 * time.Minute
	for _, m := range medians {
		if m.kind == kind {
			median = m.median
		}
	}
	return spread(priorTimes(median, steps+1))
}

// priorTimes are n evenly likely working times of the log-normal around a median.
func priorTimes(median time.Duration, n int) []float64 {
	times := make([]float64, n)
	for i := range times {
		z := math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/float64(n)-1)
		times[i] = float64(median.Microseconds()) * math.Exp(priorSpread*z)
	}
	return times
}

// Distributions measures the working time of each kind from recorded outcomes. Rows whose Working is
// zero weren't measured and are passed over; more than 8 hours count as 8. Few rows are shrunk
// towards the kind's Prior, which counts for 20 of them: after 20 rows it has half the say, after
// 180 a tenth.
func Distributions(history []Row) Work {
	times := map[kept.PromiseKind][]float64{}
	for _, r := range history {
		if r.Working > 0 {
			times[r.Kind] = append(times[r.Kind], float64(min(r.Working, longest).Microseconds()))
		}
	}
	w := Work{}
	for _, m := range medians {
		w[m.kind] = shrunk(times[m.kind], Prior(m.kind))
	}
	for kind, measured := range times {
		if _, known := w[kind]; !known {
			w[kind] = shrunk(measured, Prior(kind))
		}
	}
	return w
}

// weighed is a working time that counts for more or less than one.
type weighed struct{ time, weight float64 }

// shrunk mixes measured times with a prior that counts for priorWeight of them.
func shrunk(measured []float64, prior Distribution) Distribution {
	points := make([]weighed, 0, len(measured)+steps+1)
	for _, t := range measured {
		points = append(points, weighed{t, 1})
	}
	for _, t := range prior.quantiles {
		points = append(points, weighed{t, priorWeight / float64(steps+1)})
	}
	slices.SortFunc(points, func(a, b weighed) int {
		switch {
		case a.time < b.time:
			return -1
		case a.time > b.time:
			return 1
		}
		return 0
	})
	total := float64(len(measured)) + priorWeight
	d := Distribution{make([]float64, steps+1)}
	i, before := 0, 0.0 // the weight of all points before i
	for q := range d.quantiles {
		want := total * float64(q) / steps
		for i < len(points)-1 && before+points[i].weight < want {
			before += points[i].weight
			i++
		}
		d.quantiles[q] = points[i].time
	}
	return d
}
