package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// mostNamed bounds how many violations of one kind a check names.
const mostNamed = 1000

// LiveWithoutPromise finds live conversations that have no open promise.
func (tx *Tx) LiveWithoutPromise() ([]kept.ID, error) {
	return all(tx, scanOf[kept.ID], `SELECT c.id FROM conversations c WHERE c.status IN ('open', 'pending', 'solved')
		AND NOT EXISTS (SELECT 1 FROM promises p WHERE p.conversation_id = c.id AND p.state = 'open' AND p.kind <> 'ask') ORDER BY c.id LIMIT $1`, mostNamed)
}

// SettledTwice finds promises with more outcomes in the log than corrections allow.
func (tx *Tx) SettledTwice() ([]kept.ID, error) {
	return all(tx, scanOf[kept.ID], `SELECT promise_id FROM events WHERE promise_id > 0
		GROUP BY promise_id
		HAVING sum(CASE WHEN type IN ('promise.kept', 'promise.broken', 'promise.moved', 'promise.released') THEN 1 ELSE 0 END)
			> 1 + sum(CASE WHEN type = 'promise.corrected' THEN 1 ELSE 0 END)
		ORDER BY promise_id LIMIT $1`, mostNamed)
}

// OpenBefore finds open promises that were due before an instant.
func (tx *Tx) OpenBefore(at time.Time) ([]kept.ID, error) {
	return all(tx, scanOf[kept.ID], `SELECT id FROM promises WHERE state = 'open' AND wake_at < $1 AND due < $1 ORDER BY id LIMIT $2`, us(at), mostNamed)
}

// Misplaced finds conversations whose place in the queue isn't the earliest of their leading promises.
func (tx *Tx) Misplaced() ([]kept.ID, error) {
	return all(tx, scanOf[kept.ID], `SELECT c.id FROM conversations c LEFT JOIN (
			SELECT conversation_id, min(due) AS due FROM promises WHERE kind <> 'ask' AND (state = 'open' OR state = 'broken' AND made_good_at = 0)
			GROUP BY conversation_id
		) p ON p.conversation_id = c.id
		WHERE c.queue_due <> coalesce(p.due, 0) ORDER BY c.id LIMIT $1`, mostNamed)
}

// LostMails finds mails that were taken but are no message.
func (tx *Tx) LostMails() ([]kept.ID, error) {
	return all(tx, scanOf[kept.ID], `SELECT l.id FROM mails l LEFT JOIN messages m ON m.id = l.message_id
		WHERE l.state IN ('received', 'duplicate') AND m.id IS NULL ORDER BY l.id LIMIT $1`, mostNamed)
}

// StuckMails finds stored mails that no job will receive.
func (tx *Tx) StuckMails() ([]kept.ID, error) {
	return all(tx, scanOf[kept.ID], `SELECT l.id FROM mails l WHERE l.state = 'stored' AND NOT EXISTS (
		SELECT 1 FROM jobs j WHERE j.unique_key <> '' AND j.unique_key = 'receive ' || l.id) ORDER BY l.id LIMIT $1`, mostNamed)
}

// StuckMessages finds messages of ours that have neither arrived nor bounced, and that no job will
// deliver.
func (tx *Tx) StuckMessages() ([]kept.ID, error) {
	return all(tx, scanOf[kept.ID], `SELECT m.id FROM messages m WHERE m.delivery IN ('queued', 'sending', 'deferred') AND NOT EXISTS (
		SELECT 1 FROM jobs j WHERE j.unique_key <> '' AND j.unique_key = 'deliver ' || m.id) ORDER BY m.id LIMIT $1`, mostNamed)
}

// EachPromise reads all promises, page by page.
func (tx *Tx) EachPromise(f func(kept.Promise) error) error {
	return each(tx, scanPromise, `SELECT `+promiseCols+` FROM promises p WHERE p.id > $1 ORDER BY p.id LIMIT 1000`,
		func(p kept.Promise) kept.ID { return p.ID }, f)
}

// EachConversation reads all conversations, page by page.
func (tx *Tx) EachConversation(f func(kept.Conversation) error) error {
	return each(tx, scanConversation, `SELECT `+conversationCols+` FROM conversations c WHERE c.id > $1 ORDER BY c.id LIMIT 1000`,
		func(c kept.Conversation) kept.ID { return c.ID }, f)
}

// each reads a query of pages, each after the last id.
func each[T any](tx *Tx, scan func(scanner) (T, error), query string, id func(T) kept.ID, f func(T) error) error {
	last := kept.ID(0)
	for {
		page, err := all(tx, scan, query, last)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, v := range page {
			if err := f(v); err != nil {
				return err
			}
			last = id(v)
		}
	}
}
