package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

// NeedSooner is the customer's word that they need it sooner: by when, why, and how they depend on it.
// By its facts alone, as the policy weighs them, it makes the matter more pressing, which moves our promises earlier; what they are
// told at once stands on their page. The lead is told, and decides the rest. Once for a key.
func (d *Desk) NeedSooner(ctx context.Context, token string, need kept.Need, key string) error {
	now := d.now()
	if err := checkNeed(&need, now); err != nil {
		return err
	}
	return d.told(ctx, token, "customer-sooner", func(h *hand) error {
		text, err := h.needInWords(need)
		if err != nil {
			return err
		}
		m, err := h.customerSaid("customer.sooner", text, key)
		if err != nil || m.ID == 0 {
			return err
		}
		return h.needed(need, m)
	})
}

// needed does what follows from a need: perhaps another priority, our promises by it, and word to the
// lead. Within a day of the last time that it became more pressing it doesn't again: then a person decides.
func (h *hand) needed(need kept.Need, m kept.Message) error {
	s := kept.Sooner{Conversation: h.is.ID, Message: m.ID, At: h.now, Before: h.nextDue(), Was: h.is.Priority}
	last, raised, err := h.tx.LastSooner(h.is.ID, true)
	if err != nil {
		return err
	}
	if err := h.theirWord(m, false); err != nil { // it is our turn, whatever becomes of the priority
		return err
	}
	again := raised && h.now.Sub(last.At) < promise.NeedHolds
	if !again {
		policy, _, _ := h.times()
		to := promise.Urgency(promise.UrgencyOf(policy), h.is.Priority, need, s.Before)
		if err := h.prioritize(Change{Priority: &to}); err != nil {
			return err
		}
	}
	h.is.Need = &need
	lead, err := h.senior()
	if err != nil {
		return err
	}
	s.After, s.Became, s.Lead = h.nextDue(), h.is.Priority, lead.ID
	why := "needs_sooner"
	if again {
		why = "needs_sooner_again"
	}
	if err := h.tellLead(why, 0); err != nil {
		return err
	}
	return h.tx.AddSooner(s)
}

func checkNeed(n *kept.Need, now time.Time) error {
	n.Why, n.By, n.At = strings.TrimSpace(n.Why), n.By.UTC().Truncate(time.Microsecond), now
	switch {
	case n.Hours < 0 || n.Hours > 24:
		return kept.Wrong("hours", "A day has 24 hours. Write a number from 0 to 24.")
	case !n.By.IsZero() && !n.By.After(now):
		return kept.Wrong("by", "This time has passed. Choose one that is still to come.")
	case n.By.After(now.AddDate(1, 0, 0)):
		return kept.Wrong("by", "This is more than a year away. Choose a nearer time.")
	case n.By.IsZero() && n.Why == "" && n.CanWork:
		return kept.Wrong("by", "Say by when you need it, or why.")
	}
	return nil
}

// needInWords is a need as the customer would have written it, in their language and on their clock.
func (h *hand) needInWords(n kept.Need) (string, error) {
	contact, err := h.tx.Contact(h.who.ID)
	if err != nil {
		return "", err
	}
	r := words.For(h.language(contact), contact.Zone, h.house.organization.Zone, h.now)
	var lines []string
	if !n.By.IsZero() {
		zone := words.City(r.Language, r.Zone)
		if zone == "" {
			zone = r.Zone.String()
		}
		when := r.Say("time.when_date", "day", r.DateShort(n.By), "time", r.Clock(n.By)) // "today" is another day for who reads it
		lines = append(lines, r.Say("portal.need_by", "when", when, "where", zone))
	}
	if n.Hours > 0 {
		lines = append(lines, r.Say("portal.need_hours", "n", n.Hours))
	}
	if !n.CanWork {
		lines = append(lines, r.Say("portal.need_cannot"))
	}
	return strings.TrimSpace(strings.Join(lines, "\n") + "\n\n" + n.Why), nil
}

// AskSenior is the customer's wish that somebody senior looks: the lead is told, and owes them a word as
// soon as in a pressing matter, and no later than what stands; what nobody has yet is the lead's. Asked again
// while that is owed, it is only said. Once for a key.
func (d *Desk) AskSenior(ctx context.Context, token, text, key string) error {
	return d.told(ctx, token, "customer-senior", func(h *hand) error {
		m, err := h.customerSaid("customer.senior", text, key)
		if err != nil || m.ID == 0 {
			return err
		}
		if err := h.theirWord(m, false); err != nil {
			return err
		}
		if slices.ContainsFunc(h.leading, owedBySenior) {
			return nil
		}
		h.is.SeniorAt = h.now
		lead, err := h.senior()
		if err != nil {
			return err
		}
		due, err := h.seniorDue()
		if err != nil {
			return err
		}
		if h.is.Assignee == 0 {
			h.is.Assignee = lead.ID // who owes them the word has it, among what is theirs and in their day
		}
		if _, err := h.open(kept.Promise{Kind: kept.Update, Due: due, By: lead.ID, Team: h.is.Team, Source: kept.FromCustomer}); err != nil {
			return err
		}
		return h.tellLead("senior", 0)
	})
}

// owedBySenior reports whether a promise is the word that somebody senior owes.
func owedBySenior(p kept.Promise) bool {
	return p.State == kept.PromiseOpen && promise.SeniorsWord(p)
}

// senior is who leads this matter and isn't who has it already; else who leads it. Nobody, where the desk
// has neither.
func (h *hand) senior() (kept.Agent, error) { return seniorOf(h.tx, h.house, h.is) }

func seniorOf(tx *store.Tx, h *house, c kept.Conversation) (kept.Agent, error) {
	leads, err := leadsOf(tx, h, c)
	if err != nil || len(leads) == 0 {
		return kept.Agent{}, err
	}
	if i := slices.IndexFunc(leads, func(a kept.Agent) bool { return a.ID != c.Assignee }); i >= 0 {
		return leads[i], nil
	}
	return leads[0], nil
}

// speaksFor reports whether the words of one of us can keep a promise here, or put it off.
func (h *hand) speaksFor(p kept.Promise, who kept.ID) (bool, error) {
	return h.house.speaksFor(h.tx, h.is.Team, p, who)
}

// speaksFor is that of a matter which a team has.
func (h *house) speaksFor(tx *store.Tx, team kept.ID, p kept.Promise, who kept.ID) (bool, error) {
	if !promise.SeniorsWord(p) {
		return true, nil
	}
	all, err := tx.Agents()
	if err != nil {
		return false, err
	}
	var leads []kept.ID
	for _, a := range all {
		if a.GoneAt.IsZero() && (a.Role.Leads() || a.ID == h.team(team).Lead) {
			leads = append(leads, a.ID)
		}
	}
	return promise.SpeaksFor(p, who, leads), nil
}

// seniorDue is by when somebody senior has a word for the customer.
func (h *hand) seniorDue() (time.Time, error) {
	c := h.is
	if c.Priority == kept.Low || c.Priority == kept.Normal {
		c.Priority = kept.High
	}
	_, t, cal := h.house.times(c, h.whose)
	after := t.NextReply
	if after.Zero() {
		after = kept.Span{Minutes: 120}
	}
	due, err := cal.Add(h.now, after)
	for _, p := range h.leading {
		word := p.Kind == kept.Reply || p.Kind == kept.Update
		if p.State == kept.PromiseOpen && word && p.Due.Before(due) {
			due = p.Due
		}
	}
	return due, err
}
