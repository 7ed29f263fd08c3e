package desk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

// recompute computes the policy's open promises again from their own start, by the policy, priority and
// calendar that are theirs now: only ever earlier where the customer was told a time.
func (h *hand) recompute() error {
	answered := !h.is.LastOutboundAt.IsZero()
	_, t, cal := h.times()
	for _, p := range slices.Clone(h.leading) {
		after := policySpan(t, p.Kind, answered)
		if p.State != kept.PromiseOpen || p.Source != kept.FromPolicy || after.Zero() || p.Misses > 0 {
			continue
		}
		due, err := cal.Add(p.OpenedAt, after)
		if err != nil {
			return err
		}
		late := !due.After(h.now)
		if late { // it wasn't that pressing before: the span runs from now
			if due, err = cal.Add(h.now, after); err != nil {
				return err
			}
		}
		if (p.ToldIn != 0 || late) && due.After(p.Due) || due.Equal(p.Due) {
			continue
		}
		is := promise.Due(p, t, cal, h.now, due)
		if err := h.settle(p, is, kept.PromiseRecomputed); err != nil {
			return err
		}
	}
	return nil
}

// policySpan is what a policy gives a kind.
func policySpan(t kept.Times, kind kept.PromiseKind, answered bool) kept.Span {
	switch kind {
	case kept.Reply:
		if answered {
			return t.NextReply
		}
		return t.FirstReply
	case kept.Update:
		return t.Update
	}
	return kept.Span{}
}

// JobRecompute goes through the live conversations after what promises are made by has changed: a Part.
const JobRecompute = "recompute"

// Part is the conversations after one, in the order of their ids, and the change they are gone through for.
type Part struct {
	After   kept.ID `json:"after"`
	Version string  `json:"version"`
}

// How much of the desk one transaction goes through: live conversations, and ids looked at for them.
const (
	partLive  = 100
	partWidth = 20_000
)

// revised is rebuilt for what promises are made by: the live conversations are gone through, part by part.
func (d *Desk) revised(tx *store.Tx, who kept.Actor, now time.Time, what string) error {
	if err := d.rebuilt(tx, who, now, what); err != nil {
		return err
	}
	return goOn(tx, Part{Version: strconv.FormatInt(now.UnixMicro(), 36) + what}, now)
}

// goOn writes the job for the next part. Its key names the change too: what changes while a part is in
// hand begins from the first conversation again.
func goOn(tx *store.Tx, p Part, now time.Time) error {
	return tx.AddJob(JobRecompute, p, fmt.Sprintf("%s %s %d", JobRecompute, p.Version, p.After), now)
}

// Recompute goes through one part of the live conversations, and leaves a job for the next.
func (d *Desk) Recompute(ctx context.Context, p Part) error {
	now := d.now()
	return d.db.Write(ctx, func(tx *store.Tx) error {
		ids, next, err := tx.LivePart(p.After, partWidth, partLive)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := d.revise(tx, id, now); err != nil {
				return err
			}
		}
		if next == 0 {
			return nil
		}
		return goOn(tx, Part{After: next, Version: p.Version}, now)
	})
}

// revise gives a live conversation what the house promises now, and takes it from a team that is no more.
func (d *Desk) revise(tx *store.Tx, id kept.ID, now time.Time) error {
	h, err := d.take(tx, id, kept.System, now)
	if err != nil {
		return err
	}
	if !h.is.Status.Live() {
		return nil
	}
	if h.house.team(h.is.Team).ID == 0 {
		h.is.Team = 0
	}
	for _, p := range slices.Clone(h.leading) {
		if is := p; p.Team != 0 && h.house.team(p.Team).ID == 0 {
			is.Team = h.is.Team
			if err := h.settle(p, is, kept.PromiseRecomputed); err != nil {
				return err
			}
		}
	}
	if err := h.recompute(); err != nil {
		return err
	}
	return h.put()
}
