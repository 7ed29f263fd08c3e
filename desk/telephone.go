package desk

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/call"
	"github.com/kept-desk/kept/rules/letter"
	"github.com/kept-desk/kept/rules/thread"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

// Telephoned is a call as a telephone system tells of it, once it is over.
type Telephoned struct {
	ID           string // the system's own: the same again is no second call
	Direction    kept.Direction
	From, To     string
	At           time.Time
	Seconds      int
	Outcome      kept.Outcome
	Agent        string // the mail address of who of us spoke or dialled; empty: not known
	Words        string // what it understood of a voicemail
	RecordingURL string // kept as a link, and never fetched
}

// Telephoned takes in a call that a telephone system tells of, at an inbox's secret address. It is logged in
// the matter that it belongs to, or begins one. A call that was told before is left alone.
func (d *Desk) Telephoned(ctx context.Context, token string, t Telephoned) error {
	now := d.now()
	if err := t.check(now); err != nil {
		return err
	}
	err := d.db.Write(ctx, func(tx *store.Tx) error {
		inbox, err := d.telephone(tx, token)
		if err != nil {
			return err
		}
		source := telephoneSource(inbox, t.ID)
		if _, seen, err := tx.CallBySource(source); err != nil || seen {
			return err
		}
		theirs := t.From
		if t.Direction == kept.CallOut {
			theirs = t.To
		}
		number, _ := call.Number(theirs) // withheld, or no number: somebody whom we don't know
		by, err := t.by(tx)
		if err != nil {
			return err
		}
		contact, err := t.with(tx, number, now)
		if err != nil {
			return err
		}
		who := by
		if t.Direction == kept.CallIn {
			who = contactActor(contact)
		}
		h, err := d.matterOf(tx, inbox, contact, who, t, now)
		if err != nil {
			return err
		}
		c := kept.Call{
			Conversation: h.is.ID, Direction: t.Direction, By: by, Number: number, At: t.At.UTC().Truncate(time.Microsecond), Seconds: t.Seconds,
			Outcome: t.Outcome, Words: strings.TrimSpace(t.Words), RecordingURL: t.RecordingURL, Told: true, LoggedAt: now,
		}
		if _, fresh, err := h.addCall(c, source); err != nil || !fresh {
			return cmp.Or(err, errTwin)
		}
		if err := h.afterTelephone(t, contact, number); err != nil {
			return err
		}
		return h.put()
	})
	if errors.Is(err, errTwin) {
		return nil // told twice at once: whoever was first has written all of it
	}
	return err
}

func telephoneSource(inbox kept.Inbox, id string) string {
	return "telephone " + inbox.Address + " " + id
}

// check checks what a telephone system tells.
func (t *Telephoned) check(now time.Time) error {
	const longest = 24 * 60 * 60
	t.ID = strings.TrimSpace(t.ID)
	switch {
	case t.ID == "" || len(t.ID) > 200:
		return kept.Wrong("id", "Send the call's own id, of at most 200 letters: the same again is no second call.")
	case t.Direction != kept.CallIn && t.Direction != kept.CallOut:
		return kept.Wrong("direction", "Send in (they called us) or out (we called them).")
	case !slices.Contains([]kept.Outcome{kept.Reached, kept.Voicemail, kept.NoAnswer}, t.Outcome):
		return kept.Wrong("outcome", "Send reached, voicemail or no_answer.")
	case t.Seconds < 0 || t.Seconds > longest:
		return kept.Wrong("duration", "A call lasts from 0 to 86400 seconds.")
	case t.At.IsZero() || t.At.After(now.Add(10*time.Minute)):
		return kept.Wrong("started_at", "Send when the call began, once it is over.")
	case len(t.From) > 64:
		return kept.Wrong("from", "Send a telephone number, of at most 64 letters. Leave it out where it is withheld.")
	case len(t.To) > 64:
		return kept.Wrong("to", "Send a telephone number, of at most 64 letters.")
	case len(t.Agent) > 254:
		return kept.Wrong("agent", "Send the mail address of who of us spoke or dialled.")
	case len(t.Words) > 50_000:
		return kept.Wrong("words", "This is longer than a voicemail can be.")
	}
	if t.At.After(now) {
		t.At = now // its clock is a little ahead of ours
	}
	if t.RecordingURL == "" {
		return nil
	}
	u, err := url.Parse(t.RecordingURL)
	if err != nil || u.Scheme != "https" || u.Host == "" || len(t.RecordingURL) > 2000 {
		return kept.Wrong("recording_url", "Send an https address. It is kept as a link, and never fetched.")
	}
	return nil
}

// telephone finds the inbox whose secret address was knocked at.
func (d *Desk) telephone(tx *store.Tx, token string) (kept.Inbox, error) {
	nothing := kept.Fail(kept.NotFound, "There is nothing at this address. An admin finds the right one at the inbox.")
	id, key, ok := thread.ReadToken(d.keys.telephone, token)
	if !ok {
		return kept.Inbox{}, nothing
	}
	h, err := d.at(tx)
	if err != nil {
		return kept.Inbox{}, err
	}
	inbox := h.inbox(id)
	if inbox.ID == 0 {
		return inbox, nothing
	}
	if now, err := tx.CallsKey(id); err != nil || now != key {
		if err == nil {
			err = nothing
		}
		return inbox, err
	}
	return inbox, nil
}

// by is who of us spoke or dialled; the system itself where nobody of that address is here and serves customers.
func (t Telephoned) by(tx *store.Tx) (kept.Actor, error) {
	if t.Agent == "" {
		return kept.System, nil
	}
	all, err := tx.Agents()
	for _, a := range all {
		if strings.EqualFold(a.Email, strings.TrimSpace(t.Agent)) && a.GoneAt.IsZero() && a.Role.Serves() {
			return kept.Actor{Kind: kept.ByAgent, ID: a.ID, Name: a.Name}, err
		}
	}
	return kept.System, err
}

// with is whom a call was with.
func (t Telephoned) with(tx *store.Tx, number string, now time.Time) (kept.Contact, error) {
	if number != "" && t.Direction == kept.CallOut {
		return whomWeCalled(tx, number, now)
	}
	return whoCalled(tx, number, now)
}

// whoCalled is the contact with a number; somebody new for one that is withheld.
func whoCalled(tx *store.Tx, number string, now time.Time) (kept.Contact, error) {
	if number != "" {
		return contactWithNumber(tx, number, "", now)
	}
	return tx.AddContact(kept.Contact{CreatedAt: now})
}

// matterOf is the conversation that a call belongs to: where we owe them a call, else their matter that was
// touched last, else a new one. What nobody waits for is there to be seen, and closed.
func (d *Desk) matterOf(tx *store.Tx, inbox kept.Inbox, contact kept.Contact, who kept.Actor, t Telephoned, now time.Time) (*hand, error) {
	owed, err := owesCall(tx, contact.ID)
	if err != nil {
		return nil, err
	}
	if owed != 0 {
		return d.take(tx, owed, who, now)
	}
	live, err := tx.LiveWith(contact.ID)
	if err != nil {
		return nil, err
	}
	if len(live) > 0 {
		return d.take(tx, live[0].ID, who, now)
	}
	h, err := d.at(tx)
	if err != nil {
		return nil, err
	}
	language := contact.Language
	if language == "" {
		language = h.organization.Language
	}
	c := kept.Conversation{
		Inbox: inbox.ID, Contact: contact.ID, Subject: words.Say(words.Best(language), "notice.call."+string(t.Direction)), Priority: kept.Normal,
		Language: contact.Language, Status: kept.Open, Team: h.teamOf(inbox.ID), CreatedAt: now, TouchedAt: now, OurTurnSince: now,
	}
	if t.Direction == kept.CallOut {
		c.Status, c.ClosedAt, c.OurTurnSince = kept.Closed, now, time.Time{}
	}
	return d.begin(tx, c, who, now)
}

// afterTelephone does what follows from a call that a telephone system tells of: who reached nobody is
// called back, and who was spoken with hears from us.
func (h *hand) afterTelephone(t Telephoned, contact kept.Contact, number string) error {
	if t.Direction == kept.CallOut {
		return nil
	}
	if h.is.Status != kept.Open {
		h.turn(kept.Open)
	}
	h.is.SnoozedUntil = time.Time{}
	_, times, _ := h.times()
	if t.Outcome == kept.Reached {
		if h.has(kept.Reply, kept.Update) {
			return nil
		}
		return h.openBy(kept.Update, times.Update)
	}
	h.is.LastInboundAt = h.now
	return h.callBack(contact, number)
}

// callBack promises a call to who reached nobody, as soon as the policy promises a first word. A number that
// is withheld can't be called: then it is a word.
func (h *hand) callBack(contact kept.Contact, number string) error {
	policy, t, cal := h.times()
	if h.has(kept.Callback) || t.FirstReply.Zero() {
		return nil
	}
	if number == "" {
		return h.openBy(kept.Reply, t.FirstReply)
	}
	due, err := cal.Add(h.now, t.FirstReply)
	if err != nil {
		return err
	}
	_, err = h.open(kept.Promise{
		Kind: kept.Callback, Words: letter.CallWords(h.language(contact), number), Due: due, Zone: contact.Zone, Source: kept.FromPolicy, Policy: policy.ID,
	})
	return err
}

// TelephoneURL is the secret address at which an inbox's telephone system tells of calls.
func (d *Desk) TelephoneURL(ctx context.Context, who kept.Actor, inbox kept.ID) (at string, err error) {
	err = d.read(ctx, who, "read-telephone", func(tx *store.Tx) error {
		at, err = d.telephoneURL(tx, inbox)
		return err
	})
	return at, err
}

// NewTelephoneURL shuts an inbox's address for its telephone system, and opens another.
func (d *Desk) NewTelephoneURL(ctx context.Context, who kept.Actor, inbox kept.ID) (at string, err error) {
	now := d.now()
	err = d.write(ctx, who, "renew-telephone", func(tx *store.Tx) error {
		if err := tx.NewCallsKey(inbox); err != nil {
			return err
		}
		if at, err = d.telephoneURL(tx, inbox); err != nil {
			return err
		}
		return d.rebuilt(tx, who, now, "the address for a telephone system")
	})
	return at, err
}

func (d *Desk) telephoneURL(tx *store.Tx, inbox kept.ID) (string, error) {
	key, err := tx.CallsKey(inbox)
	if err != nil {
		return "", err
	}
	h, err := d.at(tx)
	return d.base(h.organization) + "/api/inbound/calls/" + thread.Token(d.keys.telephone, inbox, key), err
}

// voicemail is a mail that a telephone system sent on: who called, and which of its files is the sound.
type voicemail struct {
	number string
	sound  int
}

// heard takes a mail for a voicemail, where it is one: it has the look of one, and comes to where we are called or from
// what nobody writes from. A person's mail is theirs, whatever is in it: else whoever writes somebody's number over a
// sound would speak in their name.
func (r *receiving) heard(to arrival) {
	r.voicemail = nil
	phone := to.inbox.Channel == kept.ChannelPhone
	number, sound, ok := call.Voicemail(r.in, phone)
	author := r.author()
	switch {
	case !ok:
	case phone || call.Machine(author.Email) || r.house.nobodys(author):
		r.voicemail = &voicemail{number, sound}
		r.in.Kind = kept.MailNormal // a machine sent it on, and a person waits behind it
	case r.in.Kind == kept.MailAutoReply:
		r.in.Kind = kept.MailList // likewise, in the name of somebody who needs no acknowledgement
	}
}

// leftVoicemail logs the call that a voicemail was, and promises to call back.
func (r *receiving) leftVoicemail(h *hand, m kept.Message, contact kept.Contact) error {
	h.note(kept.MessageReceived, m.ID, 0, nil)
	h.said(m)
	stored, err := r.tx.Message(m.ID)
	if err != nil {
		return err
	}
	c := kept.Call{
		Conversation: h.is.ID, Direction: kept.CallIn, By: kept.System, Number: r.voicemail.number, At: r.now, Outcome: kept.Voicemail,
		Message: m.ID, LoggedAt: r.now,
	}
	if r.voicemail.sound < len(stored.Attachments) {
		c.Recording = stored.Attachments[r.voicemail.sound].ID
	}
	if _, _, err := h.addCall(c, ""); err != nil {
		return err
	}
	h.is.LastInboundAt = r.now
	if err := h.callBack(contact, r.voicemail.number); err != nil {
		return err
	}
	return h.put()
}
