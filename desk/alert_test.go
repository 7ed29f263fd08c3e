package desk_test

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// allowsPush is a browser in which somebody signed in by a session and allows push.
func (w *world) allowsPush(who kept.Actor, session, endpoint string) error {
	w.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	w.ok(err)
	return w.desk.Subscribe(w.ctx, who, session, kept.Subscription{
		Endpoint: endpoint, P256dh: base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), Auth: base64.RawURLEncoding.EncodeToString(make([]byte, 16)),
	})
}

// signsIn begins a session.
func (w *world) signsIn(who kept.Actor) string {
	w.Helper()
	a, err := w.desk.Agent(w.ctx, w.ana, who.ID)
	w.ok(err)
	token, err := w.desk.SignInOf(w.ctx, a, "test")
	w.ok(err)
	return token
}

// pushed are the browsers in which somebody is told now.
func (w *world) pushed(who kept.Actor) (out []kept.Subscription) {
	w.Helper()
	w.ok(w.db.Read(w.ctx, func(tx *store.Tx) (err error) {
		out, err = tx.SubscriptionsOf(who.ID, w.at)
		return err
	}))
	return out
}

func TestABrowserIsToldOnlyWhileItsSessionLasts(t *testing.T) {
	for name, ends := range map[string]func(w *world, session string){
		"signed out": func(w *world, session string) { w.ok(w.desk.SignOut(w.ctx, session)) },
		"gone": func(w *world, _ string) {
			yes := true
			_, err := w.desk.ChangeAgent(w.ctx, w.ana, w.bo.ID, desk.AgentChange{Gone: &yes})
			w.ok(err)
		},
		"another password": func(w *world, _ string) {
			password := "yet another sentence"
			_, err := w.desk.ChangeAgent(w.ctx, w.ana, w.bo.ID, desk.AgentChange{Password: &password})
			w.ok(err)
		},
		"serves no more": func(w *world, _ string) {
			role := kept.RoleCoworker
			_, err := w.desk.ChangeAgent(w.ctx, w.ana, w.bo.ID, desk.AgentChange{Role: &role})
			w.ok(err)
		},
		"expired": func(w *world, _ string) { w.at = w.at.Add(31 * 24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(w *world) {
				session := w.signsIn(w.bo)
				w.ok(w.allowsPush(w.bo, session, "https://push.test/bo"))
				w.ok(w.allowsPush(w.ana, w.signsIn(w.ana), "https://push.test/ana"))
				if got := w.pushed(w.bo); len(got) != 1 {
					w.Fatalf("told in %+v", got)
				}
				alert := w.alertTo(w.bo, w.pushed(w.bo)[0])
				ends(w, session)
				if got := w.pushed(w.bo); len(got) != 0 {
					w.Errorf("told still in %+v", got)
				}
				if s, err := w.desk.BeginAlert(w.ctx, alert); err != nil || !s.Done || s.Browser.Endpoint != "" {
					w.Errorf("what was written before goes out still, to %+v (%v)", s.Browser, err)
				}
				if got := w.pushed(w.ana); len(got) != 1 && name != "expired" {
					w.Error("somebody else is told no more")
				}
				if err := w.allowsPush(w.bo, session, "https://push.test/again"); !kept.Is(err, kept.SignedOut) {
					w.Errorf("a session that is over is told: %v", err)
				}
			})
		})
	}
}

// alertTo writes a word to a browser.
func (w *world) alertTo(who kept.Actor, b kept.Subscription) (id kept.ID) {
	w.Helper()
	w.ok(w.db.Write(w.ctx, func(tx *store.Tx) (err error) {
		id, err = tx.AddAlert(kept.Alert{By: kept.ByPush, Agent: who.ID, Subscription: b.ID, Title: "Marta waits", CreatedAt: w.at})
		return err
	}))
	return id
}

func TestABrowserGoesOnWithTheNextSessionThere(t *testing.T) {
	each(t, func(w *world) {
		first := w.signsIn(w.bo)
		w.ok(w.allowsPush(w.bo, first, "https://push.test/bo"))
		second := w.signsIn(w.bo)
		w.ok(w.allowsPush(w.bo, second, "https://push.test/bo"))
		w.ok(w.desk.SignOut(w.ctx, first))
		if got := w.pushed(w.bo); len(got) != 1 || got[0].Endpoint != "https://push.test/bo" {
			w.Errorf("told in %+v", got)
		}
	})
}
