package store

import (
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Whose says whose promises to customers a board shows: everybody's, or those of the conversations that
// some agents have, with what customers have of them as of somebody senior, and of those that nobody has taken from
// some teams.
type Whose struct {
	Everybody bool
	Agents    []kept.ID
	Teams     []kept.ID
}

const (
	stillOpen = `p.state = 'open'`
	notMade   = `p.state = 'broken' AND p.made_good_at = 0`
	seniors   = `w.source = 'customer' AND w.kind = 'update'` // the word of somebody senior
	onBoard   = ` AND (p.due, p.id) > ($1, $2) ORDER BY p.due, p.id LIMIT $3`
)

// Board lists what is promised to customers and still open, or broken and not made good, by due, after a
// place. The customers' promises of a few people are found by their conversations: that list is short.
func (tx *Tx) Board(whose Whose, after Place, n int) ([]kept.Promise, error) {
	var lists [][]kept.Promise
	add := func(where string, args ...any) error {
		got, err := all(tx, scanPromise, `SELECT `+promiseCols+` FROM promises p WHERE `+where+onBoard,
			append([]any{after.At, after.ID, n}, args...)...)
		lists = append(lists, got)
		return err
	}
	if whose.Everybody {
		for _, state := range []string{stillOpen, notMade} {
			if err := add(state + ` AND p.kind <> 'ask'`); err != nil {
				return nil, err
			}
		}
		return byDue(n, lists...), nil
	}
	if len(whose.Agents) > 0 {
		ids := padded(whose.Agents)
		err := add(`(`+stillOpen+` OR `+notMade+`) AND p.kind <> 'ask' AND p.conversation_id IN (
			SELECT c.id FROM conversations c WHERE c.turn < 2 AND c.assignee_id IN `+in(4, len(ids))+`)`, ids...)
		if err != nil {
			return nil, err
		}
		err = add(`(`+stillOpen+` OR `+notMade+`) AND p.id IN (
			SELECT w.id FROM promises w WHERE `+seniors+` AND w.by_agent IN `+in(4, len(ids))+`)`, ids...)
		if err != nil {
			return nil, err
		}
	}
	if len(whose.Teams) > 0 {
		ids := padded(whose.Teams)
		err := add(`(`+stillOpen+` OR `+notMade+`) AND p.kind <> 'ask' AND p.conversation_id IN (
			SELECT c.id FROM conversations c WHERE c.turn < 2 AND c.assignee_id = 0 AND c.team_id IN `+in(4, len(ids))+`)`, ids...)
		if err != nil {
			return nil, err
		}
	}
	return byDue(n, lists...), nil
}

// Asked lists what somebody was asked and hasn't answered, by due, after a place.
func (tx *Tx) Asked(agent kept.ID, after Place, n int) ([]kept.Promise, error) {
	return all(tx, scanPromise, `SELECT `+promiseCols+` FROM promises p WHERE p.kind = 'ask' AND p.state = 'open' AND p.by_agent = $4`+onBoard,
		after.At, after.ID, n, agent)
}

// byDue merges lists that are in the order of the board, what stands in two of them once, and keeps the first n.
func byDue(n int, lists ...[]kept.Promise) []kept.Promise {
	out := slices.Concat(lists...)
	slices.SortFunc(out, func(a, b kept.Promise) int {
		if c := a.Due.Compare(b.Due); c != 0 {
			return c
		}
		return int(a.ID - b.ID)
	})
	out = slices.CompactFunc(out, func(a, b kept.Promise) bool { return a.ID == b.ID })
	return out[:min(n, len(out))]
}

// Past is a promise of the past, with what the forecast asks of its conversation.
type Past struct {
	kept.Promise
	Priority  kept.Priority
	Assignee  kept.ID // of the conversation, now
	BeganAt   time.Time
	InTeam    kept.ID // of the conversation, now
	Addressed kept.ID // the conversation's inbox
}

func scanPast(s scanner) (p Past, err error) {
	err = s.Scan(append(promiseDest(&p.Promise), &p.Priority, &p.Assignee, micros{&p.BeganAt}, &p.InTeam, &p.Addressed)...)
	return p, err
}

// PastBefore lists promises to customers opened before the one with an id, latest first.
func (tx *Tx) PastBefore(id kept.ID, n int) ([]Past, error) {
	return all(tx, scanPast, `SELECT q.*, c.priority, c.assignee_id, c.created_at, c.team_id, c.inbox_id FROM (
			SELECT `+promiseCols+` FROM promises WHERE id < $1 AND kind <> 'ask' ORDER BY id DESC LIMIT $2
		) q JOIN conversations c ON c.id = q.conversation_id ORDER BY q.id DESC`, id, n)
}

// Ahead lists the first promises to customers that are open, or broken and not made good, by due.
func (tx *Tx) Ahead(n int) ([]Past, error) {
	var out []Past
	for _, state := range []string{notMade, stillOpen} {
		got, err := all(tx, scanPast, `SELECT q.*, c.priority, c.assignee_id, c.created_at, c.team_id, c.inbox_id FROM (
				SELECT `+promiseCols+` FROM promises p WHERE `+state+` AND p.kind <> 'ask' ORDER BY p.due, p.id LIMIT $1
			) q JOIN conversations c ON c.id = q.conversation_id ORDER BY q.due, q.id`, n)
		if err != nil {
			return nil, err
		}
		out = append(out, got...)
	}
	slices.SortStableFunc(out, func(a, b Past) int { return a.Due.Compare(b.Due) })
	return out[:min(n, len(out))], nil
}

// Written is who wrote a message, and when.
type Written struct {
	ID, Agent kept.ID
	At        time.Time
}

// WrittenBy says which of some messages agents wrote, and when.
func (tx *Tx) WrittenBy(messages []kept.ID) ([]Written, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	args := padded(messages)
	return all(tx, func(s scanner) (w Written, err error) {
		err = s.Scan(&w.ID, &w.Agent, micros{&w.At})
		return w, err
	}, `SELECT id, author_id, created_at FROM messages WHERE author_kind = 'agent' AND id IN `+in(1, len(args)), args...)
}
