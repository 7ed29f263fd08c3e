package desk

import (
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// notice is a word to one of our own, however it reaches them.
type notice struct {
	Title, Text, URL string
	Page, Promise    kept.ID
}

// alert fills in an alert of the notice.
func (n notice) alert(a kept.Alert) kept.Alert {
	a.Title, a.Text, a.URL, a.Page, a.Promise = n.Title, n.Text, n.URL, n.Page, n.Promise
	return a
}

// reach tells somebody by each of the media; the desk itself always shows it. A webhook is a rotation's, not a
// person's.
func (h *hand) reach(a kept.Agent, by []kept.Medium, n notice) error {
	for _, medium := range by {
		switch medium {
		case kept.ByMail:
			mail := kept.Notice{
				Agent: a.ID, Conversation: h.is.ID, Promise: n.Promise, CreatedAt: h.now, Subject: n.Title, Text: n.Text + "\n\n" + n.URL,
			}
			if _, err := h.d.notify(h.tx, h.house, mail); err != nil {
				return err
			}
		case kept.ByPush:
			browsers, err := h.tx.SubscriptionsOf(a.ID, h.now)
			if err != nil {
				return err
			}
			for _, b := range browsers {
				if err := h.alert(n.alert(kept.Alert{By: kept.ByPush, Agent: a.ID, Subscription: b.ID})); err != nil {
					return err
				}
			}
		case kept.ByHook:
		}
	}
	return nil
}

// alert writes an alert and the job that sends it.
func (h *hand) alert(a kept.Alert) error {
	a.Conversation, a.CreatedAt = h.is.ID, h.now
	id, err := h.tx.AddAlert(a)
	if err != nil {
		return err
	}
	return h.tx.AddJob(JobAlert, Of{id}, fmt.Sprintf("%s %d", JobAlert, id), h.now)
}

// Alerting is an alert that is ready to be sent.
type Alerting struct {
	kept.Alert
	Done    bool              // it was sent, there is no hope, or nobody needs it any more
	Browser kept.Subscription // by push
	From    string            // by push: who runs the desk, for the push service
	Hook    string            // by hook: where to
	Secret  string            // by hook: what signs it
	Body    []byte            // what it says, as JSON
}

// alertBody is what an alert says: a service worker shows it, a webhook's receiver reads it.
type alertBody struct {
	Type         kept.EventType `json:"type"`
	Timestamp    string         `json:"timestamp"`
	Title        string         `json:"title"`
	Text         string         `json:"text"`
	URL          string         `json:"url"`
	Conversation kept.ID        `json:"conversation"`
	Promise      kept.ID        `json:"promise,omitempty"`
	Page         kept.ID        `json:"page,omitempty"`
	Agent        kept.ID        `json:"agent"`
	AgentName    string         `json:"agent_name"`
}

// BeginAlert is an alert as the rooms beside mail send it.
func (d *Desk) BeginAlert(ctx context.Context, id kept.ID) (s Alerting, err error) {
	now := d.now()
	err = d.db.Read(ctx, func(tx *store.Tx) error {
		if s.Alert, err = tx.Alert(id); err != nil {
			return err
		}
		if s.Done = !s.SentAt.IsZero() || s.Trouble != ""; s.Done {
			return nil
		}
		if s.Page != 0 {
			page, err := tx.Page(s.Page)
			if err != nil {
				return err
			}
			if s.Done = !page.EndedAt.IsZero(); s.Done {
				return nil
			}
		}
		a, err := tx.Agent(s.Agent)
		if err != nil {
			return err
		}
		if s.Body, err = body(s.Alert, a); err != nil {
			return err
		}
		return d.addressed(tx, &s, now)
	})
	return s, err
}

// addressed fills in where an alert goes.
func (d *Desk) addressed(tx *store.Tx, s *Alerting, now time.Time) (err error) {
	if s.By == kept.ByHook {
		r, err := tx.Rotation(s.Rotation)
		s.Hook, s.Secret, s.Done = r.URL, r.Secret, r.URL == "" || r.Secret == "" || !r.GoneAt.IsZero()
		return err
	}
	var ok bool
	if s.Browser, ok, err = tx.Subscription(s.Subscription, now); err != nil || !ok {
		s.Done = !ok
		return err
	}
	h, err := d.at(tx)
	if err != nil {
		return err
	}
	s.From = h.sender().Email
	return nil
}

func body(a kept.Alert, to kept.Agent) ([]byte, error) {
	kind := kept.PromiseEscalated
	if a.Page != 0 {
		kind = kept.PageSent
	}
	return json.Marshal(alertBody{
		Type: kind, Timestamp: a.CreatedAt.UTC().Format("2006-01-02T15:04:05.000000Z"), Title: a.Title, Text: a.Text, URL: a.URL,
		Conversation: a.Conversation, Promise: a.Promise, Page: a.Page, Agent: to.ID, AgentName: to.Name,
	})
}

// Alerted notes that an alert arrived; trouble says why it never will. Gone says that the browser which it was
// for is no more.
func (d *Desk) Alerted(ctx context.Context, id kept.ID, trouble string, gone bool) error {
	now := d.now()
	return d.db.Write(ctx, func(tx *store.Tx) error {
		a, err := tx.Alert(id)
		if err != nil {
			return err
		}
		if gone && a.Subscription != 0 {
			if err := tx.DropSubscriptionOf(a.Subscription); err != nil {
				return err
			}
		}
		return tx.AlertSent(id, now, trouble)
	})
}

// PushKeys are the pair by which push services know this desk (VAPID, RFC 8292), base64url without padding. They
// are made once: browsers bind their permission to the public one.
type PushKeys struct{ Public, Private string }

// PushKeys reads them, or makes them the first time.
func (d *Desk) PushKeys(ctx context.Context) (k PushKeys, err error) {
	var raw string
	if err = d.db.Read(ctx, func(tx *store.Tx) (err error) {
		raw, err = tx.Setting(settingPushKey)
		return err
	}); err != nil {
		return k, err
	}
	if raw == "" {
		fresh, err := ecdh.P256().GenerateKey(rand.Reader)
		if err != nil {
			return k, err
		}
		err = d.db.Write(ctx, func(tx *store.Tx) (err error) {
			raw, err = tx.PutSettingOnce(settingPushKey, base64.RawURLEncoding.EncodeToString(fresh.Bytes()))
			return err
		})
		if err != nil {
			return k, err
		}
	}
	bytes, err := base64.RawURLEncoding.DecodeString(raw)
	if err != nil {
		return k, err
	}
	private, err := ecdh.P256().NewPrivateKey(bytes)
	if err != nil {
		return k, err
	}
	return PushKeys{base64.RawURLEncoding.EncodeToString(private.PublicKey().Bytes()), raw}, nil
}

const settingPushKey = "push_key"

// PushKey is the public one, which a browser asks its push service with.
func (d *Desk) PushKey(ctx context.Context, who kept.Actor) (string, error) {
	if err := Check(who, "push-key"); err != nil {
		return "", err
	}
	k, err := d.PushKeys(ctx)
	return k.Public, err
}

// Subscribe notes a browser in which somebody allowed push, for as long as the session of the token lasts there.
func (d *Desk) Subscribe(ctx context.Context, who kept.Actor, session string, b kept.Subscription) error {
	u, err := url.Parse(b.Endpoint)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(b.Endpoint) > 2000 {
		return kept.Wrong("endpoint", "This is no address of a push service.")
	}
	key, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(b.P256dh, "="))
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(key)
	}
	if err != nil {
		return kept.Wrong("p256dh", "This is no key of a browser.")
	}
	if auth, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(b.Auth, "=")); err != nil || len(auth) != 16 {
		return kept.Wrong("auth", "This is no secret of a browser.")
	}
	now := d.now()
	return d.write(ctx, who, "subscribe", func(tx *store.Tx) error {
		s, ok, err := tx.Session(tokenHash(session), now)
		if err != nil {
			return err
		}
		if !ok || s.Agent != who.ID {
			return kept.Fail(kept.SignedOut, "Please sign in.")
		}
		b.Agent, b.Session, b.CreatedAt = who.ID, s.ID, now
		if err := tx.DropStaleSubscriptions(now); err != nil {
			return err
		}
		const most = 20
		mine, err := tx.SubscriptionsOf(who.ID, now)
		if err != nil {
			return err
		}
		again := slices.ContainsFunc(mine, func(m kept.Subscription) bool { return m.Endpoint == b.Endpoint })
		if len(mine) >= most && !again { // the oldest is a browser of long ago
			if err := tx.DropSubscriptionOf(mine[0].ID); err != nil {
				return err
			}
		}
		_, err = tx.PutSubscription(b)
		return err
	})
}

// Unsubscribe forgets a browser.
func (d *Desk) Unsubscribe(ctx context.Context, who kept.Actor, endpoint string) error {
	return d.write(ctx, who, "unsubscribe", func(tx *store.Tx) error { return tx.DropSubscription(who.ID, endpoint) })
}
