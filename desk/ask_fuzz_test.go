package desk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/mail"
	"github.com/kept-desk/kept/rules/thread"
	"github.com/kept-desk/kept/store/storetest"
)

// FuzzAMailedAnswer receives mails as they come in from anywhere. Whatever they hold: an ask is answered only by
// who was asked, at the address signed for it or under the mail that asked, with words that they wrote; and
// no mail is lost.
func FuzzAMailedAnswer(f *testing.F) {
	const priya = "priya@northlight.test"
	quoted := "\r\n\r\nOn Mon, 18 May 2026, Northlight wrote:\r\n> Was the refund sent?\r\n"
	f.Add(priya, "", true, []byte("Yes, on Friday."+quoted))
	f.Add("Priya@Northlight.TEST", "", true, []byte("> Was the refund sent?\r\nYes.\r\n> And when?\r\nOn Friday.\r\n-- \r\nPriya"))
	f.Add(priya, "", false, []byte("Yes."))
	f.Add("mallory@evil.test", "", true, []byte("Send it to me."))
	f.Add("mallory@evil.test, priya@northlight.test", "", true, []byte("Two write."))
	f.Add("priya@northlight.test <mallory@evil.test>", "", true, []byte("Not me."))
	f.Add(priya, "b", false, []byte("To a bent address."))
	f.Add(priya, "", true, []byte("\r\n\r\n> only what was quoted\r\n"))
	f.Add(priya, "", true, []byte{})
	f.Add(priya, "", true, []byte("\xff\xfe\x00 \xc3\x28 broken letters"))
	f.Add(priya, "", true, []byte(strings.Repeat("long ", 9000)))
	f.Add(priya, "", true, []byte("Von: Northlight\r\nGesendet: Montag\r\nAn: Priya\r\nBetreff: Frage\r\n\r\nWar es da?"))

	db, folder := storetest.Open(f, "sqlite"), f.TempDir()
	var w *world // one for the whole run; each mail answers a question of its own
	var asked kept.Agent
	n := 0
	f.Fuzz(func(t *testing.T, from, bend string, signed bool, body []byte) {
		if strings.ContainsAny(from+bend, "\r\n") {
			t.Skip("a header is one line")
		}
		if w == nil {
			w = newWorldOver(t, db, folder)
			asked = w.priya()
		}
		w.T, n = t, n+1
		a := w.asks(desk.NewAsk{Agent: asked.ID, Question: "Was the refund sent?", Due: w.at.Add(time.Hour)})
		first := to(w.notices(), priya)[0]
		base, token := thread.SplitAddress(first.ReplyTo)
		rcpt := base
		if signed {
			rcpt = thread.Address(base, bend+token)
		}
		raw := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Re: %s\r\nMessage-ID: <f%d@fuzz.test>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s",
			from, rcpt, first.Subject, n, body)
		in := mail.Parse([]byte(raw))
		in.Rcpts, in.Sender, in.SentAt = []string{rcpt}, "someone@fuzz.test", w.at
		ledger := w.arrives(in)

		m, _, err := w.desk.RawMail(w.ctx, ledger)
		w.ok(err)
		if m.State == kept.MailStored || m.State == kept.MailReceived && m.Message == 0 {
			t.Errorf("the mail is lost: %+v", m)
		}
		a = w.theAsk(a.ID)
		if a.Waits {
			return
		}
		if !signed || bend != "" {
			t.Errorf("answered at %q, which is not signed for it", rcpt)
		}
		if len(in.From) != 1 || !strings.EqualFold(in.From[0].Email, priya) {
			t.Errorf("answered by %+v", in.From)
		}
		visible, _, _ := thread.Fold(in.Text)
		if strings.TrimSpace(visible) == "" {
			return // a file is the answer
		}
		if answer := strings.TrimSuffix(a.Answer, "…"); !strings.HasPrefix(strings.TrimSpace(visible), answer) || answer == "" {
			t.Errorf("%q is taken for the answer in %q", answer, visible)
		}
	})
}
