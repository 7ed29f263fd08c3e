package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/smtp"
	"net/textproto"
	"path/filepath"
	"strings"
	"time"

	"github.com/kept-desk/kept/cmd/kept/story"
	"github.com/kept-desk/kept/mail"
)

// letter is a mail of a customer, as their program would write it.
type letter struct {
	from    story.Person
	to      string
	subject string
	body    string
	html    bool // body is HTML
	files   []string
	answers *received // the mail of ours that it answers; nil: none
	id      string
	at      time.Time
	auto    bool // out of office
}

// raw is the mail: plain text, or text and HTML, or those with files.
func (l letter) raw() ([]byte, error) {
	var out bytes.Buffer
	zone, err := time.LoadLocation(l.from.Zone)
	if err != nil {
		return nil, err
	}
	field := func(name, value string) { fmt.Fprintf(&out, "%s: %s\r\n", name, value) }
	field("Date", l.at.In(zone).Format(time.RFC1123Z))
	field("From", fmt.Sprintf("%s <%s>", mime.QEncoding.Encode("utf-8", l.from.Name), l.from.Email))
	field("To", l.to)
	field("Subject", mime.QEncoding.Encode("utf-8", l.subject))
	field("Message-ID", "<"+l.id+">")
	if l.answers != nil {
		field("In-Reply-To", "<"+l.answers.id+">")
		field("References", "<"+strings.Join(append(l.answers.references, l.answers.id), "> <")+">")
	}
	if l.auto {
		field("Auto-Submitted", "auto-replied")
		field("X-Auto-Response-Suppress", "All")
	}
	field("MIME-Version", "1.0")
	err = l.write(&out)
	return out.Bytes(), err
}

func (l letter) write(out *bytes.Buffer) error {
	text := l.body
	if l.html {
		text = mail.TextFromHTML(l.body)
	}
	if l.answers != nil && !l.auto {
		text += "\n\n" + l.quote()
	}
	if !l.html && len(l.files) == 0 {
		return leaf(out, "text/plain; charset=utf-8", text)
	}
	mixed := parts(out, "mixed", l.id)
	if err := l.words(mixed, text); err != nil {
		return err
	}
	for _, name := range l.files {
		if err := enclose(mixed, name, l.html && strings.Contains(l.body, "cid:"+name)); err != nil {
			return err
		}
	}
	return mixed.Close()
}

// words writes the text, with the HTML beside it where there is one.
func (l letter) words(mixed *multipart.Writer, text string) error {
	if !l.html {
		return part(mixed, "text/plain; charset=utf-8", text)
	}
	var both bytes.Buffer
	w := parts(&both, "alternative", "a"+l.id)
	if err := part(w, "text/plain; charset=utf-8", text); err != nil {
		return err
	}
	if err := part(w, "text/html; charset=utf-8", "<html><body>"+l.body+"</body></html>"); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	head, body, _ := strings.Cut(both.String(), "\r\n\r\n")
	_, kind, _ := strings.Cut(head, ": ")
	p, err := mixed.CreatePart(textproto.MIMEHeader{"Content-Type": {kind}})
	if err != nil {
		return err
	}
	_, err = p.Write([]byte(body))
	return err
}

// quote is what mail programs put below an answer.
func (l letter) quote() string {
	intro := fmt.Sprintf("On %s, %s wrote:", l.answers.at.Format("2 Jan 2006 at 15:04"), l.answers.from)
	if l.from.Language == "de" {
		intro = fmt.Sprintf("Am %s schrieb %s:", l.answers.at.Format("02.01.2006 um 15:04"), l.answers.from)
	}
	lines := strings.Split(strings.TrimSpace(l.answers.text), "\n")
	return intro + "\n> " + strings.Join(lines[:min(len(lines), 12)], "\n> ")
}

// parts begins a multipart body, named after the mail so that the same letter has the same bytes.
func parts(out *bytes.Buffer, kind, id string) *multipart.Writer {
	w := multipart.NewWriter(out)
	name, _, _ := strings.Cut(id, "@")
	if err := w.SetBoundary("=_" + name); err != nil {
		panic(err) // ids are letters and digits
	}
	fmt.Fprintf(out, "Content-Type: multipart/%s; boundary=%q\r\n\r\n", kind, w.Boundary())
	return w
}

func leaf(out *bytes.Buffer, kind, text string) error {
	fmt.Fprintf(out, "Content-Type: %s\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", kind)
	w := quotedprintable.NewWriter(out)
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	return w.Close()
}

func part(w *multipart.Writer, kind, text string) error {
	p, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {kind}, "Content-Transfer-Encoding": {"quoted-printable"}})
	if err != nil {
		return err
	}
	q := quotedprintable.NewWriter(p)
	if _, err := q.Write([]byte(text)); err != nil {
		return err
	}
	return q.Close()
}

// enclose adds a file: beside the words, or inside them.
func enclose(w *multipart.Writer, name string, inline bool) error {
	raw, err := story.File(name)
	if err != nil {
		return err
	}
	h := textproto.MIMEHeader{
		"Content-Type":              {mime.TypeByExtension(filepath.Ext(name))},
		"Content-Transfer-Encoding": {"base64"},
		"Content-Disposition":       {fmt.Sprintf("attachment; filename=%q", name)},
	}
	if inline {
		h.Set("Content-Disposition", fmt.Sprintf("inline; filename=%q", name))
		h.Set("Content-Id", "<"+name+">")
	}
	p, err := w.CreatePart(h)
	if err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(raw)
	for len(text) > 0 {
		n := min(len(text), 76)
		if _, err := fmt.Fprintf(p, "%s\r\n", text[:n]); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}

// bounce is the report (RFC 3464) of a mail server that couldn't deliver a mail of ours.
func bounce(m received, to string, at time.Time) []byte {
	const edge = "=_report"
	_, domain, _ := strings.Cut(m.to, "@")
	var out bytes.Buffer
	say := func(format string, a ...any) { fmt.Fprintf(&out, format+"\r\n", a...) }
	say("Date: %s", at.UTC().Format(time.RFC1123Z))
	say("From: Mail Delivery System <MAILER-DAEMON@%s>", domain)
	say("To: %s", to)
	say("Subject: Undelivered Mail Returned to Sender")
	say("Message-ID: <report.%s>", m.id)
	say("Auto-Submitted: auto-replied")
	say("MIME-Version: 1.0")
	say("Content-Type: multipart/report; report-type=delivery-status; boundary=%q\r\n", edge)
	say("--%s\r\nContent-Type: text/plain; charset=us-ascii\r\n", edge)
	say("This is the mail system at host mx.%s.\r\n", domain)
	say("Your message could not be delivered to <%s>: the mailbox does not exist.\r\n", m.to)
	say("--%s\r\nContent-Type: message/delivery-status\r\n", edge)
	say("Reporting-MTA: dns; mx.%s\r\nArrival-Date: %s\r\n", domain, m.at.UTC().Format(time.RFC1123Z))
	say("Final-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.1.1", m.to)
	say("Diagnostic-Code: smtp; 550 5.1.1 <%s>: Recipient address rejected: User unknown\r\n", m.to)
	say("--%s\r\nContent-Type: text/rfc822-headers\r\n", edge)
	say("Message-ID: <%s>\r\nTo: %s\r\nSubject: %s\r\n", m.id, m.to, mime.QEncoding.Encode("utf-8", m.subject))
	say("--%s--", edge)
	return out.Bytes()
}

// post hands a mail to the desk's door, as any mail server would. An empty sender is the null sender.
func (d *demo) post(sender, to string, raw []byte) error {
	c, err := smtp.Dial(d.smtp)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // after QUIT there is nothing to close
	_, domain, _ := strings.Cut(sender, "@")
	if domain == "" {
		domain = "mx.example.test"
	}
	if err := c.Hello(domain); err != nil {
		return err
	}
	if err := c.Mail(sender); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}
