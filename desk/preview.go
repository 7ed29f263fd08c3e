package desk

import (
	"context"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/forecast"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

// What a preview looks at: the newest promises of a month, a few runs of luck, the first of what would break.
const (
	previewDays   = 30
	previewRows   = 10_000
	previewRuns   = 40
	previewBreaks = 50
)

// PolicyPreview is what a policy would have come to on recorded conversations.
type PolicyPreview struct {
	Since    time.Time       `json:"since"`
	Count    int             `json:"count"`    // promises that the policy would have given
	Staff    int             `json:"staff"`    // who serves customers today
	Kept     float64         `json:"kept"`     // the share that today's staff would have kept, 0 to 1
	Low      float64         `json:"low"`      // 95 % interval of it
	High     float64         `json:"high"`     //
	Answered float64         `json:"answered"` // the share that was answered in time as things went then
	Breaks   int             `json:"breaks"`   // how many would have been missed more often than not
	Named    []PolicyBreak   `json:"named"`    // the first of them
	Groups   []PolicyOutlook `json:"groups"`   // by kind and priority
}

// PolicyOutlook is what would have become of one kind at one priority.
type PolicyOutlook struct {
	Kind     kept.PromiseKind `json:"kind"`
	Priority kept.Priority    `json:"priority"`
	Count    int              `json:"count"`
	Kept     float64          `json:"kept"`
}

// PolicyBreak names a conversation whose promise would have been missed.
type PolicyBreak struct {
	Conversation kept.ID          `json:"conversation"`
	Subject      string           `json:"subject"`
	Contact      string           `json:"contact"`
	Kind         kept.PromiseKind `json:"kind"`
	Priority     kept.Priority    `json:"priority"`
	Due          time.Time        `json:"due"`  // as the policy would have promised it
	Kept         float64          `json:"kept"` // in how many of the simulated runs it was kept all the same
}

// PreviewPolicy tries a policy, saved or not, on the last month's conversations with today's staff.
// Nothing is written.
func (d *Desk) PreviewPolicy(ctx context.Context, who kept.Actor, p kept.Policy) (out PolicyPreview, err error) {
	now := d.now()
	out = PolicyPreview{Since: now.AddDate(0, 0, -previewDays), Named: []PolicyBreak{}, Groups: []PolicyOutlook{}}
	proposal, past, err := d.proposal(ctx, who, &p, out.Since, now)
	if err != nil {
		return out, err
	}
	out.Staff = len(proposal.Agents)
	o, err := forecast.Preview(proposal)
	if err != nil {
		return out, err
	}
	out.fill(o, past, p)
	return out, nil
}

// proposal is a policy beside what arrived since then, the staff of today, and the time that work takes here.
func (d *Desk) proposal(ctx context.Context, who kept.Actor, p *kept.Policy, since, now time.Time) (out forecast.Proposal, past []store.Precedent, err error) {
	d.sight.mu.Lock() // before the transaction, as foresee does
	defer d.sight.mu.Unlock()
	err = d.read(ctx, who, "preview-policy", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if err := h.checkPolicy(tx, p); err != nil {
			return err
		}
		if past, err = tx.Precedents(since, previewRows); err != nil {
			return err
		}
		staff, err := h.staff(tx)
		if err != nil {
			return err
		}
		learned, err := d.sight.learn(tx, h, now)
		out = forecast.Proposal{Times: p.Times, Calendars: h.calendars, Agents: staff, Work: learned.work, Seed: 1, Runs: previewRuns}
		out.History = h.history(*p, past)
		return err
	})
	return out, past, err
}

// history is recorded promises as the forecast replays them: those that the policy would have given, and
// that came to an end, get its times; the others take their time as they did.
func (h *house) history(p kept.Policy, past []store.Precedent) (rows []forecast.Row) {
	set := slices.Clone(h.policies)
	i := slices.IndexFunc(set, func(q kept.Policy) bool { return q.ID == p.ID })
	if i < 0 || p.ID == 0 {
		if i = slices.IndexFunc(set, func(q kept.Policy) bool { return promise.Everything(q.When) }); i < 0 || promise.Everything(p.When) {
			i = len(set)
		}
		set = slices.Insert(set, i, p)
	} else {
		set[i] = p
	}
	for _, was := range past {
		if was.State == kept.PromiseReleased {
			continue // nobody had to work for it
		}
		row := forecast.Row{ID: was.ID, Kind: was.Kind, First: was.First, Arrived: was.OpenedAt, Due: was.Due, Answered: answeredAt(was.Promise)}
		if team := h.team(was.Matter.Team); len(team.Members) > 0 {
			row.Team = team.ID
		}
		m := promise.Matter{Conversation: was.Matter, Channel: h.inbox(was.Matter.Inbox).Channel, Tier: was.Tier, Attributes: was.Attributes}
		if at := slices.IndexFunc(set, func(q kept.Policy) bool { return promise.Holds(q.When, m) }); at == i && was.Source == kept.FromPolicy && was.State != kept.PromiseOpen {
			row.Priority = priorityIn(p, was.Matter)
			row.Calendar = h.compiled(p.Times[row.Priority].Calendar, was.Matter.Team, h.customers(was.Calendar, was.Hours, was.Zone))
		}
		rows = append(rows, row)
	}
	return rows
}

// priorityIn is the priority by whose times a policy treats a conversation.
func priorityIn(p kept.Policy, c kept.Conversation) kept.Priority {
	pressing := promise.Pressing(p, c)
	if _, ok := p.Times[pressing]; !ok {
		return kept.Normal
	}
	return pressing
}

// compiled is the calendar that a policy names for a conversation.
func (h *house) compiled(id, team kept.ID, customers *calendar.Calendar) *calendar.Calendar {
	if c, ok := h.calendar(id, team, customers).(*calendar.Calendar); ok {
		return c
	}
	return calendar.Always
}

// answeredAt is when a promise was fulfilled, in time or late; zero: it wasn't.
func answeredAt(p kept.Promise) time.Time {
	switch {
	case p.State == kept.PromiseKept:
		return p.SettledAt
	case p.State == kept.PromiseBroken:
		return p.FulfilledAt
	}
	return time.Time{}
}

func (out *PolicyPreview) fill(o forecast.Outlook, past []store.Precedent, p kept.Policy) {
	out.Count, out.Kept, out.Low, out.High, out.Answered, out.Breaks = o.Count, o.Kept, o.Low, o.High, o.Answered, len(o.Breaks)
	for _, g := range o.Groups {
		out.Groups = append(out.Groups, PolicyOutlook(g))
	}
	byID := map[kept.ID]store.Precedent{}
	for _, was := range past {
		byID[was.ID] = was
	}
	for _, b := range o.Breaks[:min(len(o.Breaks), previewBreaks)] {
		was := byID[b.ID]
		out.Named = append(out.Named, PolicyBreak{
			Conversation: was.Matter.ID, Subject: was.Matter.Subject, Contact: was.ContactName, Kind: was.Kind,
			Priority: priorityIn(p, was.Matter), Due: b.Due, Kept: b.Kept,
		})
	}
}
