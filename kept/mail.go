package kept

import "time"

// MailState says how far a mail in the ledger has come.
type MailState string

// The states of a mail in the ledger.
const (
	MailStored    MailState = "stored"    // raw and durable; not yet understood
	MailReceived  MailState = "received"  // a message
	MailDuplicate MailState = "duplicate" // the same mail again
	MailDropped   MailState = "dropped"   // our own mail come back; Reason says
	MailAnswered  MailState = "answered"  // a colleague's word on an ask that stands alone: no message
)

// Mail is a row of the mail ledger: the raw bytes are stored before anything is understood.
type Mail struct {
	ID         ID        `json:"id"`
	ReceivedAt time.Time `json:"received_at"`
	Sender     string    `json:"sender"` // MAIL FROM
	Rcpts      []string  `json:"rcpts"`  // RCPT TO
	Remote     string    `json:"remote"` // the peer's address
	Size       int64     `json:"size"`   // bytes
	SHA256     string    `json:"sha256"` // of the raw bytes
	State      MailState `json:"state"`
	Reason     string    `json:"reason,omitempty"`
	Message    ID        `json:"message,omitempty"` // what it became
	SettledAt  time.Time `json:"settled_at,omitzero"`
}
