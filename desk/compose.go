package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/thread"
)

// compose is the mail as a message.
func (r *receiving) compose(h *hand, contact kept.Contact, d thread.Decision) kept.Message {
	in := r.in
	from := r.from()
	m := kept.Message{
		Conversation: h.is.ID, Kind: kept.MessageIn, Author: contactActor(contact), Automatic: !waits(in),
		Subject: subject(in.Subject), Text: in.Text, HTML: in.HTML, Visible: in.Visible, Quoted: in.Quoted, From: written(from),
		To: addresses(in.To), CC: addresses(in.CC), MessageID: in.MessageID, References: in.References,
		Auth: in.Auth, Warnings: in.Warnings, Mail: in.Ledger, CreatedAt: r.now, SentAt: in.SentAt.UTC().Truncate(time.Microsecond), Attachments: in.Attachments,
	}
	if in.SentAt.IsZero() {
		m.SentAt = time.Time{}
	}
	if len(in.InReplyTo) > 0 {
		m.InReplyTo = in.InReplyTo[0]
	}
	if m.Automatic {
		m.Kind = kept.MessageNotice
	}
	if d.Other && from.Email != "" {
		m.Warnings = append(m.Warnings, "other-participant")
	}
	if d.Related != 0 {
		m.Warnings = append(m.Warnings, fmt.Sprintf("related-to %d", d.Related))
	}
	if in.Unreadable {
		m.Warnings = append(m.Warnings, "unreadable")
	}
	return m
}

func written(a kept.Address) string {
	if a.Name == "" {
		return a.Email
	}
	return a.Name + " <" + a.Email + ">"
}

func addresses(list []kept.Address) []string {
	out := []string{}
	for _, a := range list {
		out = append(out, written(a))
	}
	return out
}

// participants are the people of the mail who aren't us.
func (r *receiving) participants() []string {
	var out []string
	for _, list := range [][]kept.Address{{r.from()}, r.in.ReplyTo, r.in.To, r.in.CC} {
		for _, a := range list {
			base, _ := thread.SplitAddress(a.Email)
			_, ours := r.house.inboxAt(base)
			address := strings.ToLower(a.Email)
			if !ours && address != "" && !slices.Contains(out, address) && len(out) < 50 {
				out = append(out, address)
			}
		}
	}
	return out
}
