package desk

import (
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/thread"
)

// match looks up what the rule needs to decide where the mail belongs.
func (r *receiving) match(to arrival, contact kept.Contact) (thread.Decision, error) {
	if r.voicemail != nil {
		return thread.Decision{}, nil // what was said is a matter of its own
	}
	k := thread.Known{Sender: contact.ID, At: r.now, Window: subjectWindow}
	for _, token := range to.tokens {
		conversation, signedFor, ok := thread.ReadToken(r.d.keys.reply, token)
		if !ok {
			continue
		}
		c, err := r.candidate(conversation)
		if kept.Is(err, kept.NotFound) {
			continue
		}
		if err != nil {
			return thread.Decision{}, err
		}
		k.Signed = append(k.Signed, thread.Signed{Candidate: c, For: signedFor})
	}
	ids := thread.MessageIDs(r.in)
	if len(ids) > 100 {
		ids = ids[:100]
	}
	conversations, err := r.tx.ConversationsByMessageIDs(ids)
	if err != nil {
		return thread.Decision{}, err
	}
	for _, id := range conversations {
		c, err := r.candidate(id)
		if err != nil {
			return thread.Decision{}, err
		}
		k.ByID = append(k.ByID, c)
	}
	if len(k.Signed) == 0 && len(k.ByID) == 0 && contact.CreatedAt.Before(r.now) {
		if k.BySubject, err = r.recent(to.inbox, contact); err != nil {
			return thread.Decision{}, err
		}
	}
	return thread.Match(r.in, k), nil
}

func (r *receiving) candidate(id kept.ID) (thread.Candidate, error) {
	c, err := r.tx.Conversation(id)
	if err == nil && c.MergedInto != 0 {
		c, err = r.tx.Conversation(c.MergedInto)
	}
	if err != nil {
		return thread.Candidate{}, err
	}
	people, err := r.tx.Participants(c.ID)
	return thread.Candidate{Conversation: c.ID, Contact: c.Contact, Participants: people, Subject: c.Subject, LastAt: c.TouchedAt}, err
}

// recent are the contact's conversations in this inbox that were touched not long ago.
func (r *receiving) recent(inbox kept.Inbox, contact kept.Contact) ([]thread.Candidate, error) {
	list, err := r.tx.RecentOf(contact.ID, r.now.Add(-subjectWindow), 20)
	if err != nil {
		return nil, err
	}
	var out []thread.Candidate
	for _, c := range list {
		if c.Inbox != inbox.ID || thread.Subject(c.Subject) != thread.Subject(r.in.Subject) {
			continue
		}
		candidate, err := r.candidate(c.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, candidate)
	}
	return out, nil
}
