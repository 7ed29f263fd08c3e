package forecast

import "time"

// load counts what the runs say of each full hour; the first is the one in which it is now.
type load struct {
	first   int64   // where the first hour began
	busy    []int64 // microseconds of all agents in all runs
	waiting []int   // promises waiting at the hour's end, in all runs
}

func newLoad(m *model) *load {
	first := m.now - (m.now%hour+hour)%hour
	hours := (m.end - first + hour - 1) / hour
	return &load{first, make([]int64, hours), make([]int, hours)}
}

// work counts a stretch of work.
func (l *load) work(from, to int64) {
	from, to = from-l.first, to-l.first
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
			From:    instant(l.first + int64(i)*hour),
			Busy:    time.Duration(float64(l.busy[i])/runs) * time.Microsecond,
			Waiting: float64(l.waiting[i]) / runs,
		}
	}
	for _, p := range m.promises {
		if i := (p.due - l.first) / hour; p.due >= m.now && i < int64(len(out)) {
			out[i].Due++
		}
	}
	for _, a := range m.agents {
		staff := load{first: l.first, busy: make([]int64, len(out))}
		for _, s := range a.open {
			staff.work(s.from, s.to)
		}
		for i, open := range staff.busy {
			out[i].Staff += time.Duration(open) * time.Microsecond
		}
	}
	for c, rate := range m.arrivals.rates {
		from := max(m.now, m.arrivals.first+int64(c)*cell)
		until := min(m.end, m.arrivals.first+int64(c+1)*cell)
		for from < until { // a cell may lie in two of the hours
			i := (from - l.first) / hour
			to := min(until, l.first+(i+1)*hour)
			out[i].Arrivals += rate * float64(to-from)
			from = to
		}
	}
	return out
}
