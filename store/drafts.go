package store

import "github.com/kept-desk/kept/kept"

// Draft finds what an agent is writing in a conversation.
func (tx *Tx) Draft(agent, conversation kept.ID) (kept.Draft, bool, error) {
	return maybe(tx, func(s scanner) (d kept.Draft, err error) {
		err = s.Scan(&d.Agent, &d.Conversation, &d.HTML, flagOf{&d.Note}, textOf{&d.Next}, micros{&d.SavedAt})
		return d, err
	}, `SELECT agent_id, conversation_id, html, note, next, saved_at FROM drafts WHERE agent_id = $1 AND conversation_id = $2`, agent, conversation)
}

// PutDraft keeps what an agent is writing.
func (tx *Tx) PutDraft(d kept.Draft) error {
	return tx.run(`INSERT INTO drafts (agent_id, conversation_id, html, note, next, saved_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (agent_id, conversation_id) DO UPDATE
			SET html = excluded.html, note = excluded.note, next = excluded.next, saved_at = excluded.saved_at`,
		d.Agent, d.Conversation, d.HTML, flag(d.Note), text(d.Next), us(d.SavedAt))
}

// DropDraft forgets it.
func (tx *Tx) DropDraft(agent, conversation kept.ID) error {
	return tx.run(`DELETE FROM drafts WHERE agent_id = $1 AND conversation_id = $2`, agent, conversation)
}
