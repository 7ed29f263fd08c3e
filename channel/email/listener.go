package email

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// Listener takes mail in by SMTP (RFC 5321) or LMTP (RFC 2033), with STARTTLS, SIZE, 8BITMIME,
// SMTPUTF8, PIPELINING and CHUNKING. It answers 250 for a mail only after Config.Store has kept it.
//
// A mail ends at CR LF . CR LF and nowhere else: a bare LF or CR around a dot is part of the mail,
// so that no second mail can be smuggled in behind it.
type Listener struct {
	config   Config
	socket   net.Listener
	server   *smtp.Server
	gate     gate
	ctx      context.Context // of Accept and Store; ends when the Listener is cut off
	cut      context.CancelFunc
	inflight atomic.Int64 // bytes of the mails that are coming in
	draining atomic.Bool
}

// Listen opens the address, so that a port that is taken is known at once. Nothing is answered
// before Serve.
func Listen(c Config) (*Listener, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	socket, err := open(c.Addr)
	if err != nil {
		return nil, fmt.Errorf("listening for mail: %w", err)
	}
	l := &Listener{config: c, socket: socket}
	l.gate = gate{
		max: c.MaxConnections, maxPerIP: c.MaxConnectionsPerIP, mailsPerMinute: c.MailsPerMinute,
		trusted: c.Trusted, changed: c.Observer.connections,
		lines: map[*line]bool{}, peers: map[netip.Prefix]*peer{},
	}
	l.ctx, l.cut = context.WithCancel(context.Background())
	l.server = smtp.NewServer(smtp.BackendFunc(l.session))
	l.server.Domain = c.Domain
	l.server.LMTP = c.LMTP
	l.server.TLSConfig = c.TLS
	l.server.MaxMessageBytes = c.MaxBytes
	l.server.MaxRecipients = c.MaxRecipients
	l.server.MaxLineLength = 0 // mails in the wild have lines of megabytes; line bounds the commands
	l.server.WriteTimeout = c.Patience.Answer
	l.server.EnableSMTPUTF8 = true
	l.server.ErrorLog = journal{c.Log}
	return l, nil
}

func open(addr string) (net.Listener, error) {
	path, ok := strings.CutPrefix(addr, "unix:")
	if !ok {
		return net.Listen("tcp", addr)
	}
	// A socket that a crash left behind is in the way; anything else isn't ours to remove.
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSocket != 0 {
		if conn, err := net.Dial("unix", path); err == nil {
			conn.Close()
			return nil, fmt.Errorf("another process listens on %s", path)
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	return net.Listen("unix", path)
}

// Addr is where the listener listens.
func (l *Listener) Addr() net.Addr { return l.socket.Addr() }

// Serve takes mail until Shutdown, and then returns nil.
func (l *Listener) Serve() error {
	if err := l.server.Serve(door{l.socket, l}); err != nil && !l.draining.Load() {
		return fmt.Errorf("listening for mail: %w", err)
	}
	return nil
}

// Shutdown takes no new connections, ends those without a mail in progress, and waits for the mails
// in progress to be stored and answered. Once ctx is over the rest is cut off unanswered, and the
// clients will send those mails again.
func (l *Listener) Shutdown(ctx context.Context) error {
	defer l.cut()
	if l.draining.Swap(true) {
		return nil
	}
	l.socket.Close() // also where Serve was never called
	// A connection that the door lets in while we go through them drains itself.
	l.gate.each((*line).drain)
	err := l.server.Shutdown(ctx)
	if ctx.Err() != nil {
		l.cut()
		l.gate.each(func(open *line) { open.Close() })
		return ctx.Err()
	}
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("closing the mail listener: %w", err)
	}
	return nil
}

// door is the socket, with the gate behind it.
type door struct {
	net.Listener
	l *Listener
}

// Accept gives the next connection that may come in, and tells the others to try again later.
func (d door) Accept() (net.Conn, error) {
	for {
		conn, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		open, ok := d.l.gate.enter(conn, d.l.config.Patience)
		if ok {
			if d.l.draining.Load() {
				open.drain()
			}
			return open, nil
		}
		d.l.config.Observer.refused("connections")
		// One line into an empty socket buffer: it doesn't wait. Whether they read it is theirs.
		conn.SetWriteDeadline(time.Now().Add(time.Second))
		fmt.Fprintf(conn, "421 4.7.0 %s has too many connections now, try again later\r\n", d.l.config.Domain)
		conn.Close()
	}
}

// journal takes what the SMTP library has to say, without the addresses in it.
type journal struct{ log *slog.Logger }

func (j journal) Printf(format string, args ...any) {
	for i, arg := range args {
		switch arg := arg.(type) {
		case net.Addr:
			args[i] = "a client"
		case *net.OpError: // it would print both addresses
			args[i] = arg.Err
		}
	}
	level := slog.LevelWarn
	if strings.HasPrefix(format, "panic") {
		level = slog.LevelError
	} else if strings.HasPrefix(format, "error handling") { // a client that hung up or can't do TLS
		level = slog.LevelDebug
	}
	j.log.Log(context.Background(), level, "mail listener: "+fmt.Sprintf(format, args...))
}

func (j journal) Println(args ...any) { j.log.Warn("mail listener: " + fmt.Sprint(args...)) }
