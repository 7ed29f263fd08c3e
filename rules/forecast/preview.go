package forecast

import (
	"cmp"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
)

// Proposal is a policy that somebody thinks of, with the past it is tried on.
type Proposal struct {
	History   []Row // what arrived in the period, whatever became of it
	Times     map[kept.Priority]kept.Times
	Calendars map[kept.ID]*calendar.Calendar // those that Times name; kept.Always needs none
	Agents    []Agent                        // the staff, with their shifts of the period
	Work      Work                           // for rows whose working time wasn't measured
	Seed      uint64
	Runs      int // zero: DefaultRuns; one is made where every working time was measured
}

// Outlook is what a proposal would have come to.
type Outlook struct {
	Count     int     // rows that the policy would have made a promise of
	Kept      float64 // the share of them kept by the simulated desk, 0 to 1
	Low, High float64 // 95 % interval of that share (Wilson), as if each stood for itself
	Answered  float64 // the share whose recorded answers would have been in time, with nobody hurrying
	Groups    []Group // by kind and priority
	Breaks    []Break // kept in less than half of the runs, in the order of their due times
}

// Group is what became of one kind at one priority.
type Group struct {
	Kind     kept.PromiseKind
	Priority kept.Priority
	Count    int
	Kept     float64
}

// Break names a row that would have been broken.
type Break struct {
	ID   kept.ID
	Due  time.Time // as the proposal gives it
	Kept float64   // the share of runs in which it was kept all the same
}

// Preview replays recorded arrivals under other times, with the same staff: each row arrives when it
// did, gets the due that the proposal gives it, waits in the order of dues, and takes the time that
// was measured or, where it wasn't, one that is drawn. Rows that the proposal promises nothing take
// their time too, in the place of the due that they had (without one they are left out).
//
// What was already open when the period began isn't there, so the first hours look a little rosy. A
// row is worked on at its arrival at the earliest, even where its agent waited for something then.
// Errors are kept.Invalid: a calendar that isn't there, a period of more than a year.
func Preview(p Proposal) (Outlook, error) {
	in, rows, err := p.input()
	if err != nil || len(rows) == 0 {
		return Outlook{}, err
	}
	m, err := newModel(in)
	if err != nil {
		return Outlook{}, err
	}
	unsure := false
	for i, r := range rows {
		if r.Working > 0 {
			m.jobs[m.promises[i].job].known = r.Working.Microseconds()
		} else {
			unsure = true
		}
	}
	if !unsure {
		m.runs = 1
	}
	if err := m.layOut(in, m.end); err != nil {
		return Outlook{}, err
	}
	e := newEngine(m)
	times := make([]int, len(rows))
	for run := range m.runs {
		e.run(run, m.end, nil)
		for i, at := range m.promises {
			if e.done[at.job] <= at.due {
				times[i]++
			}
		}
	}
	return outlook(rows, times, m.runs), nil
}

// proposed is a row with what the proposal makes of it.
type proposed struct {
	Row
	counts bool // the proposal promises something; otherwise it only takes its time
}

// input is the desk as it would have been.
func (p Proposal) input() (in Input, rows []proposed, err error) {
	in = Input{Seed: p.Seed, Runs: p.Runs, Agents: p.Agents, Work: p.Work}
	var last time.Time
	for _, r := range p.History {
		row := proposed{Row: r}
		times := p.Times[r.Priority]
		if span := spanOf(times, r); !span.Zero() {
			cal := cmp.Or(r.Calendar, p.Calendars[times.Calendar])
			if cal == nil && times.Calendar != kept.Always {
				return in, nil, kept.Wrong("calendars", "calendar %d of %s isn't there: hand in every calendar that the times name", times.Calendar, r.Priority)
			} else if cal == nil {
				cal = calendar.Always
			}
			row.counts = true
			if row.Due, err = cal.Add(r.Arrived, span); err != nil {
				return in, nil, err
			}
		}
		if row.Due.IsZero() {
			continue
		}
		rows = append(rows, row)
		promise := row.promise()
		promise.NotBefore = r.Arrived
		in.Promises = append(in.Promises, promise)
		if in.Now.IsZero() || r.Arrived.Before(in.Now) {
			in.Now = r.Arrived
		}
		if row.Due.After(last) {
			last = row.Due
		}
	}
	in.Horizon = max(time.Hour, last.Sub(in.Now))
	return in, rows, nil
}

// spanOf is what times promise a row; zero: nothing.
func spanOf(t kept.Times, r Row) kept.Span {
	switch r.Kind {
	case kept.Reply:
		if r.First {
			return t.FirstReply
		}
		return t.NextReply
	case kept.Update:
		return t.Update
	case kept.Workaround:
		return t.Workaround
	case kept.Resolution:
		return t.Resolution
	case kept.FollowUp:
		return t.FollowUp
	}
	return kept.Span{}
}

// outlook sums up in how many of the runs each row was kept.
func outlook(rows []proposed, times []int, runs int) Outlook {
	var o Outlook
	var keeps, answered float64
	for i, r := range rows {
		if !r.counts {
			continue
		}
		often := float64(times[i]) / float64(runs)
		o.Count++
		keeps += often
		if r.kept(r.Due) {
			answered++
		}
		if often < 0.5 {
			o.Breaks = append(o.Breaks, Break{r.ID, r.Due, often})
		}
		o.group(r.Kind, r.Priority, often)
	}
	_, o.Low, o.High = share(int(keeps+0.5), o.Count)
	if o.Count > 0 {
		o.Kept = keeps / float64(o.Count)
		o.Answered = answered / float64(o.Count)
	}
	for i := range o.Groups {
		o.Groups[i].Kept /= float64(o.Groups[i].Count)
	}
	slices.SortFunc(o.Groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(slices.Index(kept.Priorities, a.Priority), slices.Index(kept.Priorities, b.Priority)))
	})
	slices.SortStableFunc(o.Breaks, func(a, b Break) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	return o
}

// group adds a row to its group; Kept is a sum until all are there.
func (o *Outlook) group(kind kept.PromiseKind, priority kept.Priority, share float64) {
	i := slices.IndexFunc(o.Groups, func(g Group) bool { return g.Kind == kind && g.Priority == priority })
	if i < 0 {
		i = len(o.Groups)
		o.Groups = append(o.Groups, Group{Kind: kind, Priority: priority})
	}
	o.Groups[i].Count++
	o.Groups[i].Kept += share
}
