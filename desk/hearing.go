package desk

import (
	"context"
	"slices"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// EventsAfter reads the log for the live feed; see store.DB.EventsAfter. What isn't for everybody says for whom
// it is: that is asked once for all who listen, by the roles and teams of now.
func (d *Desk) EventsAfter(ctx context.Context, after string, limit int) ([]kept.Event, bool, error) {
	events, more, err := d.db.EventsAfter(ctx, after, limit)
	if err != nil || !slices.ContainsFunc(events, aside) {
		return events, more, err
	}
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		agents, err := tx.Agents()
		if err != nil {
			return err
		}
		for i, e := range events {
			if !aside(e) {
				continue
			}
			if events[i].For, err = h.hearers(tx, e, agents); err != nil {
				return err
			}
		}
		return nil
	})
	return events, more, err
}

// aside reports an event that concerns no conversation, and so not whoever may read that.
func aside(e kept.Event) bool {
	return e.Conversation == 0 && (e.Promise != 0 || e.Type == kept.DaySignedOff || e.Type == kept.AgentSignedOut)
}

// hearers are who may hear an event that concerns no conversation.
func (h *house) hearers(tx *store.Tx, e kept.Event, agents []kept.Agent) ([]kept.ID, error) {
	if e.Type == kept.AgentSignedOut {
		return []kept.ID{e.Actor.ID}, nil
	}
	if e.Type == kept.DaySignedOff {
		return idsOf(agents, func(a kept.Agent) bool { return a.Role.Leads() || slices.Contains(h.ledTeams(a.ID), e.Actor.ID) }), nil
	}
	p, err := tx.Promise(e.Promise)
	if kept.Is(err, kept.NotFound) {
		return nil, nil // nobody can say whom it concerns; the feed must go on all the same
	}
	if err != nil {
		return nil, err
	}
	return h.askReaders(tx, p, agents)
}

// idsOf are the agents who serve, are here and pass.
func idsOf(agents []kept.Agent, pass func(kept.Agent) bool) []kept.ID {
	var ids []kept.ID
	for _, a := range agents {
		if a.GoneAt.IsZero() && a.Role.Serves() && pass(a) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// ledTeams are the people of the teams that an agent leads.
func (h *house) ledTeams(agent kept.ID) (people []kept.ID) {
	for _, t := range h.teams {
		if t.Lead == agent {
			people = append(people, t.Members...)
		}
	}
	return people
}

// askReaders are who may read an ask that belongs to no conversation: who asked, who was asked or has it offered,
// those who lead them, and admins. One that is about a conversation is read with that.
func (h *house) askReaders(tx *store.Tx, p kept.Promise, agents []kept.Agent) ([]kept.ID, error) {
	offers, err := tx.OpenHandOvers()
	if err != nil {
		return nil, err
	}
	concerns := func(a kept.Agent) bool {
		return a.ID == p.ToAgent || a.ID == p.By || p.Team != 0 && slices.Contains(h.team(p.Team).Members, a.ID)
	}
	leads := append(h.leadersOf(p.ToAgent, agents), h.askedLeads(p, agents)...)
	return idsOf(agents, func(a kept.Agent) bool {
		return a.Role.Administers() || concerns(a) || slices.Contains(leads, a.ID) ||
			slices.ContainsFunc(offers, func(o kept.HandOver) bool { return o.Ask == p.ID && o.For(a.ID, h.teamsOf(a.ID)) })
	}), nil
}

// leadersOf are who lead somebody by name: their own lead, and their teams'.
func (h *house) leadersOf(who kept.ID, agents []kept.Agent) []kept.ID {
	own := kept.ID(0)
	if i := slices.IndexFunc(agents, func(a kept.Agent) bool { return a.ID == who }); i >= 0 {
		own = agents[i].Lead
	}
	return idsOf(agents, func(a kept.Agent) bool {
		return a.ID != who && (a.ID == own || slices.Contains(h.ledTeams(a.ID), who))
	})
}

// askedLeads are who lead those who were asked; where nobody does by name, whoever leads at all, as one of them is
// told when no answer comes (askLeads).
func (h *house) askedLeads(p kept.Promise, agents []kept.Agent) []kept.ID {
	leads := idsOf(agents, func(a kept.Agent) bool { return p.Team != 0 && a.ID == h.team(p.Team).Lead })
	if p.By != 0 {
		leads = append(leads, h.leadersOf(p.By, agents)...)
	}
	if len(leads) == 0 {
		leads = idsOf(agents, func(a kept.Agent) bool { return a.Role == kept.RoleLead })
	}
	return leads
}

// openAsk refuses an ask that isn't an agent's to see, as if there were none.
func (h *house) openAsk(tx *store.Tx, who kept.Actor, p kept.Promise) error {
	none := kept.Fail(kept.NotFound, "There is no such ask, or it isn't yours to see.")
	if p.Kind != kept.Ask {
		return none
	}
	if p.Conversation != 0 {
		return nil
	}
	agents, err := tx.Agents()
	if err != nil {
		return err
	}
	readers, err := h.askReaders(tx, p, agents)
	if err == nil && !slices.Contains(readers, who.ID) {
		return none
	}
	return err
}
