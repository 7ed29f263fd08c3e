package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// AddAlert writes a word to one of our own.
func (tx *Tx) AddAlert(a kept.Alert) (kept.ID, error) {
	return tx.newID(`INSERT INTO alerts (medium, agent_id, subscription_id, rotation_id, page_id, conversation_id, promise_id, title, text, url, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
		a.By, a.Agent, a.Subscription, a.Rotation, a.Page, a.Conversation, a.Promise, a.Title, a.Text, a.URL, us(a.CreatedAt))
}

// Alert finds an alert by id.
func (tx *Tx) Alert(id kept.ID) (kept.Alert, error) {
	a, err := one(tx, func(s scanner) (a kept.Alert, err error) {
		err = s.Scan(&a.ID, &a.By, &a.Agent, &a.Subscription, &a.Rotation, &a.Page, &a.Conversation, &a.Promise, &a.Title, &a.Text, &a.URL,
			micros{&a.CreatedAt}, micros{&a.SentAt}, &a.Trouble)
		return a, err
	}, `SELECT id, medium, agent_id, subscription_id, rotation_id, page_id, conversation_id, promise_id, title, text, url, created_at, sent_at, trouble
		FROM alerts WHERE id = $1`, id)
	return found("alert", a, err)
}

// AlertSent notes that an alert arrived, or why it never will.
func (tx *Tx) AlertSent(id kept.ID, at time.Time, trouble string) error {
	return tx.run(`UPDATE alerts SET sent_at = $2, trouble = $3 WHERE id = $1 AND sent_at = 0`, id, us(at), trouble)
}

func scanSubscription(s scanner) (b kept.Subscription, err error) {
	err = s.Scan(&b.ID, &b.Agent, &b.Session, &b.Endpoint, &b.P256dh, &b.Auth, micros{&b.CreatedAt})
	return b, err
}

const subscriptionCols = `b.id, b.agent_id, b.session_id, b.endpoint, b.p256dh, b.auth, b.created_at`

// whileSignedIn keeps the browsers in which somebody is signed in at an instant ($2).
const whileSignedIn = ` AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = b.session_id AND s.ended_at = 0 AND s.expires_at > $2)`

// PutSubscription notes a browser that allowed push. One that another of us used before, or the same in an earlier
// session, is this session's now.
func (tx *Tx) PutSubscription(b kept.Subscription) (kept.ID, error) {
	return tx.newID(`INSERT INTO push_subscriptions (agent_id, session_id, endpoint, p256dh, auth, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (endpoint) DO UPDATE SET agent_id = excluded.agent_id, session_id = excluded.session_id, p256dh = excluded.p256dh,
			auth = excluded.auth, created_at = excluded.created_at RETURNING id`, b.Agent, b.Session, b.Endpoint, b.P256dh, b.Auth, us(b.CreatedAt))
}

// Subscription finds a browser by id; false where it is gone, or its session is over.
func (tx *Tx) Subscription(id kept.ID, now time.Time) (kept.Subscription, bool, error) {
	return maybe(tx, scanSubscription, `SELECT `+subscriptionCols+` FROM push_subscriptions b WHERE b.id = $1`+whileSignedIn, id, us(now))
}

// SubscriptionsOf lists the browsers in which an agent is signed in and allowed push.
func (tx *Tx) SubscriptionsOf(agent kept.ID, now time.Time) ([]kept.Subscription, error) {
	return all(tx, scanSubscription, `SELECT `+subscriptionCols+` FROM push_subscriptions b WHERE b.agent_id = $1`+whileSignedIn+` ORDER BY b.id`, agent, us(now))
}

// DropStaleSubscriptions forgets the browsers whose session is over.
func (tx *Tx) DropStaleSubscriptions(now time.Time) error {
	return tx.run(`DELETE FROM push_subscriptions WHERE NOT EXISTS (
		SELECT 1 FROM sessions s WHERE s.id = push_subscriptions.session_id AND s.ended_at = 0 AND s.expires_at > $1)`, us(now))
}

// DropSubscription forgets a browser of an agent's.
func (tx *Tx) DropSubscription(agent kept.ID, endpoint string) error {
	return tx.run(`DELETE FROM push_subscriptions WHERE agent_id = $1 AND endpoint = $2`, agent, endpoint)
}

// DropSubscriptionOf forgets a browser that its push service knows no more.
func (tx *Tx) DropSubscriptionOf(id kept.ID) error {
	return tx.run(`DELETE FROM push_subscriptions WHERE id = $1`, id)
}
