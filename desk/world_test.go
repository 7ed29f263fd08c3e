package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/mail"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/blob"
	"github.com/kept-desk/kept/store/storetest"
)

// world is a desk with named people and a clock that the test turns.
type world struct {
	*testing.T
	ctx  context.Context
	desk *desk.Desk
	db   *store.DB
	at   time.Time // Dublin is on summer time: UTC+1
	n    int

	noticed kept.ID // the last mail to our own people that a test has seen

	options desk.Options

	ana   kept.Actor // admin
	bo    kept.Actor // agent
	inbox kept.Inbox
}

// monday is Mon 18 May 2026, 10:00 in Dublin.
var monday = time.Date(2026, 5, 18, 9, 0, 0, 0, time.UTC)

// each runs a test in a new world on each database. Whatever a test does, the invariants hold after it
// and the log rebuilds what is stored.
func each(t *testing.T, f func(w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		f(w)
		w.check()
	})
}

func newWorld(t *testing.T, db *store.DB) *world {
	t.Helper()
	return newWorldOver(t, db, t.TempDir())
}

// newWorldOver is a new world whose files are in a folder.
func newWorldOver(t *testing.T, db *store.DB, folder string) *world {
	t.Helper()
	blobs, err := blob.OpenFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, ctx: context.Background(), db: db, at: monday}
	w.options = desk.Options{
		Now: func() time.Time { return w.at }, Blobs: blobs, URL: "https://help.northlight.test",
		SafeHTML:     func(html string) string { return mail.Sanitise(html, mail.Options{}) },
		TextFromHTML: mail.TextFromHTML, HTMLFromText: mail.HTMLFromText, Language: mail.Language,
	}
	w.restarts()
	owner, err := w.desk.SetUp(w.ctx, desk.Setup{
		Organization: kept.Organization{Name: "Northlight Broadband", Zone: "Europe/Dublin", Language: "en"},
		Owner:        desk.NewAgent{Email: "ana@northlight.test", Name: "Ana Ruiz", Password: "a long sentence"},
		Inbox:        kept.Inbox{Name: "Help", Address: "help@northlight.test"},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.ana = owner.Actor()
	bo, err := w.desk.AddAgent(w.ctx, w.ana, desk.NewAgent{Email: "bo@northlight.test", Name: "Bo Lind", Password: "another sentence"})
	if err != nil {
		t.Fatal(err)
	}
	w.bo = bo.Actor()
	inboxes, err := w.desk.Inboxes(w.ctx, w.ana)
	if err != nil {
		t.Fatal(err)
	}
	w.inbox = inboxes[0]
	return w
}

// restarts opens the desk anew over the same database, as after a crash.
func (w *world) restarts() {
	w.Helper()
	d, err := desk.New(w.ctx, w.db, w.options)
	w.ok(err)
	w.desk = d
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// mail is a customer's mail; changes alter it before it is sent.
func (w *world) mail(from, subject, text string, changes ...func(*kept.Inbound)) kept.Inbound {
	w.n++
	in := kept.Inbound{
		Rcpts: []string{w.inbox.Address}, Sender: from, Kind: kept.MailNormal, Subject: subject, From: []kept.Address{{Email: from}},
		To: []kept.Address{{Email: w.inbox.Address}}, SentAt: w.at, MessageID: fmt.Sprintf("m%d@customer.test", w.n), Text: text,
	}
	for _, f := range changes {
		f(&in)
	}
	return in
}

// arrives stores and receives a mail.
func (w *world) arrives(in kept.Inbound) kept.ID {
	w.Helper()
	id, err := w.desk.StoreMail(w.ctx, kept.Mail{Sender: in.Sender, Rcpts: in.Rcpts, SHA256: "x"}, []byte(in.Text))
	w.ok(err)
	in.Ledger, in.ReceivedAt = id, w.at
	w.ok(w.desk.Receive(w.ctx, in))
	return id
}

// writes is a customer's mail that begins or continues a conversation; it returns the one that was
// touched last.
func (w *world) writes(from, subject, text string, changes ...func(*kept.Inbound)) desk.Full {
	w.Helper()
	ledger := w.arrives(w.mail(from, subject, text, changes...))
	m, _, err := w.desk.RawMail(w.ctx, ledger)
	w.ok(err)
	var id kept.ID
	w.ok(w.db.Read(w.ctx, func(tx *store.Tx) error {
		msg, err := tx.Message(m.Message)
		id = msg.Conversation
		return err
	}))
	return w.read(id)
}

func (w *world) read(id kept.ID) desk.Full {
	w.Helper()
	f, err := w.desk.Conversation(w.ctx, w.ana, id)
	w.ok(err)
	return f
}

// turns moves the clock forward, and the clockwork with it.
func (w *world) turns(d time.Duration) {
	w.Helper()
	w.until(w.at.Add(d))
}

func (w *world) until(t time.Time) {
	w.Helper()
	for {
		_, next, err := w.desk.BreakDue(w.ctx, w.at)
		w.ok(err)
		if next.IsZero() || next.After(t) {
			break
		}
		if next.After(w.at) {
			w.at = next
		}
		w.at = w.at.Add(time.Microsecond)
		_, _, err = w.desk.BreakDue(w.ctx, w.at)
		w.ok(err)
		w.deliver()
	}
	w.at = t
	w.deliver()
}

// deliver hands every message that waits to a relay that takes everything.
func (w *world) deliver() {
	w.Helper()
	for _, j := range w.jobs(desk.JobDeliver) {
		w.ok(w.sent(j))
	}
}

// sent hands one message to the relay.
func (w *world) sent(id kept.ID) error {
	s, err := w.desk.BeginSending(w.ctx, id)
	if err != nil || s.Done {
		return err
	}
	return w.desk.Delivered(w.ctx, id, kept.Receipt{Relay: "relay.test"})
}

// jobs takes the waiting jobs of a kind, and says what they are of.
func (w *world) jobs(kind string) []kept.ID {
	w.Helper()
	claimed, _, err := w.db.ClaimJobs(w.ctx, store.Claim{Now: w.at, Most: 1000, Lease: func(string) time.Duration { return time.Hour }})
	w.ok(err)
	var ids []kept.ID
	var done []kept.Job
	for _, j := range claimed {
		var of desk.Of
		w.ok(json.Unmarshal(j.Args, &of))
		if j.Kind == kind {
			ids = append(ids, of.ID)
		}
		done = append(done, j.Job)
	}
	for _, j := range done {
		w.ok(w.db.FinishJob(w.ctx, j))
	}
	return ids
}

func (w *world) answers(who kept.Actor, id kept.ID, text string, then desk.Then, next ...desk.Next) desk.Full {
	w.Helper()
	a := desk.Answer{HTML: "<p>" + text + "</p>", Then: then}
	if len(next) > 0 {
		a.Next = &next[0]
	}
	f, err := w.desk.Reply(w.ctx, who, id, a)
	w.ok(err)
	return f
}

func (w *world) token(f desk.Full) string {
	w.Helper()
	link, err := w.desk.CustomersLink(w.ctx, f.ID, f.Contact)
	w.ok(err)
	return link[len("https://help.northlight.test/c/"):]
}

// promise finds the latest promise of a kind.
func (w *world) promise(f desk.Full, kind kept.PromiseKind) kept.Promise {
	w.Helper()
	for i := len(f.Promises) - 1; i >= 0; i-- {
		if f.Promises[i].Kind == kind {
			return f.Promises[i]
		}
	}
	w.Fatalf("no %s promise in %+v", kind, f.Promises)
	return kept.Promise{}
}

func (w *world) check() {
	w.Helper()
	r, err := w.desk.Check(w.ctx, true, time.Second)
	w.ok(err)
	for _, v := range r.Violations {
		w.Errorf("violated: %+v", v)
	}
}

func answering(messageID string) func(*kept.Inbound) {
	return func(in *kept.Inbound) { in.InReplyTo = []string{messageID} }
}

func kind(k kept.MailKind) func(*kept.Inbound) { return func(in *kept.Inbound) { in.Kind = k } }
