package store

import "github.com/kept-desk/kept/kept"

// AddSooner notes what came of a customer's word that they need it sooner.
func (tx *Tx) AddSooner(s kept.Sooner) error {
	return tx.run(`INSERT INTO sooner (message_id, conversation_id, at, due_before, due_after, was, became, lead_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.Message, s.Conversation, us(s.At), us(s.Before), us(s.After), s.Was, s.Became, s.Lead)
}

// LastSooner finds the latest time that a conversation's customer said they need it sooner; false where
// they never did. Raised asks for the latest that made it more pressing.
func (tx *Tx) LastSooner(conversation kept.ID, raised bool) (kept.Sooner, bool, error) {
	return maybe(tx, func(s scanner) (v kept.Sooner, err error) {
		err = s.Scan(&v.Message, &v.Conversation, micros{&v.At}, micros{&v.Before}, micros{&v.After}, &v.Was, &v.Became, &v.Lead)
		return v, err
	}, `SELECT message_id, conversation_id, at, due_before, due_after, was, became, lead_id FROM sooner
		WHERE conversation_id = $1 AND ($2 = 0 OR was <> became) ORDER BY message_id DESC LIMIT 1`, conversation, flag(raised))
}

// LinksRevoked says how often the links to a conversation's page were taken back.
func (tx *Tx) LinksRevoked(conversation kept.ID) (int, error) {
	n, _, err := maybe(tx, scanOf[int], `SELECT revoked FROM page_links WHERE conversation_id = $1`, conversation)
	return n, err
}

// RevokeLinks takes back the links to a conversation's page.
func (tx *Tx) RevokeLinks(conversation kept.ID) error {
	return tx.run(`INSERT INTO page_links (conversation_id, revoked) VALUES ($1, 1)
		ON CONFLICT (conversation_id) DO UPDATE SET revoked = page_links.revoked + 1`, conversation)
}
