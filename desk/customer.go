package desk

import (
	"context"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/thread"
	"github.com/kept-desk/kept/store"
)

// pageLasts is how long a customer's page can be opened after the last word on it.
const pageLasts = 180 * 24 * time.Hour

// PageURL is the signed address of the customer's page: it opens one conversation for one contact.
func (d *Desk) PageURL(o kept.Organization, conversation, contact kept.ID) string {
	return d.base(o) + "/c/" + thread.Token(d.keys.page, conversation, contact)
}

// base is where the desk is reached, without a slash at its end.
func (d *Desk) base(o kept.Organization) string {
	if o.URL != "" {
		return strings.TrimRight(o.URL, "/")
	}
	return strings.TrimRight(d.o.URL, "/")
}

// CustomerPage is what a customer sees of their matter.
type CustomerPage struct {
	Organization kept.Organization
	Conversation kept.Conversation
	Contact      kept.Contact
	Agent        string // who has it; empty: nobody yet
	Promises     []kept.Promise
	Messages     []kept.Message // what the customer and we said; nothing inside, nothing that never left
	Now          time.Time
}

// customer finds whose link a token is. NotFound for a token that isn't ours, SignedOut for one whose
// time is over.
func (d *Desk) customer(tx *store.Tx, token string, now time.Time) (kept.Actor, error) {
	conversation, contact, ok := thread.ReadToken(d.keys.page, token)
	if !ok {
		return kept.Actor{}, kept.Fail(kept.NotFound, "This link is not one of ours. Please open it from our mail to you.")
	}
	c, err := tx.Conversation(conversation)
	if err != nil {
		return kept.Actor{}, err
	}
	if now.Sub(c.TouchedAt) > pageLasts {
		return kept.Actor{}, kept.Fail(kept.SignedOut, "This link has expired. Write to us, and you get a new one.")
	}
	k, err := tx.Contact(contact)
	who := contactActor(k)
	who.Conversation = conversation
	return who, err
}

// CustomerPage reads the page that a link opens. It changes nothing.
func (d *Desk) CustomerPage(ctx context.Context, token string) (p CustomerPage, err error) {
	p.Now = d.now()
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		who, err := d.customer(tx, token, p.Now)
		if err != nil {
			return err
		}
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		p.Organization = h.organization
		r, err := tx.Row(who.Conversation)
		if err != nil {
			return err
		}
		p.Conversation, p.Agent = r.Conversation, r.AssigneeName
		if p.Contact, err = tx.Contact(who.ID); err != nil {
			return err
		}
		promises, err := tx.PromisesOf(who.Conversation)
		if err != nil {
			return err
		}
		_, p.Promises = apart(promises)
		all, err := tx.MessagesOf(who.Conversation)
		for _, m := range all {
			said := m.Kind == kept.MessageIn || m.Kind == kept.MessageOut && m.Delivery != kept.Bounced
			if said && !m.Automatic {
				p.Messages = append(p.Messages, m)
			}
		}
		return err
	})
	return p, err
}

// by runs a verb of the customer whose link it is.
func (d *Desk) by(ctx context.Context, token string, f func(*hand, time.Time) error) error {
	now := d.now()
	return d.db.Write(ctx, func(tx *store.Tx) error {
		who, err := d.customer(tx, token, now)
		if err != nil {
			return err
		}
		h, err := d.take(tx, who.Conversation, who, now)
		if err != nil {
			return err
		}
		if h.is.Status == kept.Spam {
			return kept.Fail(kept.NotFound, "This matter is closed here. Please write to us by mail.")
		}
		if err := f(h, now); err != nil {
			return err
		}
		return h.put()
	})
}

// ItWorks is the customer's word that it is solved: what we still promised is no longer needed, by
// their own word, except what was promised for its own sake. It happens once for a key; an empty key is
// none.
func (d *Desk) ItWorks(ctx context.Context, token, key string) error {
	return d.by(ctx, token, func(h *hand, _ time.Time) error {
		if h.is.Status == kept.Closed {
			return nil
		}
		m, err := h.customerSaid("customer.works", "", key)
		if err != nil || m.ID == 0 {
			return err
		}
		if err := h.releaseKind(kept.Cause{Message: m.ID, Reason: "the customer says that it works"}, kept.Reply, kept.Update, kept.Workaround, kept.CheckIn, kept.FollowUp); err != nil {
			return err
		}
		if err := h.solved(kept.Cause{Message: m.ID}); err != nil {
			return err
		}
		// "The refund by Friday" stays due: then it is solved, and closes with the last thing owed.
		h.turn(kept.Solved)
		h.is.ConfirmedAt = h.now
		return nil
	})
}

// NotSolved is the customer's word that it isn't: it is our turn, and a second time, where we had said that
// it is solved; what rested on that is corrected. It happens once for a key; an empty key is none.
func (d *Desk) NotSolved(ctx context.Context, token, words, key string) error {
	return d.by(ctx, token, func(h *hand, _ time.Time) error {
		m, err := h.customerSaid("customer.not_solved", words, key)
		if err != nil || m.ID == 0 {
			return err
		}
		if !h.is.SolvedAt.IsZero() || h.is.Status == kept.Closed {
			h.is.DisputedAt = h.now
			if err := h.secondTime(); err != nil {
				return err
			}
		}
		if err := h.takeBack(m.ID); err != nil {
			return err
		}
		// How it went needs no asking any more: they have said it.
		if err := h.releaseKind(kept.Cause{Message: m.ID, Reason: "the customer says that it is not solved"}, kept.FollowUp); err != nil {
			return err
		}
		return h.theirWord(m, false)
	})
}

// AddWords adds what the customer wrote on their page, once for a key.
func (d *Desk) AddWords(ctx context.Context, token, words, key string) error {
	if strings.TrimSpace(words) == "" {
		return kept.Wrong("text", "There are no words in it yet.")
	}
	return d.by(ctx, token, func(h *hand, _ time.Time) error {
		m, err := h.customerWrote(words, "page "+key)
		if err != nil || m.ID == 0 {
			return err
		}
		return h.theirWord(m, false)
	})
}

// customerSaid writes a message for a button that the customer pressed, with their words if any. Its
// subject is the button's name in the catalogue, so that each reader sees it in their language. A zero
// message where the key was used before.
func (h *hand) customerSaid(button, words, key string) (kept.Message, error) {
	m, err := h.customerMessage(words)
	if err != nil {
		return m, err
	}
	m.Warnings = []string{button}
	if key != "" {
		key = "page " + key
	}
	return h.addCustomer(m, key)
}

// customerWrote writes the customer's own words; a zero message where the key was used before.
func (h *hand) customerWrote(words, source string) (kept.Message, error) {
	m, err := h.customerMessage(words)
	if err != nil {
		return m, err
	}
	return h.addCustomer(m, source)
}

func (h *hand) customerMessage(words string) (kept.Message, error) {
	const most = 50_000
	words = strings.TrimSpace(strings.ReplaceAll(words, "\r\n", "\n"))
	if len(words) > most {
		return kept.Message{}, kept.Wrong("text", "This is too long for a page. Please send it by mail.")
	}
	return kept.Message{
		Conversation: h.is.ID, Kind: kept.MessageIn, Author: kept.Actor{Kind: kept.ByContact, ID: h.who.ID, Name: h.who.Name},
		Subject: h.is.Subject, Text: words, Visible: words, To: []string{}, CC: []string{}, CreatedAt: h.now,
	}, nil
}

func (h *hand) addCustomer(m kept.Message, source string) (kept.Message, error) {
	id, ok, err := h.tx.AddMessage(m, source)
	if err != nil || !ok {
		return kept.Message{}, err
	}
	m.ID = id
	h.note(kept.MessageReceived, id, 0, nil)
	h.said(m)
	return m, nil
}
