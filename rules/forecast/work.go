package forecast

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Work is the distribution of working time per kind of promise.
type Work map[kept.PromiseKind]Distribution

// cells is how finely a distribution is kept.
const cells = 512

// Distribution is a distribution of working times, never negative: the mean of each 512th of them, in
// order. Means and not quantiles, so that a rare long piece of work adds what it does to the load, no
// more and no less. The zero Distribution is "no time".
type Distribution struct {
	means []float64 // microseconds, ascending; as many as there are cells
}

// Measured is the distribution of some working times as they are (evenly spaced quantiles of many do
// as well); of none, it is "no time".
func Measured(times []time.Duration) Distribution {
	points := make([]weighed, len(times))
	for i, t := range times {
		points[i] = weighed{max(0, float64(t.Microseconds())), 1}
	}
	return celled(points)
}

// weighed is a working time that counts for more or less than one.
type weighed struct{ time, weight float64 }

// celled shares weighed working times out among the cells, in order.
func celled(points []weighed) Distribution {
	if len(points) == 0 {
		return Distribution{}
	}
	slices.SortFunc(points, func(a, b weighed) int { return cmp.Compare(a.time, b.time) })
	total := 0.0
	for _, p := range points {
		total += p.weight
	}
	d := Distribution{make([]float64, cells)}
	size := total / cells
	i, left := 0, points[0].weight // what of the point isn't shared out yet
	for c := range d.means {
		sum, room := 0.0, size
		for left < room && i < len(points)-1 {
			sum += left * points[i].time
			room -= left
			i++
			left = points[i].weight
		}
		d.means[c] = math.Round((sum + room*points[i].time) / size)
		left -= room
	}
	return d
}

// Quantile is the time that a share (0 to 1) of all pieces of work don't exceed, as finely as it is kept.
func (d Distribution) Quantile(share float64) time.Duration {
	return time.Duration(d.at(share)) * time.Microsecond
}

// Mean is the average working time.
func (d Distribution) Mean() time.Duration {
	sum := 0.0
	for _, mean := range d.means {
		sum += mean
	}
	return time.Duration(sum/cells) * time.Microsecond
}

// at is the working time at u: with an even u from 0 to 1, a draw, in microseconds.
func (d Distribution) at(u float64) int64 {
	if d.means == nil {
		return 0
	}
	return int64(d.means[max(0, min(int(u*cells), cells-1))])
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
	points := make([]weighed, 8*cells)
	for i := range points {
		z := math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/float64(len(points))-1)
		points[i] = weighed{float64(median.Microseconds()) * math.Exp(priorSpread*z), 1}
	}
	return celled(points)
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

// shrunk mixes measured times with a prior that counts for priorWeight of them.
func shrunk(measured []float64, prior Distribution) Distribution {
	points := make([]weighed, 0, len(measured)+cells)
	for _, t := range measured {
		points = append(points, weighed{t, 1})
	}
	for _, t := range prior.means {
		points = append(points, weighed{t, priorWeight / float64(cells)})
	}
	return celled(points)
}
