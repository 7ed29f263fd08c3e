package forecast

import "time"

// load counts what the runs say of each hour from now.
type load struct {
	busy    []int64 // microseconds of all agents in all runs
	waiting []int   // promises waiting at the hour's end, in all runs
}

func newLoad(m *model) *load {
	hours := (m.end - m.now + hour - 1) / hour
	return &load{make([]int64, hours), make([]int, hours)}
}

// work counts a stretch of work, in microseconds from now.
func (l *load) work(from, to int64) {
	for h := from / hour; from < to && h < int64(len(l.busy)); h++ {
		until := min(to, (h+1)*hour)
		l.busy[h] += until - from
		from = until
	}
}

// hours is the load as the forecast tells it.
func (l *load) hours(m *model) []Hour {
	out := make([]Hour, len(l.busy))
	runs := float64(m.runs)
	for i := range out {
		out[i] = Hour{
			From:    instant(m.now + int64(i)*hour),
			Busy:    time.Duration(float64(l.busy[i])/runs) * time.Microsecond,
			Waiting: float64(l.waiting[i]) / runs,
		}
	}
	for _, p := range m.promises {
		if i := (p.due - m.now) / hour; p.due >= m.now && i < int64(len(out)) {
			out[i].Due++
		}
	}
	for _, a := range m.agents {
		staff := load{busy: make([]int64, len(out))}
		for _, s := range a.open {
			staff.work(s.from-m.now, s.to-m.now)
		}
		for i, open := range staff.busy {
			out[i].Staff += time.Duration(open) * time.Microsecond
		}
	}
	for c, rate := range m.arrivals.rates {
		from := max(m.now, m.arrivals.first+int64(c)*cell)
		until := min(m.end, m.arrivals.first+int64(c+1)*cell)
		for from < until { // a cell may lie in two of the hours
			i := (from - m.now) / hour
			to := min(until, m.now+(i+1)*hour)
			out[i].Arrivals += rate * float64(to-from)
			from = to
		}
	}
	return out
}
