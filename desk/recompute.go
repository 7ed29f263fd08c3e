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

// recompute computes the policy's promises again, each from its own start, after something changed what is
// promised: the priority, the policy, the team, a second time; and when everything open is warned of. Never later than what the customer was told;
// where the new time has passed already, the span runs from now, as nobody could know before that it was
// so pressing. What the policy promises now and didn't before is opened.
func (h *hand) recompute() error {
	all, err := h.tx.PromisesOf(h.is.ID)
	if err != nil {
		return err
	}
	policy, t, cal := h.times()
	for _, p := range slices.Clone(h.leading) {
		if p.State != kept.PromiseOpen || !p.HeldAt.IsZero() {
			continue
		}
		is, err := h.recomputed(p, policy, t, cal, all)
		if err != nil {
			return err
		}
		if err := h.settle(p, is, kept.PromiseRecomputed); err != nil {
			return err
		}
	}
	return h.broughtIn(t, cal, all)
}

// recomputed is an open promise as a policy has it now: due when it says, where it is the policy's, and warned
// of when it says, whoever gave it.
func (h *hand) recomputed(p kept.Promise, policy kept.Policy, t kept.Times, cal promise.Calendar, all []kept.Promise) (kept.Promise, error) {
	stays := promise.Rewarn(p, t, cal, h.now)
	if p.Source != kept.FromPolicy || p.Misses > 0 {
		return stays, nil
	}
	start, after := h.given(p, t, all)
	if after.Zero() {
		return stays, nil // no longer promised; what was given stays
	}
	due, late, err := h.dueFrom(start, after, cal)
	if p.HeldMinutes > 0 && !late && err == nil { // in these it was their turn
		due, err = cal.Add(due, kept.Span{Minutes: p.HeldMinutes})
	}
	if err != nil {
		return p, err
	}
	fixed := p.ToldIn != 0 || late || p.Kind == kept.Workaround || p.Kind == kept.Resolution // these stand on the customer's page
	if fixed && due.After(p.Due) {
		return stays, nil // it is still the other policy's
	}
	if !due.Equal(p.Due) {
		stays = promise.Rewarn(promise.Due(p, t, cal, h.now, due), t, cal, h.now)
	}
	stays.Policy = policy.ID
	return stays, nil
}

// dueFrom is the end of a span from a start; where that has passed, of the span from now.
func (h *hand) dueFrom(start time.Time, after kept.Span, cal promise.Calendar) (due time.Time, late bool, err error) {
	if due, err = cal.Add(start, after); err != nil || due.After(h.now) {
		return due, false, err
	}
	due, err = cal.Add(h.now, after)
	return due, true, err
}

// given is when a policy's promise began, and the span that the policy gives it.
func (h *hand) given(p kept.Promise, t kept.Times, all []kept.Promise) (time.Time, kept.Span) {
	switch p.Kind {
	case kept.Reply:
		if h.is.LastOutboundAt.IsZero() {
			return p.OpenedAt, t.FirstReply
		}
		return p.OpenedAt, t.NextReply
	case kept.Update:
		return p.OpenedAt, t.Update
	case kept.Workaround:
		return h.began(p), t.Workaround
	case kept.Resolution:
		return h.began(p), t.Resolution
	case kept.FollowUp:
		return p.OpenedAt, t.FollowUp
	case kept.CheckIn:
		n := 0 // how many we sent this turn
		for _, q := range all {
			if q.Kind == kept.CheckIn && q.ID < p.ID && !q.OpenedAt.Before(h.is.LastOutboundAt) {
				n++
			}
		}
		if n < len(t.CheckIns) {
			return h.is.LastOutboundAt, t.CheckIns[n]
		}
	}
	return p.OpenedAt, kept.Span{}
}

// began is when the time of a workaround or resolution began to run: with our turn, which may be before the
// policy promised one.
func (h *hand) began(p kept.Promise) time.Time {
	if since := h.is.OurTurnSince; !since.IsZero() && since.Before(p.OpenedAt) {
		return since
	}
	return p.OpenedAt
}

// broughtIn opens the workaround and the resolution that the policy promises now, once for a matter.
func (h *hand) broughtIn(t kept.Times, cal promise.Calendar, all []kept.Promise) error {
	if h.is.Status != kept.Open || h.is.LastInboundAt.IsZero() {
		return nil // there is nothing that they asked of us
	}
	policy, _, _ := h.times()
	for _, w := range []struct {
		kind  kept.PromiseKind
		after kept.Span
	}{{kept.Workaround, t.Workaround}, {kept.Resolution, t.Resolution}} {
		before := slices.ContainsFunc(all, func(p kept.Promise) bool { return p.Kind == w.kind && p.State != kept.PromiseReleased })
		if w.after.Zero() || before || h.has(w.kind) {
			continue
		}
		if w.kind == kept.Workaround && !h.is.WorkaroundAt.IsZero() {
			continue
		}
		due, _, err := h.dueFrom(h.is.OurTurnSince, w.after, cal)
		if err != nil {
			return err
		}
		if _, err := h.open(kept.Promise{Kind: w.kind, Due: due, Source: kept.FromPolicy, Policy: policy.ID}); err != nil {
			return err
		}
	}
	return nil
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
