package kept

import "time"

// MailKind says what sort of mail came in.
type MailKind string

// The kinds of inbound mail.
const (
	MailNormal    MailKind = "normal"     // a person's
	MailAutoReply MailKind = "auto-reply" // out of office and the like: no promise, no acknowledgement
	MailBounce    MailKind = "bounce"     // a delivery report that something failed
	MailComplaint MailKind = "complaint"  // a feedback-loop report
	MailDelivered MailKind = "delivered"  // a report of success, a read receipt
	MailList      MailKind = "list"       // mailing list, newsletter
)

// Address is a mail address with the name it was written with.
type Address struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email"` // lower-case domain; as written otherwise
}

// Inbound is what a channel understood of something that a customer sent.
type Inbound struct {
	Ledger     ID        // the row of the mail ledger that holds the raw bytes
	Inbox      ID        // where it was accepted for; zero: found by Rcpts
	Rcpts      []string  // the envelope's recipients
	Sender     string    // the envelope's sender (MAIL FROM), empty for a null sender
	ReceivedAt time.Time // when we accepted it
	Content    string    // names the mail whichever way it came; the same again is no second message

	Kind       MailKind
	Bounce     *Bounce
	Subject    string
	From       []Address
	ReplyTo    []Address
	To         []Address
	CC         []Address
	SentAt     time.Time // the Date header; zero where missing or unreadable
	Offset     *int      // the Date header's offset from UTC in seconds; nil where not stated
	MessageID  string    // without angle brackets
	InReplyTo  []string
	References []string

	Text        string // the whole as plain text, from HTML where there is no text part
	HTML        string // sanitised
	Visible     string // without quotes and signature
	Quoted      string
	Language    string // BCP 47; empty: can't tell
	Auth        string
	Warnings    []string
	Attachments []Attachment
	Unreadable  bool // nothing could be understood: shown with the raw mail attached
}

// Bounce is what a delivery report says.
type Bounce struct {
	Recipients []string `json:"recipients"`
	Permanent  bool     `json:"permanent"`
	Status     string   `json:"status"`               // RFC 3463, "5.1.1"
	Detail     string   `json:"detail,omitempty"`     // the diagnostic text
	MessageID  string   `json:"message_id,omitempty"` // of the mail that bounced, where the report quotes it
}
