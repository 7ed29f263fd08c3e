package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/kept-desk/kept/cmd/kept/story"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/work"
)

type demoCmd struct {
	Data     string `help:"The folder of the demo; started again, it goes on there." default:"demo-data" env:"KEPT_DATA" placeholder:"DIR"`
	Reset    bool   `help:"Begin anew: remove what an earlier demo left in the folder."`
	Listen   string `help:"Where the web is served." default:":8080" env:"KEPT_LISTEN" placeholder:"ADDR"`
	SMTP     string `help:"Where mail is taken in." default:":2525" env:"KEPT_SMTP" placeholder:"ADDR"`
	Seed     uint64 `help:"What keeps arriving: the same seed, the same mails." default:"1"`
	LogLevel string `help:"debug, info, warn or error." default:"warn" enum:"debug,info,warn,error" env:"KEPT_LOG_LEVEL"`
}

// Run starts the desk, lets the company live through its week if it hasn't, and keeps it alive.
func (c *demoCmd) Run(ctx context.Context) error {
	d, err := c.open(ctx, time.Now(), os.Stdout)
	if err != nil {
		return err
	}
	return d.app.run(ctx)
}

// demo is a desk whose customers and agents are played.
type demo struct {
	app    *app
	folder demoFolder
	turned *work.TurnedClock // of the history; nil: there is one already
	now    time.Time         // when it was started: where the history ends
	seed   uint64
	say    io.Writer
	ready  atomic.Bool
	url    string // where a person on this machine opens it
	smtp   string // where mail is taken in, likewise
	pace   func(n int) time.Duration
}

// open prepares everything up to the doors, so that whatever is wrong is told at once.
func (c *demoCmd) open(ctx context.Context, now time.Time, say io.Writer) (d *demo, err error) {
	// The port first: where another demo runs, its folder isn't pulled away under it.
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("the web can't be served: %w", err)
	}
	folder, err := openDemoFolder(c.Data, c.Reset)
	if err != nil {
		listener.Close() //nolint:errcheck,gosec // the first error is the one to tell
		return nil, err
	}
	d = &demo{folder: folder, now: now.Truncate(time.Microsecond), seed: c.Seed, say: say, url: "http://" + nearby(listener.Addr())}
	s := settings{
		where: where{Data: c.Data}, Listen: c.Listen, URL: d.url, SMTP: c.SMTP, MailDomain: "mail.northlight.test",
		MaxMail: 40 << 20, Workers: 8, LogLevel: c.LogLevel, LogFormat: "text",
	}
	log := s.log()
	slog.SetDefault(log)
	var clock work.Clock = work.RealClock{}
	if !folder.Ready {
		d.turned = work.NewTurnedClock(now)
		clock = d.turned
	}
	if d.app, err = open(ctx, s, doors{folder: folder.lock, web: listener}, clock, log); err != nil {
		return nil, err
	}
	d.smtp = nearby(d.app.smtp.Addr())
	d.app.demo = true
	d.app.healthy, d.app.before, d.app.beside = d.healthy, d.begin, d.goOn
	return d, nil
}

// nearby is an address as this machine reaches it.
func nearby(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// healthy tells why the demo can't be looked at yet.
func (d *demo) healthy(context.Context) error {
	if d.ready.Load() {
		return nil
	}
	return kept.Fail(kept.Unavailable, "The demo is living through its week; it is ready in a few seconds.")
}

// begin lets the history happen where there is none, and says that the desk is open.
func (d *demo) begin(ctx context.Context) error {
	if d.turned != nil {
		started := time.Now()
		fmt.Fprintln(d.say, "Northlight Broadband is living through its week …")
		steps, err := d.history(ctx)
		if err != nil {
			return fmt.Errorf("the demo's history: %w", err)
		}
		d.turned.LetGo()
		d.folder.Ready = true
		if err := d.folder.save(); err != nil {
			return err
		}
		d.app.log.Info("the history has happened", "steps", steps, "took", time.Since(started).Round(time.Millisecond))
	}
	d.ready.Store(true)
	return d.welcome(ctx)
}

// welcome prints where to sign in.
func (d *demo) welcome(ctx context.Context) error {
	me := story.Colleagues[1]
	token, err := d.app.desk.SignInLink(ctx, me.Email)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nNorthlight Broadband is open at %s\n\n", d.url)
	fmt.Fprintf(&b, "  You are %s. Sign in once with this link, good for a day:\n  %s\n\n", me.Name, signInURL(d.url, token))
	fmt.Fprintf(&b, "  Everybody’s passwords:\n")
	for _, c := range story.Colleagues {
		if c.Password == "" {
			continue // is asked by mail
		}
		fmt.Fprintf(&b, "    %-16s %-12s %-26s %s\n", c.Name, c.Job, c.Email, c.Password)
	}
	fmt.Fprintf(&b, "\n  Customers write to help@northlight.test and billing@northlight.test, by SMTP on %s.\n", d.smtp)
	fmt.Fprintf(&b, "  New mail keeps coming. What you send stays on this machine; %s, as the owner, sees it as customers would: %s/outbox\n", story.Colleagues[0].Name, d.url)
	fmt.Fprintf(&b, "\n  Ctrl-C stops. Started again it goes on with %s; --reset begins anew.\n\n", filepath.Clean(d.app.settings.Data))
	_, err = io.WriteString(d.say, b.String())
	return err
}

// demoFolder is the note in the data folder that it is a demo's, and how far it has come.
type demoFolder struct {
	path    string
	lock    *os.File
	Is      string `json:"is"`
	Ready   bool   `json:"ready"`   // the history has happened
	Arrived int    `json:"arrived"` // mails that came since
}

const demoNote = "kept-demo.json"

// openDemoFolder finds out what the folder is, locks it, and empties it where it should begin anew: only
// ever a demo's that isn't running.
func openDemoFolder(dir string, reset bool) (f demoFolder, err error) {
	f = demoFolder{path: filepath.Join(dir, demoNote), Is: "The data of kept demo. Nothing in this folder is real."}
	raw, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		err = strange(dir)
	} else if err == nil {
		err = json.Unmarshal(raw, &f)
	}
	if err != nil {
		return f, err
	}
	if f.lock, err = lockFolder(dir); err != nil {
		return f, err
	}
	// A history that was cut short can't go on: its agents' and customers' minds are gone.
	if !f.Ready || reset {
		if err = f.begin(dir); err != nil {
			return f, errors.Join(err, f.lock.Close())
		}
	}
	return f, nil
}

// strange tells that a folder without a demo's note holds something.
func strange(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if e.Name() != lockName {
			return kept.Fail(kept.Conflict, "%s holds something, and it isn't a demo's. Choose another folder with --data.", dir)
		}
	}
	return nil
}

// begin empties the folder. The note is written first, so that a folder half emptied is still a demo's;
// the lock stays, because what is locked is the file and not its name.
func (f *demoFolder) begin(dir string) error {
	f.Ready, f.Arrived = false, 0
	if err := f.save(); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if e.Name() != demoNote && e.Name() != lockName {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// save writes the note whole or not at all.
func (f demoFolder) save() error {
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(f.path+".new", append(raw, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(f.path+".new", f.path)
}
