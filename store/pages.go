package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

const pageCols = `id, conversation_id, promise_id, rotation_id, why, media, begun_at, agent_id, duty_id, turn, since, asked_at, asked,
	taken_by, ended_at, ended`

func scanPage(s scanner) (p kept.Page, err error) {
	err = s.Scan(&p.ID, &p.Conversation, &p.Promise, &p.Rotation, &p.Why, textOf{&p.By}, micros{&p.BegunAt}, &p.Agent, &p.Duty, &p.Turn,
		micros{&p.Since}, micros{&p.AskedAt}, &p.Asked, &p.TakenBy, micros{&p.EndedAt}, &p.Ended)
	return p, err
}

// AddPage begins a page, unless this conversation calls the rotation already: then it is false.
func (tx *Tx) AddPage(p kept.Page) (kept.ID, bool, error) {
	return maybe(tx, scanOf[kept.ID], `INSERT INTO pages (conversation_id, promise_id, rotation_id, why, media, begun_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (conversation_id, rotation_id) WHERE ended_at = 0 DO NOTHING RETURNING id`,
		p.Conversation, p.Promise, p.Rotation, p.Why, text(p.By), us(p.BegunAt))
}

// Page finds a page by id.
func (tx *Tx) Page(id kept.ID) (kept.Page, error) {
	p, err := one(tx, scanPage, `SELECT `+pageCols+` FROM pages WHERE id = $1`, id)
	return found("page", p, err)
}

// PagesOf lists a conversation's pages, oldest first.
func (tx *Tx) PagesOf(conversation kept.ID) ([]kept.Page, error) {
	return all(tx, scanPage, `SELECT `+pageCols+` FROM pages WHERE conversation_id = $1 ORDER BY id`, conversation)
}

// OpenPages lists the pages that nobody has taken yet, oldest first.
func (tx *Tx) OpenPages(limit int) ([]kept.Page, error) {
	return all(tx, scanPage, `SELECT `+pageCols+` FROM pages WHERE ended_at = 0 ORDER BY id LIMIT $1`, limit)
}

// AskPage notes whom a page was sent to, if it hasn't ended and nobody else sent it meanwhile.
func (tx *Tx) AskPage(p kept.Page) (bool, error) {
	n, err := tx.exec(`UPDATE pages SET agent_id = $2, duty_id = $3, turn = $4, since = $5, asked_at = $6, asked = asked + 1
		WHERE id = $1 AND ended_at = 0 AND asked = $7`, p.ID, p.Agent, p.Duty, p.Turn, us(p.Since), us(p.AskedAt), p.Asked-1)
	return n == 1, err
}

// PageFor notes what a page that hasn't ended is for now.
func (tx *Tx) PageFor(p kept.Page) error {
	return tx.run(`UPDATE pages SET why = $2, promise_id = $3 WHERE id = $1 AND ended_at = 0`, p.ID, p.Why, p.Promise)
}

// CarryPage makes a page one of another conversation.
func (tx *Tx) CarryPage(id, conversation kept.ID) error {
	return tx.run(`UPDATE pages SET conversation_id = $2 WHERE id = $1`, id, conversation)
}

// EndPage ends a page, once: false where it had ended.
func (tx *Tx) EndPage(id kept.ID, how kept.PageEnd, by kept.ID, at time.Time) (bool, error) {
	n, err := tx.exec(`UPDATE pages SET ended_at = $2, ended = $3, taken_by = $4 WHERE id = $1 AND ended_at = 0`, id, us(at), how, by)
	return n == 1, err
}

// Escalation is how far that of a broken promise has come.
type Escalation struct {
	Promise, Conversation kept.ID
	BegunAt               time.Time
	Steps                 int       // of the policy's, done
	SaidAt                time.Time // Kept's own honest word; zero: not said
}

// Escalation finds how far a broken promise's has come; false before it began.
func (tx *Tx) Escalation(promise kept.ID) (Escalation, bool, error) {
	return maybe(tx, func(s scanner) (e Escalation, err error) {
		err = s.Scan(&e.Promise, &e.Conversation, micros{&e.BegunAt}, &e.Steps, micros{&e.SaidAt})
		return e, err
	}, `SELECT promise_id, conversation_id, begun_at, steps, said_at FROM escalations WHERE promise_id = $1`, promise)
}

// PutEscalation notes it.
func (tx *Tx) PutEscalation(e Escalation) error {
	return tx.run(`INSERT INTO escalations (promise_id, conversation_id, begun_at, steps, said_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (promise_id) DO UPDATE SET steps = excluded.steps, said_at = excluded.said_at`,
		e.Promise, e.Conversation, us(e.BegunAt), e.Steps, us(e.SaidAt))
}

// SaidSince reports whether Kept said to a conversation's customer, at or after an instant, that a promise was missed.
func (tx *Tx) SaidSince(conversation kept.ID, at time.Time) (bool, error) {
	_, ok, err := maybe(tx, scanOf[kept.ID], `SELECT promise_id FROM escalations
		WHERE conversation_id = $1 AND said_at > 0 AND said_at >= $2 LIMIT 1`, conversation, us(at))
	return ok, err
}
