package desk

import (
	"context"
	"sort"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

// onCalendar hands f what the policies promise for a conversation, and its calendar.
func (d *Desk) onCalendar(ctx context.Context, who kept.Actor, op access.Operation, id kept.ID, f func(*house, kept.Times, promise.Calendar) error) error {
	return d.read(ctx, who, op, func(tx *store.Tx) error {
		c, err := tx.Conversation(id)
		if err != nil {
			return err
		}
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		w, err := h.whose(tx, c.Contact)
		if err != nil {
			return err
		}
		_, t, cal := h.times(c, w)
		return f(h, t, cal)
	})
}

// Due computes a due time on the conversation's calendar.
func (d *Desk) Due(ctx context.Context, who kept.Actor, id kept.ID, after kept.Span) (due time.Time, err error) {
	now := d.now()
	err = d.onCalendar(ctx, who, "due", id, func(_ *house, _ kept.Times, cal promise.Calendar) error {
		due, err = cal.Add(now, after)
		return err
	})
	return due, err
}

// Proposal is a time that the composer offers for the next word.
type Proposal struct {
	Label string    `json:"label_key" enum:"in_1_hour,in_2_hours,today_end,tomorrow_noon,tomorrow_end,cadence"`
	Due   time.Time `json:"due"`
}

// Proposals computes times that the composer offers, earliest first, all in open hours.
func (d *Desk) Proposals(ctx context.Context, who kept.Actor, id kept.ID) (out []Proposal, err error) {
	now := d.now()
	err = d.onCalendar(ctx, who, "proposals", id, func(h *house, t kept.Times, cal promise.Calendar) error {
		out, err = proposals(now, t, cal, h.organization.Zone)
		return err
	})
	return out, err
}

// proposals are times to offer for the next word: soon, at the end of the day, tomorrow.
func proposals(now time.Time, t kept.Times, cal promise.Calendar, zoneName string) ([]Proposal, error) {
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		zone = time.UTC
	}
	var out []Proposal
	add := func(label string, due time.Time) {
		due = due.Truncate(time.Minute)
		for _, p := range out {
			if p.Due.Equal(due) {
				return
			}
		}
		if due.After(now.Add(5 * time.Minute)) {
			out = append(out, Proposal{label, due.UTC()})
		}
	}
	for _, p := range []struct {
		label string
		after kept.Span
	}{{"in_1_hour", kept.Span{Minutes: 60}}, {"in_2_hours", kept.Span{Minutes: 120}}, {"cadence", t.Update}} {
		if p.after.Zero() {
			continue
		}
		due, err := cal.Add(now, p.after)
		if err != nil {
			return nil, err
		}
		add(p.label, roundUp(due))
	}
	local := now.In(zone)
	for _, p := range []struct {
		label     string
		day, hour int
	}{{"today_end", 0, 17}, {"tomorrow_noon", 1, 12}, {"tomorrow_end", 1, 17}} {
		at := time.Date(local.Year(), local.Month(), local.Day()+p.day, p.hour, 0, 0, 0, zone)
		if cal.Between(at.Add(-time.Minute), at) > 0 {
			add(p.label, at)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Due.Before(out[j].Due) })
	return out, nil
}

// roundUp goes to the next quarter of an hour: people say 14:15, not 14:07.
func roundUp(t time.Time) time.Time {
	q := 15 * time.Minute
	if r := t.Truncate(q); !r.Equal(t) {
		return r.Add(q)
	}
	return t
}
