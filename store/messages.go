package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
)

const messageCols = `m.id, m.conversation_id, m.kind, m.author_kind, m.author_id, m.author_name, m.automatic, m.subject, m.text, m.html,
	m.visible, m.quoted, m.sender, m.recipients, m.cc, m.message_id, m.in_reply_to, m.refs, m.auth, m.warnings, m.mail_id, m.created_at,
	m.sent_at, m.delivery, m.delivered_at, m.relay, m.trouble, m.workaround`

func scanMessage(s scanner) (m kept.Message, err error) {
	err = s.Scan(&m.ID, &m.Conversation, &m.Kind, &m.Author.Kind, &m.Author.ID, &m.Author.Name, flagOf{&m.Automatic}, &m.Subject, &m.Text, &m.HTML,
		&m.Visible, &m.Quoted, &m.From, textsOf{&m.To}, textsOf{&m.CC}, &m.MessageID, &m.InReplyTo, textsOf{&m.References}, &m.Auth, textsOf{&m.Warnings}, &m.Mail, micros{&m.CreatedAt},
		micros{&m.SentAt}, &m.Delivery, micros{&m.DeliveredAt}, &m.Relay, &m.Trouble, flagOf{&m.Workaround})
	return m, err
}

// AddMessage writes a message with its attachments, its Message-ID for threading and its words for
// search: letter by letter, a search would tell a link, so signed takes its token out, as in kept.Veil. Source names
// where the message came from: where one with that source is already there, nothing
// is written and ok is false.
func (tx *Tx) AddMessage(m kept.Message, source string, signed func(token string) bool) (id kept.ID, ok bool, err error) {
	id, ok, err = maybe(tx, scanOf[kept.ID], `INSERT INTO messages (conversation_id, kind, author_kind, author_id, author_name, automatic,
			subject, text, html, visible, quoted, sender, recipients, cc, message_id, in_reply_to, refs, auth, warnings, mail_id, source,
			created_at, sent_at, delivery, workaround)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
		ON CONFLICT (source) WHERE source <> '' DO NOTHING RETURNING id`,
		m.Conversation, m.Kind, m.Author.Kind, m.Author.ID, m.Author.Name, flag(m.Automatic),
		m.Subject, m.Text, m.HTML, m.Visible, m.Quoted, m.From, text(m.To), text(m.CC), m.MessageID, m.InReplyTo, text(m.References), m.Auth, text(m.Warnings), m.Mail, source,
		us(m.CreatedAt), us(m.SentAt), m.Delivery, flag(m.Workaround))
	if err != nil || !ok {
		return 0, false, err
	}
	for _, a := range m.Attachments {
		if err := tx.addAttachment(id, a, m.CreatedAt); err != nil {
			return 0, false, err
		}
	}
	if m.MessageID != "" {
		if err := tx.run(`INSERT INTO message_ids (message_id, conversation_id, message) VALUES ($1, $2, $3)
			ON CONFLICT (message_id, conversation_id) DO NOTHING`, m.MessageID, m.Conversation, id); err != nil {
			return 0, false, err
		}
	}
	if m.Automatic && m.Kind == kept.MessageOut {
		return id, true, nil // acknowledgements would be found by every search for anybody
	}
	tx.indexWords(id, kept.Veil(m.Subject, "", signed), kept.Veil(m.Text, "", signed), m.From)
	return id, true, nil
}

// MessageBySource finds the message that came from a source.
func (tx *Tx) MessageBySource(source string) (kept.ID, bool, error) {
	return maybe(tx, scanOf[kept.ID], `SELECT id FROM messages WHERE source <> '' AND source = $1`, source)
}

func (tx *Tx) addAttachment(message kept.ID, a kept.Attachment, at time.Time) error {
	if a.ID != 0 { // uploaded before the message was written
		return tx.run(`UPDATE attachments SET message_id = $2 WHERE id = $1 AND message_id = 0`, a.ID, message)
	}
	return tx.run(`INSERT INTO attachments (message_id, name, type, size, sha256, inline, cid, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, message, a.Name, a.Type, a.Size, a.SHA256, flag(a.Inline), a.CID, us(at))
}

// AddUpload notes a file that an agent will attach to a message.
func (tx *Tx) AddUpload(agent kept.ID, a kept.Attachment, now time.Time) (kept.ID, error) {
	return tx.newID(`INSERT INTO attachments (agent_id, name, type, size, sha256, inline, cid, created_at)
		VALUES ($1, $2, $3, $4, $5, 0, '', $6) RETURNING id`, agent, a.Name, a.Type, a.Size, a.SHA256, us(now))
}

// Upload finds a file that the agent uploaded and has not yet sent.
func (tx *Tx) Upload(agent, id kept.ID) (kept.Attachment, error) {
	a, err := one(tx, scanAttachment, `SELECT `+attachmentCols+` FROM attachments WHERE id = $1 AND agent_id = $2 AND message_id = 0`, id, agent)
	return found("upload", a, err)
}

const attachmentCols = `id, message_id, name, type, size, sha256, inline, cid`

func scanAttachment(s scanner) (a kept.Attachment, err error) {
	err = s.Scan(&a.ID, &a.Message, &a.Name, &a.Type, &a.Size, &a.SHA256, flagOf{&a.Inline}, &a.CID)
	return a, err
}

// Attachment finds an attachment by id.
func (tx *Tx) Attachment(id kept.ID) (kept.Attachment, error) {
	a, err := one(tx, scanAttachment, `SELECT `+attachmentCols+` FROM attachments WHERE id = $1`, id)
	return found("file", a, err)
}

// AttachmentsOf lists the files of a conversation's messages.
func (tx *Tx) AttachmentsOf(conversation kept.ID) ([]kept.Attachment, error) {
	return all(tx, scanAttachment, `SELECT a.id, a.message_id, a.name, a.type, a.size, a.sha256, a.inline, a.cid
		FROM messages m JOIN attachments a ON a.message_id = m.id WHERE m.conversation_id = $1 ORDER BY a.id`, conversation)
}

// Message finds a message by id, with its attachments.
func (tx *Tx) Message(id kept.ID) (kept.Message, error) {
	m, err := one(tx, scanMessage, `SELECT `+messageCols+` FROM messages m WHERE m.id = $1`, id)
	if err != nil {
		return found("message", m, err)
	}
	m.Attachments, err = all(tx, scanAttachment, `SELECT `+attachmentCols+` FROM attachments WHERE message_id = $1 ORDER BY id`, id)
	return m, err
}

// MessagesOf lists a conversation's messages, oldest first, with their attachments.
func (tx *Tx) MessagesOf(conversation kept.ID) ([]kept.Message, error) {
	messages, err := all(tx, scanMessage, `SELECT `+messageCols+` FROM messages m WHERE m.conversation_id = $1 ORDER BY m.id`, conversation)
	if err != nil {
		return nil, err
	}
	files, err := tx.AttachmentsOf(conversation)
	for _, f := range files {
		for i := range messages {
			if messages[i].ID == f.Message {
				messages[i].Attachments = append(messages[i].Attachments, f)
			}
		}
	}
	return messages, err
}

// SaidIn lists the messages of a conversation and of those that were merged into it, oldest first.
func (tx *Tx) SaidIn(conversation kept.ID) ([]kept.Message, error) {
	messages, err := tx.MessagesOf(conversation)
	if err != nil {
		return nil, err
	}
	others, err := tx.MergedInto(conversation)
	if err != nil || len(others) == 0 {
		return messages, err
	}
	for _, id := range others {
		more, err := tx.MessagesOf(id)
		if err != nil {
			return nil, err
		}
		messages = append(messages, more...)
	}
	slices.SortFunc(messages, func(a, b kept.Message) int { return cmp.Compare(a.ID, b.ID) })
	return messages, nil
}

// LastMessage finds a conversation's latest message that was said to or by the customer.
func (tx *Tx) LastMessage(conversation kept.ID) (kept.Message, bool, error) {
	return maybe(tx, scanMessage, `SELECT `+messageCols+` FROM messages m WHERE m.conversation_id = $1
		AND m.kind IN ('inbound', 'outbound') AND m.automatic = 0 ORDER BY m.id DESC LIMIT 1`, conversation)
}

// MessageByMessageID finds a message of ours by its RFC 5322 Message-ID.
func (tx *Tx) MessageByMessageID(messageID string) (kept.Message, bool, error) {
	return maybe(tx, scanMessage, `SELECT `+messageCols+` FROM message_ids i JOIN messages m ON m.id = i.message
		WHERE i.message_id = $1 AND m.kind = 'outbound' LIMIT 1`, messageID)
}

// References lists the Message-IDs of a conversation, oldest first, for a reply's References.
func (tx *Tx) References(conversation kept.ID) ([]string, error) {
	return all(tx, scanOf[string], `SELECT m.message_id FROM messages m WHERE m.conversation_id = $1
		AND m.message_id <> '' AND m.kind IN ('inbound', 'outbound') ORDER BY m.id`, conversation)
}

// LastInboundMessageID finds the Message-ID of the customer's latest mail; empty where there is none.
func (tx *Tx) LastInboundMessageID(conversation kept.ID) (string, error) {
	id, _, err := maybe(tx, scanOf[string], `SELECT m.message_id FROM messages m WHERE m.conversation_id = $1
		AND m.kind = 'inbound' AND m.message_id <> '' ORDER BY m.id DESC LIMIT 1`, conversation)
	return id, err
}

// SetDelivery moves a message's delivery from one of some states to another; false where it was in
// none of them.
func (tx *Tx) SetDelivery(m kept.Message, from ...kept.Delivery) (bool, error) {
	args := []any{m.ID, m.Delivery, us(m.DeliveredAt), m.Relay, m.Trouble}
	for _, f := range from {
		args = append(args, f)
	}
	n, err := tx.exec(`UPDATE messages SET delivery = $2, delivered_at = $3, relay = $4, trouble = $5
		WHERE id = $1 AND delivery IN `+in(6, len(from)), args...)
	return n == 1, err
}

// AutomaticSince counts the automatic mails to an address since an instant: the budget against loops.
func (tx *Tx) AutomaticSince(contact kept.ID, since time.Time) (int, error) {
	return one(tx, scanOf[int], `SELECT count(*) FROM conversations c JOIN messages m ON m.conversation_id = c.id
		WHERE c.contact_id = $1 AND c.touched_at > $2 AND m.kind = 'outbound' AND m.automatic = 1 AND m.created_at > $2`, contact, us(since))
}
