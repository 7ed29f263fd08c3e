package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/letter"
	"github.com/kept-desk/kept/store"
)

// Then is what happens to the clock when a message is sent.
type Then string

// The ways to send.
const (
	Wait  Then = "wait"  // it is the customer's turn: we check in
	Ours  Then = "ours"  // still our turn: the next word has a time
	Solve Then = "solve" // we say it is solved: we follow up
)

// Next is the next word that a writer promises: what, and by when.
type Next struct {
	Words string
	Due   time.Time
	Moves kept.ID  // the open promise that this one replaces; zero: none
	Call  *Calling // it is a callback; nil: none
}

// Answer is what an agent sends.
type Answer struct {
	HTML       string
	Then       Then
	Next       *Next       // with Ours; nil: the policy's cadence
	Workaround bool        // it offers a temporary solution
	Seen       kept.ID     // the last message that the writer saw; zero: don't ask
	Uploads    []kept.ID   // files
	Slots      []kept.Slot // new times for a call that it proposes
}

// Reply sends an agent's answer: the message, the job that delivers it, whose turn it is, and what is
// promised next, or nothing. It fulfils promises only when the next hop has accepted it. Conflict where
// something was said after what the writer saw.
func (d *Desk) Reply(ctx context.Context, who kept.Actor, id kept.ID, a Answer) (Full, error) {
	return d.change(ctx, who, "reply", id, func(h *hand) error {
		if h.is.Status == kept.Spam {
			return kept.Fail(kept.Conflict, "This conversation is marked as spam. Say that it is none before you answer.")
		}
		if err := h.crossed(a.Seen); err != nil {
			return err
		}
		if err := h.answer(a); err != nil {
			return err
		}
		return errors.Join(h.tx.DropDraft(who.ID, id), h.tx.DropDraft(0, id))
	})
}

// crossed refuses an answer that would cross something said meanwhile.
func (h *hand) crossed(seen kept.ID) error {
	if seen == 0 {
		return nil
	}
	last, ok, err := h.tx.LastMessage(h.is.ID)
	if err != nil || !ok || last.ID <= seen {
		return err
	}
	if last.Kind == kept.MessageOut {
		return kept.Fail(kept.Conflict, "%s answered meanwhile. Your draft is saved; read theirs, then send if yours is still needed.", last.Author.Name)
	}
	return kept.Fail(kept.Conflict, "%s wrote meanwhile. Your draft is saved; read it, then send if yours still fits.", last.Author.Name)
}

// answer writes a person's message and what it does to the clock.
func (h *hand) answer(a Answer) error {
	contact, err := h.tx.Contact(h.is.Contact)
	if err != nil {
		return err
	}
	if contact.Email == "" {
		return kept.Fail(kept.Conflict, "We know no mail address of this customer, so nothing can be sent. Add one to their details first.")
	}
	m, err := h.words(a.HTML, kept.MessageOut)
	if err != nil {
		return err
	}
	if m.Attachments, err = h.uploads(a.Uploads); err != nil {
		return err
	}
	if err := h.asCallback(a.Next, contact); err != nil {
		return err
	}
	if err := h.tellSlots(a.Slots, contact, &m); err != nil {
		return err
	}
	if err := h.tellNext(a, contact, &m); err != nil {
		return err
	}
	h.sign(&m)
	m.Workaround = a.Workaround
	m.Subject = replySubject(h.is.Subject, h.is.LastInboundAt)
	m.To = []string{written(kept.Address{Name: contact.Name, Email: contact.Email})}
	if m.ID, err = h.send(&m); err != nil {
		return err
	}
	if err := h.tx.AddOffers(m.ID, a.Slots); err != nil {
		return err
	}
	if h.is.Assignee == 0 {
		h.is.Assignee = h.who.ID // who answers, has it
	}
	h.said(m)
	h.is.LastOutboundAt, h.is.Chases = h.now, 0
	if contact.Zone == "" {
		contact.Zone = h.house.organization.Zone
	}
	return h.then(a, m.ID, contact.Zone)
}

func replySubject(s string, inbound time.Time) string {
	if inbound.IsZero() || len(s) > 3 && strings.EqualFold(s[:3], "re:") {
		return s
	}
	return "Re: " + s
}

// words makes a message of what an agent wrote, safe and plain.
func (h *hand) words(html string, kind kept.MessageKind) (kept.Message, error) {
	const most = 1 << 20
	if len(html) > most {
		return kept.Message{}, kept.Wrong("html", "This is longer than a mail can sensibly be. Attach it as a file instead.")
	}
	safe := h.d.o.SafeHTML(html)
	text := strings.TrimSpace(h.d.o.TextFromHTML(safe))
	if text == "" {
		return kept.Message{}, kept.Wrong("html", "There are no words in it yet.")
	}
	return kept.Message{
		Conversation: h.is.ID, Kind: kind, Author: kept.Actor{Kind: h.who.Kind, ID: h.who.ID, Name: h.who.Name},
		Subject: h.is.Subject, Text: text, HTML: safe, Visible: text, To: []string{}, CC: []string{}, CreatedAt: h.now,
	}, nil
}

// tellNext puts the next word that the answer promises under it: what stands in the ledger as told is
// what the customer reads.
func (h *hand) tellNext(a Answer, contact kept.Contact, m *kept.Message) error {
	next := a.Next
	if next == nil && a.Then == Ours {
		_, t, cal := h.times()
		if t.Update.Zero() {
			return nil
		}
		due, err := cal.Add(h.now, t.Update)
		if err != nil {
			return err
		}
		next = &Next{Due: due}
	}
	if next == nil && a.Then != Solve {
		return nil
	}
	l, err := h.letter(contact)
	if err != nil {
		return err
	}
	if a.Then == Solve {
		text, html := letter.SolvedAsk(l)
		m.Text += "\n\n" + text
		m.HTML += html
	}
	if next == nil {
		return nil
	}
	text, html := letter.NextWord(letter.Next{Letter: l, Words: strings.TrimSpace(next.Words), Due: next.Due})
	m.Text += "\n\n" + text
	m.HTML += html
	return nil
}

// sign puts the inbox's signature under a message.
func (h *hand) sign(m *kept.Message) {
	if s := strings.TrimSpace(h.house.inbox(h.is.Inbox).Signature); s != "" {
		m.Text += "\n\n-- \n" + s
		m.HTML += h.d.o.HTMLFromText("\n-- \n" + s)
	}
}

func (h *hand) uploads(ids []kept.ID) ([]kept.Attachment, error) {
	var out []kept.Attachment
	for _, id := range ids {
		a, err := h.tx.Upload(h.who.ID, id)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// then does to the clock what the writer chose.
func (h *hand) then(a Answer, message kept.ID, zone string) error {
	_, t, _ := h.times()
	if a.Then == Ours || a.Then == Wait && h.is.Status == kept.Open {
		if err := h.takeBack(message); err != nil {
			return err
		}
	}
	if a.Next != nil {
		if err := h.promised(*a.Next, message, zone); err != nil {
			return err
		}
	}
	switch a.Then {
	case Wait:
		h.turn(kept.Pending)
		if len(t.CheckIns) > 0 && !h.has(kept.CheckIn) {
			return h.openCheckIn(t)
		}
	case Solve:
		h.turn(kept.Solved)
		if err := h.awaitConfirmation(); err != nil {
			return err
		}
		if !h.has(kept.FollowUp) {
			return h.openBy(kept.FollowUp, t.FollowUp)
		}
	case Ours:
		if h.is.Status != kept.Open {
			h.turn(kept.Open)
		}
		if a.Next == nil {
			return h.openTold(kept.Update, t.Update, message, zone)
		}
	default:
		return kept.Wrong("then", "Say what happens next: wait, ours or solve.")
	}
	return nil
}

// openCheckIn promises to ask whether we should go on; the mail leaves before its due, so that it is
// there in time.
func (h *hand) openCheckIn(t kept.Times) error {
	policy, _, cal := h.times()
	due, err := cal.Add(h.now, t.CheckIns[0])
	if err != nil {
		return err
	}
	_, err = h.open(kept.Promise{Kind: kept.CheckIn, Due: due, Source: kept.FromPolicy, Policy: policy.ID})
	return err
}

// promised opens what an agent promises in a message.
func (h *hand) promised(n Next, message kept.ID, zone string) error {
	if err := h.checkNext(&n); err != nil {
		return err
	}
	p := kept.Promise{
		Kind: kept.Update, Words: n.Words, Due: n.Due, Zone: zone, By: h.who.ID, Source: kept.FromAgent, ToldIn: message, Replaces: n.Moves,
	}
	switch {
	case n.Call != nil:
		p.Kind, p.From = kept.Callback, n.Call.From.UTC().Truncate(time.Microsecond)
	case n.Words != "":
		p.Kind = kept.Custom
	}
	p, err := h.open(p)
	if err != nil {
		return err
	}
	return h.book(p)
}

func (h *hand) checkNext(n *Next) error {
	n.Words = strings.TrimSpace(n.Words)
	if len(n.Words) > 500 {
		return kept.Wrong("next.words", "Say it in one sentence of at most 500 letters: the customer reads it beside the clock.")
	}
	if !n.Due.After(h.now) {
		return kept.Wrong("next.due", "This time has passed. Choose one that you can keep.")
	}
	if n.Due.After(h.now.AddDate(2, 0, 0)) {
		return kept.Wrong("next.due", "This is more than two years away. Choose a time that the customer will live to see kept.")
	}
	if n.Moves == 0 {
		return nil
	}
	for _, p := range h.leading {
		if p.ID != n.Moves || p.State != kept.PromiseOpen {
			continue
		}
		ok, err := h.speaksFor(p, h.who.ID)
		if err == nil && !ok {
			err = kept.Wrong("next.moves", "They asked for somebody senior, and this is that person's word. Whoever leads can put it off; you can promise a word of your own beside it.")
		}
		return err
	}
	return kept.Wrong("next.moves", "The promise that you want to move is settled already, or belongs to another conversation.")
}

// awaitConfirmation sets the end of the customer's time to object.
func (h *hand) awaitConfirmation() error {
	policy, _, cal := h.times()
	if policy.Confirm.Zero() {
		return nil
	}
	at, err := cal.Add(h.now, policy.Confirm)
	if err != nil {
		return err
	}
	return h.tx.HastenJob(JobClose, Of{h.is.ID}, fmt.Sprintf("%s %d", JobClose, h.is.ID), at)
}

// CloseUnopposed closes a solved conversation whose confirmation window is over without an objection.
// Where something is still owed, it says when to look again; zero: no need to.
func (d *Desk) CloseUnopposed(ctx context.Context, id kept.ID) (again time.Time, err error) {
	now := d.now()
	err = d.db.Write(ctx, func(tx *store.Tx) error {
		h, err := d.take(tx, id, kept.System, now)
		if err != nil {
			return err
		}
		if h.is.Status != kept.Solved || h.is.ID != id {
			return nil
		}
		policy, _, cal := h.times()
		if over, err := cal.Add(h.is.SolvedAt, policy.Confirm); err == nil && over.After(now) {
			again = over // solved again meanwhile
			return nil
		}
		if err := h.close("no objection within the confirmation window"); err != nil {
			return err
		}
		if h.is.Status == kept.Solved {
			again = now.Add(24 * time.Hour)
		}
		return h.put()
	})
	return again, err
}

// AddNote writes an inside note.
func (d *Desk) AddNote(ctx context.Context, who kept.Actor, id kept.ID, html string) (Full, error) {
	return d.change(ctx, who, "add-note", id, func(h *hand) error {
		m, err := h.words(html, kept.MessageNote)
		if err != nil {
			return err
		}
		if m.ID, _, err = h.tx.AddMessage(m, "", h.d.signed(h.tx)); err != nil {
			return err
		}
		h.note(kept.NoteAdded, m.ID, 0, nil)
		return h.tx.DropDraft(who.ID, id)
	})
}

// Start is a conversation that we begin.
type Start struct {
	Inbox       kept.ID
	Name, Email string
	Subject     string
	Answer      Answer
}

// Start writes to somebody first.
func (d *Desk) Start(ctx context.Context, who kept.Actor, s Start) (Full, error) {
	email, err := mailbox(s.Email)
	if err != nil {
		return Full{}, kept.Wrong("to.email", "%q is no mail address. Write it as name@example.com.", s.Email)
	}
	if strings.TrimSpace(s.Subject) == "" {
		return Full{}, kept.Wrong("subject", "Give it a subject; the customer sees it first.")
	}
	now := d.now()
	var id kept.ID
	err = d.write(ctx, who, "start-conversation", func(tx *store.Tx) error {
		house, err := d.at(tx)
		if err != nil {
			return err
		}
		inbox := house.inbox(s.Inbox)
		if inbox.ID == 0 {
			return kept.Wrong("inbox", "Choose the inbox that the mail is sent from.")
		}
		contact, ok, err := tx.ContactByAddress(email)
		if err == nil && !ok {
			contact, err = tx.AddContact(kept.Contact{Name: strings.TrimSpace(s.Name), Email: email, CreatedAt: now})
		}
		if err != nil {
			return err
		}
		h, err := d.begin(tx, kept.Conversation{
			Inbox: inbox.ID, Contact: contact.ID, Subject: subject(s.Subject), Priority: kept.Normal, Status: kept.Open,
			Assignee: who.ID, Team: house.teamOf(inbox.ID), Language: contact.Language, CreatedAt: now, TouchedAt: now, OurTurnSince: now,
		}, who, now)
		if err != nil {
			return err
		}
		id = h.is.ID
		if err := tx.AddParticipants(id, []string{email}); err != nil {
			return err
		}
		if err := h.answer(s.Answer); err != nil {
			return err
		}
		return h.put()
	})
	if err != nil {
		return Full{}, err
	}
	return d.Conversation(ctx, who, id)
}
