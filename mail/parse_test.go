package mail

import (
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
)

// written makes a mail of lines.
func written(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

func TestBrokenMailIsRepaired(t *testing.T) {
	for _, c := range []struct {
		name, text, subject string
		raw                 []byte
	}{
		{"latin1 is windows-1252", "100 € “now”", "", written("From: a@b.test", "Content-Type: text/plain; charset=iso-8859-1", "", "100 \x80 \x93now\x94")},
		{"us-ascii that is UTF-8", "Grüße", "", written("From: a@b.test", "Content-Type: text/plain; charset=us-ascii", "", "Grüße")},
		{"utf-8 that is windows-1252", "Grüße", "", written("From: a@b.test", "Content-Type: text/plain; charset=utf-8", "", "Gr\xfc\xdfe")},
		{"utf-7", "Hi Mom ☺!", "", written("From: a@b.test", "Content-Type: text/plain; charset=utf-7", "", "Hi Mom +Jjo-!")},
		{"a code page by name", "Grüße", "", written("From: a@b.test", "Content-Type: text/plain; charset=cp-850", "", "Gr\x81\xe1e")},
		{"a charset nobody knows", "Gr\u00fc\u00dfe", "", written("From: a@b.test", "Content-Type: text/plain; charset=klingon", "", "Gr\xfc\xdfe")},
		{"japanese", "テスト", "", written("From: a@b.test", "Content-Type: text/plain; charset=ISO-2022-JP", "", "\x1b$B%F%9%H\x1b(B")},
		{"base64 with a list's footer", "hello world", "", written("From: a@b.test", "Content-Transfer-Encoding: base64", "", "aGVsbG8gd29ybGQ=", "", "_______________", "A list for you")},
		{"base64 with noise and no padding", "hello world!", "", written("From: a@b.test", "Content-Transfer-Encoding: BASE64", "", "aGVs bG8g", " d29y!bGQh")},
		{"quoted-printable with faults", "a=b =zz ü", "", written("From: a@b.test", "Content-Transfer-Encoding: quoted-printable", "Content-Type: text/plain; charset=utf-8", "", "a=3Db =", "=zz =C3=BC   ")},
		{"an empty boundary", "one", "", written("From: a@b.test", `Content-Type: multipart/mixed; boundary=""`, "", "--xyz", "Content-Type: text/plain", "", "one", "--xyz--")},
		{"a boundary that never closes", "one", "", written("From: a@b.test", `Content-Type: multipart/mixed; boundary=b`, "", "--b", "Content-Type: text/plain", "", "one")},
		{"a multipart without parts", "just words", "", written("From: a@b.test", `Content-Type: multipart/mixed; boundary=b`, "", "just words")},
		{"a missing semicolon", "ü", "", written("From: a@b.test", "Content-Type: text/plain charset=iso-8859-1", "", "\xfc")},
		{"words split within a letter", "", "Grüße aus Köln", written("From: a@b.test", "Subject: =?utf-8?B?R3LDvMM=?= =?utf-8?B?n2Ug?=", " =?utf-8?Q?aus_K=C3=B6ln?=", "", "")},
		{"words with blanks in them", "", "a b", written("From: a@b.test", "Subject: =?utf-8?q?a b?=", "", "")},
		{"raw latin1 in the subject", "", "Grüße", written("From: a@b.test", "Subject: Gr\xfc\xdfe", "", "")},
		{"a byte order mark and blank lines first", "x", "s", append([]byte("\xef\xbb\xbf\r\n\r\n"), written("From: a@b.test", "Subject: s", "", "x")...)},
		{"carriage returns alone", "x", "s", []byte("From: a@b.test\rSubject: s\r\rx\r")},
		{"a line of nonsense in the header", "x", "s", written("From: a@b.test", "what is this", "Subject: s", "", "x")},
		{"no blank line before the body", "Dear all, hello.\nBye", "s", written("From: a@b.test", "Subject: s", "Dear all, hello.", "Bye")},
		{"flowed text", "a long line\n> a quoted line\n-- \nme", "", written("From: a@b.test", "Content-Type: text/plain; format=flowed", "", "a long ", "line", "> a quoted ", "> line", "-- ", "me")},
		{"HTML alone", "Hello\n\nyou", "", written("From: a@b.test", "Content-Type: text/html", "", "<p>Hello</p><p>you</p><script>x</script>")},
		{"a text and its HTML in a mixed", "Hello you", "", written("From: a@b.test", "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/plain", "", "Hello you", "--b", "Content-Type: text/html", "", "<b>Hello you</b>", "--b--")},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := Parse(c.raw)
			if in.Text != c.text || in.Subject != c.subject || in.Unreadable {
				t.Errorf("text %q, subject %q, warnings %q", in.Text, in.Subject, in.Warnings)
			}
		})
	}
}

func TestFilesKeepTheirNamesAndBytes(t *testing.T) {
	for _, c := range []struct{ name, file, kind, body, head string }{
		{"RFC 2231", "Übersicht 1.pdf", "application/pdf", "x", "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*0*=utf-8'de'%C3%9Cbersicht; filename*1=\" 1.pdf\""},
		{"encoded words in a parameter", "Übersicht.pdf", "application/pdf", "x", "Content-Type: application/pdf; name=\"=?utf-8?q?=C3=9Cbersicht=2Epdf?=\""},
		{"a path", "a.txt", "text/plain", "x", `Content-Type: text/plain; name="C:\dir\a.txt"`},
		{"a name that climbs", "passwd", "application/octet-stream", "x", `Content-Type: application/octet-stream; name="../../etc/passwd"`},
		{"a calendar", "invite.ics", "text/calendar", "BEGIN:VCALENDAR", "Content-Type: text/calendar; method=REQUEST"},
		{"a signature", "signature.asc", "application/pgp-signature", "x", "Content-Type: application/pgp-signature"},
		{"S/MIME", "smime.p7s", "application/pkcs7-signature", "x", "Content-Type: application/pkcs7-signature"},
		{"a mail", "Old matter.eml", "message/rfc822", "Subject: Old matter\r\n\r\nx", "Content-Type: message/rfc822"},
		{"base64", "a.bin", "application/octet-stream", "hello", "Content-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8="},
	} {
		t.Run(c.name, func(t *testing.T) {
			part := c.head
			if !strings.Contains(part, "\r\n\r\n") {
				part += "\r\n\r\n" + c.body
			}
			in := Parse(written("From: a@b.test", "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "words", "--b", part, "--b--"))
			if len(in.Attachments) != 1 || in.Text != "words" {
				t.Fatalf("%q %+v", in.Text, in.Attachments)
			}
			if a := in.Attachments[0]; a.Name != c.file || a.Type != c.kind || string(a.Bytes) != c.body || a.Size != int64(len(c.body)) {
				t.Errorf("%q %q %q", a.Name, a.Type, a.Bytes)
			}
		})
	}
}

func TestAFileUuencodedInTheTextIsAFile(t *testing.T) {
	in := Parse(written("From: a@b.test", "", "See below.", "", "begin 644 cat.txt", "#0V%T", "`", "end", "", "Bye"))
	if len(in.Attachments) != 1 || in.Attachments[0].Name != "cat.txt" || string(in.Attachments[0].Bytes) != "Cat" {
		t.Errorf("%+v", in.Attachments)
	}
	if strings.Contains(in.Text, "begin") || !strings.Contains(in.Text, "Bye") {
		t.Errorf("%q", in.Text)
	}
}

func TestAddressesAreReadAsPeopleWriteThem(t *testing.T) {
	for value, want := range map[string][]kept.Address{
		`Ana Lee <ana@X.Test>`:                {{Name: "Ana Lee", Email: "ana@x.test"}},
		`"Lee, Ana" <ana@x.test>, ben@x.test`: {{Name: "Lee, Ana", Email: "ana@x.test"}, {Email: "ben@x.test"}},
		`ana@x.test (Ana Lee)`:                {{Name: "Ana Lee", Email: "ana@x.test"}},
		`Team: ana@x.test, ben@x.test;`:       {{Email: "ana@x.test"}, {Email: "ben@x.test"}},
		`undisclosed-recipients:;`:            nil,
		`ana@x.test; ben@x.test`:              {{Email: "ana@x.test"}, {Email: "ben@x.test"}},
		`=?utf-8?q?J=C3=BCrgen?= <j@x.test>`:  {{Name: "Jürgen", Email: "j@x.test"}},
		`=?utf-8?q?J_=3Cj=40x=2Etest=3E?=`:    {{Name: "J", Email: "j@x.test"}},
		`"ana@x.test" <ana@x.test>`:           {{Name: "ana@x.test", Email: "ana@x.test"}},
		`<@relay.test:ana@x.test>`:            {{Email: "ana@x.test"}},
		`Ana "the boss <ana@x.test>`:          {{Name: "Ana the boss", Email: "ana@x.test"}},
		`Ana Lee ana@x.test`:                  {{Name: "Ana Lee", Email: "ana@x.test"}},
		`<mailto:ana@x.test>`:                 {{Email: "ana@x.test"}},
		`Ana <ana@x.test`:                     {{Name: "Ana", Email: "ana@x.test"}},
		`'Ana' <ana@x.test>, , <>`:            {{Name: "Ana", Email: "ana@x.test"}},
		`"A \"B\" C" <a@x.test>`:              {{Name: `A "B" C`, Email: "a@x.test"}},
	} {
		got := parseAddresses(value)
		if len(got) != len(want) {
			t.Errorf("%s: %q", value, got)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: %q", value, got)
			}
		}
	}
}

func TestDatesAreReadWithTheirOffset(t *testing.T) {
	hours := func(h float64) *int { s := int(h * 3600); return &s }
	for value, want := range map[string]struct {
		at     string
		offset *int
	}{
		"Mon, 2 Nov 2026 09:12:13 +0100 (CET)":  {"2026-11-02T08:12:13Z", hours(1)},
		"2 Nov 26 09:12 EST":                    {"2026-11-02T14:12:00Z", hours(-5)},
		"Mon, 02 Nov 2026 09:12:13 GMT":         {"2026-11-02T09:12:13Z", hours(0)},
		"Mon, 2 Nov 2026 09:12:13 -0000":        {"2026-11-02T09:12:13Z", nil},
		"Mon Nov  2 09:12:13 2026":              {"2026-11-02T09:12:13Z", nil},
		"2026-11-02T09:12:13+05:30":             {"2026-11-02T03:42:13Z", hours(5.5)},
		"2026-11-02 09:12:13":                   {"2026-11-02T09:12:13Z", nil},
		"Montag, 2. November 2026 09:12:13 +01": {"2026-11-02T08:12:13Z", hours(1)},
		"lun., 2 déc. 2026 09:12:13 +0100":      {"2026-12-02T08:12:13Z", hours(1)},
		"11/2/2026 9:12:13 PM":                  {"", nil}, // the eleventh of February or the second of November: nobody knows
		"Mon, 32 Nov 2026 09:12:13 +0100":       {"", nil},
		"yesterday":                             {"", nil},
	} {
		at, offset, ok := parseDate(value)
		got := ""
		if ok {
			got = at.Format(time.RFC3339)
		}
		if got != want.at || (offset == nil) != (want.offset == nil) || offset != nil && *offset != *want.offset {
			t.Errorf("%s: %s %v", value, got, offset)
		}
	}
}

func TestMachinesAreToldFromPeople(t *testing.T) {
	for _, c := range []struct {
		kind  kept.MailKind
		lines []string
	}{
		{kept.MailNormal, []string{"From: ana@x.test", "Subject: Mail delivery failed again, please help", "", "My mails to you come back. What now?"}},
		{kept.MailNormal, []string{"From: ana@x.test", "Subject: Fwd: Undelivered Mail Returned to Sender", "", "See below!", "", "550 5.1.1 user unknown", "Received: from x", "Message-ID: <m@x.test>"}},
		{kept.MailNormal, []string{"From: Cron <root@x.test>", "Subject: backup", "", "The backup failed: connection timed out, rejected."}},
		{kept.MailNormal, []string{"From: postmaster@x.test", "Subject: Blocked?", "", "Is our server blocked? Our mail is rejected."}},
		{kept.MailNormal, []string{"From: ana@x.test", "Subject: Re: your automatic reply", "Auto-Submitted: no", "", "Thanks"}},
		{kept.MailAutoReply, []string{"From: ana@x.test", "Subject: Re: x", "Auto-Submitted: auto-replied", "", "Away"}},
		{kept.MailAutoReply, []string{"From: ana@x.test", "Subject: =?utf-8?q?Abwesenheitsnotiz=3A_x?=", "", "Ich bin weg"}},
		{kept.MailAutoReply, []string{"From: ana@x.test", "Subject: Réponse automatique : x", "", "Absent"}},
		{kept.MailAutoReply, []string{"From: ana@x.test", "Subject: Out of Office: x", "", "Away"}},
		{kept.MailAutoReply, []string{"From: ana@x.test", "Subject: x", "X-Autoreply: yes", "", "Away"}},
		{kept.MailAutoReply, []string{"From: ana@x.test", "Subject: x", "X-Auto-Response-Suppress: All", "", "Note"}},
		{kept.MailAutoReply, []string{"Return-Path: <>", "From: ana@x.test", "Subject: Thanks for writing", "", "We read it soon."}},
		{kept.MailList, []string{"From: news@x.test", "Subject: News", "List-Unsubscribe: <https://x.test/u>", "", "Buy"}},
		{kept.MailBounce, []string{"Return-Path: <>", "From: MAILER-DAEMON@x.test", "Subject: failure notice", "", "Hi. This is the qmail-send program.", "<ana@y.test>:", "550 5.1.1 no such user"}},
		{kept.MailComplaint, []string{"From: fbl@x.test", "Subject: abuse report", "Content-Type: multipart/report; report-type=feedback-report; boundary=b", "", "--b", "", "Abuse", "--b", "Content-Type: message/feedback-report", "", "Feedback-Type: abuse", "--b--"}},
		{kept.MailDelivered, []string{"From: ana@x.test", "Subject: Read: x", "Content-Type: multipart/report; report-type=disposition-notification; boundary=b", "", "--b", "", "Read", "--b", "Content-Type: message/disposition-notification", "", "Disposition: manual-action/MDN-sent-manually; displayed", "--b--"}},
	} {
		if in := Parse(written(c.lines...)); in.Kind != c.kind {
			t.Errorf("%s, not %s: %q", in.Kind, c.kind, c.lines)
		}
	}
}

func TestABounceSaysWhoWhyAndWhat(t *testing.T) {
	report := func(action, status string) []byte {
		return written("From: MAILER-DAEMON@mx.test", "To: help@northlight.test", "Subject: Undelivered Mail", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "",
			"--b", "Content-Type: text/plain", "", "It did not go.", "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.test", "",
			"Final-Recipient: rfc822; ana@x.test", "Action: "+action, "Status: "+status, "Diagnostic-Code: smtp; 550 5.1.1 <ana@x.test>: user", " unknown",
			"--b", "Content-Type: message/rfc822", "", "Message-ID: <m1@northlight.test>", "From: help@northlight.test", "To: ana@x.test", "", "Hello", "--b--")
	}
	in := Parse(report("failed", "5.0.0"))
	if b := in.Bounce; b == nil || len(b.Recipients) != 1 || b.Recipients[0] != "ana@x.test" || !b.Permanent || b.Status != "5.1.1" || b.MessageID != "m1@northlight.test" || b.Detail != "550 5.1.1 <ana@x.test>: user unknown" {
		t.Errorf("%+v", b)
	}
	if len(in.Attachments) != 0 {
		t.Errorf("our own mail is no attachment: %+v", in.Attachments)
	}
	if b := Parse(report("delayed", "4.4.1")).Bounce; b == nil || b.Permanent || b.Status != "4.4.1" {
		t.Errorf("%+v", b)
	}
	if in := Parse(report("delivered", "2.0.0")); in.Kind != kept.MailDelivered || in.Bounce != nil {
		t.Errorf("%s %+v", in.Kind, in.Bounce)
	}
}

func TestTheLanguageOfATextIsToldOrNotAtAll(t *testing.T) {
	for text, want := range map[string]string{
		"The router has been down since Friday and nobody has called me back yet.":                    "en",
		"Der Router ist seit Freitag kaputt und niemand hat mich bisher zurückgerufen.":               "de",
		"Le routeur est en panne depuis vendredi et personne ne m'a encore rappelé.":                  "fr",
		"El router no funciona desde el viernes y nadie me ha llamado todavía por teléfono.":          "es",
		"O roteador não funciona desde sexta-feira e ninguém me ligou de volta até agora, por favor.": "pt",
		"Ok thanks": "", "": "", "Роутер не работает с пятницы, и никто мне не перезвонил.": "", "12345 67890 12345 67890": "",
	} {
		if got := Language(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
