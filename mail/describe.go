package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/kept-desk/kept/kept"
)

// ParsedMail is a mail as `kept mail parse --json` prints it, one a line.
type ParsedMail struct {
	Path         string             `json:"path"`
	Subject      string             `json:"subject"`
	From         []string           `json:"from"`
	FromName     string             `json:"from_name"`
	To           []string           `json:"to"`
	CC           []string           `json:"cc"`
	Date         *string            `json:"date"` // UTC, RFC 3339; null where missing or unreadable
	MessageID    string             `json:"message_id"`
	InReplyTo    string             `json:"in_reply_to"`
	References   []string           `json:"references"`
	Kind         kept.MailKind      `json:"kind"`
	Bounce       *kept.Bounce       `json:"bounce,omitempty"`
	Text         string             `json:"text"`
	HTML         string             `json:"html"` // as an agent would be shown it
	VisibleReply string             `json:"visible_reply"`
	Language     string             `json:"language"`
	Attachments  []ParsedAttachment `json:"attachments"`
	Auth         string             `json:"auth"`
	Warnings     []string           `json:"warnings"`
	Error        string             `json:"error"` // empty unless nothing could be understood
	SHA256       string             `json:"sha256"`
	MS           float64            `json:"ms"` // how long reading took
}

// ParsedAttachment is a file of a ParsedMail.
type ParsedAttachment struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
	Inline bool   `json:"inline"`
	CID    string `json:"cid,omitempty"`
}

// Describe reads a mail and tells what it understood. fold gives the visible part of a text; nil takes
// all of it for visible.
func Describe(path string, raw []byte, fold func(text string) (visible string)) ParsedMail {
	start := time.Now()
	in := Parse(raw)
	visible := in.Text
	if fold != nil {
		visible = fold(in.Text)
	}
	took := time.Since(start)
	sum := sha256.Sum256(raw)
	p := ParsedMail{
		Path: path, Subject: in.Subject, From: addresses(in.From), To: addresses(in.To), CC: addresses(in.CC), MessageID: in.MessageID,
		References: orEmpty(in.References), Kind: in.Kind, Bounce: in.Bounce, Text: in.Text, HTML: in.HTML, VisibleReply: visible, Language: in.Language,
		Attachments: []ParsedAttachment{}, Auth: in.Auth, Warnings: orEmpty(in.Warnings), SHA256: hex.EncodeToString(sum[:]), MS: float64(took.Microseconds()) / 1000,
	}
	if len(in.From) > 0 {
		p.FromName = in.From[0].Name
	}
	if len(in.InReplyTo) > 0 {
		p.InReplyTo = in.InReplyTo[0]
	}
	if !in.SentAt.IsZero() {
		at := in.SentAt.UTC().Format(time.RFC3339)
		p.Date = &at
	}
	if in.Unreadable && len(in.Warnings) > 0 {
		p.Error = in.Warnings[0]
	}
	for _, a := range in.Attachments {
		p.Attachments = append(p.Attachments, ParsedAttachment{Name: a.Name, Type: a.Type, Size: a.Size, SHA256: a.SHA256, Inline: a.Inline, CID: a.CID})
	}
	return p
}

func addresses(list []kept.Address) []string {
	out := []string{}
	for _, a := range list {
		out = append(out, a.Email)
	}
	return out
}

// orEmpty makes null of no JSON list.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
