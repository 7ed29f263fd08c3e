package forecast

import (
	"math"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// Wish is something that an agent would like to promise.
type Wish struct {
	Kind     kept.PromiseKind
	Assignee kept.ID            // who will do it; zero: the team
	Team     kept.ID            // zero: anybody
	Calendar *calendar.Calendar // when it may fall due; nil: at any time
}

// SafeTime is the earliest time that can honestly be promised with a safety of share (above 0, up to
// 1; 0.9 is the desk's): a full quarter of an hour on the wish's calendar at which, put into the
// queue beside the input's promises,
//
//   - the new promise is kept in at least that share of the runs, and
//   - of what was promised before, and of what arrives, no more than 1 - share fewer promises are
//     kept on average of the runs, as far as they are due within a day after it. Without this the
//     answer would always be "in a minute": an early due goes to the front, and others pay for it.
//
// It is zero where no such time is found before the horizon. A higher share is never earlier. The
// promise that the message in hand fulfils should be left out of the input.
//
// Times are tried at doubling distances, then halved: on a desk where a later time may be worse than
// an earlier one (see the package's comment), an early gap before a crowded stretch can be missed.
func SafeTime(in Input, wish Wish, share float64) (time.Time, error) {
	if !(share > 0 && share <= 1) {
		return time.Time{}, kept.Wrong("share", "%v is no share: ask for more than 0 and at most 1", share)
	}
	m, err := newModel(in)
	if err != nil {
		return time.Time{}, err
	}
	if err := m.layOut(in, m.end); err != nil {
		return time.Time{}, err
	}
	t := newTrial(m, in, wish, share)
	if t.extra.class == nobody {
		return time.Time{}, nil
	}
	dues := quarters(wish.Calendar, m.now, m.end)
	i := earliest(len(dues), func(i int) bool { return t.safe(dues[i]) })
	if i == len(dues) {
		return time.Time{}, nil
	}
	return instant(dues[i]), nil
}

// earliest finds an i in [0, n) for which ok holds, the first there is if ok holds from some i on; n where
// none is found. Which i are tried hangs on the answers alone, so that
// a stricter ok never leads to an earlier i.
func earliest(n int, ok func(i int) bool) int {
	low, high := -1, 0 // low: not ok
	for high < n && !ok(high) {
		low = high
		if high == n-1 {
			return n
		}
		high = min(2*high+1, n-1)
	}
	for high-low > 1 && high < n {
		if middle := (low + high) / 2; ok(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// quarters are the full quarters of an hour on the wall at which a promise may fall due, closing
// times included.
func quarters(cal *calendar.Calendar, now, end int64) (dues []int64) {
	if cal == nil {
		cal = calendar.Always
	}
	last := cal.DayOf(instant(end))
	for day := cal.DayOf(instant(now)); day <= last; day++ {
		for _, open := range cal.On(day) {
			_, offset := open.From.In(cal.Zone()).Zone()
			past := (open.From.UnixMicro() + int64(offset)*1e6) % cell
			due := open.From.UnixMicro() + (cell-past)%cell
			for ; due <= open.To.UnixMicro() && due <= end; due += cell {
				if due > now {
					dues = append(dues, due)
				}
			}
		}
	}
	slices.Sort(dues)
	return slices.Compact(dues)
}

// trial tries times for one wish.
type trial struct {
	m       *model
	engine  *engine
	extra   job
	misses  int       // in how many runs the wish may be missed
	cost    float64   // how many other promises it may cost in all runs together
	covered int       // how many hours the runs without the wish were made for
	without [][]int32 // by run, how many promises due until the end of each hour are kept without it
}

func newTrial(m *model, in Input, wish Wish, share float64) *trial {
	const small = 1e-9 // shares are seldom exact in binary
	t := &trial{m: m, engine: newEngine(m), without: make([][]int32, m.runs)}
	t.engine.keeping = make([]int32, (m.end-m.now+hour-1)/hour)
	t.extra = job{
		release: m.now, known: -1, key: math.MaxUint64,
		class: m.class(who{wish.Assignee, wish.Team}), work: m.workOf(in, wish.Kind),
	}
	t.misses = int((1-share)*float64(m.runs) + small)
	t.cost = (1-share)*float64(m.runs) + small
	return t
}

// safe reports whether the wish can be promised for a due.
func (t *trial) safe(due int64) bool {
	t.extra.due = due
	hours := min(len(t.engine.keeping), int((due-t.m.now)/hour)+25)
	t.cover(hours)
	until := min(t.m.end, t.m.now+int64(hours)*hour)
	missed, cost := 0, 0
	for run := range t.m.runs {
		t.engine.run(run, until, &t.extra)
		if t.engine.done[len(t.m.jobs)] > due {
			if missed++; missed > t.misses {
				return false
			}
		}
		cost += int(t.without[run][hours-1])
		for _, n := range t.engine.keeping[:hours] {
			cost -= int(n)
		}
	}
	return float64(cost) <= t.cost
}

// cover makes the runs without the wish for some hours, or for more than was asked: each round is at
// least four times as long as the one before.
func (t *trial) cover(hours int) {
	if hours <= t.covered {
		return
	}
	t.covered = min(len(t.engine.keeping), max(hours, 4*t.covered))
	until := min(t.m.end, t.m.now+int64(t.covered)*hour)
	for run := range t.m.runs {
		t.engine.run(run, until, nil)
		sums, sum := make([]int32, t.covered), int32(0)
		for h := range sums {
			sum += t.engine.keeping[h]
			sums[h] = sum
		}
		t.without[run] = sums
	}
}
