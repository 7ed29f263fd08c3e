package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
	"github.com/kept-desk/kept/rules/thread"
	"github.com/kept-desk/kept/store"
)

// pageLasts is how long a customer's page can be opened after the last word on it.
const pageLasts = 180 * 24 * time.Hour

// customerURL is the signed address of the customer's page: it opens one conversation for one contact, until
// the links of that conversation are taken back.
func (d *Desk) customerURL(tx *store.Tx, o kept.Organization, conversation, contact kept.ID) (string, error) {
	revoked, err := tx.LinksRevoked(conversation)
	return d.base(o) + "/c/" + thread.Token(linkKey(d.keys.page, revoked), conversation, contact), err
}

// linkKey signs the links of a conversation whose earlier ones were taken back so often.
func linkKey(key []byte, revoked int) []byte {
	if revoked == 0 {
		return key
	}
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "links revoked %d", revoked)
	return h.Sum(nil)
}

// RevokeLinks takes back every link to a conversation's page that was sent so far: they open nothing any
// more, and our next mail brings a new one. So do the links to the conversations that go on in it: they open the
// same page.
func (d *Desk) RevokeLinks(ctx context.Context, who kept.Actor, id kept.ID) (Full, error) {
	return d.change(ctx, who, "revoke-links", id, func(h *hand) error {
		h.note(kept.LinksRevoked, 0, 0, nil)
		merged, err := h.tx.MergedInto(id)
		if err != nil {
			return err
		}
		for _, c := range append(merged, id) {
			if err := h.tx.RevokeLinks(c); err != nil {
				return err
			}
		}
		return nil
	})
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
	Agent        string             // who has it; empty: nobody yet
	Names        map[kept.ID]string // of the agents who gave a promise, or decide
	Promises     []kept.Promise     // to the customer: asks among ourselves are none
	Lead         string             // who leads the matter; empty: nobody
	Agreed       kept.Calendar      // the hours that we agreed with them; zero: none, and what they chose holds
	Sooner       *kept.Sooner       // what came of their latest word that they need it sooner; nil: they never said so
	ObjectBy     time.Time          // solved: until when they may say that it isn't, before we take it as such; zero: no end is set
	Messages     []kept.Message     // what the customer and we said; nothing inside, nothing that never left
	Now          time.Time
	ViewOnly     bool // one of us looks, by a link that tells nothing
}

// customer finds whose link a token is. NotFound for a token that isn't ours, SignedOut for one whose
// time is over, Forbidden for one that only shows the page.
func (d *Desk) customer(tx *store.Tx, token string, now time.Time) (kept.Actor, error) {
	who, viewOnly, err := d.looker(tx, token, now)
	if err == nil && viewOnly {
		err = kept.Fail(kept.Forbidden, "This link only shows the page. What is said on it is the customer's to say.")
	}
	return who, err
}

// looker finds whose page a link opens, and whether it only shows it.
func (d *Desk) looker(tx *store.Tx, token string, now time.Time) (who kept.Actor, viewOnly bool, err error) {
	link, err := d.readLink(tx, token)
	if err != nil {
		return who, false, err
	}
	c, err := tx.Conversation(link.conversation)
	if err == nil && c.MergedInto != 0 {
		c, err = tx.Conversation(c.MergedInto)
	}
	if err != nil {
		return who, false, err
	}
	if now.Sub(c.TouchedAt) > pageLasts {
		return who, false, kept.Fail(kept.SignedOut, "This link has expired. Write to us, and you get a new one.")
	}
	k, err := tx.Contact(link.contact)
	who = contactActor(k)
	who.Conversation = c.ID
	return who, link.viewOnly, err
}

// link is what a token says.
type link struct {
	conversation, contact kept.ID
	viewOnly              bool
}

// readLink reads what a link opens.
func (d *Desk) readLink(tx *store.Tx, token string) (l link, err error) {
	claimed, _, _ := kept.Claims(token)
	revoked, err := tx.LinksRevoked(claimed)
	if err != nil {
		return l, err
	}
	for n := revoked; n >= 0; n-- {
		ok := false
		if l.conversation, l.contact, ok = thread.ReadToken(linkKey(d.keys.page, n), token); !ok {
			l.conversation, l.contact, ok = thread.ReadToken(linkKey(d.keys.view, n), token)
			l.viewOnly = ok
		}
		switch {
		case ok && n == revoked:
			return l, nil
		case ok:
			return link{}, kept.Fail(kept.SignedOut, "This link was taken back. Write to us, and you get a new one.")
		}
	}
	return link{}, kept.Fail(kept.NotFound, "This link is not one of ours. Please open it from our mail to you.")
}

// CustomerPage reads the page that a link opens. It changes nothing.
func (d *Desk) CustomerPage(ctx context.Context, token string) (p CustomerPage, err error) {
	p.Now = d.now()
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		who, viewOnly, err := d.looker(tx, token, p.Now)
		if err != nil {
			return err
		}
		p.ViewOnly = viewOnly
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
		if err := p.promised(tx); err != nil {
			return err
		}
		if err := p.said(tx); err != nil {
			return err
		}
		if p.ViewOnly {
			for i := range p.Messages {
				veil(&p.Messages[i], noLink, d.signed(tx))
			}
		}
		return p.stands(tx, h)
	})
	return p, err
}

// promised reads what the customer was promised: nothing of what we asked one another.
func (p *CustomerPage) promised(tx *store.Tx) error {
	all, err := tx.PromisesOf(p.Conversation.ID)
	_, p.Promises = apart(all)
	return err
}

// said reads what the customer and we said; nothing inside, nothing that never left.
func (p *CustomerPage) said(tx *store.Tx) error {
	all, err := tx.SaidIn(p.Conversation.ID)
	for _, m := range all {
		said := m.Kind == kept.MessageIn || m.Kind == kept.MessageOut && m.Delivery != kept.Bounced
		if said && !m.Automatic {
			p.Messages = append(p.Messages, m)
		}
	}
	return err
}

// stands reads what they need, who decides, and until when they may object.
func (p *CustomerPage) stands(tx *store.Tx, h *house) error {
	s, ok, err := tx.LastSooner(p.Conversation.ID, false)
	if err != nil {
		return err
	}
	lead, err := seniorOf(tx, h, p.Conversation)
	if err != nil {
		return err
	}
	p.Lead, p.Names = lead.Name, map[kept.ID]string{}
	if ok {
		p.Sooner, p.Names[s.Lead] = &s, ""
	}
	for _, v := range p.Promises {
		p.Names[v.By] = ""
	}
	agents, err := tx.Agents()
	if err != nil {
		return err
	}
	for _, a := range agents {
		if _, named := p.Names[a.ID]; named {
			p.Names[a.ID] = a.Name
		}
	}
	if p.Contact.Calendar > 0 {
		p.Agreed = h.calendarOf(p.Contact.Calendar)
	}
	if p.Conversation.Status != kept.Solved {
		return nil
	}
	w, err := h.whose(tx, p.Conversation.Contact)
	if err != nil {
		return err
	}
	if policy, _, cal := h.times(p.Conversation, w); !policy.Confirm.Zero() {
		p.ObjectBy, err = cal.Add(p.Conversation.SolvedAt, policy.Confirm)
	}
	return err
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

// told runs a verb of the customer whose link it is, where the access table allows it.
func (d *Desk) told(ctx context.Context, token string, op access.Operation, f func(*hand) error) error {
	return d.by(ctx, token, func(h *hand, _ time.Time) error {
		if err := access.Check(h.who, op); err != nil {
			return err
		}
		return f(h)
	})
}

// ItWorks is the customer's word that it is solved: what we still promised is no longer needed, by
// their own word, except what was promised for its own sake. It happens once for a key; an empty key is
// none.
func (d *Desk) ItWorks(ctx context.Context, token, key string) error {
	return d.told(ctx, token, "customer-works", func(h *hand) error {
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
	return d.told(ctx, token, "customer-not-solved", func(h *hand) error {
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

// MaxFiles is how many files a customer may add at once on their page; together they may have MaxUpload.
const MaxFiles = 10

// AddWords adds what the customer wrote on their page, and the files they brought, once for a key.
func (d *Desk) AddWords(ctx context.Context, token, words, key string, files ...kept.Attachment) error {
	if strings.TrimSpace(words) == "" && len(files) == 0 {
		return kept.Wrong("text", "There are no words in it yet.")
	}
	attached, err := d.keepFiles(ctx, token, files)
	if err != nil {
		return err
	}
	return d.told(ctx, token, "customer-words", func(h *hand) error {
		m, err := h.customerMessage(words)
		if err != nil {
			return err
		}
		m.Attachments = attached
		m, err = h.addCustomer(m, "page "+key)
		if err != nil || m.ID == 0 {
			return err
		}
		return h.theirWord(m, false)
	})
}

// keepFiles puts a customer's files into the blob store, if the link is good; a body without a row harms
// nobody.
func (d *Desk) keepFiles(ctx context.Context, token string, files []kept.Attachment) ([]kept.Attachment, error) {
	if len(files) == 0 {
		return nil, nil
	}
	if len(files) > MaxFiles {
		return nil, kept.Fail(kept.TooLarge, "These are more than %d files. Send the rest afterwards.", MaxFiles)
	}
	now, size := d.now(), 0
	for _, f := range files {
		size += len(f.Bytes)
	}
	if size > MaxUpload {
		return nil, kept.Fail(kept.TooLarge, "Files may have at most %d MB together. Share larger ones by a link.", MaxUpload>>20)
	}
	err := d.db.Read(ctx, func(tx *store.Tx) error {
		_, err := d.customer(tx, token, now)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]kept.Attachment, 0, len(files))
	for _, f := range files {
		a := kept.Attachment{Name: fileName(f.Name), Type: f.Type, Size: int64(len(f.Bytes))}
		if a.SHA256, err = d.blobs.Put(ctx, f.Bytes); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
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

// addCustomer adds what came by a form of the customer's page. Source names the form: sent twice it says the same
// once, but with other words (somebody went back to it) it says something else.
func (h *hand) addCustomer(m kept.Message, source string) (kept.Message, error) {
	if source != "" {
		said := sha256.New()
		io.WriteString(said, m.Text) //nolint:errcheck // a hash takes everything
		for _, a := range m.Attachments {
			fmt.Fprintf(said, "\x00%s %d %s", a.Name, a.Size, a.SHA256)
		}
		source += " " + hex.EncodeToString(said.Sum(nil)[:8])
	}
	id, ok, err := h.tx.AddMessage(m, source, h.d.signed(h.tx))
	if err != nil || !ok {
		return kept.Message{}, err
	}
	m.ID = id
	h.note(kept.MessageReceived, id, 0, nil)
	h.said(m)
	return m, nil
}
