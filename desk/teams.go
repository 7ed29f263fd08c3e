package desk

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// Teams lists the teams by name.
func (d *Desk) Teams(ctx context.Context, who kept.Actor) (list []kept.Team, err error) {
	err = d.read(ctx, who, "list-teams", func(tx *store.Tx) error {
		list, err = tx.Teams()
		return err
	})
	return list, err
}

// PutTeam adds a team (ID zero) or replaces it.
func (d *Desk) PutTeam(ctx context.Context, who kept.Actor, t kept.Team) (kept.Team, error) {
	now := d.now()
	err := d.write(ctx, who, "put-team", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if err := h.checkTeam(tx, &t); err != nil {
			return err
		}
		if t.ID, err = tx.PutTeam(t); err != nil {
			return err
		}
		return d.revised(tx, who, now, "team "+t.Name)
	})
	return t, err
}

// checkTeam refuses a team that names what isn't there.
func (h *house) checkTeam(tx *store.Tx, t *kept.Team) error {
	if t.ID != 0 && h.team(t.ID).ID == 0 {
		return kept.Fail(kept.NotFound, "There is no such team.")
	}
	t.Name = strings.TrimSpace(t.Name)
	if n := len([]rune(t.Name)); n == 0 || n > mostName {
		return kept.Wrong("name", "Give the team a name of at most %d letters.", mostName)
	}
	for _, other := range h.teams {
		if other.ID != t.ID && strings.EqualFold(other.Name, t.Name) {
			return kept.Wrong("name", "Another team is called %s already.", other.Name)
		}
	}
	if err := h.knownCalendar(t.Calendar); err != nil {
		return err
	}
	agents, err := tx.Agents()
	if err != nil {
		return err
	}
	here := func(id kept.ID) bool {
		return slices.ContainsFunc(agents, func(a kept.Agent) bool { return a.ID == id && a.GoneAt.IsZero() })
	}
	was := h.team(t.ID) // who was in it and has left, goes with this change
	if t.Lead == was.Lead && !here(t.Lead) {
		t.Lead = 0
	}
	if t.Lead != 0 && !here(t.Lead) {
		return kept.Wrong("lead", "The lead must be somebody who works here.")
	}
	t.Members, t.Inboxes = unique(t.Members), unique(t.Inboxes)
	t.Members = slices.DeleteFunc(t.Members, func(id kept.ID) bool { return !here(id) && slices.Contains(was.Members, id) })
	if slices.ContainsFunc(t.Members, func(id kept.ID) bool { return !here(id) }) {
		return kept.Wrong("members", "The members must be people who work here.")
	}
	for _, id := range t.Inboxes {
		if h.inbox(id).ID == 0 {
			return kept.Wrong("inboxes", "There is no such inbox.")
		}
		if other := h.team(h.teamOf(id)); other.ID != 0 && other.ID != t.ID {
			return kept.Wrong("inboxes", "What arrives at %s is the team %s's already. Take it from them first.", h.inbox(id).Address, other.Name)
		}
	}
	return nil
}

// unique is a list of ids in order, each once.
func unique(ids []kept.ID) []kept.ID {
	out := slices.Clone(ids)
	slices.Sort(out)
	if out = slices.Compact(out); out == nil {
		return []kept.ID{}
	}
	return out
}

// DropTeam forgets a team. What was its is everybody's; but an answer that somebody waits for would be nobody's.
func (d *Desk) DropTeam(ctx context.Context, who kept.Actor, id kept.ID) error {
	now := d.now()
	return d.write(ctx, who, "drop-team", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if h.team(id).ID == 0 {
			return kept.Fail(kept.NotFound, "There is no such team.")
		}
		asked, err := tx.TeamIsAsked(id)
		if err != nil {
			return err
		}
		if asked {
			return kept.Fail(kept.Conflict, "Somebody waits for an answer of this team. One of them must say that they answer it, or whoever asked withdraw it; then drop the team.")
		}
		if err := tx.DropTeam(id); err != nil {
			return err
		}
		return d.revised(tx, who, now, "team "+h.team(id).Name+" dropped")
	})
}

// Companies lists what we know of companies, by name.
func (d *Desk) Companies(ctx context.Context, who kept.Actor) (list []kept.Company, err error) {
	err = d.read(ctx, who, "list-companies", func(tx *store.Tx) error {
		list, err = tx.Companies()
		return err
	})
	return list, err
}

// PutCompany notes what we know of a company: it is known by the name that its contacts give.
func (d *Desk) PutCompany(ctx context.Context, who kept.Actor, c kept.Company) (kept.Company, error) {
	now := d.now()
	c.Name, c.Tier = oneLine(c.Name), oneLine(c.Tier)
	err := d.write(ctx, who, "put-company", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if n := len([]rune(c.Name)); n == 0 || n > 200 {
			return kept.Wrong("name", "Write the company's name as its contacts have it.")
		}
		if len([]rune(c.Tier)) > mostTag {
			return kept.Wrong("tier", "Write a tier of at most %d letters, such as gold.", mostTag)
		}
		if err := h.knownCalendar(c.Calendar); err != nil {
			return err
		}
		if c.ID, err = tx.PutCompany(c); err != nil {
			return err
		}
		return d.revised(tx, who, now, "company "+c.Name)
	})
	return c, err
}

// DropCompany forgets what we know of a company.
func (d *Desk) DropCompany(ctx context.Context, who kept.Actor, id kept.ID) error {
	now := d.now()
	return d.write(ctx, who, "drop-company", func(tx *store.Tx) error {
		if err := tx.DropCompany(id); err != nil {
			return err
		}
		return d.revised(tx, who, now, "company dropped")
	})
}

// oneLine is a text on one line, trimmed.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
}

// mostTag is how long a tag or tier may be, in letters, and mostTags how many a conversation may have.
const (
	mostTag  = 30
	mostTags = 20
)

// tag gives a conversation other tags, sorted, each once.
func (h *hand) tag(c Change) error {
	if c.Tags == nil {
		return nil
	}
	var tags []string
	for _, t := range *c.Tags {
		if t = oneLine(t); t != "" {
			tags = append(tags, t)
		}
		if len([]rune(t)) > mostTag {
			return kept.Wrong("tags", "A tag has at most %d letters; %q is longer.", mostTag, t)
		}
	}
	slices.Sort(tags)
	tags = slices.Compact(tags)
	if len(tags) > mostTags {
		return kept.Wrong("tags", "At most %d tags fit on a conversation. Drop some first.", mostTags)
	}
	if slices.Equal(tags, h.is.Tags) {
		return nil
	}
	h.is.Tags = tags
	return h.recompute()
}

// giveTeam gives a conversation to a team, or (zero) to everybody.
func (h *hand) giveTeam(c Change) error {
	if c.Team == nil || *c.Team == h.is.Team {
		return nil
	}
	if *c.Team != 0 && h.house.team(*c.Team).ID == 0 {
		return kept.Wrong("team", "There is no such team.")
	}
	h.is.Team = *c.Team
	return h.recompute()
}
