package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

// notify writes a mail to one of our own and the job that sends it. Agent, Subject and Text are set;
// the rest is filled in.
func (d *Desk) notify(tx *store.Tx, h *house, n kept.Notice) (kept.ID, error) {
	if n.MessageID == "" {
		n.MessageID = newMessageID(h.sender().Email)
	}
	id, err := tx.AddNotice(n)
	if err != nil {
		return 0, err
	}
	return id, tx.AddJob(JobNotice, Of{id}, fmt.Sprintf("%s %d", JobNotice, id), n.CreatedAt)
}

// sender is who writes to our own people: the desk itself, from its first inbox.
func (h *house) sender() kept.Address {
	if len(h.inboxes) == 0 {
		return kept.Address{Name: "Kept", Email: "kept@kept.invalid"}
	}
	return kept.Address{Name: h.organization.Name + " desk", Email: h.inboxes[0].Address}
}

// BeginNotice takes a notice for sending, as the mail room builds it; Done where it was sent, or the person is
// gone. One that was taken before and never answered for may have gone just before we died: that is noted.
func (d *Desk) BeginNotice(ctx context.Context, id kept.ID) (s Sending, err error) {
	now := d.now()
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		n, err := tx.Notice(id)
		if err != nil {
			return err
		}
		a, err := tx.Agent(n.Agent)
		if err != nil {
			return err
		}
		if s.Done = !n.SentAt.IsZero() || !a.GoneAt.IsZero(); s.Done {
			return nil
		}
		again, err := tx.BeginNotice(id, now)
		if err != nil {
			return err
		}
		if again {
			if err := tx.NoticeTrouble(id, maybeTwice); err != nil {
				return err
			}
		}
		s.Mail = kept.Outbound{
			From: h.sender(), To: []kept.Address{{Name: a.Name, Email: a.Email}}, ReplyTo: n.ReplyTo, Subject: n.Subject,
			MessageID: n.MessageID, InReplyTo: n.InReplyTo, Text: n.Text, HTML: d.o.HTMLFromText(n.Text), Language: a.Language,
			Automatic: "auto-generated", At: n.CreatedAt,
		}
		return nil
	})
	return s, err
}

// NoticeDeferred notes that a notice could not be handed over yet: the next try is no second mail.
func (d *Desk) NoticeDeferred(ctx context.Context, id kept.ID) error {
	return d.db.Write(ctx, func(tx *store.Tx) error { return tx.NoticeDeferred(id) })
}

// Notified notes that the next hop has a notice; trouble says why it never will.
func (d *Desk) Notified(ctx context.Context, id kept.ID, trouble string) error {
	now := d.now()
	return d.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Notice(id)
		if err == nil && trouble != "" && n.Promise != 0 && n.SentAt.IsZero() {
			_, err = d.unreached(tx, n, trouble, now)
		}
		if err != nil {
			return err
		}
		return tx.NoticeSent(id, now, trouble)
	})
}

// leads are who is told what goes wrong in a conversation: its team's lead, else everybody who leads, else
// who administers.
func (h *hand) leads() ([]kept.Agent, error) { return leadsOf(h.tx, h.house, h.is) }

// leadsOf is leads of a conversation that nobody has in hand.
func leadsOf(tx *store.Tx, h *house, c kept.Conversation) ([]kept.Agent, error) {
	all, err := tx.Agents()
	if err != nil {
		return nil, err
	}
	lead := h.team(c.Team).Lead
	for _, who := range []func(kept.Agent) bool{
		func(a kept.Agent) bool { return a.ID == lead },
		func(a kept.Agent) bool { return a.Role == kept.RoleLead },
		func(a kept.Agent) bool { return a.Role.Administers() },
	} {
		found := slices.DeleteFunc(slices.Clone(all), func(a kept.Agent) bool { return !who(a) || !a.GoneAt.IsZero() })
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, nil
}

// tellLead tells the lead what went wrong, once for a reason and a promise (zero: the conversation). Why is
// a key of the catalogue: "second_time", "moved_twice".
func (h *hand) tellLead(why string, promise kept.ID) error {
	leads, err := h.leads()
	if err != nil {
		return err
	}
	var told []kept.ID
	for _, a := range leads {
		told = append(told, a.ID)
		if _, err := h.d.notify(h.tx, h.house, h.leadNotice(a, why, promise)); err != nil {
			return err
		}
	}
	h.note(kept.LeadTold, 0, promise, map[string]any{"why": why, "agents": told})
	return nil
}

// leadNotice is the mail that tells a lead, in their language.
func (h *hand) leadNotice(a kept.Agent, why string, promise kept.ID) kept.Notice {
	return kept.Notice{
		Agent: a.ID, Conversation: h.is.ID, Promise: promise, CreatedAt: h.now,
		Subject: words.Say(a.Language, "notice.lead."+why, "subject", h.is.Subject),
		Text:    words.Say(a.Language, "notice.lead."+why+"_what", "subject", h.is.Subject) + "\n\n" + h.d.DeskURL(h.house.organization, h.is.ID),
	}
}

// DeskURL is where our own people open a conversation.
func (d *Desk) DeskURL(o kept.Organization, conversation kept.ID) string {
	return fmt.Sprintf("%s/inbox/open/%d", d.base(o), conversation)
}
