package forecast

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
)

// All times below are microseconds since 1970, all durations microseconds.
const (
	hour  = int64(time.Hour / time.Microsecond)
	cell  = hour / 4
	never = int64(math.MaxInt64)
)

// nobody is the class of a job that no agent may serve.
const nobody = int32(-1)

func instant(at int64) time.Time { return time.UnixMicro(at).UTC() }

// model is an Input laid out for the simulation. It doesn't change while runs are made.
type model struct {
	now, end int64
	lastDue  int64
	seed     uint64
	runs     int
	work     Work
	promises []place
	jobs     []job   // in the order of the queue
	later    []int32 // jobs that can't begin yet, by release
	agents   []agent
	classes  []who
	serving  [][]int32 // by class, the agents who may serve it
	arrivals arrivals
}

// place is where an input's promise went: several may share a job.
type place struct {
	due int64
	job int32
}

// job is one piece of work.
type job struct {
	due, release int64
	class        int32
	known        int64 // how long it takes where that isn't drawn; negative: it is drawn
	key          uint64
	work         Distribution
}

// who may serve a job: one agent, or a team, or (both zero) anybody.
type who struct{ assignee, team kept.ID }

// agent is an Agent with their open time laid out.
type agent struct {
	open    []stretch
	classes []int32 // what they may serve
	from    int64   // when they are free first
	pause   int64
}

// stretch of open time, the end not included.
type stretch struct{ from, to int64 }

// newModel reads the queue and who serves it; its end is the horizon.
func newModel(in Input) (*model, error) {
	m := &model{now: in.Now.UnixMicro(), seed: in.Seed, runs: in.Runs, work: Work{}}
	if m.runs == 0 {
		m.runs = DefaultRuns
	}
	if m.runs < 0 || m.runs > mostRuns {
		return nil, kept.Wrong("runs", "%d simulations are out of reach: ask for 1 to %d", in.Runs, mostRuns)
	}
	horizon := in.Horizon
	if horizon == 0 {
		horizon = DefaultHorizon
	}
	if horizon < 0 || horizon > mostHorizon {
		return nil, kept.Wrong("horizon", "%s is out of reach: look ahead by at most a year", in.Horizon)
	}
	m.end = m.now + horizon.Microseconds()
	m.enlist(in)
	m.queue(in)
	return m, nil
}

// layOut lays out what happens until the end: arrivals and shifts.
func (m *model) layOut(in Input, end int64) error {
	m.end = end
	for _, s := range in.Arrivals {
		m.arrivals.streams = append(m.arrivals.streams, stream{class: m.class(who{team: s.Team}), work: m.workOf(in, s.Kind)})
	}
	if err := m.arrivals.lay(in.Arrivals, m.now, m.end); err != nil {
		return err
	}
	return m.staff(in)
}

// workOf is the working time of a kind, found once.
func (m *model) workOf(in Input, kind kept.PromiseKind) Distribution {
	d, ok := m.work[kind]
	if !ok {
		if d, ok = in.Work[kind]; !ok {
			d = Prior(kind)
		}
		m.work[kind] = d
	}
	return d
}

// enlist finds what the agents may serve: classes in a fixed order, each with its agents.
func (m *model) enlist(in Input) {
	add := func(w who, i int) int32 {
		c := slices.Index(m.classes, w)
		if c < 0 {
			c = len(m.classes)
			m.classes = append(m.classes, w)
			m.serving = append(m.serving, nil)
		}
		m.serving[c] = append(m.serving[c], int32(i))
		return int32(c)
	}
	for i, a := range in.Agents {
		classes := []int32{add(who{}, i), add(who{assignee: a.ID}, i)}
		for _, team := range a.Teams {
			of := who{team: team}
			if team != 0 && !slices.Contains(classes, m.class(of)) {
				classes = append(classes, add(of, i))
			}
		}
		m.agents = append(m.agents, agent{classes: classes, pause: max(0, a.Pause.Microseconds())})
	}
}

// class is the class of those who may serve, or nobody.
func (m *model) class(w who) int32 {
	if w.assignee != 0 {
		w.team = 0
	}
	return int32(slices.Index(m.classes, w))
}

// staff lays out the agents' open time from now to the end.
func (m *model) staff(in Input) error {
	for i, a := range in.Agents {
		if a.Calendar == nil {
			return kept.Wrong("agents", "agent %d has no calendar: say when they are on shift", a.ID)
		}
		m.agents[i].from = m.now
		if !a.BusyUntil.IsZero() {
			m.agents[i].from = max(m.now, a.BusyUntil.UnixMicro())
		}
		last := a.Calendar.DayOf(instant(m.end))
		for day := a.Calendar.DayOf(instant(m.now)); day <= last; day++ {
			for _, open := range a.Calendar.On(day) {
				s := stretch{max(open.From.UnixMicro(), m.now), min(open.To.UnixMicro(), m.end)}
				if s.from < s.to {
					m.agents[i].open = append(m.agents[i].open, s)
				}
			}
		}
		// A clock put back over midnight lists an hour under two dates, not in order.
		slices.SortFunc(m.agents[i].open, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
	}
	return nil
}

// queue makes jobs of the promises, in the order of the queue.
func (m *model) queue(in Input) {
	order := make([]int, len(in.Promises))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		p, q := in.Promises[a], in.Promises[b]
		return cmp.Or(p.Due.Compare(q.Due), cmp.Compare(p.ID, q.ID))
	})
	m.promises = make([]place, len(in.Promises))
	one := map[kept.ID]int32{} // the job that one message to a conversation is
	for _, i := range order {
		p := in.Promises[i]
		worded := p.Conversation != 0 && (p.Kind == kept.Reply || p.Kind == kept.Update)
		j, joined := one[p.Conversation]
		if !worded || !joined {
			j = int32(len(m.jobs))
			m.jobs = append(m.jobs, m.job(in, p))
		}
		if worded {
			one[p.Conversation] = j
		}
		m.promises[i] = place{due: p.Due.UnixMicro(), job: j}
		m.lastDue = max(m.lastDue, m.promises[i].due)
	}
	m.sortLater()
}

func (m *model) job(in Input, p Promise) job {
	j := job{
		due: p.Due.UnixMicro(), release: m.now, known: -1, key: uint64(p.ID),
		class: m.class(who{p.Assignee, p.Team}), work: m.workOf(in, p.Kind),
	}
	if !p.NotBefore.IsZero() {
		j.release = max(m.now, p.NotBefore.UnixMicro())
	}
	return j
}

// sortLater lists the jobs that can't begin yet.
func (m *model) sortLater() {
	m.later = m.later[:0]
	for i, j := range m.jobs {
		if j.release > m.now {
			m.later = append(m.later, int32(i))
		}
	}
	slices.SortStableFunc(m.later, func(a, b int32) int { return cmp.Compare(m.jobs[a].release, m.jobs[b].release) })
}
