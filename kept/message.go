package kept

import "time"

// MessageKind says which way a message goes.
type MessageKind string

// The kinds of message.
const (
	MessageIn     MessageKind = "inbound"
	MessageOut    MessageKind = "outbound"
	MessageNote   MessageKind = "note"   // inside, never sent
	MessageNotice MessageKind = "system" // Kept says what happened: a bounce, an out-of-office
)

// Delivery is how far an outbound message has come.
type Delivery string

// The states of delivery.
const (
	Queued   Delivery = "queued"
	Sending  Delivery = "sending"  // handed to the relay, no answer yet
	Accepted Delivery = "accepted" // the next hop has it: it counts as said
	Deferred Delivery = "deferred" // a temporary no; it is tried again
	Bounced  Delivery = "bounced"  // a final no, at once or by a later report
)

// Message is one thing said in a conversation.
type Message struct {
	ID           ID          `json:"id"`
	Conversation ID          `json:"conversation"`
	Kind         MessageKind `json:"kind"`
	Author       Actor       `json:"author"`
	Automatic    bool        `json:"automatic"`            // written by a machine: it fulfils nothing
	Workaround   bool        `json:"workaround,omitempty"` // its writer says that it offers a temporary solution
	Subject      string      `json:"subject"`
	Text         string      `json:"text"`           // the whole, as plain text
	HTML         string      `json:"html,omitempty"` // sanitised; empty where there was none
	Visible      string      `json:"visible"`        // what the person wrote now: Text without quotes and signature
	Quoted       string      `json:"quoted,omitempty"`
	From         string      `json:"from"` // "Name <address>"
	To           []string    `json:"to"`
	CC           []string    `json:"cc"`
	MessageID    string      `json:"message_id"` // RFC 5322, without the angle brackets
	InReplyTo    string      `json:"in_reply_to,omitempty"`
	References   []string    `json:"references,omitempty"`
	Auth         string      `json:"auth,omitempty"`     // what could be verified of the sender
	Warnings     []string    `json:"warnings,omitempty"` // what was odd about the mail
	Mail         ID          `json:"mail,omitempty"`     // the row of the mail ledger that holds the raw bytes
	CreatedAt    time.Time   `json:"created_at"`         // received, or written
	SentAt       time.Time   `json:"sent_at,omitzero"`   // inbound: the Date header, where it can be believed

	Delivery    Delivery  `json:"delivery,omitempty"`
	DeliveredAt time.Time `json:"delivered_at,omitzero"` // accepted by the next hop
	Relay       string    `json:"relay,omitempty"`       // who accepted it
	Trouble     string    `json:"trouble,omitempty"`     // why it was deferred or bounced; or that it may have gone twice

	Attachments []Attachment `json:"attachments,omitempty"`
}

// Attachment is a file that came or goes with a message; its bytes lie in the blob store.
type Attachment struct {
	ID      ID     `json:"id"`
	Message ID     `json:"message"`
	Name    string `json:"name"`
	Type    string `json:"type"`
	Size    int64  `json:"size"` // bytes
	SHA256  string `json:"sha256"`
	Inline  bool   `json:"inline"`
	CID     string `json:"cid,omitempty"`
	Bytes   []byte `json:"-"` // only on the way in
}

// Draft is what an agent is writing in a conversation, kept on the server.
type Draft struct {
	Agent        ID         `json:"agent"`
	Conversation ID         `json:"conversation"`
	HTML         string     `json:"html"`
	Note         bool       `json:"note"`
	Next         *DraftNext `json:"next,omitempty"` // what it promises once it is sent; nil: nothing
	SavedAt      time.Time  `json:"saved_at"`
}

// DraftNext is what a draft promises to the customer.
type DraftNext struct {
	Words string    `json:"words,omitempty" maxLength:"280" doc:"What, as the customer reads it; empty: the next word."`
	Due   time.Time `json:"due" doc:"By when."`
	Moves ID        `json:"moves,omitempty" doc:"The open promise that this one replaces."`
}
