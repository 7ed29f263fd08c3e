package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/live"
	"github.com/kept-desk/kept/mail"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/blob"
	"github.com/kept-desk/kept/store/storetest"
	"github.com/kept-desk/kept/web"
	"github.com/kept-desk/kept/web/api"
	"github.com/kept-desk/kept/web/httpx"
)

// journal is a log that is read while the server still writes.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

var monday = time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC)

const password = "a long sentence that is easy"

// world is a desk with an admin (Ana), an agent (Bo), and its doors open on a real socket.
type world struct {
	*testing.T
	desk    *desk.Desk
	hub     *live.Hub
	server  *httptest.Server
	ana, bo kept.Agent
	inbox   kept.Inbox
	log     journal
	mails   int
}

// each runs a scenario on every kind of database.
func each(t *testing.T, scenario func(w *world), changes ...func(*web.Deps)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := &world{T: t}
		w.Cleanup(func() {
			if w.Failed() {
				w.Log(w.log.String())
			}
		})
		w.furnish(db)
		w.open(db, changes...)
		scenario(w)
	})
}

func (w *world) furnish(db *store.DB) {
	w.Helper()
	ctx := context.Background()
	blobs, err := blob.OpenFolder(w.TempDir())
	w.ok(err)
	w.desk, err = desk.New(ctx, db, desk.Options{
		Now: func() time.Time { return monday }, Blobs: blobs, URL: "https://help.northlight.test",
		SafeHTML:     func(html string) string { return mail.Sanitise(html, mail.Options{}) },
		TextFromHTML: mail.TextFromHTML, HTMLFromText: mail.HTMLFromText, Language: mail.Language,
	})
	w.ok(err)
	w.ana, err = w.desk.SetUp(ctx, desk.Setup{
		Organization: kept.Organization{Name: "Northlight Broadband", Zone: "Europe/Dublin", Language: "en"},
		Owner:        desk.NewAgent{Email: "ana@northlight.test", Name: "Ana Ruiz", Password: password},
		Inbox:        kept.Inbox{Name: "Help", Address: "help@northlight.test"},
	})
	w.ok(err)
	w.bo, err = w.desk.AddAgent(ctx, w.ana.Actor(), desk.NewAgent{Email: "bo@northlight.test", Name: "Bo Lind", Password: password})
	w.ok(err)
	inboxes, err := w.desk.Inboxes(ctx, w.ana.Actor())
	w.ok(err)
	w.inbox = inboxes[0]
}

// open opens the doors as the program does.
func (w *world) open(db *store.DB, changes ...func(*web.Deps)) {
	w.Helper()
	log := slog.New(slog.NewTextHandler(&w.log, nil))
	w.hub = live.NewHub(live.Log{Read: w.desk.EventsAfter, Head: db.LastPosition}, live.Options{Log: log})
	db.OnCommit(func(c store.Commit) {
		if c.Events {
			w.hub.Kick()
		}
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.hub.Run(ctx) }()
	deps := web.Deps{Desk: w.desk, Hub: w.hub, Version: "test", Demo: true, Log: log}
	for _, f := range changes {
		f(&deps)
	}
	doors, err := web.Handler(deps)
	w.ok(err)
	w.server = httptest.NewUnstartedServer(nil)
	w.server.Config = httpx.NewServer(doors, log)
	w.server.Start()
	w.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			w.Error(err)
		}
		w.server.Close()
	})
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// browser is one browser, with its cookies.
type browser struct {
	w      *world
	client *http.Client
	site   string // Sec-Fetch-Site
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	w.ok(err)
	return &browser{w, &http.Client{Jar: jar, Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, "same-origin"}
}

// as is a browser in which somebody is signed in.
func (w *world) as(a kept.Agent) *browser {
	w.Helper()
	token, err := w.desk.SignInOf(context.Background(), a, "test")
	w.ok(err)
	return w.with(token)
}

// with is a browser that brings a token as its session.
func (w *world) with(token string) *browser {
	w.Helper()
	b := w.browser()
	r, err := http.NewRequest(http.MethodGet, w.server.URL, nil)
	w.ok(err)
	b.client.Jar.SetCookies(r.URL, []*http.Cookie{httpx.SessionCookie(token, false)})
	return b
}

// answer is what came back.
type answer struct {
	w      *world
	status int
	header http.Header
	body   []byte
}

// request asks; body is JSON text, a value to be written as JSON, or nil.
func (b *browser) request(method, path string, body any) *http.Request {
	b.w.Helper()
	var r io.Reader
	switch v := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(v)
	default:
		raw, err := json.Marshal(v)
		b.w.ok(err)
		r = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, b.w.server.URL+path, r)
	b.w.ok(err)
	if r != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Sec-Fetch-Site", b.site)
	return req
}

// ask asks and reads the answer. What the OpenAPI document says of it must be true.
func (b *browser) ask(method, path string, body any) *answer {
	b.w.Helper()
	return b.send(b.request(method, path, body))
}

func (b *browser) send(req *http.Request) *answer {
	b.w.Helper()
	resp, err := b.client.Do(req)
	b.w.ok(err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	b.w.ok(err)
	for _, fault := range api.Undocumented(req.Method, req.URL.Path, resp, raw) {
		b.w.Errorf("%s %s answers %d with what the document doesn't say: %s", req.Method, req.URL.Path, resp.StatusCode, fault)
	}
	return &answer{b.w, resp.StatusCode, resp.Header, raw}
}

// is fails unless the answer has the status.
func (a *answer) is(status int) *answer {
	a.w.Helper()
	if a.status != status {
		a.w.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// problem reads a failure; it must be one.
func (a *answer) problem(status int) httpx.Problem {
	a.w.Helper()
	a.is(status)
	if t := a.header.Get("Content-Type"); t != "application/problem+json" {
		a.w.Fatalf("a failure of type %q: %s", t, a.body)
	}
	p := into[httpx.Problem](a)
	if p.Status != status || p.Title == "" || p.Detail == "" {
		a.w.Fatalf("a problem that says too little: %s", a.body)
	}
	return p
}

func into[T any](a *answer) (v T) {
	a.w.Helper()
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.w.Fatalf("%v in %s", err, a.body)
	}
	return v
}

// writes is a customer's mail that begins a conversation; changes alter it.
func (w *world) writes(from, subject, text string, changes ...func(*kept.Inbound)) api.ConversationRow {
	w.Helper()
	w.arrives(from, subject, text, []byte("Subject: "+subject+"\r\n\r\n"+text), changes...)
	page := into[api.ConversationPage](w.as(w.ana).ask("GET", "/api/conversations?list=open&limit=100", nil).is(200))
	for _, row := range page.Items {
		if row.Subject == subject && row.ContactEmail == from {
			return row
		}
	}
	w.Fatalf("%s's mail is in no list", from)
	return api.ConversationRow{}
}

// arrives is a customer's mail, and its bytes; changes alter it.
func (w *world) arrives(from, subject, text string, raw []byte, changes ...func(*kept.Inbound)) {
	w.Helper()
	ctx := context.Background()
	w.mails++
	in := kept.Inbound{
		Rcpts: []string{w.inbox.Address}, Sender: from, Kind: kept.MailNormal, Subject: subject, From: []kept.Address{{Email: from}},
		To: []kept.Address{{Email: w.inbox.Address}}, SentAt: monday, MessageID: fmt.Sprintf("m%d@customer.test", w.mails), Text: text, ReceivedAt: monday,
	}
	for _, f := range changes {
		f(&in)
	}
	var err error
	in.Ledger, err = w.desk.StoreMail(ctx, kept.Mail{Sender: from, Rcpts: in.Rcpts, SHA256: in.MessageID}, raw)
	w.ok(err)
	w.ok(w.desk.Receive(ctx, in))
}

func talk(id kept.ID, rest ...string) string {
	return fmt.Sprintf("/api/conversations/%d%s", id, strings.Join(rest, ""))
}

// fresh runs a scenario on a desk that was never set up.
func fresh(t *testing.T, scenario func(w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := &world{T: t}
		d, err := desk.New(context.Background(), db, desk.Options{Now: func() time.Time { return monday }})
		w.ok(err)
		w.desk = d
		w.open(db)
		scenario(w)
	})
}

func behindProxy(d *web.Deps) { d.TrustProxy = true }
