package email

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/kept-desk/kept/kept"
)

// Sender hands mail to one relay by SMTP, over a few connections that it keeps open between mails.
// Its errors are *SendError. It may be used from many goroutines.
type Sender struct {
	relay   relay
	options SenderOptions
	tls     *tls.Config

	slots      chan struct{} // one for each connection in use
	plainUntil atomic.Int64  // Unix nanoseconds until which TLS isn't tried

	mu     sync.Mutex
	idle   []*wire // the latest used last
	closed bool
}

// SenderOptions say how a Sender sends. Every zero but Domain means its default.
type SenderOptions struct {
	Domain         string        // what we call ourselves; needed
	TLS            *tls.Config   // for other roots than the system's
	Timeout        time.Duration // for connecting, greeting, each command, each piece of a mail; default 1 minute
	SubmitTimeout  time.Duration // for the answer to a whole mail; default 10 minutes (RFC 5321 §4.5.3.2.6)
	IdleFor        time.Duration // how long a connection is kept for the next mail; default 20 seconds
	MaxIdle        int           // connections kept; default 4
	MaxConnections int           // at once; default 8
	MaxMails       int           // on one connection; default 100
}

// NewSender makes a Sender for a relay's URL:
//
//	smtp://user:password@host:587?starttls=require&verify=no
//	smtps://user:password@host:465
//
// starttls is require (the default with a password), opportunistic (the default without: TLS where
// it is offered, with any certificate), or never. verify=no takes any certificate. Nothing is sent yet.
func NewSender(url string, o SenderOptions) (*Sender, error) {
	r, err := parseRelay(url)
	if err != nil {
		return nil, err
	}
	if o.Domain == "" {
		return nil, errors.New("a mail sender needs a domain to greet the relay with")
	}
	o.Timeout = cmp.Or(o.Timeout, time.Minute)
	o.SubmitTimeout = cmp.Or(o.SubmitTimeout, 10*time.Minute)
	o.IdleFor = cmp.Or(o.IdleFor, 20*time.Second)
	o.MaxIdle = cmp.Or(o.MaxIdle, 4)
	o.MaxConnections = cmp.Or(o.MaxConnections, 8)
	o.MaxMails = cmp.Or(o.MaxMails, 100)
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.TLS != nil {
		config = o.TLS.Clone()
	}
	config.ServerName = cmp.Or(config.ServerName, r.host)
	if !r.verify || r.starttls == "opportunistic" && !r.implicit {
		// Opportunistic TLS falls back to none at all, so a certificate couldn't protect more.
		config.InsecureSkipVerify = true
	}
	return &Sender{relay: r, options: o, tls: config, slots: make(chan struct{}, o.MaxConnections)}, nil
}

// Send implements Transport. Where some recipients are refused and others accepted, it sends to
// the others, and gives the Receipt together with a *SendError that names the Refused.
func (s *Sender) Send(ctx context.Context, raw []byte, from string, rcpts []string) (kept.Receipt, error) {
	if err := sendable(from, rcpts); err != nil {
		return kept.Receipt{}, err
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return kept.Receipt{}, about("waiting for a connection to the relay", ctx.Err())
	}
	body := crlf(raw)
	for {
		w, reused, failed := s.take(ctx)
		if failed != nil {
			return kept.Receipt{}, failed
		}
		receipt, failed, stale := s.send(ctx, w, body, from, rcpts)
		if stale && reused && ctx.Err() == nil {
			continue // the relay had closed it while it was idle: nothing was said yet
		}
		if failed != nil {
			return receipt, failed
		}
		return receipt, nil
	}
}

// send hands the mail over a wire, and gives the wire back or closes it. Stale says that the wire
// was dead before the relay took our first word.
func (s *Sender) send(ctx context.Context, w *wire, body []byte, from string, rcpts []string) (receipt kept.Receipt, failed *SendError, stale bool) {
	stop := context.AfterFunc(ctx, func() { w.Close() })
	defer func() {
		if alive := stop(); alive && usable(failed) {
			s.give(w, failed == nil || len(failed.Refused) > 0)
		} else {
			w.Close()
		}
	}()
	utf8 := !ascii(from) || !ascii(rcpts...)
	if ok, _ := w.Extension("SMTPUTF8"); utf8 && !ok {
		if from, rcpts, failed = inASCII(from, rcpts); failed != nil {
			return receipt, failed, false
		}
		utf8 = false
	}
	if err := w.Mail(from, &smtp.MailOptions{Size: int64(len(body)), UTF8: utf8}); err != nil {
		failed = s.judge("naming the sender", err)
		return receipt, failed, failed.Code == 0 || failed.Code == 421
	}
	refused, failed := s.recipients(w, rcpts)
	if failed != nil {
		return receipt, failed, false
	}
	data, err := w.Data()
	if err != nil {
		return receipt, s.judge("sending the mail", err), false
	}
	if _, err := data.Write(body); err != nil {
		return receipt, s.judge("sending the mail", err), false
	}
	answer, err := data.CloseWithResponse()
	if err != nil {
		failed = s.judge("waiting for the relay's answer", err)
		failed.Maybe = failed.Code == 0
		return receipt, failed, false
	}
	receipt = kept.Receipt{Relay: s.relay.addr(), Said: "250 " + oneLine(answer.StatusText)}
	if len(refused) > 0 {
		return receipt, partly(refused), false
	}
	return receipt, nil, false
}

// recipients names them all. It fails where none is accepted.
func (s *Sender) recipients(w *wire, rcpts []string) (refused []Refusal, failed *SendError) {
	for _, rcpt := range rcpts {
		err := w.Rcpt(rcpt, nil)
		if err == nil {
			continue
		}
		failed = s.judge("naming a recipient", err)
		if failed.Code == 0 || failed.Code == 421 {
			return nil, failed
		}
		refused = append(refused, Refusal{
			Rcpt: rcpt, Temporary: failed.Temporary, Code: failed.Code, Enhanced: failed.Enhanced, Said: failed.Said,
		})
	}
	if len(refused) < len(rcpts) {
		return refused, nil
	}
	for _, r := range refused { // all were refused: another try makes sense while one of them may change
		failed.Temporary = failed.Temporary || r.Temporary
	}
	return nil, failed
}

// judge makes an error of the mail's own dialogue a SendError.
func (s *Sender) judge(doing string, err error) *SendError {
	e := said(doing, withoutAddresses(err))
	if relayOnly[e.Code] {
		e.Temporary = true
	}
	return e
}

// partly says that some recipients don't have it.
func partly(refused []Refusal) *SendError {
	first := refused[0]
	e := &SendError{Code: first.Code, Enhanced: first.Enhanced, Said: first.Said, Refused: refused}
	for _, r := range refused {
		e.Temporary = e.Temporary || r.Temporary
	}
	return e
}

// usable reports whether the connection is still good after what was answered on it.
func usable(e *SendError) bool {
	return e == nil || len(e.Refused) > 0 || e.Code != 0 && e.Code != 421
}

// sendable holds off addresses that would break the dialogue.
func sendable(from string, rcpts []string) error {
	if len(rcpts) == 0 {
		return impossible(554, "5.5.1", "the mail has no recipient")
	}
	for i, address := range append([]string{from}, rcpts...) {
		if i == 0 && address == "" { // the null sender
			continue
		}
		at := strings.LastIndexByte(address, '@')
		if at <= 0 || at == len(address)-1 || strings.ContainsFunc(address, func(r rune) bool {
			return r <= ' ' || r == 0x7f || r == '<' || r == '>'
		}) {
			return impossible(553, "5.1.3", oneLine(address)+" is no mail address")
		}
	}
	return nil
}
