package desk

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// merger is what the log keeps of a merge, so that it can be undone: both conversations as they were, the
// survivor as it became, and what was carried over.
type merger struct {
	From     kept.Conversation `json:"from"`
	Into     kept.Conversation `json:"into"`
	Became   kept.Conversation `json:"became"`
	Promises []kept.ID         `json:"promises,omitempty"`
	People   []string          `json:"people,omitempty"`
	Pages    []kept.ID         `json:"pages,omitempty"`
}

// Merge says that two conversations of one customer are the same matter. The first goes on in the second: all
// its promises go with it and stay due, later mails to it land there, and its messages are read there. Nothing
// is lost, and Unmerge takes it back.
func (d *Desk) Merge(ctx context.Context, who kept.Actor, from, into kept.ID) (Full, error) {
	if from == into {
		return Full{}, kept.Wrong("into", "Choose another conversation than this one.")
	}
	now := d.now()
	err := d.write(ctx, who, "merge-conversation", func(tx *store.Tx) error {
		// Locks have one order: the lower id first.
		locked := map[kept.ID]kept.Conversation{}
		for _, id := range []kept.ID{min(from, into), max(from, into)} {
			c, err := tx.LockConversation(id)
			if err != nil {
				return err
			}
			locked[id] = c
		}
		if err := mayMerge(tx, locked[from], locked[into]); err != nil {
			return err
		}
		a, err := d.takeLocked(tx, locked[from], who, now)
		if err != nil {
			return err
		}
		b, err := d.takeLocked(tx, locked[into], who, now)
		if err != nil {
			return err
		}
		return a.mergeInto(b)
	})
	if err != nil {
		return Full{}, err
	}
	return d.Conversation(ctx, who, into)
}

// mayMerge refuses what would show one customer's words to another, or couldn't be undone.
func mayMerge(tx *store.Tx, from, into kept.Conversation) error {
	switch {
	case from.Contact != into.Contact:
		return kept.Fail(kept.Conflict, "These are two customers' conversations. Merged, each would read the other's words.")
	case from.MergedInto != 0 || into.MergedInto != 0:
		return kept.Fail(kept.Conflict, "One of them was merged already. Open the conversation in which it goes on.")
	case from.Status == kept.Spam || into.Status == kept.Spam:
		return kept.Fail(kept.Conflict, "One of them is marked as spam. Say that it is none first.")
	}
	others, err := tx.MergedInto(from.ID)
	if err == nil && len(others) > 0 {
		err = kept.Fail(kept.Conflict, "Another conversation was merged into this one. Merge the other way round.")
	}
	return err
}

// mergeInto carries a conversation over into another.
func (h *hand) mergeInto(to *hand) error {
	m := merger{From: h.was, Into: to.was}
	all, err := h.tx.PromisesOf(h.is.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := to.carry(p); err != nil {
			return err
		}
		m.Promises = append(m.Promises, p.ID)
	}
	h.leading = nil
	m.Pages, err = h.carryPages(to, func(p kept.Page) bool { return p.EndedAt.IsZero() || takenWithin(restAfterTaking, p, h.now) })
	if err != nil {
		return err
	}
	if m.People, err = h.newcomers(to.is.ID); err != nil {
		return err
	}
	if err := h.tx.AddParticipants(to.is.ID, m.People); err != nil {
		return err
	}
	h.turn(kept.Closed)
	h.is.MergedInto = to.is.ID
	if err := to.joinedBy(h.was); err != nil {
		return err
	}
	to.note(kept.ConversationMerged, 0, 0, map[string]any{"conversation": h.is.ID, "subject": h.is.Subject})
	if err := to.put(); err != nil {
		return err
	}
	m.Became = to.is
	h.note(kept.ConversationMerged, 0, 0, m)
	return h.put()
}

// carry takes a promise of another conversation over into this one, whatever became of it.
func (h *hand) carry(p kept.Promise) error {
	is := p
	is.Conversation = h.is.ID
	if err := h.settle(p, is, kept.PromiseCarried); err != nil {
		return err
	}
	if p.Kind == kept.Ask { // it is owed to one of us, and leads nothing
		h.leading = slices.DeleteFunc(h.leading, func(q kept.Promise) bool { return q.ID == p.ID })
	}
	return nil
}

// holds reports whether a message was said here, or in a conversation that was merged into this one.
func (h *hand) holds(m kept.Message) bool {
	if m.Conversation == h.is.ID {
		return true
	}
	c, err := h.tx.Conversation(m.Conversation)
	return err == nil && c.MergedInto == h.is.ID
}

// newcomers are who takes part here, and not yet in another conversation.
func (h *hand) newcomers(there kept.ID) ([]string, error) {
	here, err := h.tx.Participants(h.is.ID)
	if err != nil {
		return nil, err
	}
	known, err := h.tx.Participants(there)
	return slices.DeleteFunc(here, func(a string) bool { return slices.Contains(known, a) }), err
}

// liveliness orders statuses by how much is still to be done.
var liveliness = []kept.Status{kept.Closed, kept.Solved, kept.Pending, kept.Open}

// joinedBy makes of the conversation what both are together: whose turn it is in either, the higher priority,
// the latest words.
func (h *hand) joinedBy(c kept.Conversation) error {
	before := h.is.Priority
	if slices.Index(liveliness, c.Status) > slices.Index(liveliness, h.is.Status) {
		h.turn(c.Status)
		if c.Status == kept.Solved {
			h.is.SolvedAt = c.SolvedAt
		}
	}
	if c.Status == kept.Open {
		h.is.SnoozedUntil = c.SnoozedUntil
		if c.OurTurnSince.Before(h.is.OurTurnSince) {
			h.is.OurTurnSince = c.OurTurnSince
		}
	}
	if c.TouchedAt.After(h.was.TouchedAt) {
		h.is.LastWords, h.is.LastBy = c.LastWords, c.LastBy
	}
	h.is.TouchedAt = h.now
	h.is.LastInboundAt = later(h.is.LastInboundAt, c.LastInboundAt)
	h.is.LastOutboundAt = later(h.is.LastOutboundAt, c.LastOutboundAt)
	h.is.Chases += c.Chases
	h.is.SecondTime = h.is.SecondTime || c.SecondTime
	if slices.Index(kept.Priorities, c.Priority) > slices.Index(kept.Priorities, h.is.Priority) {
		h.is.Priority = c.Priority
	}
	fill(&h.is.Assignee, c.Assignee)
	fill(&h.is.Team, c.Team)
	fill(&h.is.Need, c.Need)
	if h.is.WorkaroundAt.IsZero() {
		h.is.WorkaroundAt = c.WorkaroundAt
	}
	if h.is.SeniorAt.IsZero() {
		h.is.SeniorAt = c.SeniorAt
	}
	h.is.Tags = append(slices.Clone(h.is.Tags), c.Tags...)
	slices.Sort(h.is.Tags)
	h.is.Tags = slices.Compact(h.is.Tags)
	if h.is.Priority == before {
		return nil
	}
	return h.recompute()
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// fill sets what isn't set yet.
func fill[T comparable](to *T, from T) {
	var zero T
	if *to == zero {
		*to = from
	}
}

// Unmerge takes a merge back: the conversation is what it was, its promises are its own again, with whatever
// became of them. Where nothing happened since, the other one is what it was too; else what was said there
// stays there.
func (d *Desk) Unmerge(ctx context.Context, who kept.Actor, from kept.ID) (Full, error) {
	now := d.now()
	err := d.write(ctx, who, "unmerge-conversation", func(tx *store.Tx) error {
		c, err := tx.LockConversation(from) // as take does: this one, then the one that it goes on in
		if err != nil {
			return err
		}
		if c.MergedInto == 0 {
			return kept.Fail(kept.Conflict, "This conversation is its own already.")
		}
		into, err := tx.LockConversation(c.MergedInto)
		if err != nil {
			return err
		}
		a, err := d.takeLocked(tx, c, who, now)
		if err != nil {
			return err
		}
		b, err := d.takeLocked(tx, into, who, now)
		if err != nil {
			return err
		}
		return a.unmergeFrom(b)
	})
	if err != nil {
		return Full{}, err
	}
	return d.Conversation(ctx, who, from)
}

// lastMerge reads what the log keeps of the conversation's latest merge.
func (h *hand) lastMerge() (m merger, err error) {
	events, err := h.tx.EventsOf(h.is.ID, kept.ConversationMerged)
	if err != nil {
		return m, err
	}
	for _, e := range slices.Backward(events) {
		if err := json.Unmarshal(e.Data, &m); err == nil && m.From.ID == h.is.ID {
			return m, nil
		}
	}
	return m, kept.Fail(kept.Conflict, "The log doesn't say how this was merged, so it can't be undone.")
}

// unmergeFrom gives a conversation back what it brought into another.
func (h *hand) unmergeFrom(other *hand) error {
	m, err := h.lastMerge()
	if err != nil {
		return err
	}
	all, err := h.tx.PromisesOf(other.is.ID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if !slices.Contains(m.Promises, p.ID) {
			continue
		}
		if err := h.carry(p); err != nil {
			return err
		}
		other.leading = slices.DeleteFunc(other.leading, func(q kept.Promise) bool { return q.ID == p.ID })
	}
	_, err = other.carryPages(h, func(p kept.Page) bool {
		return slices.Contains(m.Pages, p.ID) || slices.Contains(m.Promises, p.Promise)
	})
	if err != nil {
		return err
	}
	if err := h.tx.DropParticipants(other.is.ID, m.People); err != nil {
		return err
	}
	h.is = m.From
	open := func(p kept.Promise) bool { return p.State == kept.PromiseOpen }
	untouched := maps.EqualFunc(fields(other.is), fields(m.Became), reflect.DeepEqual)
	if untouched && (m.Into.Status.Live() || !slices.ContainsFunc(other.leading, open)) {
		other.is = m.Into
	}
	h.note(kept.ConversationUnmerged, 0, 0, map[string]any{"conversation": other.is.ID, "subject": other.is.Subject})
	other.note(kept.ConversationUnmerged, 0, 0, map[string]any{"conversation": h.is.ID, "subject": h.is.Subject})
	if err := h.put(); err != nil {
		return err
	}
	return other.put()
}
