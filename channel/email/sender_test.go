package email_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kept-desk/kept/channel/email"
)

// relayed starts a Sender to a relay.
func relayed(t testing.TB, url string, change ...func(*email.SenderOptions)) *email.Sender {
	t.Helper()
	o := email.SenderOptions{Domain: "desk.northlight.test", Timeout: 5 * time.Second, SubmitTimeout: 5 * time.Second}
	for _, f := range change {
		f(&o)
	}
	s, err := email.NewSender(url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// script is a relay that answers as it is told, to show the Sender every fault that relays have.
type script struct {
	net.Listener
	t     testing.TB
	mu    sync.Mutex
	heard []string       // commands, of all connections
	lines int            // connections so far
	says  map[string]any // by command: a string to answer, or a func(*talk) that takes over
	offer []string       // what EHLO offers
	wg    sync.WaitGroup
}

func play(t testing.TB, says map[string]any, offer ...string) *script {
	t.Helper()
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &script{Listener: socket, t: t, says: says, offer: offer}
	s.wg.Go(func() {
		for {
			conn, err := socket.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.lines++
			s.mu.Unlock()
			s.wg.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() { socket.Close(); s.wg.Wait() })
	return s
}

func (s *script) url() string { return "smtp://" + s.Addr().String() }

func (s *script) serve(conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	c := &talk{conn, s.t, bufio.NewReader(conn)}
	if _, open := s.answer(c, "greeting", "220 relay.test ESMTP"); !open {
		return
	}
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		s.mu.Lock()
		s.heard = append(s.heard, line)
		s.mu.Unlock()
		verb, _, _ := strings.Cut(line, " ")
		switch verb {
		case "EHLO":
			ehlo := ""
			for _, offer := range s.offer {
				ehlo += "250-" + offer + "\r\n"
			}
			fmt.Fprint(conn, "250-relay.test\r\n"+ehlo+"250 SIZE\r\n")
			continue
		case "DATA":
			said, open := s.answer(c, verb, "354 go ahead")
			if !open {
				return
			}
			if !strings.HasPrefix(said, "354") {
				continue
			}
			for line != ".\r\n" {
				if line, err = c.r.ReadString('\n'); err != nil {
					return
				}
			}
			verb = "."
		case "RCPT":
			verb = line // answered by address
		}
		if _, open := s.answer(c, verb, "250 2.0.0 ok"); !open || verb == "QUIT" {
			return
		}
	}
}

// answer answers what the script says, or otherwise, and tells what that was and whether the
// connection goes on.
func (s *script) answer(c *talk, verb, otherwise string) (said string, open bool) {
	s.mu.Lock()
	says := s.says[verb]
	s.mu.Unlock()
	switch says := says.(type) {
	case func(*talk):
		says(c)
		return "", false
	case string:
		otherwise = says
	}
	fmt.Fprint(c, otherwise+"\r\n")
	return otherwise, !strings.HasPrefix(otherwise, "421")
}

func (s *script) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines
}

func (s *script) commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.heard)
}

func (s *script) count(verb string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.heard {
		if strings.HasPrefix(line, verb) {
			n++
		}
	}
	return n
}

func hangUp(c *talk) { c.Close() }

func failure(t testing.TB, err error) *email.SendError {
	t.Helper()
	var e *email.SendError
	if !errors.As(err, &e) {
		t.Fatalf("%v (%T) is no *SendError", err, err)
	}
	return e
}

const ours, theirs = "help+c7@northlight.test", "ana@customer.test"

func TestAMailIsHandedOverAndTheRelaysWordsComeBack(t *testing.T) {
	p := listen(t, func(c *email.Config) {
		c.Accept = func(context.Context, string) (bool, error) { return true, nil }
	})
	s := relayed(t, "smtp://"+p.Addr().String())
	receipt, err := s.Send(t.Context(), []byte(mail+".dot\r\n"), ours, []string{theirs, "ben@customer.test"})
	if err != nil {
		t.Fatal(err)
	}
	if receipt.Relay != p.Addr().String() || receipt.Said != "250 2.0.0 OK: queued" {
		t.Errorf("the receipt is %+v", receipt)
	}
	m := p.one()
	if !strings.HasSuffix(m.raw, mail+".dot\r\n") || m.From != ours || m.Helo != "desk.northlight.test" || len(m.Rcpts) != 2 {
		t.Errorf("the relay has %+v", m)
	}
	if !m.TLS {
		t.Error("TLS was offered and not used")
	}
}

func TestManyMailsShareAFewConnections(t *testing.T) {
	script := play(t, nil)
	s := relayed(t, script.url(), func(o *email.SenderOptions) { o.MaxConnections, o.MaxIdle = 2, 2 })
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			if _, err := s.Send(t.Context(), []byte(mail), ours, []string{theirs}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// The first tries STARTTLS, which isn't offered, and dials again: at most two such, and two that stay.
	if script.connections() > 4 || script.count("DATA") != 40 {
		t.Errorf("%d mails over %d connections", script.count("DATA"), script.connections())
	}
	s.Close()
	script.Close()
	script.wg.Wait()
	if script.count("QUIT") != 2 {
		t.Errorf("said goodbye %d times", script.count("QUIT"))
	}
}

func TestWhatARelayRefusesIsToldAsItSaidIt(t *testing.T) {
	type want struct {
		temporary bool
		code      int
		enhanced  string
		said      string
		maybe     bool
	}
	rcpt := "RCPT TO:<" + theirs + ">"
	for name, c := range map[string]struct {
		says map[string]any
		want want
	}{
		"a full mailbox":            {map[string]any{rcpt: "452 4.2.2 mailbox full"}, want{true, 452, "4.2.2", "mailbox full", false}},
		"no such person":            {map[string]any{rcpt: "550-5.1.1 no such\r\n550 5.1.1 person"}, want{false, 550, "5.1.1", "no such person", false}},
		"no enhanced code":          {map[string]any{rcpt: "550 no such person"}, want{false, 550, "", "no such person", false}},
		"the sender":                {map[string]any{"MAIL": "553 5.7.1 not you"}, want{false, 553, "5.7.1", "not you", false}},
		"a login first":             {map[string]any{"MAIL": "530 5.7.0 Authentication required"}, want{true, 530, "5.7.0", "Authentication required", false}},
		"grey-listing":              {map[string]any{"MAIL": "450 4.7.1 come back"}, want{true, 450, "4.7.1", "come back", false}},
		"the words, now":            {map[string]any{"DATA": "451 4.3.0 not now"}, want{true, 451, "4.3.0", "not now", false}},
		"the mail, after the dot":   {map[string]any{".": "554 5.7.1 looks like spam"}, want{false, 554, "5.7.1", "looks like spam", false}},
		"later, after the dot":      {map[string]any{".": "451 4.3.0 disk full"}, want{true, 451, "4.3.0", "disk full", false}},
		"with 421 after the dot":    {map[string]any{".": "421 4.3.2 shutting down"}, want{true, 421, "4.3.2", "shutting down", false}},
		"everything":                {map[string]any{"greeting": "554 5.3.2 no service"}, want{true, 554, "5.3.2", "greeting the relay: no service", false}},
		"by hanging up":             {map[string]any{"MAIL": hangUp}, want{true, 0, "", "naming the sender: EOF", false}},
		"by hanging up at the rcpt": {map[string]any{rcpt: hangUp}, want{true, 0, "", "naming a recipient: EOF", false}},
		"by hanging up at the dot":  {map[string]any{".": hangUp}, want{true, 0, "", "waiting for the relay's answer: EOF", true}},
	} {
		t.Run(name, func(t *testing.T) {
			script := play(t, c.says)
			s := relayed(t, script.url())
			receipt, err := s.Send(t.Context(), []byte(mail), ours, []string{theirs})
			e := failure(t, err)
			if got := (want{e.Temporary, e.Code, e.Enhanced, e.Said, e.Maybe}); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if receipt.Relay != "" || len(e.Refused) > 0 {
				t.Errorf("a receipt: %+v, %+v", receipt, e.Refused)
			}
		})
	}
}

func TestAfterARefusalTheNextMailGoesOut(t *testing.T) {
	script := play(t, map[string]any{"RCPT TO:<gone@customer.test>": "550 5.1.1 no such person"})
	s := relayed(t, script.url()+"?starttls=never")
	for range 3 {
		if _, err := s.Send(t.Context(), []byte(mail), ours, []string{"gone@customer.test"}); err == nil {
			t.Fatal("accepted")
		}
		if _, err := s.Send(t.Context(), []byte(mail), ours, []string{theirs}); err != nil {
			t.Fatal(err)
		}
	}
	if script.connections() != 1 {
		t.Errorf("%d connections were opened", script.connections())
	}
}

func TestSomeRecipientsRefusedDoNotKeepTheMailFromTheOthers(t *testing.T) {
	script := play(t, map[string]any{
		"RCPT TO:<gone@customer.test>": "550 5.1.1 no such person",
		"RCPT TO:<full@customer.test>": "452 4.2.2 mailbox full",
	})
	s := relayed(t, script.url())
	receipt, err := s.Send(t.Context(), []byte(mail), ours, []string{"gone@customer.test", theirs, "full@customer.test"})
	e := failure(t, err)
	if receipt.Said != "250 2.0.0 ok" {
		t.Errorf("the receipt is %+v", receipt)
	}
	want := []email.Refusal{
		{Rcpt: "gone@customer.test", Code: 550, Enhanced: "5.1.1", Said: "no such person"},
		{Rcpt: "full@customer.test", Temporary: true, Code: 452, Enhanced: "4.2.2", Said: "mailbox full"},
	}
	if !slices.Equal(e.Refused, want) || !e.Temporary || e.Maybe {
		t.Errorf("told %+v", e)
	}
}

func TestARelayThatAnswersTooLateMayHaveTheMail(t *testing.T) {
	over := make(chan struct{})
	defer close(over)
	script := play(t, map[string]any{".": func(*talk) { <-over }})
	s := relayed(t, script.url(), func(o *email.SenderOptions) { o.SubmitTimeout = 30 * time.Millisecond })
	_, err := s.Send(t.Context(), []byte(mail), ours, []string{theirs})
	if e := failure(t, err); !e.Maybe || !e.Temporary {
		t.Errorf("told %+v", e)
	}
}

func TestARelayThatHangsIsGivenUp(t *testing.T) {
	for _, where := range []string{"greeting", "MAIL", "DATA"} {
		t.Run(where, func(t *testing.T) {
			over := make(chan struct{})
			script := play(t, map[string]any{where: func(c *talk) {
				if where == "DATA" {
					fmt.Fprint(c, "354 go ahead\r\n") // and then reads nothing more
				}
				<-over
			}})
			defer close(over)
			s := relayed(t, script.url()+"?starttls=never", func(o *email.SenderOptions) { o.Timeout = 50 * time.Millisecond })
			_, err := s.Send(t.Context(), []byte(mail+strings.Repeat("x", 20<<20)), ours, []string{theirs})
			if e := failure(t, err); !e.Temporary || e.Maybe || !isTimeout(err) {
				t.Errorf("told %+v (%v)", e, err)
			}
		})
	}
}

func TestACancelledSendStopsAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	defer close(over)
	script := play(t, map[string]any{"MAIL": func(*talk) { cancel(); <-over }})
	s := relayed(t, script.url())
	_, err := s.Send(ctx, []byte(mail), ours, []string{theirs})
	if e := failure(t, err); !e.Temporary || e.Maybe {
		t.Errorf("told %+v", e)
	}
}

func TestAConnectionThatTheRelayClosedWhileIdleIsReplaced(t *testing.T) {
	for name, farewell := range map[string]any{"silently": hangUp, "with a word": "421 4.4.2 idle for too long"} {
		script := play(t, nil)
		s := relayed(t, script.url()+"?starttls=never")
		if _, err := s.Send(t.Context(), []byte(mail), ours, []string{theirs}); err != nil {
			t.Fatal(err)
		}
		// The next MAIL meets a relay that has had enough of the connection; a new one is served.
		script.mu.Lock()
		script.says = map[string]any{"MAIL": func(c *talk) {
			script.mu.Lock()
			script.says = nil
			script.mu.Unlock()
			if word, ok := farewell.(string); ok {
				fmt.Fprint(c, word+"\r\n")
			}
			c.Close()
		}}
		script.mu.Unlock()
		if _, err := s.Send(t.Context(), []byte(mail), ours, []string{theirs}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if script.connections() != 2 || script.count("DATA") != 2 {
			t.Errorf("%s: %d connections, %d mails", name, script.connections(), script.count("DATA"))
		}
	}
}

func TestNoRelayThereIsWorthAnotherTry(t *testing.T) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := socket.Addr().String()
	socket.Close()
	_, err = relayed(t, "smtp://"+addr).Send(t.Context(), []byte(mail), ours, []string{theirs})
	if e := failure(t, err); !e.Temporary || e.Code != 0 || !strings.HasSuffix(e.Said, "connection refused") {
		t.Errorf("told %+v", e)
	}
}

func TestAddressesThatWouldBreakTheDialogueAreRefusedForGood(t *testing.T) {
	script := play(t, nil)
	s := relayed(t, script.url())
	for _, rcpts := range [][]string{nil, {""}, {"nobody"}, {"a@"}, {"@b.test"}, {"a@b.test>\r\nRCPT TO:<spy@x.test"}, {"a@b.test> NOTIFY=NEVER <"}, {theirs, "a b@c.test"}} {
		_, err := s.Send(t.Context(), []byte(mail), ours, rcpts)
		if e := failure(t, err); e.Temporary {
			t.Errorf("%q: %+v", rcpts, e)
		}
	}
	if script.connections() != 0 {
		t.Error("the relay was asked")
	}
	if _, err := s.Send(t.Context(), []byte(mail), "", []string{theirs}); err != nil {
		t.Errorf("the null sender: %v", err)
	}
}

func TestAddressesBeyondASCIIGoAsTheRelayCanTakeThem(t *testing.T) {
	script := play(t, nil)
	s := relayed(t, script.url())
	if _, err := s.Send(t.Context(), []byte(mail), ours, []string{"ana@bücher.test"}); err != nil {
		t.Error(err)
	}
	if script.count("RCPT TO:<ana@xn--bcher-kva.test>") != 1 {
		t.Errorf("heard %q", script.commands())
	}
	_, err := s.Send(t.Context(), []byte(mail), ours, []string{"jürgen@bücher.test"})
	if e := failure(t, err); e.Temporary || e.Enhanced != "5.6.7" {
		t.Errorf("told %+v", e)
	}
	able := play(t, nil, "SMTPUTF8", "8BITMIME")
	if _, err := relayed(t, able.url()).Send(t.Context(), []byte(mail), ours, []string{"jürgen@bücher.test"}); err != nil {
		t.Error(err)
	}
	if able.count("RCPT TO:<jürgen@bücher.test>") != 1 {
		t.Errorf("heard %q", able.commands())
	}
}

func TestBareLineEndsAreMendedBeforeTheyLeave(t *testing.T) {
	p := listen(t, func(c *email.Config) {
		c.Accept = func(context.Context, string) (bool, error) { return true, nil }
	})
	s := relayed(t, "smtp://"+p.Addr().String())
	if _, err := s.Send(t.Context(), []byte("Subject: x\n\nfirst\n.\nMAIL FROM:<a@b.test>\r.\rlast"), ours, []string{theirs}); err != nil {
		t.Fatal(err)
	}
	if m := p.one(); !strings.HasSuffix(m.raw, "Subject: x\r\n\r\nfirst\r\n.\r\nMAIL FROM:<a@b.test>\r\n.\r\nlast\r\n") {
		t.Errorf("the relay has %q", m.raw)
	}
}

func TestTLSIsRequiredVerifiedOrDoneWithoutAsTheURLSays(t *testing.T) {
	certificate, err := email.SelfSigned("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	everybody := func(c *email.Config) {
		c.Accept = func(context.Context, string) (bool, error) { return true, nil }
		c.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	}
	known := func(o *email.SenderOptions) {
		roots := x509.NewCertPool()
		roots.AddCert(certificate.Leaf)
		o.TLS = &tls.Config{RootCAs: roots, ServerName: "relay.test"}
	}
	with, without := listen(t, everybody), play(t, nil)
	broken := play(t, map[string]any{"STARTTLS": "454 4.7.0 TLS not available"}, "STARTTLS")
	for _, c := range []struct {
		url    string
		secure bool
		fails  string
	}{
		{with.Addr().String(), true, ""},
		{with.Addr().String() + "?starttls=require", false, "certificate"},
		{with.Addr().String() + "?starttls=require&verify=no", true, ""},
		{with.Addr().String() + "?starttls=never", false, ""},
		{without.Addr().String(), false, ""},
		{without.Addr().String() + "?starttls=require", false, "STARTTLS"},
		{broken.Addr().String(), false, ""},
		{broken.Addr().String() + "?starttls=require", false, "TLS not available"},
	} {
		before := len(with.stored())
		_, err := relayed(t, "smtp://"+c.url, known).Send(t.Context(), []byte(mail), ours, []string{theirs})
		switch {
		case c.fails == "" && err != nil:
			t.Errorf("%s: %v", c.url, err)
		case c.fails != "":
			if e := failure(t, err); !e.Temporary || !strings.Contains(e.Said, c.fails) {
				t.Errorf("%s: %+v", c.url, e)
			}
		case len(with.stored()) > before && with.stored()[before].TLS != c.secure:
			t.Errorf("%s: TLS is %v", c.url, !c.secure)
		}
	}
}

func TestAVerifiedCertificateIsAccepted(t *testing.T) {
	certificate, err := email.SelfSigned("relay.test")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate.Leaf)
	client := func(o *email.SenderOptions) { o.TLS = &tls.Config{RootCAs: roots, ServerName: "relay.test"} }
	server := &tls.Config{Certificates: []tls.Certificate{certificate}}
	p := listen(t, func(c *email.Config) {
		c.TLS, c.Accept = server, func(context.Context, string) (bool, error) { return true, nil }
	})
	if _, err := relayed(t, "smtp://"+p.Addr().String()+"?starttls=require", client).Send(t.Context(), []byte(mail), ours, []string{theirs}); err != nil {
		t.Error(err)
	}
	implicit := play(t, nil)
	implicit.Listener.Close() // its scripted voice is used behind TLS
	socket, err := tls.Listen("tcp", "127.0.0.1:0", server)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	implicit.wg.Go(func() {
		if conn, err := socket.Accept(); err == nil {
			implicit.serve(conn)
		}
	})
	s := relayed(t, "smtps://"+socket.Addr().String(), client)
	if _, err := s.Send(t.Context(), []byte(mail), ours, []string{theirs}); err != nil {
		t.Error(err)
	}
	s.Close()
}

func TestThePasswordIsSpokenInTheWayTheRelayOffers(t *testing.T) {
	ask := func(questions ...string) func(*talk) {
		return func(c *talk) {
			for _, q := range questions {
				fmt.Fprintf(c, "334 %s\r\n", base64.StdEncoding.EncodeToString([]byte(q)))
				line, err := c.r.ReadString('\n')
				if err != nil {
					return
				}
				answer, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
				want := "s3cret"
				if strings.HasPrefix(q, "User") {
					want = "desk"
				}
				if string(answer) != want {
					fmt.Fprint(c, "535 5.7.8 wrong\r\n")
					return
				}
			}
			fmt.Fprint(c, "235 2.7.0 ok\r\n")
			c.hear("MAIL FROM") // the login is over, and the mail begins
			fmt.Fprint(c, "550 5.0.0 logged in\r\n")
			c.hear("RSET")
		}
	}
	loggedIn := func(t *testing.T, s *script) {
		t.Helper()
		url := strings.Replace(s.url(), "//", "//desk:s3cret@", 1)
		_, err := relayed(t, url+"?starttls=never").Send(t.Context(), []byte(mail), ours, []string{theirs})
		if e := failure(t, err); e.Said != "logged in" {
			t.Errorf("told %+v", e)
		}
	}
	t.Run("PLAIN", func(t *testing.T) {
		s := play(t, map[string]any{"AUTH": ask()}, "AUTH LOGIN PLAIN")
		loggedIn(t, s)
		if want := "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00desk\x00s3cret")); s.count(want) != 1 {
			t.Errorf("heard %q", s.commands())
		}
	})
	t.Run("LOGIN", func(t *testing.T) {
		loggedIn(t, play(t, map[string]any{"AUTH": ask("Username:", "Password:")}, "AUTH LOGIN"))
	})
	t.Run("LOGIN in other words", func(t *testing.T) {
		loggedIn(t, play(t, map[string]any{"AUTH": ask("User Name\x00", "Your secret?")}, "AUTH LOGIN CRAM-MD5"))
	})
	t.Run("a wrong one is the relay's trouble, not the mail's", func(t *testing.T) {
		s := play(t, map[string]any{"AUTH": "535 5.7.8 bad credentials"}, "AUTH PLAIN")
		_, err := relayed(t, "smtp://desk:old@"+s.Addr().String()).Send(t.Context(), []byte(mail), ours, []string{theirs})
		if e := failure(t, err); !e.Temporary || e.Code != 535 || strings.Contains(e.Error(), "old") {
			t.Errorf("told %+v", e)
		}
	})
}

func TestARelaysURLIsCheckedBeforeAnythingIsSent(t *testing.T) {
	for _, url := range []string{
		"", "relay.test:25", "http://relay.test", "smtp://", "smtp://:25", "smtp://relay.test?starttls=maybe",
		"smtp://relay.test?tls=no", "smtp://desk:hunter2@relay.test:x", "smtp://desk:hunter2@[::1",
	} {
		_, err := email.NewSender(url, email.SenderOptions{Domain: "x"})
		if err == nil {
			t.Errorf("%q is taken", url)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the password is shown: %v", err)
		}
	}
}

func TestIdleConnectionsAreClosedInTime(t *testing.T) {
	script := play(t, nil)
	s := relayed(t, script.url()+"?starttls=never", func(o *email.SenderOptions) { o.IdleFor = 20 * time.Millisecond })
	if _, err := s.Send(t.Context(), []byte(mail), ours, []string{theirs}); err != nil {
		t.Fatal(err)
	}
	script.Close()
	script.wg.Wait() // ends only when the Sender has closed its connection
}
