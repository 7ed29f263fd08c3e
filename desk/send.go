package desk

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/letter"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/thread"
	"github.com/kept-desk/kept/store"
)

// automaticPerDay bounds the automatic mails to one contact, so that two machines can't talk for ever.
const automaticPerDay = 6

// acknowledge writes the mail that tells a new customer by what time they hear from us, and opens the
// promise that it tells.
func (r *receiving) acknowledge(h *hand, contact kept.Contact, m kept.Message) error {
	if contact.Email == "" || r.in.Sender == "" || r.house.nobodys(kept.Address{Email: contact.Email}) {
		return nil // nobody, or a machine that takes no answer
	}
	n, err := r.tx.AutomaticSince(contact.ID, r.now.Add(-24*time.Hour))
	if err != nil || n >= automaticPerDay {
		return err
	}
	policy, t, cal := h.times()
	if t.FirstReply.Zero() {
		return nil
	}
	due, err := cal.Add(r.now, t.FirstReply)
	if err != nil {
		return err
	}
	l, err := h.letter(contact)
	if err != nil {
		return err
	}
	customer := h.who
	h.who = kept.System
	defer func() { h.who = customer }()
	id, err := h.sendLetter(letter.Acknowledgement(letter.Ack{Letter: l, Due: due}), contact, "auto-replied", m.MessageID)
	if err != nil {
		return err
	}
	_, err = h.open(kept.Promise{Kind: kept.Reply, Due: due, Zone: contact.Zone, Source: kept.FromPolicy, Policy: policy.ID, ToldIn: id})
	return err
}

// letter is what every letter to this conversation's contact says.
func (h *hand) letter(contact kept.Contact) (letter.Letter, error) {
	page, err := h.d.customerURL(h.tx, h.house.organization, h.is.ID, contact.ID)
	if err != nil {
		return letter.Letter{}, err
	}
	l := letter.Letter{
		Organization: h.house.organization, Name: contact.Name, Language: h.language(contact), Zone: contact.Zone,
		Subject: h.is.Subject, Page: page, Now: h.now,
	}
	if h.is.Assignee == 0 {
		return l, nil
	}
	a, err := h.tx.Agent(h.is.Assignee)
	l.Who = a.Name
	return l, err
}

func (h *hand) language(contact kept.Contact) string {
	if h.is.Language != "" {
		return h.is.Language
	}
	if contact.Language != "" {
		return contact.Language
	}
	return h.house.organization.Language
}

// sendLetter writes an automatic mail and the job that sends it. Marks say more of what it is.
func (h *hand) sendLetter(l letter.Mail, contact kept.Contact, automatic, answers string, marks ...string) (kept.ID, error) {
	m := kept.Message{
		Kind: kept.MessageOut, Author: kept.System, Automatic: true, Subject: l.Subject, Text: l.Text, HTML: l.HTML, Visible: l.Text,
		InReplyTo: answers, Warnings: append([]string{automatic}, marks...), To: []string{written(kept.Address{Name: contact.Name, Email: contact.Email})},
	}
	return h.send(&m)
}

// send writes a message of ours, to be delivered by a job.
func (h *hand) send(m *kept.Message) (kept.ID, error) {
	inbox := h.house.inbox(h.is.Inbox)
	m.Conversation, m.CreatedAt, m.Delivery = h.is.ID, h.now, kept.Queued
	if m.CC == nil {
		m.CC = []string{}
	}
	m.MessageID = newMessageID(inbox.Address)
	refs, err := h.tx.References(h.is.ID)
	if err != nil {
		return 0, err
	}
	m.References = refs
	if m.InReplyTo == "" {
		if m.InReplyTo, err = h.tx.LastInboundMessageID(h.is.ID); err != nil {
			return 0, err
		}
	}
	if m.InReplyTo == "" && len(refs) > 0 {
		m.InReplyTo = refs[len(refs)-1]
	}
	name := inbox.FromName
	if m.Author.Kind == kept.ByAgent {
		first, _, _ := strings.Cut(m.Author.Name, " ")
		name = first + " at " + inbox.FromName
	}
	m.From = written(kept.Address{Name: name, Email: inbox.Address})
	if m.ID, _, err = h.tx.AddMessage(*m, "", h.d.signed(h.tx)); err != nil {
		return 0, err
	}
	h.note(kept.MessageWritten, m.ID, 0, nil)
	return m.ID, h.tx.AddJob(JobDeliver, Of{m.ID}, fmt.Sprintf("%s %d", JobDeliver, m.ID), h.now)
}

// newMessageID makes an RFC 5322 Message-ID under the inbox's domain, without the brackets.
func newMessageID(address string) string {
	b := make([]byte, 12)
	rand.Read(b) //nolint:errcheck // never fails
	_, domain, ok := strings.Cut(address, "@")
	if !ok || domain == "" {
		domain = "kept.invalid"
	}
	return hex.EncodeToString(b) + "@" + domain
}

// maybeTwice is the trouble of a mail that we began to send, and died before we noted the relay's answer.
const maybeTwice = "may have been sent twice: we stopped between the relay's answer and our note of it"

// Sending is a mail that is ready to be built and handed to the relay.
type Sending struct {
	Mail kept.Outbound
	Done bool // it was accepted, bounced or cancelled before: there is nothing to send
}

// BeginSending takes a message for sending. One that was taken before and never answered for may have
// been accepted by the relay just before we died: that is noted, and it goes again.
func (d *Desk) BeginSending(ctx context.Context, id kept.ID) (s Sending, err error) {
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		m, err := tx.Message(id)
		if err != nil {
			return err
		}
		if m.Delivery == kept.Accepted || m.Delivery == kept.Bounced {
			s.Done = true
			return nil
		}
		if m.Delivery == kept.Sending {
			m.Trouble = maybeTwice
		}
		was := m.Delivery
		m.Delivery = kept.Sending
		if ok, err := tx.SetDelivery(m, was); err != nil || !ok {
			s.Done = !ok
			return err
		}
		s.Mail, err = d.outbound(tx, m)
		return err
	})
	if err != nil || s.Done {
		return s, err
	}
	for i, a := range s.Mail.Attachments {
		r, _, err := d.openBlob(ctx, a.SHA256)
		if err != nil {
			return s, err
		}
		s.Mail.Attachments[i].Bytes, err = io.ReadAll(r)
		r.Close() //nolint:errcheck,sqlclosecheck // it was read
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

// outbound is a message as the mail room builds it.
func (d *Desk) outbound(tx *store.Tx, m kept.Message) (kept.Outbound, error) {
	h, err := d.at(tx)
	if err != nil {
		return kept.Outbound{}, err
	}
	c, err := tx.Conversation(m.Conversation)
	if err != nil {
		return kept.Outbound{}, err
	}
	inbox := h.inbox(c.Inbox)
	out := kept.Outbound{
		Message: m.ID, From: address(m.From), Subject: m.Subject, MessageID: m.MessageID, InReplyTo: m.InReplyTo, References: m.References,
		Text: m.Text, HTML: m.HTML, Language: c.Language, At: m.CreatedAt, Attachments: m.Attachments,
		ReplyTo: thread.Address(inbox.Address, thread.Token(d.keys.reply, c.ID, c.Contact)),
	}
	for _, to := range m.To {
		out.To = append(out.To, address(to))
	}
	for _, cc := range m.CC {
		out.CC = append(out.CC, address(cc))
	}
	if m.Automatic {
		out.Automatic = "auto-generated"
		if len(m.Warnings) > 0 {
			out.Automatic = m.Warnings[0]
		}
	}
	return out, nil
}

// address reads what written wrote.
func address(s string) kept.Address {
	if i := strings.LastIndex(s, " <"); i >= 0 { // the last: a name may have some too
		return kept.Address{Name: s[:i], Email: strings.TrimSuffix(s[i+len(" <"):], ">")}
	}
	return kept.Address{Email: s}
}

// Delivered notes that the next hop accepted a message: now it counts as said. The promises that it
// tells are told, those that it fulfils are kept, or fulfilled late.
func (d *Desk) Delivered(ctx context.Context, id kept.ID, receipt kept.Receipt) error {
	now := d.now()
	return d.db.Write(ctx, func(tx *store.Tx) error {
		m, h, err := d.takeMessage(tx, id, now)
		if err != nil {
			return err
		}
		m.Delivery, m.DeliveredAt, m.Relay = kept.Accepted, now, receipt.Relay
		if ok, err := tx.SetDelivery(m, kept.Sending, kept.Queued, kept.Deferred); err != nil || !ok {
			return err
		}
		h.note(kept.MessageAccepted, m.ID, 0, map[string]string{"relay": receipt.Relay, "trouble": m.Trouble})
		if err := h.told(m); err != nil {
			return err
		}
		if err := h.fulfil(m); err != nil {
			return err
		}
		h.worksForNow(m)
		if !m.Automatic && m.CreatedAt.Equal(h.is.SolvedAt) {
			if err := h.solved(kept.Cause{Message: m.ID}); err != nil {
				return err
			}
		}
		if err := h.askedAgain(m); err != nil {
			return err
		}
		return h.put()
	})
}

// takeMessage finds a message and takes its conversation in hand, for the system. The lock comes
// first, so that what is read of the message can't change any more.
func (d *Desk) takeMessage(tx *store.Tx, id kept.ID, now time.Time) (kept.Message, *hand, error) {
	m, err := tx.Message(id)
	if err != nil {
		return m, nil, err
	}
	h, err := d.take(tx, m.Conversation, kept.System, now)
	if err != nil {
		return m, nil, err
	}
	m, err = tx.Message(id)
	return m, h, err
}

// told notes the promises that a message has told the customer, and settles those that they replace.
func (h *hand) told(m kept.Message) error {
	told := false
	for _, p := range slices.Clone(h.leading) {
		if p.ToldIn != m.ID || p.State != kept.PromiseOpen {
			continue
		}
		is := p
		is.ToldAt = h.now
		if old, ok := h.replaces(is); ok {
			is.Moves = old.Moves + 1
		}
		if err := h.settle(p, is, kept.PromiseTold); err != nil {
			return err
		}
		told = told || !m.Automatic
		if is.Replaces != 0 {
			if err := h.moved(is, m); err != nil {
				return err
			}
		}
	}
	if !told {
		return nil
	}
	// A person has told a new time: what was broken before leads no more.
	for _, p := range slices.Clone(h.leading) {
		if p.State != kept.PromiseBroken {
			continue
		}
		if ok, err := h.speaksFor(p, m.Author.ID); err != nil {
			return err
		} else if !ok {
			continue
		}
		if err := h.settle(p, promise.MakeGood(p, h.now), kept.PromiseMadeGood); err != nil {
			return err
		}
	}
	return nil
}

// replaces finds the open promise that another replaces.
func (h *hand) replaces(by kept.Promise) (kept.Promise, bool) {
	i := slices.IndexFunc(h.leading, func(p kept.Promise) bool { return p.ID == by.Replaces })
	if by.Replaces == 0 || i < 0 || h.leading[i].State != kept.PromiseOpen {
		return kept.Promise{}, false
	}
	return h.leading[i], true
}

// moved settles the promise that another replaces: moved before its due, broken after. At the second move of
// the same matter the lead hears of it.
func (h *hand) moved(by kept.Promise, m kept.Message) error {
	p, ok := h.replaces(by)
	if !ok {
		return nil
	}
	is := promise.Move(p, h.now, kept.Cause{Message: m.ID}, by.ID)
	if is.State == kept.PromiseMoved {
		if err := h.settle(p, is, kept.PromiseWasMoved); err != nil || by.Moves != 2 {
			return err
		}
		return h.tellLead("moved_twice", by.ID)
	}
	return h.settle(p, promise.Break(p), kept.PromiseWasBroken)
}

// fulfil settles what an accepted message fulfils.
func (h *hand) fulfil(m kept.Message) error {
	for _, p := range slices.Clone(h.leading) {
		if p.State == kept.PromiseKept || !promise.Fulfils(p, m) {
			continue
		}
		if ok, err := h.speaksFor(p, m.Author.ID); err != nil {
			return err
		} else if !ok {
			continue
		}
		if err := h.keep(p, kept.Cause{Message: m.ID}); err != nil {
			return err
		}
	}
	if err := h.calledInVain(m); err != nil {
		return err
	}
	return h.crossedWords(m)
}

// crossedWords promises a reply to what the customer wrote between our writing of a message and its
// leaving: that message kept the promise to their earlier words, and can't answer these.
func (h *hand) crossedWords(m kept.Message) error {
	if m.Automatic || h.is.Status != kept.Open || !h.is.LastInboundAt.After(m.CreatedAt) || h.has(kept.Reply) {
		return nil
	}
	policy, t, cal := h.times()
	if t.NextReply.Zero() {
		return nil
	}
	due, err := cal.Add(h.is.LastInboundAt, t.NextReply)
	if err == nil && !due.After(h.now) {
		due, err = cal.Add(h.now, t.NextReply)
	}
	if err != nil {
		return err
	}
	_, err = h.open(kept.Promise{Kind: kept.Reply, Due: due, Source: kept.FromPolicy, Policy: policy.ID})
	return err
}

// Deferred notes that a message could not be handed over yet, and why.
func (d *Desk) Deferred(ctx context.Context, id kept.ID, why string) error {
	return d.undelivered(ctx, id, kept.Deferred, why)
}

// Refused notes that a message was refused for good: it never counted as said, and its turn is ours.
func (d *Desk) Refused(ctx context.Context, id kept.ID, why string) error {
	return d.undelivered(ctx, id, kept.Bounced, why)
}

func (d *Desk) undelivered(ctx context.Context, id kept.ID, to kept.Delivery, why string) error {
	now := d.now()
	return d.db.Write(ctx, func(tx *store.Tx) error {
		m, h, err := d.takeMessage(tx, id, now)
		if err != nil {
			return err
		}
		m.Delivery, m.Trouble = to, why
		if ok, err := tx.SetDelivery(m, kept.Sending, kept.Queued, kept.Deferred); err != nil || !ok {
			return err
		}
		if to == kept.Deferred {
			h.note(kept.MessageDeferred, m.ID, 0, map[string]string{"why": why})
			return h.put()
		}
		if err := h.unsaid(m, why); err != nil {
			return err
		}
		return h.put()
	})
}

// unsaid undoes what a message did that never arrived: the promises that it told are not told, what it
// kept, moved or made good is not, and a person's words come back to us.
func (h *hand) unsaid(m kept.Message, why string) error {
	h.note(kept.MessageBounced, m.ID, 0, map[string]string{"why": why})
	all, err := h.tx.PromisesOf(h.is.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		is := p
		if p.ToldIn == m.ID {
			is.ToldAt = time.Time{}
		}
		if undone(p, m) {
			is = promise.Unkeep(is, h.now)
		}
		if err := h.correct(p, is, m.ID); err != nil {
			return err
		}
	}
	if m.Automatic || h.is.Status == kept.Spam {
		return nil
	}
	if m.Workaround && h.is.WorkaroundAt.Equal(m.DeliveredAt) {
		h.is.WorkaroundAt = time.Time{}
	}
	if m.CreatedAt.Equal(h.is.SolvedAt) { // nobody was told of it
		h.is.SolvedAt, h.is.ConfirmedAt = time.Time{}, time.Time{}
	}
	if h.is.Status != kept.Open {
		h.turn(kept.Open)
	}
	if err := h.urgentAgain(m); err != nil {
		return err
	}
	if !h.has(kept.Reply, kept.Update) {
		_, t, _ := h.times()
		return h.openBy(kept.Update, t.Update)
	}
	return nil
}

// undone reports whether a promise has its outcome from a message.
func undone(p kept.Promise, m kept.Message) bool {
	if m.DeliveredAt.IsZero() || p.Kind == kept.Ask {
		return false
	}
	return p.State != kept.PromiseReleased && p.SettledBy.Message == m.ID ||
		p.State == kept.PromiseBroken && (p.FulfilledAt.Equal(m.DeliveredAt) || p.MadeGoodAt.Equal(m.DeliveredAt))
}

// Retry sends a message again that was deferred or refused.
func (d *Desk) Retry(ctx context.Context, who kept.Actor, id kept.ID) (Full, error) {
	now := d.now()
	var conversation kept.ID
	err := d.write(ctx, who, "retry-message", func(tx *store.Tx) error {
		m, err := tx.Message(id)
		if err != nil {
			return err
		}
		conversation = m.Conversation
		m.Delivery, m.Trouble = kept.Queued, ""
		ok, err := tx.SetDelivery(m, kept.Deferred, kept.Bounced)
		if err != nil {
			return err
		}
		if !ok {
			return kept.Fail(kept.Conflict, "This message is on its way or has arrived; there is nothing to send again.")
		}
		if err := tx.AddEvents(kept.Event{At: now, Actor: who, Type: kept.MessageWritten, Conversation: m.Conversation, Message: m.ID}); err != nil {
			return err
		}
		return tx.HastenJob(JobDeliver, Of{m.ID}, fmt.Sprintf("%s %d", JobDeliver, m.ID), now)
	})
	if err != nil {
		return Full{}, err
	}
	return d.Conversation(ctx, who, conversation)
}
