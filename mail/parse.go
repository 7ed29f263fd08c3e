package mail

import (
	"bytes"
	"slices"
	"strings"

	"github.com/kept-desk/kept/kept"
)

// Parse reads a mail. It never fails: what can't be understood comes back with Unreadable set, a
// warning, and the raw mail as its attachment. Visible and Quoted stay empty, for the fold is not mail's
// business, and so do the fields that only the door knows (Ledger, Inbox, Rcpts, Sender, ReceivedAt).
// HTML is sanitised, with remote images blocked and cid: images left as such.
func Parse(raw []byte) (in kept.Inbound) {
	defer func() {
		if recover() != nil {
			in = Unreadable(raw)
		}
	}()
	return parse(raw)
}

func parse(raw []byte) kept.Inbound {
	b := lead(raw)
	h, body, oddHeader := readHeader(b)
	if len(h) == 0 {
		return Unreadable(raw)
	}
	in := addressed(h)
	root, oddTree := structure(b, h, body)
	var c content
	if oddHeader {
		c.warn("the header is broken in places")
	}
	if oddTree {
		c.warn("the structure of the mail is broken in places")
	}
	c.gather(root, "")
	said := join(c.segments)
	if strings.TrimSpace(said.html) != "" {
		in.HTML = Sanitise(clip(said.html, maxHTML), Options{})
	}
	in.Text = strings.Trim(said.text, "\n")
	if strings.TrimSpace(in.Text) == "" && said.html != "" {
		in.Text = TextFromHTML(clip(said.html, maxHTML))
	}
	in.Text = clip(in.Text, maxText)
	in.Attachments = c.attachments
	in.Language = Language(in.Text)
	in.Kind, in.Bounce = kind(letter{in: in, header: h, root: root, content: &c})
	if in.Kind == kept.MailBounce || in.Kind == kept.MailComplaint || in.Kind == kept.MailDelivered {
		in.Attachments = withoutOriginal(in.Attachments)
	}
	in.Warnings = append(in.Warnings, c.warnings...)
	if !in.SentAt.IsZero() || h.filled("date") == "" {
		return in
	}
	in.Warnings = append(in.Warnings, "the Date could not be read")
	return in
}

// withoutOriginal leaves out our own mail that a report brings back: we have it.
func withoutOriginal(list []kept.Attachment) []kept.Attachment {
	return slices.DeleteFunc(list, func(a kept.Attachment) bool {
		return a.Type == "message/rfc822" || a.Type == "message/global" || a.Type == "message/rfc822-headers"
	})
}

// lead skips what some stores put before a mail: a byte order mark, blank lines; and makes lines of
// a mail that has carriage returns only.
func lead(raw []byte) []byte {
	b := bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	for len(b) > 0 && (b[0] == '\n' || b[0] == '\r') {
		b = b[1:]
	}
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') >= 0 {
		b = bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))
	}
	return b
}

// addressed reads what the header says: who, to whom, when, what about, in answer to what.
func addressed(h header) kept.Inbound {
	in := kept.Inbound{
		Subject:    clip(decodeWords(h.first("subject")), 2000),
		From:       parseAddresses(h.joined("from")),
		ReplyTo:    parseAddresses(h.joined("reply-to")),
		To:         parseAddresses(h.joined("to")),
		CC:         parseAddresses(h.joined("cc")),
		MessageID:  messageID(h.filled("message-id")),
		InReplyTo:  messageIDs(h.joined("in-reply-to")),
		References: messageIDs(h.joined("references")),
		Auth:       "",
	}
	if len(in.From) == 0 {
		in.From = parseAddresses(h.filled("sender"))
		if len(in.From) > 0 {
			in.Warnings = append(in.Warnings, "there is no From; the Sender is shown")
		}
	}
	if at, offset, ok := parseDate(h.filled("date")); ok {
		in.SentAt, in.Offset = at, offset
	}
	return in
}

// Unreadable is what is left when nothing could be understood: the first text of it, and the raw mail
// as a file.
func Unreadable(raw []byte) kept.Inbound {
	in := kept.Inbound{Kind: kept.MailNormal, Unreadable: true, Warnings: []string{"this mail could not be understood; the raw mail is attached"}}
	text := plainLines(guess(raw[:min(len(raw), 16<<10)]))
	in.Text = strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD"))
	c := content{}
	c.add(kept.Attachment{Name: "raw.eml", Type: "message/rfc822", Bytes: raw})
	in.Attachments = c.attachments
	return in
}
