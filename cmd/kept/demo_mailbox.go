package main

import (
	"bufio"
	"bytes"
	"io"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/channel/email"
	"github.com/kept-desk/kept/mail"
)

// received is a mail of ours in a customer's mailbox.
type received struct {
	to, from, subject string
	id                string // Message-ID
	references        []string
	replyTo           string
	text              string
	page              string // the customer's page that it links to; empty: none
	automatic         bool
	at                time.Time
}

// mailboxes are what customers have received from us: the local outbox, read as they would.
type mailboxes struct {
	outbox *email.Outbox
	seen   map[string]bool
	mails  []received // oldest first
}

// fetch reads what has come since the last time.
func (m *mailboxes) fetch() error {
	const page = 20
	var fresh []received
	for cursor := ""; ; {
		items, next, err := m.outbox.List(cursor, page)
		if err != nil {
			return err
		}
		known := false
		for _, s := range items {
			if m.seen[s.ID] {
				known = true
				continue
			}
			r, err := m.read(s)
			if err != nil {
				return err
			}
			m.seen[s.ID] = true
			fresh = append(fresh, r)
		}
		if known || next == "" {
			break
		}
		cursor = next
	}
	slices.Reverse(fresh)
	m.mails = append(m.mails, fresh...)
	return nil
}

var pageLink = regexp.MustCompile(`https?://\S+/c/[\w.~-]+`)

func (m *mailboxes) read(s email.Sent) (r received, err error) {
	file, _, err := m.outbox.Open(s.ID)
	if err != nil {
		return r, err
	}
	defer file.Close() //nolint:errcheck // only read
	raw, err := io.ReadAll(file)
	if err != nil {
		return r, err
	}
	in := mail.Parse(raw)
	r = received{subject: in.Subject, id: in.MessageID, references: in.References, text: in.Text, at: in.SentAt, page: pageLink.FindString(in.Text)}
	if len(s.To) > 0 {
		r.to = s.To[0]
	}
	if len(in.From) > 0 {
		r.from = in.From[0].Name
	}
	if len(in.ReplyTo) > 0 {
		r.replyTo = in.ReplyTo[0].Email
	}
	head, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(raw))).ReadMIMEHeader()
	if err != nil {
		return r, err
	}
	r.automatic = head.Get("Auto-Submitted") != "" && !strings.EqualFold(head.Get("Auto-Submitted"), "no")
	return r, nil
}

// last is the latest mail to somebody that satisfies a condition; nil where there is none.
func (m *mailboxes) last(to string, of func(received) bool) *received {
	for i := range slices.Backward(m.mails) {
		if strings.EqualFold(m.mails[i].to, to) && of(m.mails[i]) {
			return &m.mails[i]
		}
	}
	return nil
}

// about reports whether a mail belongs to the thread that a Message-ID began.
func (r received) about(root string) bool { return r.id == root || slices.Contains(r.references, root) }
