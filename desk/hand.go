package desk

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

// hand is a conversation taken in hand: locked, with the promises that lead it. A verb changes it
// through these methods and then puts it back, which writes the state and all that happened.
type hand struct {
	d     *Desk
	tx    *store.Tx
	house *house
	who   kept.Actor
	now   time.Time

	whose whose

	was, is kept.Conversation
	leading []kept.Promise // open, or broken and not made good; after changes, what they have become
	events  []kept.Event
}

// take locks a conversation and takes it in hand; of one that was merged, the one in which it goes on.
func (d *Desk) take(tx *store.Tx, id kept.ID, who kept.Actor, now time.Time) (*hand, error) {
	c, err := tx.LockConversation(id)
	if err == nil && c.MergedInto != 0 {
		c, err = tx.LockConversation(c.MergedInto)
	}
	if err != nil {
		return nil, err
	}
	return d.takeLocked(tx, c, who, now)
}

// takeLocked is take of a conversation that is locked already. What is past its due is broken first, as the sweep
// would have done a moment later: no verb finds it open, pauses it, moves it or lets it go.
func (d *Desk) takeLocked(tx *store.Tx, c kept.Conversation, who kept.Actor, now time.Time) (*hand, error) {
	h, err := d.hold(tx, c, who, now)
	if err != nil || !slices.ContainsFunc(h.leading, func(p kept.Promise) bool { return p.State == kept.PromiseOpen && now.After(p.Due) }) {
		return h, err
	}
	if _, err := d.sweep(tx, []kept.ID{c.ID}, now); err != nil {
		return nil, err
	}
	if c, err = tx.LockConversation(c.ID); err != nil {
		return nil, err
	}
	return d.hold(tx, c, who, now)
}

// change runs a verb of an agent on a conversation in hand, and reads what it has become.
func (d *Desk) change(ctx context.Context, who kept.Actor, op access.Operation, id kept.ID, verb func(*hand) error) (Full, error) {
	now := d.now()
	err := d.write(ctx, who, op, func(tx *store.Tx) error {
		h, err := d.take(tx, id, who, now)
		if err != nil {
			return err
		}
		if h.is.ID != id {
			return kept.Fail(kept.Conflict, "This goes on in another conversation: “%s”. Open that one.", h.is.Subject)
		}
		if err := verb(h); err != nil {
			return err
		}
		return h.put()
	})
	if err != nil {
		return Full{}, err
	}
	return d.Conversation(ctx, who, id)
}

// changePromise is change on the conversation of a promise.
func (d *Desk) changePromise(ctx context.Context, who kept.Actor, op access.Operation, id kept.ID, verb func(*hand, kept.Promise) error) (Full, error) {
	var conversation kept.ID
	err := d.read(ctx, who, op, func(tx *store.Tx) error {
		p, err := tx.Promise(id)
		conversation = p.Conversation
		return err
	})
	if err != nil {
		return Full{}, err
	}
	return d.change(ctx, who, op, conversation, func(h *hand) error {
		p, err := h.tx.Promise(id)
		if err != nil {
			return err
		}
		return verb(h, p)
	})
}

// hold takes a conversation that is locked already in hand.
func (d *Desk) hold(tx *store.Tx, c kept.Conversation, who kept.Actor, now time.Time) (*hand, error) {
	house, err := d.at(tx)
	if err != nil {
		return nil, err
	}
	leading, err := tx.Leading(c.ID)
	if err != nil {
		return nil, err
	}
	return d.holdWith(tx, house, leading, c, who, now)
}

// holdWith is hold where the house and the leading promises have been read already.
func (d *Desk) holdWith(tx *store.Tx, house *house, leading []kept.Promise, c kept.Conversation, who kept.Actor, now time.Time) (*hand, error) {
	w, err := house.whose(tx, c.Contact)
	return &hand{d: d, tx: tx, house: house, who: who, now: now, whose: w, was: c, is: c, leading: leading}, err
}

// times are what the policies promise for this conversation as it is now, and the calendar they run on.
func (h *hand) times() (kept.Policy, kept.Times, promise.Calendar) {
	return h.house.times(h.is, h.whose)
}

// put writes the conversation's state and the events. Whatever the verb did, a live conversation is
// left with a next date.
func (h *hand) put() error {
	if err := h.save(); err != nil {
		return err
	}
	return h.tx.AddEvents(h.events...)
}

// save is put without the events, for a caller who writes those of many hands together.
func (h *hand) save() error {
	if !h.is.ConfirmedAt.IsZero() && h.is.Status == kept.Solved {
		if err := h.close("the customer says that it works"); err != nil {
			return err
		}
	}
	if err := h.endAsks(); err != nil {
		return err
	}
	if err := h.clocks(); err != nil {
		return err
	}
	if err := h.stillPromised(); err != nil {
		return err
	}
	if err := h.urgent(); err != nil {
		return err
	}
	if err := h.ease(); err != nil {
		return err
	}
	if err := h.withdraw(); err != nil {
		return err
	}
	lead := promise.Lead(h.leading)
	h.wakeBefore(lead)
	h.is.QueueDue, h.is.QueuePromise, h.is.Turn = lead.Due, lead.ID, promise.Turn(h.is, h.leading)
	if set := changes(h.was, h.is); len(set) > 0 {
		if err := h.tx.SaveConversation(h.is); err != nil {
			return err
		}
		data := map[string]any{"set": set}
		if was := before(h.was, set); len(was) > 0 {
			data["was"] = was
		}
		h.note(kept.ConversationChanged, 0, 0, data)
	}
	return nil
}

// stillPromised opens the next word where a live conversation would be left without one.
func (h *hand) stillPromised() error {
	if !h.is.Status.Live() || slices.ContainsFunc(h.leading, func(p kept.Promise) bool { return p.State == kept.PromiseOpen }) {
		return nil
	}
	_, t, _ := h.times()
	kind, after := kept.Update, t.Update
	switch {
	case h.is.Status == kept.Pending && len(t.CheckIns) > 0:
		kind, after = kept.CheckIn, t.CheckIns[0]
	case h.is.Status == kept.Solved:
		kind, after = kept.FollowUp, t.FollowUp
	}
	if after.Zero() { // the policy says nothing of it; there is a next date all the same
		after = kept.Span{Days: 1}
	}
	return h.openBy(kind, after)
}

// note records what happened.
func (h *hand) note(t kept.EventType, message, promise kept.ID, data any) {
	e := event(h.now, h.who, t, h.is.ID, data)
	e.Message, e.Promise = message, promise
	h.events = append(h.events, e)
}

// event makes an event whose data is a value of ours.
func event(at time.Time, who kept.Actor, t kept.EventType, conversation kept.ID, data any) kept.Event {
	e := kept.Event{At: at, Type: t, Actor: kept.Actor{Kind: who.Kind, ID: who.ID, Name: who.Name}, Conversation: conversation}
	if data != nil {
		b, err := json.Marshal(data)
		if err != nil {
			panic(err) // our own words always marshal
		}
		e.Data = b
	}
	return e
}

// open opens a promise. Words and due are set; the rest is filled in.
func (h *hand) open(p kept.Promise) (kept.Promise, error) {
	_, t, cal := h.times()
	p.Conversation, p.To, p.State, p.OpenedAt = h.is.ID, h.is.Contact, kept.PromiseOpen, h.now
	p.Due = p.Due.UTC().Truncate(time.Microsecond)
	if p.By == 0 {
		p.By = h.is.Assignee
	}
	if p.Zone == "" {
		p.Zone = h.house.organization.Zone
	}
	p.WarnAt, p.WarnAgainAt = promise.Warnings(t, cal, h.now, p.Due)
	var err error
	if p.ID, err = h.tx.AddPromise(p); err != nil {
		return p, err
	}
	h.leading = append(h.leading, p)
	h.note(kept.PromiseOpened, p.ToldIn, p.ID, p)
	return p, nil
}

// openBy opens a policy's promise of a kind after a span of the calendar; nothing for a zero span.
func (h *hand) openBy(kind kept.PromiseKind, after kept.Span) error {
	return h.openTold(kind, after, 0, "")
}

// openTold is openBy of what a message tells in a zone.
func (h *hand) openTold(kind kept.PromiseKind, after kept.Span, toldIn kept.ID, zone string) error {
	if after.Zero() {
		return nil
	}
	policy, _, cal := h.times()
	due, err := cal.Add(h.now, after)
	if err != nil {
		return err
	}
	_, err = h.open(kept.Promise{Kind: kind, Due: due, Source: kept.FromPolicy, Policy: policy.ID, ToldIn: toldIn, Zone: zone})
	return err
}

// has reports whether an open promise of a kind leads.
func (h *hand) has(kinds ...kept.PromiseKind) bool {
	return slices.ContainsFunc(h.leading, func(p kept.Promise) bool {
		return p.State == kept.PromiseOpen && slices.Contains(kinds, p.Kind)
	})
}

// settle writes what a rule made of a promise, records it, and keeps the hand's view true. It does
// nothing where the rule changed nothing, or somebody else was first.
func (h *hand) settle(was, is kept.Promise, types ...kept.EventType) error {
	if reflect.DeepEqual(was, is) {
		return nil
	}
	ok, err := h.tx.SavePromise(is, was.State)
	if err != nil || !ok {
		return err
	}
	i := slices.IndexFunc(h.leading, func(p kept.Promise) bool { return p.ID == is.ID })
	if i >= 0 {
		h.leading[i] = is
	} else {
		h.leading = append(h.leading, is)
	}
	if is.Kind == kept.Callback && was.State == kept.PromiseOpen && is.State != kept.PromiseOpen {
		if err := h.tx.FreeSeats(is.ID); err != nil {
			return err
		}
	}
	for _, t := range types {
		h.note(t, is.SettledBy.Message, is.ID, is)
	}
	if !promise.Stands(was, h.is) && promise.Stands(is, h.is) {
		return h.escalateAnew(is)
	}
	return nil
}

// keep settles a promise as fulfilled now.
func (h *hand) keep(p kept.Promise, by kept.Cause) error { return h.keepAt(p, h.now, by) }

// keepAt settles a promise as fulfilled at an instant.
func (h *hand) keepAt(p kept.Promise, at time.Time, by kept.Cause) error {
	is := promise.Keep(p, at, by)
	switch {
	case is.State == kept.PromiseKept:
		return h.settle(p, is, kept.PromiseWasKept)
	case p.State == kept.PromiseOpen: // it came too late, and nobody had noticed yet
		broken := promise.Break(p)
		if err := h.settle(p, broken, kept.PromiseWasBroken); err != nil {
			return err
		}
		return h.settle(broken, is, kept.PromiseFulfilledLate)
	}
	return h.settle(p, is, kept.PromiseFulfilledLate)
}

// releaseKind releases the open promises of a kind, with the cause as evidence.
func (h *hand) releaseKind(by kept.Cause, kinds ...kept.PromiseKind) error {
	for _, p := range slices.Clone(h.leading) {
		if p.State == kept.PromiseOpen && slices.Contains(kinds, p.Kind) {
			if err := h.settle(p, promise.Release(p, h.now, by), kept.PromiseWasReleased); err != nil {
				return err
			}
		}
	}
	return nil
}

// turn gives the conversation another status, with the dates that go with it.
func (h *hand) turn(to kept.Status) {
	h.is.Status = to
	h.is.TouchedAt = h.now
	if to != kept.Open {
		h.is.OurTurnSince, h.is.Chases = time.Time{}, 0
	} else if h.is.OurTurnSince.IsZero() {
		h.is.OurTurnSince = h.now
	}
	switch to {
	case kept.Solved:
		h.is.SolvedAt, h.is.DisputedAt = h.now, time.Time{}
	case kept.Closed, kept.Spam:
		h.is.ClosedAt, h.is.SnoozedUntil = h.now, time.Time{}
	case kept.Open, kept.Pending: // a solution stands until somebody takes it back, and for good once it was confirmed
		if !h.is.ConfirmedAt.IsZero() {
			h.is.SolvedAt = time.Time{}
		}
		h.is.ConfirmedAt, h.is.ClosedAt = time.Time{}, time.Time{}
	}
}

// said notes the latest words on the conversation.
func (h *hand) said(m kept.Message) {
	h.is.LastWords, h.is.LastBy, h.is.TouchedAt = firstWords(kept.Veil(m.Visible, noLink, h.d.signed(h.tx))), m.Author.Kind, h.now
}

// firstWords is the start of a text on one line, at most 140 characters.
func firstWords(text string) string {
	const most = 140
	if len(text) > most*8 {
		text = strings.ToValidUTF8(text[:most*8], "")
	}
	line := strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(line) > most {
		line = string([]rune(line)[:most-1]) + "…"
	}
	return line
}

// changes lists the fields that differ, by their JSON name, with the new value. A field that is left
// out of the new value's JSON stands as null.
func changes(was, is kept.Conversation) map[string]any {
	if reflect.DeepEqual(was, is) {
		return nil
	}
	a, b := fields(was), fields(is)
	set := map[string]any{}
	for k, v := range b {
		if !reflect.DeepEqual(a[k], v) {
			set[k] = v
		}
	}
	for k := range a {
		if _, ok := b[k]; !ok {
			set[k] = nil
		}
	}
	return set
}

// before picks the earlier values of the changes that a timeline tells.
func before(was kept.Conversation, set map[string]any) map[string]any {
	all := fields(was)
	maps.DeleteFunc(all, func(k string, _ any) bool {
		_, changed := set[k]
		return !changed || k != "status" && k != "assignee" && k != "priority" && k != "snoozed_until"
	})
	return all
}

func fields(c kept.Conversation) map[string]any {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		panic(err)
	}
	return m
}
