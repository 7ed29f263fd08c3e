package bench

import (
	"context"

	"github.com/kept-desk/kept/kept"
)

// The columns that seeding writes, in the order of the values below; the rest keep their defaults.
var (
	contactColumns      = []string{"id", "name", "email", "language", "created_at"}
	addressColumns      = []string{"address", "contact_id"}
	conversationColumns = []string{
		"id", "inbox_id", "contact_id", "subject", "status", "turn", "priority", "assignee_id", "language", "created_at",
		"queue_due", "queue_promise", "our_turn_since", "touched_at", "last_inbound_at", "last_outbound_at", "last_words", "last_by",
		"chases", "second_time", "snoozed_until", "solved_at", "closed_at",
	}
	participantColumns = []string{"conversation_id", "address"}
	messageColumns     = []string{
		"id", "conversation_id", "kind", "author_kind", "author_id", "author_name", "automatic", "subject", "text", "html",
		"visible", "quoted", "sender", "recipients", "cc", "message_id", "in_reply_to", "refs", "warnings", "source",
		"created_at", "sent_at", "delivery", "delivered_at", "relay",
	}
	messageIDColumns = []string{"message_id", "conversation_id", "message"}
	promiseColumns   = []string{
		"id", "conversation_id", "contact_id", "kind", "words", "due", "zone", "by_agent", "source", "policy_id", "opened_at",
		"told_in", "told_at", "warn_at", "wake_at", "state", "settled_at", "settled_by", "fulfilled_at", "made_good_at", "misses",
	}
	eventColumns  = []string{"at", "type", "actor", "conversation_id", "message_id", "promise_id", "data"}
	searchColumns = []string{"rowid", "subject", "body", "who"}
)

// enough is how many rows are written at once.
const enough = 20_000

func (s *seeder) addPerson(ctx context.Context, c kept.Contact) error {
	s.put("contacts", contactColumns, int64(c.ID), c.Name, c.Email, c.Language, us(c.CreatedAt))
	s.put("contact_addresses", addressColumns, c.Email, int64(c.ID))
	if s.waiting < enough {
		return nil
	}
	return s.flush(ctx)
}

// add puts a story's rows into the batch.
func (s *seeder) add(ctx context.Context, t *story, searchable bool) error {
	c := t.is
	s.put("conversations", conversationColumns,
		int64(c.ID), int64(c.Inbox), int64(c.Contact), c.Subject, string(c.Status), int64(c.Turn), string(c.Priority), int64(c.Assignee), c.Language, us(c.CreatedAt),
		us(c.QueueDue), int64(c.QueuePromise), us(c.OurTurnSince), us(c.TouchedAt), us(c.LastInboundAt), us(c.LastOutboundAt), c.LastWords, string(c.LastBy),
		int64(c.Chases), flag(c.SecondTime), us(c.SnoozedUntil), us(c.SolvedAt), us(c.ClosedAt))
	s.put("participants", participantColumns, int64(c.ID), t.contact.Email)
	for _, m := range t.messages {
		s.addMessage(m, searchable)
	}
	for _, p := range t.promises {
		settled := ""
		if p.State != kept.PromiseOpen {
			settled = text(p.SettledBy)
		}
		s.put("promises", promiseColumns,
			int64(p.ID), int64(p.Conversation), int64(p.To), string(p.Kind), p.Words, us(p.Due), p.Zone, int64(p.By), string(p.Source), int64(p.Policy), us(p.OpenedAt),
			int64(p.ToldIn), us(p.ToldAt), us(p.WarnAt), us(p.Due), string(p.State), us(p.SettledAt), settled, us(p.FulfilledAt), us(p.MadeGoodAt), int64(p.Misses))
	}
	for _, e := range t.events {
		s.put("events", eventColumns, us(e.At), string(e.Type), text(e.Actor), int64(e.Conversation), int64(e.Message), int64(e.Promise), string(e.Data))
	}
	if s.waiting < enough {
		return nil
	}
	return s.flush(ctx)
}

func (s *seeder) addMessage(m kept.Message, searchable bool) {
	source := ""
	if m.Kind == kept.MessageIn {
		source = "mail 1 " + m.MessageID
	}
	s.put("messages", messageColumns,
		int64(m.ID), int64(m.Conversation), string(m.Kind), string(m.Author.Kind), int64(m.Author.ID), m.Author.Name, flag(m.Automatic), m.Subject, m.Text, m.HTML,
		m.Visible, m.Quoted, m.From, text(m.To), text(m.CC), m.MessageID, m.InReplyTo, text(m.References), text(m.Warnings), source,
		us(m.CreatedAt), us(m.SentAt), string(m.Delivery), us(m.DeliveredAt), m.Relay)
	s.put("message_ids", messageIDColumns, m.MessageID, int64(m.Conversation), int64(m.ID))
	if searchable && !m.Automatic {
		s.put("search", searchColumns, int64(m.ID), m.Subject, m.Text, m.From)
	}
}
