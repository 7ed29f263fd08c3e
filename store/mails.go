package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

const mailCols = `id, received_at, sender, rcpts, remote, size, sha256, state, reason, message_id, settled_at`

func scanMail(s scanner) (m kept.Mail, err error) {
	err = s.Scan(&m.ID, micros{&m.ReceivedAt}, &m.Sender, textOf{&m.Rcpts}, &m.Remote, &m.Size, &m.SHA256, &m.State, &m.Reason, &m.Message, micros{&m.SettledAt})
	return m, err
}

// AddMail writes a mail into the ledger before anything of it is understood. Raw is nil where the
// bytes lie in the blob store.
func (tx *Tx) AddMail(m kept.Mail, raw []byte) (kept.ID, error) {
	id, err := tx.newID(`INSERT INTO mails (received_at, sender, rcpts, remote, size, sha256, state)
		VALUES ($1, $2, $3, $4, $5, $6, 'stored') RETURNING id`, us(m.ReceivedAt), m.Sender, text(m.Rcpts), m.Remote, m.Size, m.SHA256)
	if err != nil || raw == nil {
		return id, err
	}
	return id, tx.run(`INSERT INTO mail_bodies (mail_id, raw) VALUES ($1, $2)`, id, raw)
}

// Mail finds a row of the ledger.
func (tx *Tx) Mail(id kept.ID) (kept.Mail, error) {
	m, err := one(tx, scanMail, `SELECT `+mailCols+` FROM mails WHERE id = $1`, id)
	return found("mail", m, err)
}

// MailBody reads raw bytes that lie in the database; ok is false where they are in the blob store.
func (tx *Tx) MailBody(id kept.ID) (raw []byte, ok bool, err error) {
	return maybe(tx, scanOf[[]byte], `SELECT raw FROM mail_bodies WHERE mail_id = $1`, id)
}

// TakeMail settles a stored mail; false where it was settled before. Only one caller gets it.
func (tx *Tx) TakeMail(id kept.ID, now time.Time) (bool, error) {
	n, err := tx.exec(`UPDATE mails SET state = 'received', settled_at = $2 WHERE id = $1 AND state = 'stored'`, id, us(now))
	return n == 1, err
}

// SayOfMail notes what a taken mail became.
func (tx *Tx) SayOfMail(id kept.ID, state kept.MailState, message kept.ID, reason string) error {
	return tx.run(`UPDATE mails SET state = $2, message_id = $3, reason = $4 WHERE id = $1`, id, state, message, reason)
}

// CountMails counts the ledger by state.
func (tx *Tx) CountMails() (map[kept.MailState]int, error) {
	type count struct {
		state kept.MailState
		n     int
	}
	rows, err := all(tx, func(s scanner) (c count, err error) {
		err = s.Scan(&c.state, &c.n)
		return c, err
	}, `SELECT state, count(*) FROM mails GROUP BY state`)
	out := map[kept.MailState]int{}
	for _, r := range rows {
		out[r.state] = r.n
	}
	return out, err
}
