package kept

import "time"

// Notice is a mail to one of our own: a page, an ask, word to a lead. It belongs to no conversation's
// messages, and fulfils nothing.
type Notice struct {
	ID           ID        `json:"id"`
	Agent        ID        `json:"agent"`
	Conversation ID        `json:"conversation,omitempty"`
	Promise      ID        `json:"promise,omitempty"`
	Subject      string    `json:"subject"`
	Text         string    `json:"text"`
	ReplyTo      string    `json:"reply_to,omitempty"` // empty: an answer goes to nobody
	MessageID    string    `json:"message_id"`         // RFC 5322, without the angle brackets
	InReplyTo    string    `json:"in_reply_to,omitempty"`
	CreatedAt    time.Time `json:"created_at"`
	SentAt       time.Time `json:"sent_at,omitzero"` // accepted by the next hop
	Trouble      string    `json:"trouble,omitempty"`
}
