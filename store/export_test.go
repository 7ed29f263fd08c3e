package store

import "context"

// ForTest runs a statement that no verb has.
func (db *DB) ForTest(query string, args ...any) error {
	return db.Write(context.Background(), func(tx *Tx) error { return tx.run(query, args...) })
}
