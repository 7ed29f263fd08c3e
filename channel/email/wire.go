package email

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// plainFor is how long a relay that couldn't do TLS is not asked for it again, where TLS isn't required.
const plainFor = 10 * time.Minute

// wire is one open connection to the relay, greeted and logged in.
type wire struct {
	*smtp.Client
	mails int
	since time.Time // idle since
}

// dial opens a wire: with TLS as the relay's URL asks, and logged in where it names a user.
func (s *Sender) dial(ctx context.Context) (*wire, *SendError) {
	secure := s.relay.starttls != "never"
	if s.relay.starttls == "opportunistic" && time.Now().UnixNano() < s.plainUntil.Load() {
		secure = false
	}
	conn, err := s.connect(ctx)
	if err != nil {
		return nil, about("connecting to the relay", err)
	}
	client, failed := s.greet(ctx, conn, secure && !s.relay.implicit)
	if failed != nil && s.relay.starttls == "opportunistic" && secure && !s.relay.implicit && ctx.Err() == nil {
		// Any fault of a first try with TLS: if it wasn't TLS's, the second try meets it again.
		s.plainUntil.Store(time.Now().Add(plainFor).UnixNano())
		if conn, err = s.connect(ctx); err != nil {
			return nil, about("connecting to the relay", err)
		}
		client, failed = s.greet(ctx, conn, false)
	}
	if failed != nil {
		return nil, failed
	}
	if err := s.login(client); err != nil {
		client.Close()
		return nil, about("logging in to the relay", err)
	}
	conn.settle()
	return &wire{Client: client}, nil
}

// connect opens the connection, with TLS where that comes first.
func (s *Sender) connect(ctx context.Context) (*pacedConn, error) {
	ctx, done := context.WithTimeout(ctx, s.options.Timeout)
	defer done()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.relay.addr())
	if err != nil {
		return nil, withoutAddresses(err)
	}
	if s.relay.implicit {
		secure := tls.Client(raw, s.tls)
		if err := secure.HandshakeContext(ctx); err != nil {
			raw.Close()
			return nil, err
		}
		raw = secure
	}
	return &pacedConn{Conn: raw, pace: s.options.Timeout, first: time.Now().Add(s.options.Timeout)}, nil
}

// greet says who we are, over TLS if asked.
func (s *Sender) greet(ctx context.Context, conn *pacedConn, starttls bool) (*smtp.Client, *SendError) {
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	client := smtp.NewClient(conn)
	if starttls {
		var err error
		if client, err = smtp.NewClientStartTLS(conn, s.tls); err != nil {
			return nil, about("starting TLS with the relay", err)
		}
	}
	client.CommandTimeout, client.SubmissionTimeout = s.options.Timeout, s.options.SubmitTimeout
	if err := client.Hello(s.options.Domain); err != nil {
		client.Close()
		return nil, about("greeting the relay", err)
	}
	return client, nil
}

// login proves who we are, by PLAIN or LOGIN, whichever the relay offers.
func (s *Sender) login(client *smtp.Client) error {
	if s.relay.user == "" {
		return nil
	}
	if _, secure := client.TLSConnectionState(); !secure && !s.relay.implicit && !s.relay.local() && s.relay.starttls != "never" {
		return errors.New("it offers no TLS, and the password is not sent without")
	}
	switch {
	case client.SupportsAuth(sasl.Plain):
		return client.Auth(sasl.NewPlainClient("", s.relay.user, s.relay.password))
	case client.SupportsAuth(sasl.Login):
		return client.Auth(&loginClient{words: []string{s.relay.user, s.relay.password}})
	}
	return errors.New("it offers neither AUTH PLAIN nor AUTH LOGIN")
}

// loginClient speaks AUTH LOGIN. It doesn't look at the questions, which differ from server to
// server; only their order is sure.
type loginClient struct{ words []string }

func (c *loginClient) Start() (string, []byte, error) { return sasl.Login, nil, nil }

func (c *loginClient) Next([]byte) ([]byte, error) {
	if len(c.words) == 0 {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	word := c.words[0]
	c.words = c.words[1:]
	return []byte(word), nil
}

// pacedConn gives every write a deadline (the SMTP library gives none while a mail's body is
// written), and until it is settled holds the whole greeting to one.
type pacedConn struct {
	net.Conn
	pace time.Duration

	mu    sync.Mutex
	first time.Time // the greeting's end; zero once settled
}

func (c *pacedConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(c.until(time.Now().Add(c.pace))); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// SetDeadline is the library's deadline for an answer, or the end of one.
func (c *pacedConn) SetDeadline(t time.Time) error { return c.Conn.SetDeadline(c.until(t)) }

func (c *pacedConn) until(t time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.first.IsZero() && (t.IsZero() || c.first.Before(t)) {
		return c.first
	}
	return t
}

func (c *pacedConn) settle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.first = time.Time{}
}

// withoutAddresses is a network error in words that can be shown: "connection refused".
func withoutAddresses(err error) error {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
