package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

const askCols = `promise_id, question, answer, answered_by, answered_at, note_id, taken_at, reminded_at, reminders, lead_told_at,
	away, away_at, withdrawn, withdrawn_at, answers`

func scanAsked(s scanner) (a kept.Asked, err error) {
	err = s.Scan(&a.ID, &a.Question, &a.Answer, &a.AnsweredBy, micros{&a.AnsweredAt}, &a.Note, micros{&a.TakenAt}, micros{&a.RemindedAt},
		&a.Reminders, micros{&a.LeadToldAt}, &a.Away, micros{&a.AwayAt}, &a.Withdrawn, micros{&a.WithdrawnAt}, &a.Answers)
	return a, err
}

// AddAsked writes the words of an ask beside its promise.
func (tx *Tx) AddAsked(a kept.Asked) error {
	return tx.run(`INSERT INTO asks (promise_id, question) VALUES ($1, $2)`, a.ID, a.Question)
}

// AskOf finds what stands beside an ask's promise.
func (tx *Tx) AskOf(promise kept.ID) (kept.Asked, error) {
	a, err := one(tx, scanAsked, `SELECT `+askCols+` FROM asks WHERE promise_id = $1`, promise)
	return found("ask", a, err)
}

// AskedIn finds what stands beside the promises, in no order.
func (tx *Tx) AskedIn(promises []kept.ID) ([]kept.Asked, error) {
	if len(promises) == 0 {
		return nil, nil
	}
	ids := padded(promises)
	return all(tx, scanAsked, `SELECT `+askCols+` FROM asks WHERE promise_id IN `+in(1, len(ids)), ids...)
}

// SaveAsked writes what came of an ask. The caller holds its promise.
func (tx *Tx) SaveAsked(a kept.Asked) error {
	return tx.run(`UPDATE asks SET answer = $2, answered_by = $3, answered_at = $4, note_id = $5, taken_at = $6, reminded_at = $7,
			reminders = $8, lead_told_at = $9, away = $10, away_at = $11, withdrawn = $12, withdrawn_at = $13, answers = $14 WHERE promise_id = $1`,
		a.ID, a.Answer, a.AnsweredBy, us(a.AnsweredAt), a.Note, us(a.TakenAt), us(a.RemindedAt),
		a.Reminders, us(a.LeadToldAt), a.Away, us(a.AwayAt), a.Withdrawn, us(a.WithdrawnAt), a.Answers)
}

// asksWaiting are the asks that nobody has answered yet, in the words of their index.
const asksWaiting = `SELECT ` + promiseCols + ` FROM promises p
	WHERE p.kind = 'ask' AND (p.state = 'open' OR p.state = 'broken' AND p.made_good_at = 0)`

// asksDone are those that no longer wait.
const asksDone = `SELECT ` + promiseCols + ` FROM promises p
	WHERE p.kind = 'ask' AND p.state <> 'open' AND (p.state <> 'broken' OR p.made_good_at > 0)`

// AsksOf lists the asks that wait for an agent's answer, or for one of their teams', due first first. All that
// wait are few; the plus keeps SQLite from reading whatever the agent was asked before.
func (tx *Tx) AsksOf(agent kept.ID, teams []kept.ID, after Place, n int) ([]kept.Promise, error) {
	ids := padded(orNone(teams))
	return all(tx, scanPromise, asksWaiting+` AND (p.due, p.id) > ($1, $2) AND p.to_agent <> $3
		AND (+p.by_agent = $3 OR +p.by_agent = 0 AND p.team_id IN `+in(5, len(ids))+`)
		ORDER BY p.due, p.id LIMIT $4`, append([]any{after.At, after.ID, agent, n}, ids...)...)
}

// AsksBy lists the asks of an agent that wait for an answer, due first first.
func (tx *Tx) AsksBy(agent kept.ID, after Place, n int) ([]kept.Promise, error) {
	return all(tx, scanPromise, asksWaiting+` AND (p.due, p.id) > ($1, $2) AND p.to_agent = $3 ORDER BY p.due, p.id LIMIT $4`,
		after.At, after.ID, agent, n)
}

// TeamIsAsked reports whether an ask waits for a team, and nobody of it has taken it.
func (tx *Tx) TeamIsAsked(team kept.ID) (bool, error) {
	_, ok, err := maybe(tx, scanPromise, asksWaiting+` AND +p.by_agent = 0 AND p.team_id = $1 ORDER BY p.due, p.id LIMIT 1`, team)
	return ok, err
}

// AsksDoneOf lists the asks that an agent was asked and that wait no longer, latest settled first.
func (tx *Tx) AsksDoneOf(agent kept.ID, before Place, n int) ([]kept.Promise, error) {
	return all(tx, scanPromise, asksDone+` AND p.by_agent = $1 AND (p.settled_at, p.id) < ($2, $3)
		ORDER BY p.settled_at DESC, p.id DESC LIMIT $4`, agent, before.At, before.ID, n)
}

// AsksDoneBy lists the asks of an agent that wait no longer, latest settled first.
func (tx *Tx) AsksDoneBy(agent kept.ID, before Place, n int) ([]kept.Promise, error) {
	return all(tx, scanPromise, asksDone+` AND p.to_agent = $1 AND (p.settled_at, p.id) < ($2, $3)
		ORDER BY p.settled_at DESC, p.id DESC LIMIT $4`, agent, before.At, before.ID, n)
}

// CountAsksOf counts the asks that wait for an agent or one of their teams, up to limit.
func (tx *Tx) CountAsksOf(agent kept.ID, teams []kept.ID, now time.Time, limit int) (Count, error) {
	ids := padded(orNone(teams))
	return tx.count(now, `SELECT p.due AS due FROM promises p
		WHERE p.kind = 'ask' AND (p.state = 'open' OR p.state = 'broken' AND p.made_good_at = 0)
		AND p.to_agent <> $2 AND (+p.by_agent = $2 OR +p.by_agent = 0 AND p.team_id IN `+in(4, len(ids))+`) ORDER BY p.due, p.id LIMIT $3`,
		append([]any{agent, limit}, ids...)...)
}

// orNone is a list that names nobody where it is empty.
func orNone(ids []kept.ID) []kept.ID {
	if len(ids) == 0 {
		return []kept.ID{-1}
	}
	return ids
}

// TroubleOf finds why the latest mail of a promise did not arrive at an agent; empty where all did, or are on
// their way.
func (tx *Tx) TroubleOf(promise, agent kept.ID) (string, error) {
	why, _, err := maybe(tx, scanOf[string], `SELECT trouble FROM notices
		WHERE promise_id > 0 AND promise_id = $1 AND agent_id = $2 AND trouble <> '' ORDER BY id DESC LIMIT 1`, promise, agent)
	return why, err
}

// NoticeBounced notes that a notice came back, once; false where it was known.
func (tx *Tx) NoticeBounced(id kept.ID, why string) (bool, error) {
	n, err := tx.exec(`UPDATE notices SET trouble = $2 WHERE id = $1 AND trouble = ''`, id, why)
	return n == 1, err
}

// FirstNotice finds the first mail that was written to an agent for a promise.
func (tx *Tx) FirstNotice(promise, agent kept.ID) (kept.Notice, bool, error) {
	return maybe(tx, scanNotice, `SELECT `+noticeCols+` FROM notices WHERE promise_id > 0 AND promise_id = $1 AND agent_id = $2 ORDER BY id LIMIT 1`, promise, agent)
}
