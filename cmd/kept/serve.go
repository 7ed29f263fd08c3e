package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/kept-desk/kept/channel/email"
	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/live"
	"github.com/kept-desk/kept/mail"
	"github.com/kept-desk/kept/notify/outward"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/web"
	"github.com/kept-desk/kept/web/api"
	"github.com/kept-desk/kept/web/httpx"
	"github.com/kept-desk/kept/work"
)

type serveCmd struct{ settings }

// Run serves until it is told to stop; then it finishes what it holds.
func (c *serveCmd) Run(ctx context.Context) error {
	log := c.log()
	slog.SetDefault(log)
	d, err := c.doors()
	if err != nil {
		return err
	}
	s := c.settings
	s.URL = s.reached(d.web.Addr())
	a, err := open(ctx, s, d, work.RealClock{}, log)
	if err != nil {
		return err
	}
	return a.run(ctx)
}

// doors are what a house holds for itself alone.
type doors struct {
	folder *os.File     // the lock of its folder; nil: PostgreSQL knows of other nodes
	web    net.Listener // where the web is served
}

// doors takes the folder, where the database is a file in it, and the web's port.
func (s settings) doors() (d doors, err error) {
	file, err := store.File(s.database())
	if err != nil {
		return d, err
	}
	if file != "" {
		if d.folder, err = lockFolder(s.Data); err != nil {
			return d, err
		}
	}
	if d.web, err = net.Listen("tcp", s.Listen); err != nil {
		d.close()
		return d, fmt.Errorf("the web can't be served: %w", err)
	}
	return d, nil
}

// close lets go of the folder last.
func (d doors) close() {
	if d.web != nil {
		d.web.Close() //nolint:errcheck,gosec // the server has closed it already
	}
	if d.folder != nil {
		d.folder.Close() //nolint:errcheck,gosec // nothing was written to it
	}
}

// app is the running house: every room, wired to the others.
type app struct {
	settings settings
	log      *slog.Logger
	clock    work.Clock
	db       *store.DB
	desk     *desk.Desk
	hub      *live.Hub
	jobs     *work.Jobs
	clocks   *work.Clockwork
	smtp     *email.Listener // nil: no mail is taken in
	outbox   *email.Outbox   // nil: mail goes to a relay
	relay    email.Transport
	outward  *http.Client // for webhooks and pushes
	metrics  *metrics
	web      *http.Server
	doors    doors

	// Only the demo's; nil otherwise.
	demo    bool
	healthy func(context.Context) error // why it isn't ready yet
	before  func(context.Context) error // happens with the doors open, before the clockwork and the jobs run
	beside  func(context.Context) error // happens beside them
}

// open builds the house behind its doors, which are its own from here on, so that whatever is wrong is
// told before anything runs.
func open(ctx context.Context, s settings, d doors, clock work.Clock, log *slog.Logger) (a *app, err error) {
	a = &app{settings: s, doors: d, log: log, clock: clock, metrics: newMetrics()}
	defer func() {
		if err != nil {
			a.close()
		}
	}()
	busy := func(conversation, but kept.ID) bool {
		for _, v := range a.hub.Viewers(conversation) {
			if v.Agent != but {
				return true
			}
		}
		return false
	}
	if a.db, a.desk, err = openDesk(ctx, s.where, desk.Options{Now: clock.Now, Log: log, URL: s.URL, Busy: busy}); err != nil {
		return a, err
	}
	a.hub = live.NewHub(live.Log{Read: a.desk.EventsAfter, Head: a.db.LastPosition}, live.Options{Log: log})
	a.db.OnCommit(func(c store.Commit) {
		if c.Events {
			a.hub.Kick()
		}
	})
	if err := a.openRelay(); err != nil {
		return a, err
	}
	a.outward = outward.Client(s.PrivateCalls)
	a.jobs = work.NewJobs(a.db, a.kinds(), work.Options{Clock: clock, Workers: s.Workers, Log: log, Observer: work.Observer{Ran: a.metrics.ran}})
	a.clocks = work.NewClockwork(a.db, a.desk.BreakDue, work.ClockworkOptions{Clock: clock, Log: log, Settled: a.metrics.settled})
	if err := a.openSMTP(); err != nil {
		return a, err
	}
	return a, nil
}

// openRelay chooses the way out: a relay, or the local outbox. Neither is set where it can't be opened:
// a nil of a type in an interface is not nothing.
func (a *app) openRelay() error {
	if a.settings.Relay == "" {
		outbox, err := email.OpenOutbox(filepath.Join(a.settings.Data, "outbox"), a.clock.Now)
		if err != nil {
			return err
		}
		a.outbox, a.relay = outbox, outbox
		return nil
	}
	sender, err := email.NewSender(a.settings.Relay, email.SenderOptions{Domain: a.settings.MailDomain})
	if err != nil {
		return kept.Wrong("relay", "Mail can't go out by --relay: %s.", err)
	}
	a.relay = sender
	return nil
}

// openSMTP binds the door that mail comes in by.
func (a *app) openSMTP() error {
	s := a.settings
	if s.SMTP == "" {
		return nil
	}
	cert, err := a.certificate()
	if err != nil {
		return err
	}
	a.smtp, err = email.Listen(email.Config{
		Addr: s.SMTP, Domain: s.MailDomain, MaxBytes: int64(s.MaxMail), TLS: &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
		Accept: a.desk.Accepts, Store: a.storeMail, Log: a.log, Now: a.clock.Now, Observer: a.metrics.smtp(),
	})
	return err
}

func (a *app) certificate() (tls.Certificate, error) {
	if a.settings.TLSCert != "" {
		return tls.LoadX509KeyPair(a.settings.TLSCert, a.settings.TLSKey)
	}
	return email.LoadOrMake(a.settings.Data, a.settings.MailDomain)
}

// storeMail makes a mail durable before it is accepted.
func (a *app) storeMail(ctx context.Context, e email.Envelope, raw []byte) error {
	_, err := a.desk.StoreMail(ctx, kept.Mail{Sender: e.From, Rcpts: e.Rcpts, Remote: e.Remote, SHA256: e.Sent}, raw)
	return err
}

// handler is everything that is served over HTTP.
func (a *app) handler() (http.Handler, error) {
	d := web.Deps{
		Desk: a.desk, Hub: a.hub, Version: version, Demo: a.demo, Metrics: a.metrics.handler(a.settings.MetricsToken), Observe: a.metrics.request,
		Healthy: a.healthy, TrustProxy: a.settings.Proxy, PerSecond: a.settings.Requests, Log: a.log,
	}
	if a.outbox != nil {
		d.Outbox = &api.Outbox{List: a.sentItems, Open: a.sentMail, Read: readMail}
	}
	return web.Handler(d)
}

func (a *app) sentItems(cursor string, limit int) ([]api.OutboxItem, string, error) {
	sent, next, err := a.outbox.List(cursor, limit)
	items := make([]api.OutboxItem, 0, len(sent))
	for _, s := range sent {
		items = append(items, api.OutboxItem(s))
	}
	return items, next, err
}

func (a *app) sentMail(id string) (r io.ReadCloser, err error) {
	r, _, err = a.outbox.Open(id)
	return r, err
}

func readMail(raw []byte) (text, html string) {
	in := mail.Parse(raw)
	return in.Text, in.HTML
}

// graceful is how long what is held may take to finish when the desk is told to stop.
const graceful = 20 * time.Second

// run serves until ctx ends, then closes the doors first and the database last.
func (a *app) run(ctx context.Context) (err error) {
	defer a.close()
	h, err := a.handler()
	if err != nil {
		return err
	}
	a.web = httpx.NewServer(h, a.log)
	a.log.Info("Kept is open", "web", a.settings.URL, "smtp", a.settings.SMTP, "database", a.db.Driver(), "version", version)
	inner, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var (
		running sync.WaitGroup
		failed  = make(chan error, 8)
	)
	start := func(name string, f func() error) {
		running.Go(func() {
			if err := f(); err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, context.Canceled) {
				failed <- fmt.Errorf("%s: %w", name, err)
			}
		})
	}
	start("live", func() error { return a.hub.Run(inner) })
	if a.smtp != nil {
		start("smtp", a.smtp.Serve)
	}
	start("web", func() error { return a.web.Serve(a.doors.web) })
	start("profiles", func() error { return serveProfiles(inner, a.settings.Profiles) })
	start("work", func() error {
		if a.before != nil {
			if err := a.before(ctx); err != nil {
				return err
			}
		}
		a.takeBackJobs(inner)
		start("jobs", func() error { return a.jobs.Run(inner) })
		start("clockwork", func() error { return a.clocks.Run(inner) })
		if a.beside != nil {
			return a.beside(ctx)
		}
		return nil
	})
	select {
	case <-ctx.Done():
		a.log.Info("stopping: finishing what is in hand")
	case err = <-failed:
	}
	err = errors.Join(err, a.shutDoors(context.WithoutCancel(ctx)))
	stop()
	running.Wait()
	return err
}

// takeBackJobs makes the jobs due that a program which died held in hand.
func (a *app) takeBackJobs(ctx context.Context) {
	n, err := a.db.ReleaseJobs(ctx, a.clock.Now())
	switch {
	case err != nil:
		a.log.Error("jobs of a program that died could not be taken back; they run when their leases end", "err", err)
	case n > 0:
		a.log.Info("taking back jobs of a program that died", "jobs", n)
	}
}

// shutDoors lets nobody in any more, and whoever is inside finish within graceful.
func (a *app) shutDoors(ctx context.Context) (err error) {
	deadline, cancel := context.WithTimeout(ctx, graceful)
	defer cancel()
	if a.smtp != nil {
		err = a.smtp.Shutdown(deadline)
	}
	if e := a.web.Shutdown(deadline); !errors.Is(e, context.DeadlineExceeded) {
		err = errors.Join(err, e)
	}
	return err
}

func (a *app) close() {
	if c, ok := a.relay.(io.Closer); ok {
		c.Close() //nolint:errcheck,gosec // nothing waits in it
	}
	defer a.doors.close()
	if a.db != nil {
		if err := a.db.Close(); err != nil {
			a.log.Error("the database did not close cleanly", "err", err)
		}
		a.db = nil
	}
}
