package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// Violation is something in the database that must not be so.
type Violation struct {
	Invariant    string  `json:"invariant"`
	Conversation kept.ID `json:"conversation,omitempty"`
	Promise      kept.ID `json:"promise,omitempty"`
	Message      kept.ID `json:"message,omitempty"`
	Says         string  `json:"says"`
}

// Report is what a check found.
type Report struct {
	Conversations, Promises, Events int
	Violations                      []Violation
}

// Check proves the invariants over one state of the database; with replay, also that the event log
// rebuilds the projections. Late is how far in the past an open promise may lie (a node that runs
// settles it within a second).
func (d *Desk) Check(ctx context.Context, replay bool, late time.Duration) (r Report, err error) {
	now := d.now()
	err = d.db.Snapshot(ctx, func(tx *store.Tx) error {
		c := checking{tx: tx, now: now, late: late, report: &r}
		for _, f := range []func() error{c.live, c.settled, c.overdue, c.fulfilled, c.places, c.mails} {
			if err := f(); err != nil {
				return err
			}
		}
		if replay {
			return c.replay()
		}
		return nil
	})
	return r, err
}

type checking struct {
	tx     *store.Tx
	now    time.Time
	late   time.Duration
	report *Report
}

func (c *checking) say(v Violation) { c.report.Violations = append(c.report.Violations, v) }

// live: every conversation that is open, pending or solved has an open promise.
func (c *checking) live() error {
	ids, err := c.tx.LiveWithoutPromise()
	for _, id := range ids {
		c.say(Violation{Invariant: "1 a live conversation has a next date", Conversation: id, Says: "no open promise"})
	}
	return err
}

// settled: a promise has one outcome, written once; another needs a correction that names its cause.
func (c *checking) settled() error {
	ids, err := c.tx.SettledTwice()
	for _, id := range ids {
		c.say(Violation{Invariant: "2 one outcome", Promise: id, Says: "the log has more outcomes than corrections allow"})
	}
	return err
}

// overdue: no open promise is due in the past while a node runs.
func (c *checking) overdue() error {
	ids, err := c.tx.OpenBefore(c.now.Add(-c.late))
	for _, id := range ids {
		c.say(Violation{Invariant: "3 broken at its instant", Promise: id, Says: "open, and due in the past"})
	}
	return err
}

// fulfilled: only an accepted message of a person keeps a promise (a check-in alone may be automatic).
func (c *checking) fulfilled() error {
	return c.tx.EachPromise(func(p kept.Promise) error {
		c.report.Promises++
		if p.State == kept.PromiseKept && p.SettledBy.Call != 0 {
			return c.called(p)
		}
		if p.State != kept.PromiseKept || p.SettledBy.Message == 0 {
			return nil
		}
		m, err := c.tx.Message(p.SettledBy.Message)
		if err != nil {
			return err
		}
		sent := m.Kind == kept.MessageOut && (m.Delivery == kept.Accepted || m.Delivery == kept.Bounced)
		switch {
		case p.SettledAt.After(p.Due):
			c.say(Violation{Invariant: "2 late is broken", Promise: p.ID, Says: "kept after its due"})
		case p.Kind == kept.Custom || p.Kind == kept.Ask || p.Kind == kept.Callback: // a person marked it, answered, called
		case p.Kind == kept.Resolution && m.Kind == kept.MessageIn && m.Author.Kind == kept.ByContact: // they say that it works
		case p.Kind != kept.CheckIn && m.Automatic:
			c.say(Violation{Invariant: "4 a person keeps it", Promise: p.ID, Message: m.ID, Says: "kept by an automatic message"})
		case !sent || m.Delivery == kept.Bounced:
			c.say(Violation{Invariant: "4 a sent message keeps it", Promise: p.ID, Message: m.ID, Says: "kept by a message that wasn't accepted"})
		}
		return nil
	})
}

// called: a call keeps a promise only where we spoke with the customer, and a callback only where we called.
func (c *checking) called(p kept.Promise) error {
	l, err := c.tx.Call(p.SettledBy.Call)
	if err != nil {
		return err
	}
	theirs, err := c.sameCustomer(l.Conversation, p.Conversation)
	if err != nil {
		return err
	}
	switch {
	case p.SettledAt.After(p.Due):
		c.say(Violation{Invariant: "2 late is broken", Promise: p.ID, Says: "kept after its due"})
	case l.Outcome != kept.Reached || !theirs || p.Kind == kept.Callback && l.Direction != kept.CallOut:
		c.say(Violation{Invariant: "4 a call that reached them keeps it", Promise: p.ID, Says: "kept by a call that reached nobody, or wasn't ours"})
	}
	return nil
}

// sameCustomer reports whether two conversations are one, or of one customer: a merge carries promises over,
// and the call that kept one stays where it was logged.
func (c *checking) sameCustomer(a, b kept.ID) (bool, error) {
	if a == b {
		return true, nil
	}
	first, err := c.tx.Conversation(a)
	if err != nil {
		return false, err
	}
	second, err := c.tx.Conversation(b)
	return first.Contact == second.Contact, err
}

// places: a conversation's place in the queue is what its promises say.
func (c *checking) places() error {
	ids, err := c.tx.Misplaced()
	for _, id := range ids {
		c.say(Violation{Invariant: "the queue is the order of due times", Conversation: id, Says: "its place is not that of its promises"})
	}
	return err
}

// mails: no mail that was accepted is without its message, and nothing that waits is forgotten.
func (c *checking) mails() error {
	for _, look := range []struct {
		find func() ([]kept.ID, error)
		says string
	}{
		{c.tx.LostMails, "a mail of the ledger was received, but is no message"},
		{c.tx.StuckMails, "a mail of the ledger waits, and no job will receive it"},
		{c.tx.StuckMessages, "a message of ours has not left, and no job will deliver it"},
	} {
		ids, err := look.find()
		if err != nil {
			return err
		}
		for _, id := range ids {
			c.say(Violation{Invariant: "nothing is lost", Message: id, Says: look.says})
		}
	}
	return nil
}

// replay rebuilds promises and conversations from the log, and compares them field by field.
func (c *checking) replay() error {
	promises := map[kept.ID]string{}
	states := map[kept.ID]kept.PromiseState{}
	conversations := map[kept.ID]map[string]any{}
	err := c.tx.EachEvent(func(e kept.Event) error {
		c.report.Events++
		switch {
		case e.Promise != 0 && e.Type == kept.PromiseWarned:
			var w Warned
			if err := json.Unmarshal(e.Data, &w); err != nil {
				return err
			}
			promises[e.Promise] = jsonOf(w.Promise)
		case e.Promise != 0 && carriesPromise(e.Type):
			promises[e.Promise] = string(e.Data)
			if err := c.once(states, e); err != nil {
				return err
			}
		case e.Type == kept.ConversationCreated:
			var m map[string]any
			if err := json.Unmarshal(e.Data, &m); err != nil {
				return err
			}
			conversations[e.Conversation] = m
		case e.Type == kept.ConversationChanged:
			return apply(conversations[e.Conversation], e.Data)
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = c.tx.EachPromise(func(p kept.Promise) error {
		got := promises[p.ID]
		delete(promises, p.ID)
		if want := jsonOf(p); got != want {
			c.say(Violation{Invariant: "5 the log rebuilds it", Promise: p.ID, Says: fmt.Sprintf("stored %s, replayed %s", want, got)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = c.tx.EachConversation(func(v kept.Conversation) error {
		c.report.Conversations++
		got := conversations[v.ID]
		delete(conversations, v.ID)
		if want := fields(v); !maps.EqualFunc(got, want, reflect.DeepEqual) {
			c.say(Violation{Invariant: "5 the log rebuilds it", Conversation: v.ID, Says: fmt.Sprintf("stored %s, replayed %s", jsonOf(want), jsonOf(got))})
		}
		return nil
	})
	for _, id := range slices.Sorted(maps.Keys(promises)) {
		c.say(Violation{Invariant: "5 the log rebuilds it", Promise: id, Says: "in the log, but not stored"})
	}
	for _, id := range slices.Sorted(maps.Keys(conversations)) {
		c.say(Violation{Invariant: "5 the log rebuilds it", Conversation: id, Says: "in the log, but not stored"})
	}
	return err
}

// carriesPromise reports whether an event that names a promise carries its whole new value; others tell who
// was told of it.
func carriesPromise(t kept.EventType) bool {
	return t == kept.AskTaken || t != kept.PromiseEscalated && strings.HasPrefix(string(t), "promise.")
}

// outcomes are the events that write a promise's outcome, and the one that each writes.
var outcomes = map[kept.EventType]kept.PromiseState{
	kept.PromiseWasKept: kept.PromiseKept, kept.PromiseWasBroken: kept.PromiseBroken,
	kept.PromiseWasMoved: kept.PromiseMoved, kept.PromiseWasReleased: kept.PromiseReleased,
}

// once follows a promise through the log: from open to one outcome, by the event of that name; from an outcome
// to another state only by a correction, which names a message or a person as its cause.
func (c *checking) once(states map[kept.ID]kept.PromiseState, e kept.Event) error {
	var p struct {
		State kept.PromiseState `json:"state"`
	}
	if err := json.Unmarshal(e.Data, &p); err != nil {
		return err
	}
	was := states[e.Promise]
	states[e.Promise] = p.State
	v := Violation{Invariant: "2 one outcome", Conversation: e.Conversation, Promise: e.Promise}
	switch outcome, settles := outcomes[e.Type]; {
	case settles && (was != kept.PromiseOpen || p.State != outcome):
		v.Says = fmt.Sprintf("%s made %s of %s", e.Type, p.State, was)
	case e.Type == kept.PromiseCorrected && e.Message == 0 && e.Actor.Kind != kept.ByAgent:
		v.Says = "a correction that names no cause"
	case !settles && e.Type != kept.PromiseCorrected && was != "" && was != p.State:
		v.Says = fmt.Sprintf("%s made %s of %s", e.Type, p.State, was)
	default:
		return nil
	}
	c.say(v)
	return nil
}

// apply puts a change onto what the log has built so far.
func apply(to map[string]any, data json.RawMessage) error {
	var change struct {
		Set map[string]any `json:"set"`
	}
	if err := json.Unmarshal(data, &change); err != nil {
		return err
	}
	if to == nil {
		return nil // the comparison will say that the beginning is missing
	}
	for k, v := range change.Set {
		if v == nil {
			delete(to, k)
			continue
		}
		to[k] = v
	}
	return nil
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own words always marshal
	}
	return string(b)
}
