package kept

import "time"

// Outbound is a mail to be built and sent. Its Message-ID was made when it was written, so that a
// retry is the same mail.
type Outbound struct {
	Message     ID
	From        Address
	To          []Address
	CC          []Address
	ReplyTo     string // the inbox's address with the signed token
	Subject     string
	MessageID   string // without angle brackets
	InReplyTo   string
	References  []string
	Text        string
	HTML        string
	Language    string // BCP 47, for Content-Language
	Automatic   string // RFC 3834 Auto-Submitted value, "auto-replied" or "auto-generated"; empty for a person's
	At          time.Time
	Attachments []Attachment // with Bytes
}

// Receipt is the next hop's answer to a mail.
type Receipt struct {
	Relay string // who answered
	Said  string // its words
}
