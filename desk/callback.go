package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
	"github.com/kept-desk/kept/rules/calendar"
	"github.com/kept-desk/kept/rules/call"
	"github.com/kept-desk/kept/rules/letter"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

const (
	slotLength = calendar.SlotLength
	slotNotice = 30 * time.Minute    // so that who calls has read what it is about
	slotReach  = 14 * 24 * time.Hour // how far ahead a call can be booked
)

// Slots lists the windows in which the customer of a conversation can be called: in our hours and theirs,
// with somebody free.
func (d *Desk) Slots(ctx context.Context, who kept.Actor, id kept.ID) (out []kept.Slot, err error) {
	now := d.now()
	err = d.read(ctx, who, "list-slots", func(tx *store.Tx) error {
		c, err := tx.Conversation(id)
		if err != nil {
			return err
		}
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		calls, err := h.calls(tx, c, now)
		out = calls.Free()
		return err
	})
	return out, err
}

// calls are what decides when the customer of a conversation can be called.
func (h *house) calls(tx *store.Tx, c kept.Conversation, now time.Time) (out calendar.Calls, err error) {
	team := h.team(c.Team)
	out = calendar.Calls{After: now.Add(slotNotice), Until: now.Add(slotReach), Ours: h.open(team)}
	if out.Theirs, err = h.theirHours(tx, c.Contact); err != nil {
		return out, err
	}
	if out.Shifts, err = h.callers(tx, team); err != nil {
		return out, err
	}
	out.Taken, err = tx.SeatsTaken(c.Team, out.After.Add(-slotLength), out.Until)
	return out, err
}

// open are the hours of a team, else the organization's.
func (h *house) open(team kept.Team) *calendar.Calendar {
	if cal, ok := h.calendars[team.Calendar]; ok && team.Calendar > 0 {
		return cal
	}
	if len(h.calendarData) > 0 {
		return h.calendars[h.calendarData[0].ID]
	}
	return calendar.Always
}

// theirHours are when a contact can be called: in the hours that we agreed with them, else in those that they chose
// themselves, else in their company's, else in the day where they are.
func (h *house) theirHours(tx *store.Tx, contact kept.ID) (*calendar.Calendar, error) {
	c, err := tx.Contact(contact)
	if err != nil {
		return nil, err
	}
	if cal, ok := h.calendars[c.Calendar]; ok && c.Calendar > 0 {
		return cal, nil
	}
	if cal := h.chosenHours(c.Hours, c.Zone); cal != nil {
		return cal, nil
	}
	if c.Company != "" {
		company, _, err := tx.CompanyNamed(c.Company)
		if err != nil {
			return nil, err
		}
		if cal, ok := h.calendars[company.Calendar]; ok && company.Calendar > 0 {
			return cal, nil
		}
	}
	zone, ok := words.Zone(c.Zone)
	if !ok {
		zone, ok = words.Zone(h.organization.Zone)
	}
	if !ok {
		zone = time.UTC
	}
	return calendar.Daytime(zone), nil
}

// callers are the people of a team (of none: everybody who serves customers), by their hours.
func (h *house) callers(tx *store.Tx, team kept.Team) ([]calendar.Shift, error) {
	all, err := tx.Agents()
	if err != nil {
		return nil, err
	}
	people := map[*calendar.Calendar]int{}
	for _, a := range all {
		theirs := len(team.Members) == 0 || slices.Contains(team.Members, a.ID)
		if theirs && a.Role.Serves() && a.GoneAt.IsZero() {
			people[h.shifts(a)]++
		}
	}
	var out []calendar.Shift
	for hours, n := range people {
		out = append(out, calendar.Shift{Hours: hours, People: n})
	}
	return out, nil
}

// Callbacks is what a customer sees where they choose when we call.
type Callbacks struct {
	Slots  []kept.Slot
	Number string        // theirs, as far as we know it
	Booked *kept.Promise // what is promised already
}

// Callbacks reads when a customer can be called. It changes nothing.
func (d *Desk) Callbacks(ctx context.Context, token string) (out Callbacks, err error) {
	now := d.now()
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		who, err := d.customer(tx, token, now)
		if err == nil {
			err = access.Check(who, "customer-page")
		}
		if err != nil {
			return err
		}
		c, err := tx.Conversation(who.Conversation)
		if err != nil {
			return err
		}
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		contact, err := tx.Contact(who.ID)
		if err != nil {
			return err
		}
		out.Number = contact.Phone
		leading, err := tx.Leading(c.ID)
		if err != nil {
			return err
		}
		if p, ok := booked(leading); ok {
			out.Booked = &p
		}
		calls, err := h.calls(tx, c, now)
		out.Slots = calls.Free()
		return err
	})
	return out, err
}

// booked is the open callback that a conversation has.
func booked(promises []kept.Promise) (kept.Promise, bool) {
	i := slices.IndexFunc(promises, func(p kept.Promise) bool { return p.Kind == kept.Callback && p.State == kept.PromiseOpen })
	if i < 0 {
		return kept.Promise{}, false
	}
	return promises[i], true
}

// Booking is when and where a customer wants to be called.
type Booking struct {
	Number string
	From   time.Time
	Words  string // what it is about; may be empty
	Key    string // the form's own: the same key again books nothing twice
}

// BookCall promises a customer the call that they chose on their page: they are told at once. Another call
// that was promised is no longer needed, by their own word. Conflict where somebody else was first.
func (d *Desk) BookCall(ctx context.Context, token string, b Booking) error {
	number, ok := call.Number(b.Number)
	if !ok {
		return kept.Wrong("number", "%q is no telephone number. Write it as +353 86 123 4567.", b.Number)
	}
	return d.told(ctx, token, "customer-call", func(h *hand) error {
		m, err := h.customerSaid("customer.call", strings.TrimSpace(number+"\n\n"+strings.TrimSpace(b.Words)), b.Key)
		if err != nil || m.ID == 0 {
			return err
		}
		contact, err := h.tx.Contact(h.who.ID)
		if err != nil {
			return err
		}
		before, _ := booked(h.leading)
		if err := h.releaseKind(kept.Cause{Message: m.ID, Reason: "the customer chose another time"}, kept.Callback); err != nil {
			return err
		}
		if err := h.theyWantToTalk(m); err != nil {
			return err
		}
		from := b.From.UTC().Truncate(time.Microsecond)
		if err := h.promiseCall(m, contact, number, from); err != nil {
			return err
		}
		c := letter.Callback{From: from, To: from.Add(slotLength), Number: number}
		if !before.From.Equal(from) {
			c.Instead = kept.Slot{From: before.From, To: before.Due}
		}
		if err := h.confirmCall(contact, c); err != nil {
			return err
		}
		if contact.Phone != "" {
			return nil
		}
		sayNumber(&contact, number, h.now)
		return h.tx.SaveContact(contact)
	})
}

// confirmCall writes to the customer what they chose on their page: who calls them and when, or that nobody
// does any more. Not to a machine, and not to who has had many automatic mails today.
func (h *hand) confirmCall(contact kept.Contact, c letter.Callback) error {
	if contact.Email == "" || h.house.nobodys(kept.Address{Email: contact.Email}) {
		return nil
	}
	n, err := h.tx.AutomaticSince(contact.ID, h.now.Add(-24*time.Hour))
	if err != nil || n >= automaticPerDay {
		return err
	}
	if c.Letter, err = h.letter(contact); err != nil {
		return err
	}
	customer := h.who
	h.who = kept.System
	defer func() { h.who = customer }()
	_, err = h.sendLetter(letter.Confirmation(c), contact, "auto-generated", "", promise.Booked)
	return err
}

// promiseCall opens the callback that the customer chose, if its window still has a seat.
func (h *hand) promiseCall(m kept.Message, contact kept.Contact, number string, from time.Time) error {
	taken := kept.Fail(kept.Conflict, "This time has just been taken, or is too near. Please choose another one.")
	calls, err := h.house.calls(h.tx, h.is, h.now)
	if err != nil {
		return err
	}
	n := calls.Capacity(from)
	if from.Before(calls.After) || from.Add(slotLength).After(calls.Until) || !from.Equal(from.Truncate(slotLength)) || n == 0 {
		return taken
	}
	p, err := h.open(kept.Promise{
		Kind: kept.Callback, Words: letter.CallWords(h.language(contact), number), From: from, Due: from.Add(slotLength),
		Zone: contact.Zone, Source: kept.FromCustomer, ToldIn: m.ID, ToldAt: h.now,
	})
	if err != nil {
		return err
	}
	if ok, err := h.tx.TakeSeat(h.is.Team, from, n, p.ID); err != nil || !ok {
		if err == nil {
			err = taken
		}
		return err
	}
	return nil
}

// theyWantToTalk turns the conversation to us: what we ask them is answered, and what they are owed is the
// call.
func (h *hand) theyWantToTalk(m kept.Message) error {
	h.is.LastInboundAt = h.now
	if h.is.Status != kept.Open {
		h.turn(kept.Open)
	}
	h.is.SnoozedUntil = time.Time{}
	return h.releaseKind(kept.Cause{Message: m.ID, Reason: "the customer wants to be called"}, kept.CheckIn)
}

// CancelCall is the customer's word that they need no call any more.
func (d *Desk) CancelCall(ctx context.Context, token, key string) error {
	return d.told(ctx, token, "customer-no-call", func(h *hand) error {
		call, ok := booked(h.leading)
		if !ok {
			return nil
		}
		m, err := h.customerSaid("customer.no_call", "", key)
		if err != nil || m.ID == 0 {
			return err
		}
		h.is.LastInboundAt = h.now
		if err := h.releaseKind(kept.Cause{Message: m.ID, Reason: "the customer needs no call any more"}, kept.Callback); err != nil {
			return err
		}
		for _, p := range slices.Clone(h.leading) {
			if p.Kind == kept.Callback && p.State == kept.PromiseBroken {
				if err := h.settle(p, promise.MakeGood(p, h.now), kept.PromiseMadeGood); err != nil {
					return err
				}
			}
		}
		contact, err := h.tx.Contact(h.who.ID)
		if err != nil {
			return err
		}
		return h.confirmCall(contact, letter.Callback{From: call.From, To: call.Due, Off: true})
	})
}
