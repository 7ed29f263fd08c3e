// Package desk holds the verbs: one method is one transaction, which writes the facts, the events that
// record them, and the jobs that follow. It asks rules/ what should be so and store/ to keep it; it
// knows nothing of SMTP, HTTP or screens, and learns the time from the clock it was handed.
package desk

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/blob"
)

// The kinds of job that verbs write; cmd/kept says what runs them.
const (
	JobReceive = "receive" // understand a stored mail: Of names the row of the ledger
	JobDeliver = "deliver" // hand a message to the relay: Of names the message
	JobNotice  = "notice"  // hand a mail to one of our own to the relay: Of names the notice
	JobClose   = "close"   // the confirmation window is over: Of names the conversation

	JobEscalate = "escalate" // a promise broke: Of names it
	JobPage     = "page"     // somebody on duty is paged, again and again: Of names the page
	JobAlert    = "alert"    // a word by web push or webhook: Of names the alert
	JobGather   = "gather"   // one word of many breaks goes: Of names the gathering
)

// Of is the arguments of a job: one id.
type Of struct {
	ID kept.ID `json:"id"`
}

// Desk is the house's verbs over one database.
type Desk struct {
	db    *store.DB
	blobs blob.Store
	o     Options
	keys  keys
	house atomic.Pointer[house]
	sight foresight
}

// Options is what a Desk is handed.
type Options struct {
	Now   func() time.Time // the clock; read once per verb
	Blobs blob.Store       // large mails and files
	Log   *slog.Logger
	URL   string // where customers reach the desk, unless the organization says otherwise

	// How words are made safe and plain; the mail room knows.
	SafeHTML     func(html string) string
	TextFromHTML func(html string) string
	HTMLFromText func(text string) string
	Language     func(text string) string // BCP 47; empty: can't tell

	// Typing is told who is working in a conversation just now, so that Next leaves it to them.
	Busy func(conversation, but kept.ID) bool
}

// keys are derived from the one secret of the database.
type keys struct{ reply, page, view, ask, telephone []byte }

// New opens the desk over a database, making the secret that signs links at the first time.
func New(ctx context.Context, db *store.DB, o Options) (*Desk, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Busy == nil {
		o.Busy = func(_, _ kept.ID) bool { return false }
	}
	d := &Desk{db: db, blobs: o.Blobs, o: o}
	fresh := make([]byte, 32)
	rand.Read(fresh) //nolint:errcheck // never fails
	var secret string
	err := db.Write(ctx, func(tx *store.Tx) (err error) {
		secret, err = tx.PutSettingOnce("secret", hex.EncodeToString(fresh))
		return err
	})
	if err != nil {
		return nil, err
	}
	raw, err := hex.DecodeString(secret)
	if err != nil {
		return nil, fmt.Errorf("the secret in the settings is damaged: %w", err)
	}
	for _, k := range []struct {
		name string
		to   *[]byte
	}{{"reply address", &d.keys.reply}, {"customer's page", &d.keys.page}, {"view of the customer's page", &d.keys.view}, {"ask", &d.keys.ask}, {"telephone system", &d.keys.telephone}} {
		if *k.to, err = hkdf.Key(sha256.New, raw, nil, k.name, 32); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// now is the verb's instant, in the microseconds that the store keeps.
func (d *Desk) now() time.Time { return d.o.Now().UTC().Truncate(time.Microsecond) }

// write runs a verb: allowed, or nothing of it happens.
func (d *Desk) write(ctx context.Context, who kept.Actor, op access.Operation, f func(*store.Tx) error) error {
	if err := access.Check(who, op); err != nil {
		return err
	}
	return d.db.Write(ctx, f)
}

// read runs a reader: allowed, or nothing of it is seen.
func (d *Desk) read(ctx context.Context, who kept.Actor, op access.Operation, f func(*store.Tx) error) error {
	if err := access.Check(who, op); err != nil {
		return err
	}
	return d.db.Read(ctx, f)
}

// Ready answers whether the desk can serve.
func (d *Desk) Ready(ctx context.Context) error { return d.db.Ping(ctx) }

// Now is the desk's time, for doors that show it.
func (d *Desk) Now() time.Time { return d.now() }

// openBlob reads a body that a row names.
func (d *Desk) openBlob(ctx context.Context, sha string) (io.ReadCloser, int64, error) {
	if d.blobs == nil {
		return nil, 0, errors.New("no blob store is configured")
	}
	return d.blobs.Open(ctx, sha)
}
