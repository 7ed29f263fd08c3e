package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

// PolicySet is the policies in the order in which they are tried, and what is odd about the order.
type PolicySet struct {
	Items    []kept.Policy `json:"items"`
	Gap      bool          `json:"gap"`      // some conversations have no policy: the default, round the clock, counts for them
	Shadowed []kept.ID     `json:"shadowed"` // never tried, because one before it matches everything
}

// PolicySet reads the policies with what is odd about their order.
func (d *Desk) PolicySet(ctx context.Context, who kept.Actor) (s PolicySet, err error) {
	s.Items, err = d.Policies(ctx, who)
	s.Gap, s.Shadowed = !promise.Covers(s.Items), []kept.ID{}
	for i, p := range s.Items {
		weighs := promise.UrgencyOf(p)
		s.Items[i].Urgency = &weighs
		if promise.Shadowed(s.Items, i) {
			s.Shadowed = append(s.Shadowed, p.ID)
		}
	}
	return s, err
}

// PutPolicy adds a policy (ID zero) or replaces it; its place among the others stays. A new one is tried
// before the first that matches everything, as it would never be tried after it.
func (d *Desk) PutPolicy(ctx context.Context, who kept.Actor, p kept.Policy) (kept.Policy, error) {
	now := d.now()
	err := d.write(ctx, who, "put-policy", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if err := h.checkPolicy(tx, &p); err != nil {
			return err
		}
		set := slices.Clone(h.policies)
		if i := slices.IndexFunc(set, func(q kept.Policy) bool { return q.ID == p.ID }); i >= 0 {
			p.Position, set[i] = set[i].Position, p
			_, err = tx.PutPolicy(p)
		} else {
			p, err = place(tx, set, p)
		}
		if err != nil {
			return err
		}
		return d.revised(tx, who, now, "policy "+p.Name)
	})
	return p, err
}

// place writes a new policy among the others.
func place(tx *store.Tx, set []kept.Policy, p kept.Policy) (kept.Policy, error) {
	at := slices.IndexFunc(set, func(q kept.Policy) bool { return promise.Everything(q.When) })
	if at < 0 || promise.Everything(p.When) {
		at = len(set)
	}
	set = slices.Insert(set, at, p)
	err := order(tx, set)
	return set[at], err
}

// order writes policies in their order, and gives the new ones their ids.
func order(tx *store.Tx, set []kept.Policy) error {
	for i := range set {
		set[i].Position = i
		id, err := tx.PutPolicy(set[i])
		if err != nil {
			return err
		}
		set[i].ID = id
	}
	return nil
}

// checkPolicy refuses a policy that can't be, and makes its lists tidy.
func (h *house) checkPolicy(tx *store.Tx, p *kept.Policy) error {
	if p.ID != 0 && !slices.ContainsFunc(h.policies, func(q kept.Policy) bool { return q.ID == p.ID }) {
		return kept.Fail(kept.NotFound, "There is no such policy.")
	}
	tidy(p)
	for _, other := range h.policies {
		if other.ID != p.ID && strings.EqualFold(other.Name, p.Name) {
			return kept.Wrong("name", "Another policy is called %s already.", other.Name)
		}
	}
	rotations, err := rotations(tx)
	if err != nil {
		return err
	}
	return promise.Check(*p, promise.Known{
		Calendar: func(id kept.ID) bool { return h.calendars[id] != nil },
		Inbox:    func(id kept.ID) bool { return h.inbox(id).ID != 0 },
		Rotation: func(id kept.ID) bool { return rotations[id] != "" },
	})
}

// tidy trims a policy's words, and leaves out lists that are empty.
func tidy(p *kept.Policy) {
	p.Name = oneLine(p.Name)
	for _, list := range []*[]string{&p.When.Languages, &p.When.Tiers, &p.When.Tags} {
		words := slices.Clone(*list)
		for i := range words {
			words[i] = oneLine(words[i])
		}
		slices.Sort(words)
		*list = some(slices.Compact(words))
	}
	p.When.Inboxes, p.When.Channels, p.When.Priorities = some(p.When.Inboxes), some(p.When.Channels), some(p.When.Priorities)
	if len(p.When.Attributes) == 0 {
		p.When.Attributes = nil
	}
	times := map[kept.Priority]kept.Times{}
	for priority, t := range p.Times {
		t.CheckIns, t.Escalation = some(t.CheckIns), slices.Clone(some(t.Escalation))
		for i := range t.Escalation {
			t.Escalation[i].By = some(t.Escalation[i].By)
		}
		times[priority] = t
	}
	p.Times = times
	weighs := promise.UrgencyOf(*p)
	p.Urgency = &weighs // written out, so that whoever reads a policy sees what counts
}

// some is a list, or nil where it is empty.
func some[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// DropPolicy forgets a policy; the last stays.
func (d *Desk) DropPolicy(ctx context.Context, who kept.Actor, id kept.ID) error {
	now := d.now()
	return d.write(ctx, who, "drop-policy", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(h.policies, func(p kept.Policy) bool { return p.ID == id })
		if i < 0 {
			return kept.Fail(kept.NotFound, "There is no such policy.")
		}
		if len(h.policies) == 1 {
			return kept.Fail(kept.Conflict, "This is the last policy, and without one nobody would know what is promised. Change it instead.")
		}
		if err := tx.DropPolicy(id); err != nil {
			return err
		}
		return d.revised(tx, who, now, "policy "+h.policies[i].Name+" dropped")
	})
}

// OrderPolicies says in which order the policies are tried; every one is named.
func (d *Desk) OrderPolicies(ctx context.Context, who kept.Actor, ids []kept.ID) error {
	now := d.now()
	return d.write(ctx, who, "order-policies", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		var set []kept.Policy
		for _, id := range ids {
			i := slices.IndexFunc(h.policies, func(p kept.Policy) bool { return p.ID == id })
			if i < 0 || slices.ContainsFunc(set, func(p kept.Policy) bool { return p.ID == id }) {
				return kept.Wrong("ids", "Name every policy once. Somebody may have changed them; look again.")
			}
			set = append(set, h.policies[i])
		}
		if len(set) != len(h.policies) {
			return kept.Wrong("ids", "Name every policy once. Somebody may have changed them; look again.")
		}
		if err := order(tx, set); err != nil {
			return err
		}
		return d.revised(tx, who, now, "policies ordered")
	})
}

// rotations are the names of the on-call rotations that a step can name.
func rotations(tx *store.Tx) (map[kept.ID]string, error) {
	all, err := tx.Rotations()
	names := map[kept.ID]string{}
	for _, r := range all {
		names[r.ID] = r.Name
	}
	return names, err
}
