package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// Without the table's alias: SQLite doesn't know it in RETURNING.
const promiseCols = `id, conversation_id, contact_id, kind, words, due, zone, by_agent, source, policy_id,
	opened_at, told_in, told_at, warn_at, state, settled_at, settled_by, fulfilled_at, made_good_at, moved_to, replaces, misses,
	to_agent, team_id, begins_at, warn_again_at, warned, moves, held_at, held_due, held_minutes`

// promiseDest are the places that promiseCols scan into.
func promiseDest(p *kept.Promise) []any {
	return []any{
		&p.ID, &p.Conversation, &p.To, &p.Kind, &p.Words,
		micros{&p.Due},
		&p.Zone, &p.By, &p.Source, &p.Policy,
		micros{&p.OpenedAt},
		&p.ToldIn,
		micros{&p.ToldAt},
		micros{&p.WarnAt},
		&p.State,
		micros{&p.SettledAt},
		textOf{&p.SettledBy},
		micros{&p.FulfilledAt},
		micros{&p.MadeGoodAt},
		&p.MovedTo, &p.Replaces, &p.Misses,
		&p.ToAgent, &p.Team,
		micros{&p.From},
		micros{&p.WarnAgainAt},
		&p.Warned, &p.Moves,
		micros{&p.HeldAt},
		micros{&p.HeldDue},
		&p.HeldMinutes,
	}
}

func scanPromise(s scanner) (p kept.Promise, err error) {
	err = s.Scan(promiseDest(&p)...)
	return p, err
}

// wakeAt is when the clockwork must look at an open promise: at its warning, else right after its due,
// as it may be kept at that very instant.
func wakeAt(p kept.Promise) time.Time {
	if !p.WarnAt.IsZero() && p.WarnAt.Before(p.Due) {
		return p.WarnAt
	}
	return p.Due.Add(time.Microsecond)
}

// newPromiseCols are the columns of a new promise; the others have what a new one has.
const newPromiseCols = `conversation_id, contact_id, kind, words, due, zone, by_agent, source, policy_id,
	opened_at, told_in, told_at, warn_at, wake_at, state, settled_at, misses, replaces, to_agent, team_id, begins_at,
	warn_again_at, moves`

func newPromise(p kept.Promise) []any {
	return []any{
		p.Conversation, p.To, p.Kind, p.Words, us(p.Due), p.Zone, p.By, p.Source, p.Policy,
		us(p.OpenedAt), p.ToldIn, us(p.ToldAt), us(p.WarnAt), us(wakeAt(p)), kept.PromiseOpen, 0, p.Misses, p.Replaces,
		p.ToAgent, p.Team, us(p.From), us(p.WarnAgainAt), p.Moves,
	}
}

// AddPromise writes a new promise and returns its id.
func (tx *Tx) AddPromise(p kept.Promise) (kept.ID, error) {
	tx.wrote.Promises = earlier(tx.wrote.Promises, wakeAt(p))
	if tx.together != nil {
		return tx.together.addPromise(tx, p)
	}
	row := newPromise(p)
	return tx.newID(`INSERT INTO promises (`+newPromiseCols+`) VALUES `+in(1, len(row))+` RETURNING id`, row...)
}

// Promise finds a promise by id.
func (tx *Tx) Promise(id kept.ID) (kept.Promise, error) {
	p, err := one(tx, scanPromise, `SELECT `+promiseCols+` FROM promises p WHERE p.id = $1`, id)
	return found("promise", p, err)
}

// PromisesOf lists all promises of a conversation in the order they were opened.
func (tx *Tx) PromisesOf(conversation kept.ID) ([]kept.Promise, error) {
	return all(tx, scanPromise, `SELECT `+promiseCols+` FROM promises p WHERE p.conversation_id = $1 ORDER BY p.id`, conversation)
}

// Leading lists the promises that count for a conversation's place in the queue: the open ones, and
// the broken ones not yet made good. Asks don't.
func (tx *Tx) Leading(conversation kept.ID) ([]kept.Promise, error) {
	return all(tx, scanPromise, `SELECT `+promiseCols+` FROM promises p WHERE p.conversation_id = $1
		AND p.kind <> 'ask' AND (p.state = 'open' OR p.state = 'broken' AND p.made_good_at = 0) ORDER BY p.due, p.id`, conversation)
}

// LeadingIn is Leading of several conversations.
func (tx *Tx) LeadingIn(conversations []kept.ID) ([]kept.Promise, error) {
	ids := padded(conversations)
	return all(tx, scanPromise, `SELECT `+promiseCols+` FROM promises p WHERE p.conversation_id IN `+in(1, len(ids))+`
		AND p.kind <> 'ask' AND (p.state = 'open' OR p.state = 'broken' AND p.made_good_at = 0) ORDER BY p.due, p.id`, ids...)
}

// SavePromise writes what may change in a promise, if it is still in the state that the caller saw;
// false where somebody else was first.
func (tx *Tx) SavePromise(p kept.Promise, was kept.PromiseState) (bool, error) {
	settled := ""
	if p.State != kept.PromiseOpen {
		settled = text(p.SettledBy)
	} else {
		tx.wrote.Promises = earlier(tx.wrote.Promises, wakeAt(p))
	}
	n, err := tx.exec(`UPDATE promises SET due = $3, told_in = $4, told_at = $5, warn_at = $6, wake_at = $7, state = $8,
			settled_at = $9, settled_by = $10, fulfilled_at = $11, made_good_at = $12, moved_to = $13, by_agent = $14, team_id = $15,
			conversation_id = $16, warn_again_at = $17, warned = $18, begins_at = $19, moves = $20, held_at = $21, held_due = $22, held_minutes = $23, zone = $24,
			policy_id = $25
		WHERE id = $1 AND state = $2`, p.ID, was, us(p.Due), p.ToldIn, us(p.ToldAt), us(p.WarnAt), us(wakeAt(p)), p.State,
		us(p.SettledAt), settled, us(p.FulfilledAt), us(p.MadeGoodAt), p.MovedTo, p.By, p.Team,
		p.Conversation, us(p.WarnAgainAt), p.Warned, us(p.From), p.Moves, us(p.HeldAt), us(p.HeldDue), p.HeldMinutes, p.Zone, p.Policy)
	return n == 1, err
}

// DueConversations lists up to n conversations that have a promise which must be looked at by now,
// earliest first, and locks them for this transaction. One that another transaction holds is left
// out: its own verb, or the next sweep, settles it. Where others hold all of the first n, it goes on to the next:
// sweeps that begin at one instant share what is due.
func (tx *Tx) DueConversations(now time.Time, n int) (locked []kept.ID, err error) {
	for from := 0; len(locked) == 0; from += n {
		// Two steps, as PostgreSQL doesn't lock what it groups; the window keeps the read short.
		ids, err := all(tx, scanOf[kept.ID], `SELECT conversation_id FROM (
				SELECT conversation_id, wake_at FROM promises WHERE state = 'open' AND wake_at <= $1 AND conversation_id > 0
				ORDER BY wake_at, id LIMIT $2 OFFSET $3
			) d GROUP BY conversation_id ORDER BY min(wake_at)`, us(now), n, from)
		if err != nil || len(ids) == 0 {
			return nil, err
		}
		args := padded(ids)
		locked, err = all(tx, scanOf[kept.ID], `SELECT id FROM conversations WHERE id IN `+in(1, len(args))+` ORDER BY id`+tx.dialect.skipLocked, args...)
		if err != nil {
			return nil, err
		}
	}
	return locked, nil
}

// DueAlone lists up to n promises of no conversation that must be looked at by now, and locks them. One that
// another transaction holds is left out.
func (tx *Tx) DueAlone(now time.Time, n int) ([]kept.ID, error) {
	return all(tx, scanOf[kept.ID], `SELECT id FROM promises WHERE state = 'open' AND conversation_id = 0 AND wake_at <= $1
		ORDER BY wake_at, id LIMIT $2`+tx.dialect.skipLocked, us(now), n)
}

// LockPromise finds a promise of no conversation and keeps others from changing it until this transaction
// ends. A promise of a conversation is locked by that.
func (tx *Tx) LockPromise(id kept.ID) (kept.Promise, error) {
	p, err := one(tx, scanPromise, `SELECT `+promiseCols+` FROM promises p WHERE p.id = $1`+tx.dialect.forUpdate, id)
	return found("promise", p, err)
}

// BreakDue settles every promise of these conversations that is due before now: broken at its due
// instant. Who gets the row back goes on with it.
func (tx *Tx) BreakDue(conversations []kept.ID, now time.Time) ([]kept.Promise, error) {
	return tx.breakDue("conversation_id", conversations, now)
}

// BreakDueAlone is BreakDue of promises of no conversation, by their own ids.
func (tx *Tx) BreakDueAlone(promises []kept.ID, now time.Time) ([]kept.Promise, error) {
	return tx.breakDue("id", promises, now)
}

func (tx *Tx) breakDue(column string, of []kept.ID, now time.Time) ([]kept.Promise, error) {
	ids := padded(of)
	args := append([]any{us(now), text(kept.Cause{Deadline: true})}, ids...)
	return all(tx, scanPromise, `UPDATE promises AS p SET state = 'broken', settled_at = due, settled_by = $2
		WHERE p.state = 'open' AND p.due < $1 AND p.`+column+` IN `+in(3, len(ids))+` RETURNING `+promiseCols, args...)
}

// Warn takes every promise of these conversations whose warning has come; the next wake is its due.
func (tx *Tx) Warn(conversations []kept.ID, now time.Time) ([]kept.Promise, error) {
	return tx.warn("conversation_id", conversations, now)
}

// WarnAlone is Warn of promises of no conversation, by their own ids.
func (tx *Tx) WarnAlone(promises []kept.ID, now time.Time) ([]kept.Promise, error) {
	return tx.warn("id", promises, now)
}

func (tx *Tx) warn(column string, of []kept.ID, now time.Time) ([]kept.Promise, error) {
	ids := padded(of)
	return all(tx, scanPromise, `UPDATE promises AS p SET warned = warned + 1, warn_at = warn_again_at, warn_again_at = 0,
			wake_at = CASE WHEN warn_again_at > 0 THEN warn_again_at ELSE due + 1 END
		WHERE p.state = 'open' AND p.warn_at > 0 AND p.warn_at <= $1 AND p.`+column+` IN `+in(2, len(ids))+`
		RETURNING `+promiseCols, append([]any{us(now)}, ids...)...)
}

// NextPromiseAt is the earliest instant at which an open promise must be looked at; zero: none.
func (tx *Tx) NextPromiseAt() (time.Time, error) {
	n, _, err := maybe(tx, scanOf[int64], `SELECT wake_at FROM promises WHERE state = 'open' ORDER BY wake_at, id LIMIT 1`)
	return instant(n), err
}
