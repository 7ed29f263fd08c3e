package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/call"
	"github.com/kept-desk/kept/rules/letter"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

// CallLog is a telephone call as one of us logs it.
type CallLog struct {
	Direction kept.Direction
	Outcome   kept.Outcome
	Number    string    // empty: the contact's
	At        time.Time // when it began; zero: it has just ended
	Seconds   int
	Words     string  // what was said, for us
	Recording kept.ID // an upload; zero: none

	// What happens next. Needed where they were reached, or where a message is sent: it is what keeps
	// reply and update promises, as a call alone doesn't.
	// A call that was before the conversation answers nothing in it, and needs none.
	Then    Then
	Next    *Next
	Message string // HTML, sent to the customer after the call; empty: none
	Slots   []kept.Slot
	Uploads []kept.ID
}

// Calling is what makes the next word a callback.
type Calling struct {
	Number string    // empty: the contact's
	From   time.Time // where its window begins; zero: at once
}

// LogCall logs a call in a conversation. One that reached the customer is a word of ours (and theirs, where
// they called), keeps the callbacks that it fulfils, and says what happens next.
func (d *Desk) LogCall(ctx context.Context, who kept.Actor, id kept.ID, l CallLog) (Full, error) {
	return d.change(ctx, who, "log-call", id, func(h *hand) error { return h.logCall(l) })
}

// NewCall is a call that belongs to no conversation yet: with a contact, or with a number.
type NewCall struct {
	Inbox   kept.ID // zero: the first for calls, else the first
	Contact kept.ID // zero: who has the number, else somebody new
	Name    string
	Subject string
	Log     CallLog
}

// StartCall logs a call that begins a conversation.
func (d *Desk) StartCall(ctx context.Context, who kept.Actor, c NewCall) (Full, error) {
	if strings.TrimSpace(c.Subject) == "" {
		return Full{}, kept.Wrong("subject", "Say in a few words what the call was about.")
	}
	now := d.now()
	var id kept.ID
	err := d.write(ctx, who, "start-call", func(tx *store.Tx) error {
		house, err := d.at(tx)
		if err != nil {
			return err
		}
		inbox := house.callsTo(c.Inbox)
		if inbox.ID == 0 {
			return kept.Wrong("inbox", "Choose the inbox that the call belongs to.")
		}
		contact, err := d.caller(tx, c, now)
		if err != nil {
			return err
		}
		h, err := d.begin(tx, kept.Conversation{
			Inbox: inbox.ID, Contact: contact.ID, Subject: subject(c.Subject), Priority: kept.Normal, Status: kept.Open, Assignee: who.ID,
			Team: house.teamOf(inbox.ID), Language: contact.Language, CreatedAt: now, TouchedAt: now, OurTurnSince: now,
		}, who, now)
		if err != nil {
			return err
		}
		id = h.is.ID
		if contact.Email != "" {
			if err := tx.AddParticipants(id, []string{strings.ToLower(contact.Email)}); err != nil {
				return err
			}
		}
		if err := h.logCall(c.Log); err != nil {
			return err
		}
		return h.put()
	})
	if err != nil {
		return Full{}, err
	}
	return d.Conversation(ctx, who, id)
}

// callsTo is the inbox that a call belongs to: the one named, else the first for calls, else the first.
func (h *house) callsTo(id kept.ID) kept.Inbox {
	if id != 0 {
		return h.inbox(id)
	}
	if i := slices.IndexFunc(h.inboxes, func(i kept.Inbox) bool { return i.Channel == kept.ChannelPhone }); i >= 0 {
		return h.inboxes[i]
	}
	if len(h.inboxes) > 0 {
		return h.inboxes[0]
	}
	return kept.Inbox{}
}

// caller is whom a new call was with.
func (d *Desk) caller(tx *store.Tx, c NewCall, now time.Time) (kept.Contact, error) {
	if c.Contact != 0 {
		return tx.Contact(c.Contact)
	}
	number, ok := call.Number(c.Log.Number)
	if !ok {
		return kept.Contact{}, kept.Wrong("number", "%q is no telephone number. Write it as +353 86 123 4567.", c.Log.Number)
	}
	return contactWithNumber(tx, number, words.Line(c.Name, 200), now)
}

// logCall writes a call of ours and does what follows from it.
func (h *hand) logCall(l CallLog) error {
	if h.is.Status == kept.Spam {
		return kept.Fail(kept.Conflict, "This conversation is marked as spam. Say that it is none before you log a call in it.")
	}
	contact, err := h.tx.Contact(h.is.Contact)
	if err != nil {
		return err
	}
	c, err := h.asLogged(l, contact)
	if err != nil {
		return err
	}
	if l.Recording != 0 {
		if _, err := h.tx.Upload(h.who.ID, l.Recording); err != nil {
			return err
		}
	}
	if c, _, err = h.addCall(c, ""); err != nil {
		return err
	}
	learned := reachedAt(&contact, c)
	if contact.Phone == "" && c.Number != "" {
		contact.Phone, learned = c.Number, true
	}
	if learned {
		if err := h.tx.SaveContact(contact); err != nil {
			return err
		}
	}
	began, err := beganAt(h.tx, h.is.ID)
	if err != nil {
		return err
	}
	if c.Ended().Before(began) && l.Next == nil && strings.TrimSpace(l.Message) == "" && len(l.Slots) == 0 {
		return nil // it was before this matter: a fact, and no answer to what they wrote after it
	}
	if err := h.afterCall(l, contact); err != nil {
		return err
	}
	if l.Then == Solve && c.Outcome == kept.Reached && strings.TrimSpace(l.Message) == "" {
		return h.solvedByCall(c) // else the message tells it, once it is accepted
	}
	return nil
}

// beganAt is the minute in which a matter began.
func beganAt(tx *store.Tx, id kept.ID) (time.Time, error) {
	at, err := tx.BeganAt(id)
	return minute(at), err
}

// minute is with what a call is compared: nobody writes it down to the second.
func minute(at time.Time) time.Time { return at.Truncate(time.Minute) }

// solvedByCall settles what a solution fulfils that was told by telephone, at the instant from which the call
// counts.
func (h *hand) solvedByCall(c kept.Call) error {
	for _, p := range slices.Clone(h.leading) {
		before := c.Ended().Before(minute(p.OpenedAt)) && p.OpenedAt.Before(h.now) // what was promised since isn't kept by looking back
		if !promise.SolutionFulfils(p) || !p.Leads() || before {
			continue
		}
		if err := h.keepByCall(p, c, later(p.OpenedAt, promise.CallAt(c))); err != nil {
			return err
		}
	}
	return nil
}

// asLogged is what was logged as a call, checked.
func (h *hand) asLogged(l CallLog, contact kept.Contact) (c kept.Call, err error) {
	c = kept.Call{
		Conversation: h.is.ID, Direction: l.Direction, Outcome: l.Outcome, Number: l.Number, At: l.At.UTC().Truncate(time.Microsecond),
		Seconds: l.Seconds, Words: strings.TrimSpace(l.Words), Recording: l.Recording, LoggedAt: h.now,
		By: kept.Actor{Kind: h.who.Kind, ID: h.who.ID, Name: h.who.Name},
	}
	if c.Direction != kept.CallIn && c.Direction != kept.CallOut {
		return c, kept.Wrong("direction", "Say who called: in (they called us) or out (we called them).")
	}
	if !slices.Contains([]kept.Outcome{kept.Reached, kept.Voicemail, kept.NoAnswer}, c.Outcome) {
		return c, kept.Wrong("outcome", "Say how it ended: reached, voicemail or no_answer.")
	}
	if c.Number == "" && (c.Direction == kept.CallOut || contact.PhoneSaidAt.IsZero()) {
		c.Number = contact.Phone
	}
	if c.Number != "" {
		number, ok := call.Number(c.Number)
		if !ok {
			return c, kept.Wrong("number", "%q is no telephone number. Write it as +353 86 123 4567.", c.Number)
		}
		c.Number = number
	}
	if l.Then != "" && !slices.Contains([]Then{Wait, Ours, Solve}, l.Then) {
		return c, kept.Wrong("then", "Say what happens next: wait, ours or solve.")
	}
	const longest = 24 * 60 * 60
	if c.Seconds < 0 || c.Seconds > longest {
		return c, kept.Wrong("seconds", "A call lasts at most a day.")
	}
	if l.At.IsZero() {
		c.At = h.now.Add(-time.Duration(c.Seconds) * time.Second)
	}
	if c.At.After(h.now.Add(time.Minute)) {
		return c, kept.Wrong("at", "This is in the future. Log the call once it was.")
	}
	if len(c.Words) > 50_000 {
		return c, kept.Wrong("words", "This is longer than a note of a call. Attach it as a file instead.")
	}
	return c, nil
}

// addCall writes a call and what it means: whose word it was, and what it keeps. Not fresh where the
// source had told it before.
func (h *hand) addCall(c kept.Call, source string) (_ kept.Call, fresh bool, err error) {
	if c.ID, fresh, err = h.tx.AddCall(c, source); err != nil || !fresh {
		return c, fresh, err
	}
	h.note(kept.CallLogged, c.Message, 0, c)
	h.is.TouchedAt = h.now
	if c.Words != "" && !h.wroteSince(c) {
		h.is.LastWords, h.is.LastBy = firstWords(c.Words), c.By.Kind
	} else if h.is.LastBy == "" { // it begins with a call of which nobody wrote a word
		h.is.LastBy = h.who.Kind
	}
	if c.Outcome != kept.Reached {
		return c, true, nil
	}
	if err := h.spoken(c); err != nil {
		return c, true, err
	}
	return c, true, h.fulfilByCall(c)
}

// wroteSince reports whether the customer has had the word since a call was over.
func (h *hand) wroteSince(c kept.Call) bool { return c.Ended().Before(minute(h.is.LastInboundAt)) }

// spoken notes that we and the customer spoke: our word at its end, and theirs where they called.
func (h *hand) spoken(c kept.Call) error {
	said := c.Ended()
	if said.After(h.now) {
		said = h.now
	}
	theirs := c.At
	if !theirs.Before(said) {
		theirs = said.Add(-time.Microsecond) // before our answer to it
	}
	if c.Direction == kept.CallIn {
		h.is.LastInboundAt = later(h.is.LastInboundAt, theirs)
	}
	h.is.LastOutboundAt = later(h.is.LastOutboundAt, said)
	if h.is.LastOutboundAt.After(h.is.LastInboundAt) {
		h.is.Chases = 0 // else they wrote since
	}
	if h.is.Assignee == 0 && c.By.Kind == kept.ByAgent && !h.wroteSince(c) {
		h.is.Assignee = c.By.ID // who answers, has it
	}
	if c.Direction == kept.CallOut {
		return nil
	}
	return h.theyCalled(c)
}

// theyCalled settles what they no longer wait for, as they called us: a check-in, and a call. What was promised
// after theirs had begun stands: they booked it while they spoke with us, or since.
func (h *hand) theyCalled(c kept.Call) error {
	by := kept.Cause{Call: c.ID, Reason: "they called us, and we spoke"}
	for _, p := range slices.Clone(h.leading) {
		var err error
		switch waited := p.Kind == kept.Callback || p.Kind == kept.CheckIn; {
		case !waited || !p.OpenedAt.Before(c.At):
		case p.State == kept.PromiseOpen:
			err = h.settle(p, promise.Release(p, h.now, by), kept.PromiseWasReleased)
		case p.State == kept.PromiseBroken && p.Kind == kept.Callback: // a call that we missed
			err = h.settle(p, promise.MakeGood(p, h.now), kept.PromiseMadeGood)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fulfilByCall settles what a call fulfils, at the instant from which it counts.
func (h *hand) fulfilByCall(c kept.Call) error {
	contact, err := h.tx.Contact(h.is.Contact)
	if err != nil {
		return err
	}
	for _, p := range slices.Clone(h.leading) {
		if p.State != kept.PromiseOpen && p.State != kept.PromiseBroken || !promise.CallFulfils(p, c, contact.Email == "") {
			continue
		}
		if ok, err := h.speaksFor(p, c.By.ID); err != nil {
			return err
		} else if !ok {
			continue
		}
		if err := h.keepByCall(p, c, promise.CallAt(c)); err != nil {
			return err
		}
	}
	return nil
}

// keepByCall settles a promise as fulfilled by a call at an instant; a break that turns out to be none is
// corrected.
func (h *hand) keepByCall(p kept.Promise, c kept.Call, at time.Time) error {
	by := kept.Cause{Call: c.ID}
	is := promise.KeptAfterAll(p, at, by)
	if is.State != kept.PromiseKept {
		return h.keepAt(p, at, by)
	}
	if err := h.settle(p, is, kept.PromiseCorrected); err != nil {
		return err
	}
	return h.noRecovery(p, by)
}

// noRecovery takes back the next word that a break had opened which was none. Nobody was told of it. Where
// another break stands, that word is owed for it too.
func (h *hand) noRecovery(broken kept.Promise, by kept.Cause) error {
	if slices.ContainsFunc(h.leading, func(p kept.Promise) bool { return p.State == kept.PromiseBroken && p.Leads() }) {
		return nil
	}
	by.Reason = "the call was made in time, and written down after"
	for _, p := range slices.Clone(h.leading) {
		if p.State == kept.PromiseOpen && p.Misses > 0 && p.ToldIn == 0 && !p.OpenedAt.Before(broken.Due) {
			if err := h.settle(p, promise.Release(p, h.now, by), kept.PromiseWasReleased); err != nil {
				return err
			}
		}
	}
	return nil
}

// calledInVain settles the callbacks that two attempts and this message's new times fulfil.
func (h *hand) calledInVain(m kept.Message) error {
	if !slices.ContainsFunc(h.leading, func(p kept.Promise) bool { return p.Kind == kept.Callback && p.Leads() }) {
		return nil
	}
	offers, err := h.tx.Offers(m.ID)
	if err != nil || len(offers) == 0 {
		return err
	}
	calls, err := h.tx.CallsIn(h.is.ID)
	if err != nil {
		return err
	}
	for _, p := range slices.Clone(h.leading) {
		if p.State == kept.PromiseKept || !promise.CalledInVain(p, calls, m) {
			continue
		}
		if err := h.keep(p, kept.Cause{Message: m.ID}); err != nil {
			return err
		}
	}
	return nil
}

// afterCall does what the one who called says happens next.
func (h *hand) afterCall(l CallLog, contact kept.Contact) error {
	if err := h.asCallback(l.Next, contact); err != nil {
		return err
	}
	a := Answer{HTML: l.Message, Then: l.Then, Next: l.Next, Slots: l.Slots, Uploads: l.Uploads}
	if strings.TrimSpace(l.Message) != "" {
		return h.answer(a)
	}
	if len(l.Slots) > 0 {
		return kept.Wrong("message", "New times are proposed in a message. Write one, or leave the times out.")
	}
	if l.Outcome != kept.Reached && l.Then == "" {
		if l.Next == nil {
			return nil
		}
		a.Then = Ours // "we try again at ten"
	}
	if a.Then == Ours && a.Next == nil && h.has(kept.Reply, kept.Update, kept.Callback) {
		if h.is.Status != kept.Open {
			h.turn(kept.Open)
		}
		return nil // the next word has its time
	}
	zone := contact.Zone
	if zone == "" {
		zone = h.house.organization.Zone
	}
	return h.then(a, 0, zone)
}

// asCallback makes the next word say whom we call, where it is a callback.
func (h *hand) asCallback(n *Next, contact kept.Contact) error {
	if n == nil || n.Call == nil {
		return nil
	}
	if n.Call.Number == "" {
		n.Call.Number = contact.Phone
	}
	number, ok := call.Number(n.Call.Number)
	if !ok {
		return kept.Wrong("next.call.number", "%q is no telephone number. Write it as +353 86 123 4567.", n.Call.Number)
	}
	n.Call.Number = number
	if !n.Call.From.IsZero() && !n.Call.From.Before(n.Due) {
		return kept.Wrong("next.call.from", "The window must begin before it ends.")
	}
	if n.Words = strings.TrimSpace(n.Words); n.Words == "" {
		n.Words = letter.CallWords(h.language(contact), number)
	}
	return nil
}

// book takes seats for a callback that one of us promised, also where that is more than we can do: it is
// promised, and the next customer is offered another time.
func (h *hand) book(p kept.Promise) error {
	if p.Kind != kept.Callback || p.From.IsZero() || p.Due.Sub(p.From) > 24*time.Hour {
		return nil
	}
	for at := p.From.Truncate(slotLength); at.Before(p.Due); at = at.Add(slotLength) {
		const anyNumber = 1000
		if _, err := h.tx.TakeSeat(h.is.Team, at, anyNumber, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// tellSlots puts the new times for a call under an answer, with the page on which the customer chooses.
func (h *hand) tellSlots(slots []kept.Slot, contact kept.Contact, m *kept.Message) error {
	if len(slots) == 0 {
		return nil
	}
	const most = 12
	if len(slots) > most {
		return kept.Wrong("slots", "Propose at most %d times; more are on their page.", most)
	}
	for i, s := range slots {
		slots[i] = kept.Slot{From: s.From.UTC().Truncate(time.Microsecond), To: s.To.UTC().Truncate(time.Microsecond)}
		if !s.From.After(h.now) || !s.To.After(s.From) {
			return kept.Wrong("slots", "A time that you propose has passed. Choose it again.")
		}
	}
	l, err := h.letter(contact)
	if err != nil {
		return err
	}
	text, html := letter.Slots(l, slots)
	m.Text += "\n\n" + text
	m.HTML += html
	return nil
}
