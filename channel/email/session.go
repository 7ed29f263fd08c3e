package email

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// session is one connection's conversation, from a greeting on.
type session struct {
	l    *Listener
	conn *smtp.Conn
	line *line
	ip   netip.Addr
	tls  bool

	mu     sync.Mutex // a mail that comes by BDAT is read beside the commands
	open   bool       // a MAIL was accepted
	utf8   bool
	from   string
	rcpts  []string
	size   int64 // as the client announced it, in bytes
	chunks bool  // a mail is coming in by BDAT
	mails  int
	errors int
}

func (l *Listener) session(c *smtp.Conn) (smtp.Session, error) {
	s := &session{l: l, conn: c}
	below := c.Conn()
	if secure, ok := below.(*tls.Conn); ok {
		below, s.tls = secure.NetConn(), true
	}
	s.line = below.(*line)
	s.ip = address(s.line.Conn)
	return s, nil
}

// reply makes an answer: "450", "4.7.1" and the words.
func reply(code, class, subject, detail int, words string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{class, subject, detail}, Message: words}
}

// Mail begins a mail.
func (s *session) Mail(from string, opts *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open {
		return reply(503, 5, 5, 1, "There is a sender already: finish that mail, or reset it")
	}
	if s.mails++; s.mails > s.l.config.MaxMails {
		s.line.closing()
		return reply(421, 4, 7, 0, "Enough mails on this connection: come back on a new one")
	}
	if !s.l.gate.mail(s.ip) {
		return s.refuse("rate", reply(450, 4, 7, 1, "Too many mails in a minute, try again later"))
	}
	s.open, s.from, s.rcpts, s.size, s.utf8 = true, from, nil, opts.Size, opts.UTF8
	return nil
}

// Rcpt checks a recipient.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	ok, err := s.accepts(to)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.l.config.Log.Error("whether there is such an inbox could not be told", "error", err)
		return s.refuse("lookup", reply(451, 4, 3, 0, "We cannot look up this address just now, try again later"))
	}
	if !ok {
		return s.refuse("recipient", reply(550, 5, 1, 1, "There is no such inbox here"))
	}
	if !slices.Contains(s.rcpts, to) {
		s.rcpts = append(s.rcpts, to)
	}
	return nil
}

// accepts asks whether the address is an inbox, without its tag first.
func (s *session) accepts(to string) (ok bool, err error) {
	defer s.recover(&err)
	ctx, done := context.WithTimeout(s.l.ctx, s.l.config.CheckTimeout)
	defer done()
	mailbox, tag := Mailbox(to)
	ok, err = s.l.config.Accept(ctx, mailbox)
	if ok || err != nil || tag == "" {
		return ok, err
	}
	return s.l.config.Accept(ctx, strings.ToLower(to))
}

// Data takes a mail in, and stores it.
func (s *session) Data(r io.Reader) error {
	s.line.begin()
	defer s.line.end()
	s.mu.Lock()
	e := Envelope{From: s.from, Rcpts: slices.Clone(s.rcpts), Helo: s.conn.Hostname(), TLS: s.tls}
	size, with := s.size, protocol(s.l.config.LMTP, s.utf8, s.tls)
	_, s.chunks = r.(*io.PipeReader)
	s.mu.Unlock()
	defer s.whole()
	if s.ip.IsValid() {
		e.Remote = s.ip.WithZone("").String()
	}
	began := time.Now()
	trace := received(e, s.l.config.Domain, with, s.l.config.Now())
	raw, release, err := s.l.read(r, trace, size)
	defer release()
	if err != nil {
		return s.unread(err)
	}
	if hops(raw)-1 > maxReceived {
		return s.refused("loop", reply(554, 5, 4, 6, "This mail has passed too many servers: it goes round in circles"))
	}
	sum := sha256.Sum256(raw[len(trace):])
	e.Sent, e.ReceivedAt = hex.EncodeToString(sum[:]), s.l.config.Now()
	if err := s.store(e, raw); err != nil {
		s.l.config.Log.Error("a mail could not be stored; its sender will try again", "error", err, "bytes", len(raw))
		return s.refused("store", reply(451, 4, 3, 0, "We cannot store this mail just now, try again later"))
	}
	s.l.config.Observer.accepted(len(raw), time.Since(began))
	return nil
}

// store keeps the mail. The client going away stops nothing: the mail is whole.
func (s *session) store(e Envelope, raw []byte) (err error) {
	defer s.recover(&err)
	ctx, done := context.WithTimeout(s.l.ctx, s.l.config.StoreTimeout)
	defer done()
	return s.l.config.Store(ctx, e, raw)
}

// unread says why a mail didn't come in whole. Nothing of it is kept.
func (s *session) unread(err error) error {
	var answer *smtp.SMTPError
	var slow net.Error
	switch {
	case errors.Is(err, errCrowded):
		return s.refused("memory", reply(452, 4, 3, 1, "Too many large mails at once, try again later"))
	case errors.As(err, &answer) && answer.Code == smtp.ErrDataTooLarge.Code:
		return s.refused("size", reply(552, 5, 3, 4, fmt.Sprintf("This mail is larger than the %d bytes we take", s.l.config.MaxBytes)))
	case errors.As(err, &slow) && slow.Timeout():
		return s.refused("broken", reply(421, 4, 4, 2, "This mail took too long, try again"))
	}
	return s.refused("broken", reply(451, 4, 4, 0, "This mail did not come in whole, try again"))
}

// refuse counts an answer that is a no, under s.mu; after too many the line is closed.
func (s *session) refuse(why string, answer *smtp.SMTPError) error {
	s.l.config.Observer.refused(why)
	if s.errors++; s.errors < s.l.config.MaxErrors {
		return answer
	}
	s.l.config.Observer.refused("errors")
	s.line.closing()
	return reply(421, 4, 7, 0, "Too many refusals on this connection: the last was "+answer.Message)
}

func (s *session) refused(why string, answer *smtp.SMTPError) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if answer.Code == 421 {
		s.line.closing()
	}
	s.l.config.Observer.refused(why)
	return answer
}

// recover makes a panic of a handed function an error: one mail that upsets it doesn't end the others.
func (s *session) recover(err *error) {
	if r := recover(); r != nil {
		s.l.config.Log.Error("a mail made us panic", "panic", r, "stack", string(debug.Stack()))
		*err = fmt.Errorf("panic: %v", r)
	}
}

// whole says that no mail is coming in any more.
func (s *session) whole() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chunks = false
}

// Reset forgets the mail that was begun. One that breaks off between two chunks ends the connection:
// the library doesn't wait for its reader, and could take that one's verdict for the next mail's.
func (s *session) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open, s.from, s.rcpts = false, "", nil
	if s.chunks {
		s.line.stop()
	}
}

// Logout implements smtp.Session; a session holds nothing that must be given back.
func (s *session) Logout() error { return nil }
