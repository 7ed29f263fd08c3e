package desk

import (
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/thread"
)

// bounce links a delivery report to the message of ours that it speaks of. Done is false where there
// is none: then the report is shown as a mail of its own.
func (r *receiving) bounce(to arrival) (done bool, err error) {
	m, ok, err := r.bounced()
	if err != nil || !ok {
		return false, err
	}
	h, err := r.d.take(r.tx, m.Conversation, kept.System, r.now)
	if err != nil {
		return false, err
	}
	note := r.compose(h, kept.Contact{}, thread.Decision{Conversation: m.Conversation})
	note.Author = kept.Actor{Kind: kept.BySystem, Name: "Mail system"}
	id, fresh, err := r.tx.AddMessage(note, r.source(to.inbox), r.d.signed(r.tx))
	if err != nil {
		return false, err
	}
	if !fresh {
		return false, errTwin
	}
	r.message = id
	h.note(kept.MessageReceived, id, 0, nil)
	switch {
	case r.in.Bounce == nil || !r.in.Bounce.Permanent:
	case !r.names(m): // an address that forwards to another, perhaps: not proven, but a person must look
		if h.is.Status.Live() && !m.Automatic {
			h.turn(kept.Open)
		}
	default:
		m.Delivery, m.Trouble = kept.Bounced, r.why()
		if ok, err = r.tx.SetDelivery(m, kept.Accepted, kept.Sending, kept.Deferred); err != nil {
			return false, err
		}
		if ok {
			if err := h.unsaid(m, m.Trouble); err != nil {
				return false, err
			}
		}
	}
	return true, h.put()
}

// reportsWithin is how long after a message a report of it is believed: servers give up within days.
const reportsWithin = 7 * 24 * time.Hour

// mayReport reports whether a report can be of a message: it came while servers still tried, from a
// machine or about one of those it was sent to. Whoever knows a Message-ID could otherwise write into
// the conversation.
func (r *receiving) mayReport(m kept.Message) bool {
	return r.now.Sub(m.CreatedAt) <= reportsWithin && (r.in.Sender == "" || r.names(m))
}

// names reports whether the report says who was not reached, and that the message was sent to them; one
// that says nothing counts if a machine sent it.
func (r *receiving) names(m kept.Message) bool {
	if r.in.Bounce == nil || len(r.in.Bounce.Recipients) == 0 {
		return r.in.Sender == ""
	}
	return slices.ContainsFunc(append(slices.Clone(m.To), m.CC...), func(to string) bool {
		return slices.ContainsFunc(r.in.Bounce.Recipients, func(rcpt string) bool {
			return strings.EqualFold(address(to).Email, rcpt)
		})
	})
}

// bounced finds the message that a report speaks of: by the Message-ID that it quotes, or by what it
// answers.
func (r *receiving) bounced() (kept.Message, bool, error) {
	ids := thread.MessageIDs(r.in)
	if r.in.Bounce != nil && r.in.Bounce.MessageID != "" {
		ids = append([]string{r.in.Bounce.MessageID}, ids...)
	}
	for _, id := range ids[:min(len(ids), 20)] {
		m, ok, err := r.tx.MessageByMessageID(id)
		if err != nil || ok && r.mayReport(m) {
			return m, ok, err
		}
	}
	return kept.Message{}, false, nil
}

func (r *receiving) why() string {
	b := r.in.Bounce
	switch {
	case b == nil:
		return "the mail came back"
	case b.Detail != "":
		return firstWords(b.Status + " " + b.Detail)
	case b.Status != "":
		return "the mail came back: " + b.Status
	}
	return "the mail came back"
}
