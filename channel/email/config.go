package email

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/netip"
	"time"
)

// Config says how a Listener listens. Accept, Store and Domain are needed; every other zero means
// its default.
type Config struct {
	Addr   string // "host:port", or "unix:" and a path
	Domain string // our own name in the greeting and in the trace line
	LMTP   bool   // speak LMTP (RFC 2033), not SMTP
	TLS    *tls.Config

	MaxBytes            int64 // of a mail; default 40 MiB
	MaxBytesAtOnce      int64 // of all the mails that are coming in; default 512 MiB, at least twice MaxBytes
	MaxRecipients       int   // of a mail; default 100
	MaxConnections      int   // at once; default 512
	MaxConnectionsPerIP int   // at once; default 50
	MailsPerMinute      int   // per IP address; default no limit
	MaxMails            int   // on one connection; default 1000
	MaxErrors           int   // refused recipients and mails on one connection; default 20

	// Trusted are the networks that the limits per IP address don't count for, such as the
	// organization's own mail server. Nil means this machine.
	Trusted []netip.Prefix

	Patience     Patience
	StoreTimeout time.Duration // default 2 minutes; a client waits for 10
	CheckTimeout time.Duration // for Accept; default 20 seconds

	// Accept reports whether the address, in lower case, is an inbox. A tag is cut off before it is
	// asked ("help+token@x.test" belongs to "help@x.test"); where that is no inbox it is asked for
	// the whole address. After an error the client is told to try again later.
	Accept func(ctx context.Context, address string) (bool, error)

	// Store keeps a mail durably; only once it has returned nil is the mail answered for. After an
	// error the client is told to try again later, and the mail stays its responsibility. raw is
	// the mail with our trace line before it, and belongs to Store.
	Store func(ctx context.Context, e Envelope, raw []byte) error

	Log      *slog.Logger // told no addresses and no words of customers
	Observer Observer
	Now      func() time.Time // for ReceivedAt and the trace line
}

// Envelope is what is known of a mail besides its bytes.
type Envelope struct {
	From   string   // MAIL FROM; empty for the null sender
	Rcpts  []string // those we accepted, as the client wrote them
	Remote string   // the client's IP address; empty on a Unix socket
	Helo   string   // what the client calls itself
	TLS    bool

	ReceivedAt time.Time

	// Sent is the SHA-256, in lower-case hex, of the mail as the client sent it: the stored bytes
	// without our trace line, which differs each time. The same mail sent again has the same Sent.
	Sent string
}

func (c Config) withDefaults() (Config, error) {
	if c.Domain == "" || c.Accept == nil || c.Store == nil {
		return c, errors.New("a mail listener needs a domain, Accept and Store")
	}
	c.MaxBytes = cmp.Or(c.MaxBytes, 40<<20)
	c.MaxBytesAtOnce = max(cmp.Or(c.MaxBytesAtOnce, 512<<20), 2*c.MaxBytes)
	c.MaxRecipients = cmp.Or(c.MaxRecipients, 100)
	c.MaxConnections = cmp.Or(c.MaxConnections, 512)
	c.MaxConnectionsPerIP = cmp.Or(c.MaxConnectionsPerIP, 50)
	c.MaxMails = cmp.Or(c.MaxMails, 1000)
	c.MaxErrors = cmp.Or(c.MaxErrors, 20)
	c.StoreTimeout = cmp.Or(c.StoreTimeout, 2*time.Minute)
	c.CheckTimeout = cmp.Or(c.CheckTimeout, 20*time.Second)
	c.Patience.Command = cmp.Or(c.Patience.Command, 5*time.Minute)
	c.Patience.Pause = cmp.Or(c.Patience.Pause, 3*time.Minute)
	c.Patience.Mail = cmp.Or(c.Patience.Mail, 15*time.Minute)
	c.Patience.Line = cmp.Or(c.Patience.Line, time.Hour)
	c.Patience.Answer = cmp.Or(c.Patience.Answer, time.Minute)
	if c.Trusted == nil {
		c.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.TLS == nil && !c.LMTP {
		certificate, err := SelfSigned(c.Domain)
		if err != nil {
			return c, err
		}
		c.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	}
	return c, nil
}
