package desk

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/forecast"
	"github.com/kept-desk/kept/store"
)

// How far back the forecast looks. Work and arrivals change with the season: five weeks know each hour
// of the week five times.
const (
	pastDays = 35
	mostPast = 10_000
	pastPage = 1000
)

// leastPast is how much of the past is needed before it says anything of an hour of the week.
const leastPast = 7 * 24 * time.Hour

// longestStreak is how far apart two answers of one person may be to count as written one after the
// other; more is a break, a meeting or lunch.
const longestStreak = time.Hour

// past is what the forecast learns from the record.
type past struct {
	from, to time.Time // the period that rows is complete for
	rows     []forecast.Row
	measured int // rows whose working time could be measured
	work     forecast.Work
	streams  []forecast.Stream
}

// readPast reads the latest promises, and what they say of work and arrivals. Promises that were moved
// or released are left out, as are those that a message kept beside another: it was written once.
func (h *house) readPast(tx *store.Tx, now time.Time) (p past, err error) {
	p.from, p.to = now.AddDate(0, 0, -pastDays), now
	list, whole, err := h.latest(tx, p.from)
	if err != nil || len(list) == 0 {
		p.from = now
		return p, err
	}
	if oldest := list[len(list)-1].OpenedAt; !whole || oldest.After(p.from) {
		p.from = oldest
	}
	slices.Reverse(list)
	list = slices.DeleteFunc(list, takesNoWork())
	if p.rows, err = h.rows(tx, list); err != nil {
		return p, err
	}
	for _, r := range p.rows {
		if r.Working > 0 {
			p.measured++
		}
	}
	p.work = forecast.Distributions(p.rows)
	if now.Sub(p.from) >= leastPast {
		p.streams = h.streams(list, p)
	}
	return p, nil
}

// latest lists the promises opened since an instant, latest first; whole says that none was left out.
func (h *house) latest(tx *store.Tx, since time.Time) (list []store.Past, whole bool, err error) {
	for before := kept.ID(math.MaxInt64); len(list) < mostPast; {
		page, err := tx.PastBefore(before, pastPage)
		if err != nil {
			return nil, false, err
		}
		for _, p := range page {
			if p.OpenedAt.Before(since) {
				return list, true, nil
			}
			list = append(list, p)
		}
		if len(page) == 0 {
			return list, true, nil
		}
		before = page[len(page)-1].ID
	}
	return list, false, nil
}

// takesNoWork tells, of promises in the order they were opened, which took nobody's time of their own.
func takesNoWork() func(store.Past) bool {
	written := map[kept.ID]bool{}
	return func(p store.Past) bool {
		if p.Kind == kept.CheckIn || p.State == kept.PromiseMoved || p.State == kept.PromiseReleased {
			return true
		}
		m := p.SettledBy.Message
		beside := m != 0 && written[m]
		written[m] = true
		return beside
	}
}

// rows are promises as the forecast reads them, with the working time where it can be told.
func (h *house) rows(tx *store.Tx, list []store.Past) ([]forecast.Row, error) {
	rows := make([]forecast.Row, len(list))
	by := map[kept.ID]int{} // the row that a message settled
	var messages []kept.ID
	for i, p := range list {
		rows[i] = forecast.Row{
			ID: p.ID, Kind: p.Kind, First: p.Kind == kept.Reply && p.OpenedAt.Equal(p.BeganAt), Priority: p.Priority,
			Arrived: p.OpenedAt, Due: p.Due, Assignee: p.Assignee, Team: p.InTeam,
		}
		switch p.State {
		case kept.PromiseKept:
			rows[i].Answered = p.SettledAt
		case kept.PromiseBroken:
			rows[i].Answered = p.FulfilledAt
		}
		if m := p.SettledBy.Message; m != 0 {
			by[m] = i
			messages = append(messages, m)
		}
	}
	var written []store.Written
	for page := range slices.Chunk(messages, pastPage) {
		got, err := tx.WrittenBy(page)
		if err != nil {
			return nil, err
		}
		written = append(written, got...)
	}
	measure(rows, by, written)
	return rows, nil
}

// measure tells the working time of answers that somebody wrote one after the other: the time between
// the two, where the second customer waited already when the first answer was written. Nothing else that
// is recorded says how long a person worked.
func measure(rows []forecast.Row, by map[kept.ID]int, written []store.Written) {
	slices.SortFunc(written, func(a, b store.Written) int {
		return cmp.Or(cmp.Compare(a.Agent, b.Agent), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	for i := 1; i < len(written); i++ {
		one, next := written[i-1], written[i]
		r := &rows[by[next.ID]]
		took := next.At.Sub(one.At)
		if one.Agent == next.Agent && took > 0 && took <= longestStreak && !r.Arrived.After(one.At) {
			r.Working = max(took-breath, 30*time.Second)
		}
	}
}

// streams are the sorts of promise that kept coming, each at the rate of the hour of the week and with
// the time that the policy gives it; where people gave the time themselves, what they mostly gave.
func (h *house) streams(list []store.Past, p past) []forecast.Stream {
	type sort struct {
		kind     kept.PromiseKind
		priority kept.Priority
		team     kept.ID
	}
	groups := map[sort][]store.Past{}
	var order []sort
	for _, l := range list {
		k := sort{l.Kind, l.Priority, l.InTeam}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], l)
	}
	zone, err := time.LoadLocation(h.organization.Zone)
	if err != nil {
		zone = time.UTC
	}
	var out []forecast.Stream
	for _, k := range order {
		arrived := make([]time.Time, len(groups[k]))
		for i, l := range groups[k] {
			arrived[i] = l.OpenedAt
		}
		s := forecast.Stream{
			Kind: k.kind, Priority: k.priority, Team: k.team, Zone: zone,
			Rates: forecast.MeasureRates(arrived, zone, p.from, p.to),
		}
		s.Span, s.Calendar = h.given(groups[k])
		out = append(out, s)
	}
	return out
}

// given is the time that promises of one sort are given, and the calendar it runs on (nil: round the
// clock).
func (h *house) given(list []store.Past) (kept.Span, *calendar.Calendar) {
	last := list[len(list)-1]
	_, t, cal := h.times(kept.Conversation{Inbox: last.Addressed, Priority: last.Priority, Team: last.InTeam}, whose{})
	span := map[kept.PromiseKind]kept.Span{
		kept.Reply: t.NextReply, kept.Update: t.Update, kept.FollowUp: t.FollowUp, kept.Workaround: t.Workaround, kept.Resolution: t.Resolution,
	}[last.Kind]
	byPolicy := 0
	minutes := make([]int, len(list))
	for i, l := range list {
		minutes[i] = max(1, int(l.Due.Sub(l.OpenedAt).Minutes()))
		if l.Source == kept.FromPolicy {
			byPolicy++
		}
	}
	if 2*byPolicy > len(list) && !span.Zero() {
		c, _ := cal.(*calendar.Calendar)
		return span, c
	}
	slices.Sort(minutes)
	return kept.Span{Minutes: minutes[len(minutes)/2]}, nil
}
