package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

const noticeCols = `id, agent_id, conversation_id, promise_id, subject, text, reply_to, message_id, in_reply_to, created_at, sent_at, trouble`

func scanNotice(s scanner) (n kept.Notice, err error) {
	err = s.Scan(&n.ID, &n.Agent, &n.Conversation, &n.Promise, &n.Subject, &n.Text, &n.ReplyTo, &n.MessageID, &n.InReplyTo,
		micros{&n.CreatedAt}, micros{&n.SentAt}, &n.Trouble)
	return n, err
}

// AddNotice writes a mail to one of our own.
func (tx *Tx) AddNotice(n kept.Notice) (kept.ID, error) {
	return tx.newID(`INSERT INTO notices (agent_id, conversation_id, promise_id, subject, text, reply_to, message_id, in_reply_to, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
		n.Agent, n.Conversation, n.Promise, n.Subject, n.Text, n.ReplyTo, n.MessageID, n.InReplyTo, us(n.CreatedAt))
}

// Notice finds a notice by id.
func (tx *Tx) Notice(id kept.ID) (kept.Notice, error) {
	n, err := one(tx, scanNotice, `SELECT `+noticeCols+` FROM notices WHERE id = $1`, id)
	return found("notice", n, err)
}

// BeginNotice takes a notice for sending, and says whether it was taken before and never answered for.
func (tx *Tx) BeginNotice(id kept.ID, now time.Time) (again bool, err error) {
	if n, err := tx.exec(`UPDATE notices SET begun_at = $2 WHERE id = $1 AND begun_at = 0`, id, us(now)); err != nil || n == 1 {
		return false, err
	}
	return true, nil
}

// NoticeTrouble notes what is odd about a notice that still goes.
func (tx *Tx) NoticeTrouble(id kept.ID, trouble string) error {
	return tx.run(`UPDATE notices SET trouble = $2 WHERE id = $1 AND sent_at = 0`, id, trouble)
}

// NoticeDeferred notes that the relay said "later", so that the next try is no second mail.
func (tx *Tx) NoticeDeferred(id kept.ID) error {
	return tx.run(`UPDATE notices SET begun_at = 0 WHERE id = $1 AND sent_at = 0`, id)
}

// NoticeSent notes that the next hop has a notice, or why it never will; an empty trouble leaves what was noted.
func (tx *Tx) NoticeSent(id kept.ID, at time.Time, trouble string) error {
	return tx.run(`UPDATE notices SET sent_at = $2, trouble = CASE WHEN $3 = '' THEN trouble ELSE $3 END WHERE id = $1 AND sent_at = 0`,
		id, us(at), trouble)
}

// NoticeByMessageID finds the notice that a mail answers.
func (tx *Tx) NoticeByMessageID(messageID string) (kept.Notice, bool, error) {
	return maybe(tx, scanNotice, `SELECT `+noticeCols+` FROM notices WHERE message_id = $1`, messageID)
}
