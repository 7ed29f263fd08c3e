package email_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/textproto"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"github.com/kept-desk/kept/channel/email"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const mail = "From: Ana <ana@customer.test>\r\nTo: help@northlight.test\r\nSubject: Line down\r\n\r\nNo internet since nine.\r\n"

// post is what a listener was handed, and the listener.
type post struct {
	*email.Listener
	t       testing.TB
	mu      sync.Mutex
	mails   []got
	refused []string
	lines   int
	came    chan struct{} // a mail was stored
}

type got struct {
	email.Envelope
	raw string
}

// listen starts a listener for help@northlight.test that stores in memory, after the test's changes.
func listen(t testing.TB, change ...func(*email.Config)) *post {
	t.Helper()
	p := &post{t: t, came: make(chan struct{}, 10_000)}
	c := email.Config{
		Addr:   "127.0.0.1:0",
		Domain: "mx.northlight.test",
		Accept: func(_ context.Context, address string) (bool, error) {
			return address == "help@northlight.test" || address == "hjälp@northlight.test", nil
		},
		Store: p.keep,
		Observer: email.Observer{
			Connections: func(n int) { p.mu.Lock(); p.lines += n; p.mu.Unlock() },
			Refused:     func(why string) { p.mu.Lock(); p.refused = append(p.refused, why); p.mu.Unlock() },
		},
	}
	for _, f := range change {
		f(&c)
	}
	var err error
	if p.Listener, err = email.Listen(c); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- p.Serve() }()
	t.Cleanup(func() {
		ctx, done := context.WithTimeout(context.Background(), 5*time.Second)
		defer done()
		if err := p.Shutdown(ctx); err != nil {
			t.Errorf("shutting down: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serving: %v", err)
		}
	})
	return p
}

func (p *post) keep(_ context.Context, e email.Envelope, raw []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mails = append(p.mails, got{e, string(raw)})
	p.came <- struct{}{}
	return nil
}

func (p *post) stored() []got {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.mails)
}

func (p *post) whys() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.refused)
}

// one is the only mail that was stored.
func (p *post) one() got {
	p.t.Helper()
	mails := p.stored()
	if len(mails) != 1 {
		p.t.Fatalf("%d mails were stored, want 1", len(mails))
	}
	return mails[0]
}

// talk is a bare connection, to say exactly what a test wants to say.
type talk struct {
	net.Conn
	t testing.TB
	r *bufio.Reader
}

func dial(t testing.TB, addr net.Addr) *talk {
	t.Helper()
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &talk{conn, t, bufio.NewReader(conn)}
}

func (c *talk) say(words string) {
	c.t.Helper()
	if _, err := io.WriteString(c, words); err != nil {
		c.t.Fatalf("saying %.60q: %v", words, err)
	}
}

// hear reads one answer, of several lines perhaps, and checks how it begins.
func (c *talk) hear(want string) string {
	c.t.Helper()
	var all strings.Builder
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			c.t.Fatalf("heard %q and then %v, want %q", all.String(), err, want)
		}
		all.WriteString(line)
		if len(line) > 3 && line[3] != '-' {
			break
		}
	}
	if !strings.HasPrefix(all.String(), want) {
		c.t.Fatalf("heard %q, want %q", all.String(), want)
	}
	return all.String()
}

// closed checks that the other side hangs up.
func (c *talk) closed() {
	c.t.Helper()
	if rest, err := io.ReadAll(c.r); len(rest) > 0 || isTimeout(err) {
		c.t.Errorf("still open: %q, %v", rest, err)
	}
}

func isTimeout(err error) bool {
	var slow net.Error
	return errors.As(err, &slow) && slow.Timeout()
}

// begin greets and names sender and recipient.
func (c *talk) begin() {
	c.t.Helper()
	c.hear("220")
	c.say("EHLO customer.test\r\n")
	c.hear("250")
	c.envelope()
}

func (c *talk) envelope() {
	c.t.Helper()
	c.say("MAIL FROM:<ana@customer.test>\r\n")
	c.hear("250")
	c.say("RCPT TO:<help@northlight.test>\r\n")
	c.hear("250")
}

func (c *talk) data(body string) {
	c.t.Helper()
	c.say("DATA\r\n")
	c.hear("354")
	c.say(body)
}

func TestAMailIsStoredWithItsEnvelopeAndATraceLine(t *testing.T) {
	at := time.Date(2026, 11, 20, 17, 1, 0, 0, time.FixedZone("", 3600))
	p := listen(t, func(c *email.Config) { c.Now = func() time.Time { return at } })
	c := dial(t, p.Addr())
	c.hear("220 mx.northlight.test ESMTP")
	c.say("EHLO customer.test\r\n")
	greeting := c.hear("250")
	for _, offer := range []string{"PIPELINING", "8BITMIME", "CHUNKING", "SMTPUTF8", "STARTTLS", "SIZE 41943040", "ENHANCEDSTATUSCODES", "LIMITS RCPTMAX=100"} {
		if !strings.Contains(greeting, offer+"\r\n") {
			t.Errorf("not offered: %s", offer)
		}
	}
	c.envelope()
	c.data(mail + "..\r\n.\r\n")
	c.hear("250 2.0.0")
	c.say("QUIT\r\n")
	c.hear("221")

	m := p.one()
	sent := mail + ".\r\n"
	sum := sha256.Sum256([]byte(sent))
	if m.From != "ana@customer.test" || !slices.Equal(m.Rcpts, []string{"help@northlight.test"}) || m.Remote != "127.0.0.1" ||
		m.Helo != "customer.test" || m.TLS || !m.ReceivedAt.Equal(at) || m.Sent != hex.EncodeToString(sum[:]) {
		t.Errorf("the envelope is %+v", m.Envelope)
	}
	trace, ok := strings.CutSuffix(m.raw, sent)
	if !ok {
		t.Fatalf("the mail was changed: %q", m.raw)
	}
	if want := "Received: from customer.test ([127.0.0.1])\r\n\tby mx.northlight.test with ESMTP id "; !strings.HasPrefix(trace, want) {
		t.Errorf("the trace line is %q", trace)
	}
	if want := "\r\n\tfor <help@northlight.test>;\r\n\tFri, 20 Nov 2026 16:01:00 +0000\r\n"; !strings.HasSuffix(trace, want) {
		t.Errorf("the trace line is %q", trace)
	}
}

func TestOnlyOurInboxesAreAccepted(t *testing.T) {
	p := listen(t)
	c := dial(t, p.Addr())
	c.hear("220")
	c.say("EHLO customer.test\r\nMAIL FROM:<>\r\n")
	c.hear("250")
	c.hear("250")
	for rcpt, want := range map[string]string{
		"help@northlight.test":           "250",
		"HELP@Northlight.Test":           "250",
		"help+c7-TOKEN@northlight.test":  "250",
		"nobody@northlight.test":         "550 5.1.1",
		"nobody+help@northlight.test":    "550 5.1.1",
		"help@elsewhere.test":            "550 5.1.1",
		"@relay.test:help@elsewhere.com": "550 5.1.1",
	} {
		c.say("RCPT TO:<" + rcpt + ">\r\n")
		c.hear(want)
	}
	c.data(mail + ".\r\n")
	c.hear("250")
	m := p.one()
	slices.Sort(m.Rcpts)
	if want := []string{"HELP@Northlight.Test", "help+c7-TOKEN@northlight.test", "help@northlight.test"}; !slices.Equal(m.Rcpts, want) {
		t.Errorf("stored for %v", m.Rcpts)
	}
	if m.From != "" {
		t.Errorf("the null sender became %q", m.From)
	}
	if strings.Contains(m.raw, "\tfor <") {
		t.Error("the trace line tells each recipient of the others")
	}
}

func TestAnInboxWithAPlusInItsNameIsFoundAsAWhole(t *testing.T) {
	p := listen(t, func(c *email.Config) {
		c.Accept = func(_ context.Context, a string) (bool, error) { return a == "a+b@northlight.test", nil }
	})
	c := dial(t, p.Addr())
	c.hear("220")
	c.say("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<A+b@northlight.test>\r\nRCPT TO:<a+c@northlight.test>\r\n")
	c.hear("250")
	c.hear("250")
	c.hear("250")
	c.hear("550 5.1.1")
}

func TestAnAddressThatCannotBeLookedUpIsTriedAgainLater(t *testing.T) {
	for name, accept := range map[string]func(context.Context, string) (bool, error){
		"an error": func(context.Context, string) (bool, error) { return false, errors.New("database is gone") },
		"a panic":  func(context.Context, string) (bool, error) { panic("nil map") },
	} {
		p := listen(t, func(c *email.Config) { c.Accept = accept })
		c := dial(t, p.Addr())
		c.hear("220")
		c.say("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<help@northlight.test>\r\n")
		c.hear("250")
		c.hear("250")
		if said := c.hear("451 4.3.0"); strings.Contains(said, "database") || strings.Contains(said, "nil map") {
			t.Errorf("%s is told to strangers: %s", name, said)
		}
		if !slices.Equal(p.whys(), []string{"lookup"}) {
			t.Errorf("%s: counted as %v", name, p.whys())
		}
	}
}

func TestAMailThatCannotBeStoredStaysTheSendersAndIsTakenLater(t *testing.T) {
	fail := true
	var log bytes.Buffer
	var p *post
	p = listen(t, func(c *email.Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
		c.Store = func(ctx context.Context, e email.Envelope, raw []byte) error {
			if fail {
				return errors.New("no space left on device")
			}
			return p.keep(ctx, e, raw)
		}
	})
	c := dial(t, p.Addr())
	c.begin()
	c.data(mail + ".\r\n")
	if said := c.hear("451 4.3.0"); strings.Contains(said, "device") {
		t.Errorf("told to strangers: %s", said)
	}
	fail = false
	c.envelope()
	c.data(mail + ".\r\n")
	c.hear("250")
	p.one()
	if !strings.Contains(log.String(), "no space left on device") {
		t.Errorf("the log doesn't say why: %s", &log)
	}
	for _, personal := range []string{"ana@", "customer.test", "127.0.0.1", "internet"} {
		if strings.Contains(log.String(), personal) {
			t.Errorf("the log tells of a customer: %s", &log)
		}
	}
}

func TestAPanicWhileStoringIsNotAnswered250(t *testing.T) {
	p := listen(t, func(c *email.Config) {
		c.Store = func(context.Context, email.Envelope, []byte) error { panic("index out of range") }
	})
	c := dial(t, p.Addr())
	c.begin()
	c.data(mail + ".\r\n")
	c.hear("451 4.3.0")
	c.say("NOOP\r\n")
	c.hear("250")
}

func TestSTARTTLSHidesTheMailAndForgetsWhatWasSaidBefore(t *testing.T) {
	p := listen(t)
	c := dial(t, p.Addr())
	c.hear("220")
	c.say("EHLO customer.test\r\n")
	c.hear("250")
	c.say("MAIL FROM:<first@customer.test>\r\n")
	c.hear("250")
	// What is said behind STARTTLS in the clear must not be taken for said under TLS (CVE-2011-0411).
	c.say("STARTTLS\r\nVRFY injected\r\n")
	c.hear("220")
	secure := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	if err := secure.Handshake(); err != nil {
		t.Fatal(err)
	}
	if cert := secure.ConnectionState().PeerCertificates[0]; cert.VerifyHostname("mx.northlight.test") != nil {
		t.Errorf("the certificate is for %v", cert.DNSNames)
	}
	c = &talk{secure, t, bufio.NewReader(secure)}
	c.say("MAIL FROM:<ana@customer.test>\r\n")
	c.hear("502") // the greeting too is forgotten
	c.say("EHLO customer.test\r\n")
	if strings.Contains(c.hear("250"), "STARTTLS") {
		t.Error("STARTTLS is offered twice")
	}
	c.envelope()
	c.data(mail + ".\r\n")
	c.hear("250")
	if m := p.one(); !m.TLS || !strings.Contains(m.raw, "with ESMTPS id") {
		t.Errorf("not known to have come by TLS: %+v", m)
	}
}

func TestAMailThatIsTooLargeIsRefusedHoweverItComes(t *testing.T) {
	p := listen(t, func(c *email.Config) { c.MaxBytes = 100_000 })
	big := strings.Repeat(strings.Repeat("x", 78)+"\r\n", 1500)

	announced := dial(t, p.Addr())
	announced.hear("220")
	announced.say("EHLO x\r\nMAIL FROM:<a@x.test> SIZE=100001\r\n")
	announced.hear("250")
	announced.hear("552 5.3.4")

	silent := dial(t, p.Addr())
	silent.begin()
	silent.data(big + ".\r\n")
	silent.hear("552 5.3.4")
	silent.envelope() // and the connection is still good
	silent.data(mail + ".\r\n")
	silent.hear("250")

	chunked := dial(t, p.Addr())
	chunked.begin()
	chunked.say("BDAT 60000\r\n" + big[:60000])
	chunked.hear("250")
	chunked.say("BDAT 60000 LAST\r\n" + big[:60000])
	chunked.hear("552 5.3.4")
	chunked.hear("421")
	chunked.closed()
	chunked = dial(t, p.Addr())
	chunked.begin()
	chunked.say(fmt.Sprintf("BDAT 20\r\n%sBDAT %d LAST\r\n%s", mail[:20], len(mail)-20, mail[20:]))
	chunked.hear("250")
	chunked.hear("250")

	mails := p.stored()
	if len(mails) != 2 || !strings.HasSuffix(mails[0].raw, mail) || !strings.HasSuffix(mails[1].raw, mail) {
		t.Errorf("stored: %d mails, %v", len(mails), mails)
	}
}

func TestAHugeLineIsAMailLikeAnother(t *testing.T) {
	p := listen(t)
	c := dial(t, p.Addr())
	c.begin()
	body := mail + strings.Repeat("QUJD", 1<<20) + "\r\n"
	c.data(body + ".\r\n")
	c.hear("250")
	if m := p.one(); !strings.HasSuffix(m.raw, body) {
		t.Errorf("%d bytes were stored", len(m.raw))
	}
}

func TestAnEndlessCommandIsCutOff(t *testing.T) {
	p := listen(t)
	c := dial(t, p.Addr())
	c.hear("220")
	go func() {
		for chunk := strings.Repeat("A", 1<<16); ; {
			if _, err := io.WriteString(c, chunk); err != nil {
				return
			}
		}
	}()
	answer, _ := io.ReadAll(c.r) // the answer may be lost when the line is cut
	if len(answer) > 0 && !bytes.HasPrefix(answer, []byte("421")) {
		t.Errorf("heard %q", answer)
	}
}

// TestNothingCanBeSmuggledBehindAMail: only CR LF . CR LF ends one. Whatever else a server might
// take for the end stays inside, with the commands behind it.
func TestNothingCanBeSmuggledBehindAMail(t *testing.T) {
	second := "MAIL FROM:<boss@northlight.test>\r\nRCPT TO:<help@northlight.test>\r\nDATA\r\nSubject: forged\r\n\r\nforged\r\n"
	for _, end := range []string{"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\n.\r", "\r\n\x00.\r\n", "\n\n.\n\n", "\r\r.\r\r\n"} {
		p := listen(t)
		c := dial(t, p.Addr())
		c.begin()
		c.data("Subject: harmless\r\n\r\nfirst" + end + second + ".\r\n")
		c.hear("250")
		c.say("NOOP\r\n")
		c.hear("250 2.0.0 I have") // so nothing of the second was answered
		m := p.one()
		if m.From != "ana@customer.test" || !strings.Contains(m.raw, second) {
			t.Errorf("%q: stored %q", end, m.raw)
		}
	}
}

func TestWhatIsPipelinedBehindTheRealEndIsTheNextMail(t *testing.T) {
	p := listen(t)
	c := dial(t, p.Addr())
	c.hear("220")
	c.say("EHLO customer.test\r\nMAIL FROM:<a@customer.test>\r\nRCPT TO:<help@northlight.test>\r\nRCPT TO:<nobody@northlight.test>\r\nDATA\r\n")
	for _, want := range []string{"250", "250", "250", "550 5.1.1", "354"} {
		c.hear(want)
	}
	c.say("Subject: one\r\n\r\n1\r\n.\r\nMAIL FROM:<b@customer.test>\r\nRCPT TO:<help@northlight.test>\r\nDATA\r\n")
	for _, want := range []string{"250", "250", "250", "354"} {
		c.hear(want)
	}
	c.say("Subject: two\r\n\r\n2\r\n.\r\nQUIT\r\n")
	c.hear("250")
	c.hear("221")
	c.closed()
	if mails := p.stored(); len(mails) != 2 || mails[0].From != "a@customer.test" || mails[1].From != "b@customer.test" {
		t.Errorf("stored %v", mails)
	}
}

func TestASecondSenderDoesNotInheritTheRecipients(t *testing.T) {
	p := listen(t)
	c := dial(t, p.Addr())
	c.begin()
	c.say("MAIL FROM:<b@customer.test>\r\n")
	c.hear("503 5.5.1")
	c.say("RSET\r\nMAIL FROM:<b@customer.test>\r\nDATA\r\n")
	c.hear("250")
	c.hear("250")
	c.hear("502")
	if len(p.stored()) != 0 {
		t.Error("a mail was stored")
	}
}

func TestEightBitsAndOtherScriptsComeThroughAsTheyAre(t *testing.T) {
	p := listen(t)
	client, err := smtp.Dial(p.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	body := "Subject: Gr\xfc\xdfe und 日本\r\n\r\n\x00\x01\xff\xfe h\xe9llo\r\n"
	if err := client.Mail("jürgen@bücher.test", &smtp.MailOptions{UTF8: true, Body: smtp.Body8BitMIME}); err != nil {
		t.Fatal(err)
	}
	if err := client.Rcpt("Hjälp+β@northlight.test", nil); err != nil {
		t.Fatal(err)
	}
	data, err := client.Data()
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(data, body)
	if err := data.Close(); err != nil {
		t.Fatal(err)
	}
	m := p.one()
	if m.From != "jürgen@bücher.test" || m.Rcpts[0] != "Hjälp+β@northlight.test" || !strings.HasSuffix(m.raw, body) {
		t.Errorf("stored %+v", m)
	}
	if !strings.Contains(m.raw, "with UTF8SMTP id") {
		t.Errorf("the trace line doesn't say so: %q", m.raw)
	}
}

func TestAClientThatStopsWithinAMailLeavesNothing(t *testing.T) {
	p := listen(t, func(c *email.Config) { c.Patience.Pause = 30 * time.Millisecond })
	slow := dial(t, p.Addr())
	slow.begin()
	slow.data("Subject: I stop he")
	slow.hear("421 4.4.2")
	slow.closed()

	p = listen(t) // patient, as a busy machine makes everybody slow
	gone := dial(t, p.Addr())
	gone.begin()
	gone.data(mail + ".\r")
	gone.Close()

	torn := dial(t, p.Addr())
	torn.begin()
	torn.say("BDAT 10\r\n0123456789")
	torn.hear("250")
	torn.Close()

	again := dial(t, p.Addr())
	again.begin()
	again.data(mail + ".\r\n")
	again.hear("250")
	p.one()
}

func TestAMailWhoseLastLineEndsInAStrayCRIsTakenWhole(t *testing.T) {
	p := listen(t, func(c *email.Config) { c.Patience.Pause = time.Second })
	c := dial(t, p.Addr())
	c.begin()
	c.data("Subject: stray\r\n\r\nlast line\r\r\n.\r\n")
	c.hear("250")
	if m := p.one(); !strings.HasSuffix(m.raw, "\r\n\r\nlast line\r\r\n") {
		t.Errorf("stored %q", m.raw)
	}
}

func TestALetterAtATimeDoesNotHoldTheLine(t *testing.T) {
	for name, patience := range map[string]email.Patience{
		"within a command": {Command: 50 * time.Millisecond},
		"within a mail":    {Mail: 50 * time.Millisecond},
		"all together":     {Line: 50 * time.Millisecond},
	} {
		p := listen(t, func(c *email.Config) { c.Patience = patience })
		c := dial(t, p.Addr())
		c.hear("220")
		if name == "within a mail" {
			c.say("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<help@northlight.test>\r\nDATA\r\n")
			for _, want := range []string{"250", "250", "250", "354"} {
				c.hear(want)
			}
		}
		trickled := make(chan struct{})
		go func() {
			defer close(trickled)
			for tick := time.NewTicker(2 * time.Millisecond); ; <-tick.C {
				if _, err := io.WriteString(c, "x"); err != nil {
					return
				}
			}
		}()
		if answer, _ := io.ReadAll(c.r); len(answer) > 0 && !bytes.Contains(answer, []byte("421 ")) {
			t.Errorf("%s: heard %q", name, answer)
		}
		c.Close()
		<-trickled
	}
}

func TestTooManyConnectionsAreAskedToComeLater(t *testing.T) {
	t.Run("at all", func(t *testing.T) {
		p := listen(t, func(c *email.Config) { c.MaxConnections = 2 })
		first, second := dial(t, p.Addr()), dial(t, p.Addr())
		first.hear("220")
		second.hear("220")
		third := dial(t, p.Addr())
		third.hear("421 4.7.0")
		third.closed()
		first.say("QUIT\r\n")
		first.hear("221")
		first.closed()
		dial(t, p.Addr()).hear("220")
	})
	t.Run("from one address", func(t *testing.T) {
		p := listen(t, func(c *email.Config) { c.MaxConnectionsPerIP, c.Trusted = 1, []netip.Prefix{} })
		dial(t, p.Addr()).hear("220")
		dial(t, p.Addr()).hear("421 4.7.0")
		if !slices.Equal(p.whys(), []string{"connections"}) {
			t.Errorf("counted as %v", p.whys())
		}
	})
	t.Run("but not from our own server", func(t *testing.T) {
		p := listen(t, func(c *email.Config) { c.MaxConnectionsPerIP, c.MailsPerMinute = 1, 1 })
		dial(t, p.Addr()).hear("220")
		c := dial(t, p.Addr())
		c.begin()
		c.say("RSET\r\n")
		c.hear("250")
		c.envelope()
	})
}

func TestTooManyMailsFromOneAddressAreDeferred(t *testing.T) {
	p := listen(t, func(c *email.Config) { c.MailsPerMinute, c.Trusted = 2, []netip.Prefix{} })
	for range 2 {
		c := dial(t, p.Addr())
		c.begin()
		c.data(mail + ".\r\n")
		c.hear("250")
	}
	c := dial(t, p.Addr())
	c.hear("220")
	c.say("EHLO x\r\nMAIL FROM:<a@x.test>\r\n")
	c.hear("250")
	c.hear("450 4.7.1")
}

func TestAConnectionThatAsksForTooMuchIsEnded(t *testing.T) {
	p := listen(t, func(c *email.Config) { c.MaxErrors, c.MaxMails = 3, 2 })
	guessing := dial(t, p.Addr())
	guessing.hear("220")
	guessing.say("EHLO x\r\nMAIL FROM:<>\r\n")
	guessing.hear("250")
	guessing.hear("250")
	for _, want := range []string{"550 5.1.1", "550 5.1.1", "421 4.7.0"} {
		guessing.say("RCPT TO:<guess@northlight.test>\r\n")
		guessing.hear(want)
	}
	guessing.closed()

	many := dial(t, p.Addr())
	many.begin()
	many.data(mail + ".\r\n")
	many.hear("250")
	many.envelope()
	many.data(mail + ".\r\n")
	many.hear("250")
	many.say("MAIL FROM:<ana@customer.test>\r\n")
	many.hear("421 4.7.0")
	many.closed()
}

func TestTooManyRecipientsAreDeferredToTheNextMail(t *testing.T) {
	p := listen(t, func(c *email.Config) { c.MaxRecipients = 1 })
	c := dial(t, p.Addr())
	c.begin()
	c.say("RCPT TO:<help+2@northlight.test>\r\n")
	c.hear("452 4.5.3")
	c.data(mail + ".\r\n")
	c.hear("250")
}

func TestLargeMailsTogetherDoNotFillTheMemory(t *testing.T) {
	p := listen(t, func(c *email.Config) { c.MaxBytes, c.MaxBytesAtOnce = 4<<20, 10<<20 })
	body := strings.Repeat(strings.Repeat("x", 1022)+"\r\n", 3<<10) // 3 MiB
	holding := make([]*talk, 2)
	for i := range holding {
		holding[i] = dial(t, p.Addr())
		holding[i].begin()
		holding[i].say(fmt.Sprintf("BDAT %d\r\n%s", len(body), body))
		holding[i].hear("250")
	}
	crowded := dial(t, p.Addr())
	crowded.begin()
	crowded.data(body + ".\r\n")
	crowded.hear("452 4.3.1")
	crowded.envelope()
	crowded.data(mail + ".\r\n") // a small one finds its place
	crowded.hear("250")
	for _, c := range holding {
		c.say("BDAT 0 LAST\r\n")
		c.hear("250")
	}
	c := dial(t, p.Addr())
	c.begin()
	c.data(body + ".\r\n")
	c.hear("250")
}

func TestAMailThatGoesRoundInCirclesIsRefused(t *testing.T) {
	p := listen(t)
	c := dial(t, p.Addr())
	c.begin()
	c.data(strings.Repeat("Received: from a by b; Mon, 2 Nov 2026 10:00:00 +0000\r\n", 51) + mail + ".\r\n")
	c.hear("554 5.4.6")
	c.envelope()
	far := strings.Repeat("received : from a\r\n by b\r\n", 50) + mail + strings.Repeat("Received: quoted\r\n", 50)
	c.data(far + ".\r\n")
	c.hear("250")
	p.one()
}

func TestAStrangersWordsCannotBreakTheTraceLine(t *testing.T) {
	p := listen(t)
	c := dial(t, p.Addr())
	c.hear("220")
	c.say("EHLO evil)\x01;\rBcc:<x>\xff\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<\"help+\\\"a;b\"@northlight.test>\r\n")
	c.hear("250")
	c.hear("250")
	c.hear("250")
	c.data(mail + ".\r\n")
	c.hear("250")
	header, err := textproto.NewReader(bufio.NewReader(strings.NewReader(p.one().raw))).ReadMIMEHeader()
	if err != nil || len(header["Received"]) != 1 || header.Get("From") != "Ana <ana@customer.test>" || header.Get("Bcc") != "" {
		t.Errorf("the header became %v, %v", header, err)
	}
	if !strings.HasPrefix(header.Get("Received"), "from evil????Bcc:?x?? ([127.0.0.1]) by") {
		t.Errorf("the trace line is %q", header.Get("Received"))
	}
}

func TestAHundredClientsAtOnceAreAllServed(t *testing.T) {
	p := listen(t)
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			client, err := smtp.Dial(p.Addr().String())
			if err != nil {
				t.Error(err)
				return
			}
			defer client.Close()
			for n := range 5 {
				if err := client.SendMail(fmt.Sprintf("c%d.%d@customer.test", i, n), []string{"help@northlight.test"}, strings.NewReader(mail)); err != nil {
					t.Error(err)
				}
			}
			client.Quit()
		})
	}
	wg.Wait()
	senders := map[string]bool{}
	for _, m := range p.stored() {
		senders[m.From] = true
	}
	if len(senders) != 500 {
		t.Errorf("%d of 500 mails were stored", len(senders))
	}
}

func TestShutdownFinishesTheMailsInProgressAndEndsTheRest(t *testing.T) {
	begun := make(chan struct{}, 10)
	p := listen(t, func(c *email.Config) {
		c.Now = func() time.Time { begun <- struct{}{}; return time.Now() } // first for the trace line
	})
	waiting, writing := dial(t, p.Addr()), dial(t, p.Addr())
	waiting.begin()
	writing.begin()
	writing.data("Subject: half")
	<-begun
	chunks := dial(t, p.Addr())
	chunks.begin()
	chunks.say("BDAT 4\r\nSubj")
	chunks.hear("250")

	down := make(chan error, 1)
	go func() { down <- p.Shutdown(t.Context()) }()
	waiting.hear("421")
	waiting.closed()
	if _, err := net.Dial("tcp", p.Addr().String()); err == nil {
		t.Error("a new connection is taken")
	}
	chunks.say("BDAT 12 LAST\r\nect: done\r\n\r\n")
	chunks.hear("250")
	chunks.closed()
	writing.say(" and whole\r\n\r\n.\r\n")
	writing.hear("250")
	writing.closed()
	if err := <-down; err != nil {
		t.Error(err)
	}
	if len(p.stored()) != 2 {
		t.Errorf("%d mails were stored", len(p.stored()))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lines != 0 {
		t.Errorf("%d connections are counted as open", p.lines)
	}
}

func TestShutdownDoesNotWaitForeverAndAnswersNothingItHasNotKept(t *testing.T) {
	storing := make(chan struct{})
	var p *email.Listener
	var err error
	p, err = email.Listen(email.Config{
		Addr: "127.0.0.1:0", Domain: "mx.northlight.test",
		Accept: func(context.Context, string) (bool, error) { return true, nil },
		Store: func(ctx context.Context, _ email.Envelope, _ []byte) error {
			close(storing)
			<-ctx.Done() // a disk that hangs
			return ctx.Err()
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- p.Serve() }()
	c := dial(t, p.Addr())
	c.begin()
	c.data(mail + ".\r\n")
	<-storing
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("shutting down: %v", err)
	}
	if err := <-served; err != nil {
		t.Errorf("serving: %v", err)
	}
	if answer, _ := io.ReadAll(c.r); bytes.HasPrefix(answer, []byte("250")) {
		t.Errorf("answered %q", answer)
	}
}

func TestLMTPOverAUnixSocketAnswersForEachRecipient(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lmtp.sock")
	p := listen(t, func(c *email.Config) { c.Addr, c.LMTP = "unix:"+path, true })
	c := dial(t, p.Addr())
	c.hear("220 mx.northlight.test LMTP")
	c.say("LHLO relay.northlight.test\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<help@northlight.test>\r\nRCPT TO:<nobody@northlight.test>\r\nRCPT TO:<help+t@northlight.test>\r\nDATA\r\n")
	for _, want := range []string{"250", "250", "250", "550 5.1.1", "250", "354"} {
		c.hear(want)
	}
	c.say(mail + ".\r\n")
	c.hear("250 2.0.0 <help@northlight.test>")
	c.hear("250 2.0.0 <help+t@northlight.test>")
	m := p.one()
	if m.Remote != "" || !strings.HasPrefix(m.raw, "Received: from relay.northlight.test\r\n\tby mx.northlight.test with LMTP id") {
		t.Errorf("stored %+v", m)
	}
	if _, err := email.Listen(email.Config{Addr: "unix:" + path, Domain: "x", LMTP: true, Accept: func(context.Context, string) (bool, error) { return true, nil }, Store: p.keep}); err == nil {
		t.Error("a socket that is in use was taken over")
	}
}

func TestAListenerWithoutItsFunctionsOrWithATakenPortIsRefusedAtOnce(t *testing.T) {
	if _, err := email.Listen(email.Config{Addr: "127.0.0.1:0", Domain: "x"}); err == nil {
		t.Error("no functions: accepted")
	}
	p := listen(t)
	_, err := email.Listen(email.Config{Addr: p.Addr().String(), Domain: "x", Accept: func(context.Context, string) (bool, error) { return true, nil }, Store: p.keep})
	if err == nil {
		t.Error("a taken port: accepted")
	}
}
