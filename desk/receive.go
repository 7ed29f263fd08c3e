package desk

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/thread"
	"github.com/kept-desk/kept/store"
)

// subjectWindow is how long after a conversation's last message the same subject among the same
// people still means the same matter.
const subjectWindow = 14 * 24 * time.Hour

// secondTimeWindow is how long a broken promise makes a contact's next matter a second time.
const secondTimeWindow = 90 * 24 * time.Hour

// Receive makes messages of a stored mail: contact, conversation, message, turn, promise, events and
// jobs, or nothing. A mail that was received before is left alone. The files of the mail are written
// to the blob store first; a body without a row harms nobody.
func (d *Desk) Receive(ctx context.Context, in kept.Inbound) error {
	for i, a := range in.Attachments {
		sha, err := d.blobs.Put(ctx, a.Bytes)
		if err != nil {
			return err
		}
		in.Attachments[i].SHA256, in.Attachments[i].Size, in.Attachments[i].Bytes = sha, int64(len(a.Bytes)), nil
	}
	visible, quoted, signature := thread.Fold(in.Text)
	in.Visible, in.Quoted = visible, strings.TrimSpace(signature+"\n"+quoted)
	if in.Language == "" && d.o.Language != nil {
		in.Language = d.o.Language(visible)
	}
	now := d.now()
	for {
		err := d.db.Write(ctx, func(tx *store.Tx) error {
			if ok, err := tx.TakeMail(in.Ledger, now); err != nil || !ok {
				return err
			}
			h, err := d.at(tx)
			if err != nil {
				return err
			}
			r := receiving{d: d, tx: tx, house: h, now: now, in: in}
			return r.run()
		})
		if !errors.Is(err, errTwin) {
			return err
		}
	}
}

// errTwin stops a mail whose twin became a message between our look and our write (PostgreSQL, two at
// once): seen again, it is a duplicate.
var errTwin = errors.New("the same mail was received at this moment")

// receiving is a mail being received in a transaction.
type receiving struct {
	d     *Desk
	tx    *store.Tx
	house *house
	now   time.Time
	in    kept.Inbound

	voicemail *voicemail // nil: it is none

	state   kept.MailState
	reason  string
	message kept.ID
}

// run makes a message in each inbox that the mail was sent to.
func (r *receiving) run() error {
	r.state = kept.MailReceived
	if r.in.MessageID != "" {
		m, ours, err := r.tx.MessageByMessageID(r.in.MessageID)
		if err != nil {
			return err
		}
		if ours {
			return r.tx.SayOfMail(r.in.Ledger, kept.MailDropped, m.ID, "our own mail came back to us in a loop")
		}
	}
	in := r.in
	for _, to := range r.inboxes() {
		r.in = in // what one inbox takes it for is not what another does
		if err := r.into(to); err != nil {
			return err
		}
	}
	return r.tx.SayOfMail(r.in.Ledger, r.state, r.message, r.reason)
}

// arrival is one of our addresses that a mail was sent to, with the tokens that it carried.
type arrival struct {
	inbox  kept.Inbox
	tokens []string
}

// inboxes are ours among the recipients, each once; the first inbox of the house where the address
// isn't ours any more, as what was accepted is never lost.
func (r *receiving) inboxes() []arrival {
	var out []arrival
	for _, rcpt := range r.in.Rcpts {
		base, token := thread.SplitAddress(rcpt)
		inbox, ok := r.house.inboxAt(rcpt)
		if !ok {
			inbox, ok = r.house.inboxAt(base)
		}
		if !ok {
			continue
		}
		i := slices.IndexFunc(out, func(a arrival) bool { return a.inbox.ID == inbox.ID })
		if i < 0 {
			i = len(out)
			out = append(out, arrival{inbox: inbox})
		}
		if token != "" {
			out[i].tokens = append(out[i].tokens, token)
		}
	}
	if len(out) == 0 && len(r.house.inboxes) > 0 {
		out = []arrival{{inbox: r.house.inboxes[0]}}
	}
	return out
}

// from is who wrote: the From header, else the envelope. A form or a scanner writes in our own name or in
// nobody's, and names the person in Reply-To; without one, nobody can be answered.
func (r *receiving) from() kept.Address {
	from := r.author()
	if !r.house.nobodys(from) {
		return from
	}
	if len(r.in.ReplyTo) > 0 && !r.house.nobodys(r.in.ReplyTo[0]) {
		return r.in.ReplyTo[0]
	}
	if _, ours := r.house.inboxAt(from.Email); ours {
		from.Email = ""
	}
	return from
}

// author is whom the mail itself names as its writer.
func (r *receiving) author() kept.Address {
	if len(r.in.From) > 0 && r.in.From[0].Email != "" {
		return r.in.From[0]
	}
	return kept.Address{Email: r.in.Sender}
}

// nobodys reports whether no person reads an address: it is ours, or says of itself that it is.
func (h *house) nobodys(a kept.Address) bool {
	base, _ := thread.SplitAddress(a.Email)
	if _, ours := h.inboxAt(base); ours {
		return true
	}
	name, _, _ := strings.Cut(strings.ToLower(base), "@")
	switch strings.NewReplacer("-", "", "_", "", ".", "").Replace(name) {
	case "noreply", "donotreply", "nepasrepondre", "nichtantworten", "wordpress", "mailer":
		return true
	}
	return false
}

// into makes a message of the mail in one inbox.
func (r *receiving) into(to arrival) error {
	if seen, err := r.seen(to.inbox); err != nil || seen {
		return err
	}
	if r.in.Kind == kept.MailBounce {
		done, err := r.bounce(to)
		if err != nil || done {
			return err
		}
	}
	if done, err := r.answersAsk(to); err != nil || done {
		return err
	}
	r.heard(to)
	contact, err := r.contact()
	if err != nil {
		return err
	}
	decision, err := r.match(to, contact)
	if err != nil {
		return err
	}
	var h *hand
	if decision.Conversation != 0 {
		h, err = r.d.take(r.tx, decision.Conversation, contactActor(contact), r.now)
	} else {
		h, err = r.begin(to.inbox, contact)
	}
	if err != nil {
		return err
	}
	m := r.compose(h, contact, decision)
	id, fresh, err := r.tx.AddMessage(m, r.source(to.inbox), r.d.signed(r.tx))
	if err != nil {
		return err
	}
	if !fresh {
		return errTwin
	}
	m.ID, r.message = id, id
	if r.voicemail != nil {
		return r.leftVoicemail(h, m, contact)
	}
	if err := r.tx.AddParticipants(h.is.ID, r.participants()); err != nil {
		return err
	}
	return r.follow(h, m, contact, decision.Conversation == 0)
}

// source names the mail for idempotence: inbox, Message-ID and content.
func (r *receiving) source(i kept.Inbox) string {
	return fmt.Sprintf("mail %d %s %s", i.ID, r.in.MessageID, r.in.Content)
}

// seen reports whether the mail is a message of this inbox already.
func (r *receiving) seen(i kept.Inbox) (bool, error) {
	id, ok, err := r.tx.MessageBySource(r.source(i))
	if ok {
		r.state, r.message, r.reason = kept.MailDuplicate, id, "the same mail again"
	}
	return ok, err
}

// contact finds who wrote, or makes them; what the mail says of their zone and language is noted where
// nothing better is known.
func (r *receiving) contact() (kept.Contact, error) {
	if r.voicemail != nil {
		return whoCalled(r.tx, r.voicemail.number, r.now)
	}
	from := r.from()
	c, ok, err := kept.Contact{}, false, error(nil)
	if from.Email != "" {
		c, ok, err = r.tx.ContactByAddress(from.Email)
	}
	if err != nil {
		return c, err
	}
	known := c
	if c.Name == "" {
		c.Name = from.Name
	}
	if c.Language == "" {
		c.Language = r.in.Language
	}
	if c.Zone == "" {
		c.Zone = r.zone()
	}
	if ok {
		if reflect.DeepEqual(c, known) || r.in.Kind != kept.MailNormal {
			return known, nil
		}
		return c, r.tx.SaveContact(c)
	}
	c.Email, c.CreatedAt = from.Email, r.now
	return r.tx.AddContact(c)
}

// zone is the customer's, as far as the Date header tells: ours where its offset is ours just then.
func (r *receiving) zone() string {
	if r.in.Offset == nil {
		return ""
	}
	if zone, err := time.LoadLocation(r.house.organization.Zone); err == nil {
		if _, ours := r.now.In(zone).Zone(); ours == *r.in.Offset {
			return r.house.organization.Zone
		}
	}
	if *r.in.Offset == 0 {
		return "" // servers that know nothing better say +0000
	}
	sign, n := '+', *r.in.Offset/60
	if n < 0 {
		sign, n = '-', -n
	}
	return fmt.Sprintf("UTC%c%02d:%02d", sign, n/60, n%60)
}

// begin begins a conversation. What no person waits for (a bounce, an out-of-office that belongs to
// nothing) is there to be seen, and closed.
func (r *receiving) begin(inbox kept.Inbox, contact kept.Contact) (*hand, error) {
	c := kept.Conversation{
		Inbox: inbox.ID, Contact: contact.ID, Subject: subject(r.in.Subject), Priority: kept.Normal, Language: r.in.Language,
		Status: kept.Open, Team: r.house.teamOf(inbox.ID), CreatedAt: r.now, TouchedAt: r.now,
	}
	if c.Language == "" {
		c.Language = contact.Language
	}
	switch {
	case !waits(r.in):
		c.Status, c.ClosedAt = kept.Closed, r.now
	default:
		c.OurTurnSince = r.now
		second, err := r.tx.BrokenSince(contact, r.now.Add(-secondTimeWindow))
		if err != nil {
			return nil, err
		}
		c.SecondTime = second
	}
	return r.d.begin(r.tx, c, contactActor(contact), r.now)
}

// begin writes a new conversation and takes it in hand.
func (d *Desk) begin(tx *store.Tx, c kept.Conversation, who kept.Actor, now time.Time) (*hand, error) {
	var err error
	if c.ID, err = tx.AddConversation(c); err != nil {
		return nil, err
	}
	h, err := d.hold(tx, c, who, now)
	if err != nil {
		return nil, err
	}
	h.note(kept.ConversationCreated, 0, 0, c)
	return h, nil
}

func subject(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return "(no subject)"
	}
	const most = 500
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// waits reports whether a person waits behind a mail for our word. A list may carry a customer's mail
// (a group address that forwards to us does), so it counts.
func waits(in kept.Inbound) bool { return in.Kind == kept.MailNormal || in.Kind == kept.MailList }

func contactActor(c kept.Contact) kept.Actor {
	name := c.Name
	if name == "" {
		name = c.Email
	}
	return kept.Actor{Kind: kept.ByContact, ID: c.ID, Name: name}
}

// follow does what follows from a message that came in: whose turn it is, what is promised, what is
// told.
func (r *receiving) follow(h *hand, m kept.Message, contact kept.Contact, isNew bool) error {
	h.note(kept.MessageReceived, m.ID, 0, nil)
	h.said(m)
	if waits(r.in) {
		if isNew && r.in.Kind == kept.MailNormal && !r.in.Unreadable {
			if err := r.acknowledge(h, contact, m); err != nil {
				return err
			}
		}
		if err := h.theirWord(m, isNew); err != nil {
			return err
		}
		if isNew && h.is.SecondTime {
			if err := h.tellLead("second_time", 0); err != nil {
				return err
			}
		}
	}
	return h.put()
}

// ourTurn gives the turn to us: clocks that stood still run on, and what the policy promises meanwhile is promised.
func (h *hand) ourTurn() error {
	if h.is.Status == kept.Open {
		return nil
	}
	h.turn(kept.Open)
	if err := h.clocks(); err != nil {
		return err
	}
	return h.recompute()
}

// theirWord turns the conversation to us after a customer's message: a reply is promised, or was and
// stays; a chase is recorded; what we asked them is answered.
func (h *hand) theirWord(m kept.Message, isNew bool) error {
	h.is.LastInboundAt = h.now
	if h.is.Status == kept.Spam {
		return nil
	}
	_, t, cal := h.times()
	if !isNew {
		if promise.IsChase(h.was, h.now) {
			h.is.Chases++
			h.note(kept.ChaseRecorded, m.ID, 0, map[string]int{"chases": h.is.Chases})
		}
		h.is.SnoozedUntil = time.Time{}
		if err := h.ourTurn(); err != nil {
			return err
		}
		if err := h.releaseKind(kept.Cause{Message: m.ID, Reason: "the customer wrote"}, kept.CheckIn); err != nil {
			return err
		}
	}
	after := t.NextReply
	if isNew {
		after = t.FirstReply
		if err := h.broughtIn(t, cal, nil); err != nil {
			return err
		}
	}
	if h.has(kept.Reply) {
		return nil
	}
	return h.openBy(kept.Reply, after)
}
