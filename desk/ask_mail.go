package desk

import (
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/thread"
	"github.com/kept-desk/kept/store"
)

// mostAnswers is how many mails an ask takes for answers. What comes after them begins a conversation, as any mail to
// the desk does: whoever knows an ask's address can't make it grow without end, and nothing that a person wrote is lost.
const mostAnswers = 20

// answersAsk takes a mail in which a colleague answers what they were asked. Done is false for every other
// mail: one from somebody who wasn't asked is an ordinary mail, whatever address it was sent to, and so is one to an
// ask that has had answers enough.
func (r *receiving) answersAsk(to arrival) (done bool, err error) {
	switch r.in.Kind {
	case kept.MailBounce:
		return r.askCameBack()
	case kept.MailNormal, kept.MailAutoReply, kept.MailList:
	default:
		return false, nil
	}
	ids, err := r.asksAnswered(to)
	if err != nil || len(ids) == 0 {
		return false, err
	}
	from, ok, err := r.colleague()
	if err != nil || !ok {
		return false, err
	}
	for _, id := range ids {
		p, err := r.tx.Promise(id)
		if kept.Is(err, kept.NotFound) {
			continue
		}
		if err != nil {
			return false, err
		}
		if p.Kind != kept.Ask || !r.house.mayAnswer(p, from.ID) {
			continue
		}
		a, err := r.tx.AskOf(id)
		if err != nil {
			return false, err
		}
		if a.Answers < mostAnswers || r.in.Kind == kept.MailAutoReply {
			return true, r.takeAnswer(to, id, from)
		}
	}
	return false, nil
}

// colleague is who of us wrote, by the address of the From header.
func (r *receiving) colleague() (kept.Agent, bool, error) {
	if len(r.in.From) != 1 {
		return kept.Agent{}, false, nil
	}
	a, ok, err := r.tx.AgentByEmail(strings.ToLower(r.in.From[0].Email))
	return a, ok && a.GoneAt.IsZero(), err
}

// asksAnswered are the asks that a mail answers: by the signed address it was sent to, or, as a machine's
// word goes to the sender's plain address, by the mail of ours that it answers.
func (r *receiving) asksAnswered(to arrival) (ids []kept.ID, err error) {
	for _, token := range to.tokens {
		if id, _, ok := thread.ReadToken(r.d.keys.ask, token); ok {
			ids = append(ids, id)
		}
	}
	answers := thread.MessageIDs(r.in)
	for _, m := range answers[:min(len(answers), 20)] {
		n, ok, err := r.tx.NoticeByMessageID(m)
		if err != nil {
			return nil, err
		}
		if ok && n.Promise != 0 {
			ids = append(ids, n.Promise)
		}
	}
	return ids, nil
}

// takeAnswer writes what a colleague's mail says of an ask: their answer, or that they are away.
func (r *receiving) takeAnswer(to arrival, id kept.ID, from kept.Agent) error {
	h, p, a, err := r.d.takeAsk(r.tx, id, from.Actor(), r.now)
	if err != nil {
		return err
	}
	if r.in.Kind == kept.MailAutoReply {
		return r.away(h, p, a)
	}
	m := r.answer(from)
	if m.Visible == "" {
		r.state, r.reason = kept.MailAnswered, "an answer to an ask without words"
		return nil
	}
	note, err := h.answered(p, a, m, r.source(to.inbox))
	if err != nil {
		return err
	}
	if r.message = note; note == 0 {
		r.state, r.reason = kept.MailAnswered, "an answer to an ask"
	}
	return h.put()
}

// answer is the mail as the words of an answer, without what it quotes.
func (r *receiving) answer(from kept.Agent) kept.Message {
	in := r.in
	m := kept.Message{
		Subject: subject(in.Subject), Text: in.Text, Visible: strings.TrimSpace(in.Visible), Quoted: in.Quoted,
		From: written(kept.Address{Name: from.Name, Email: from.Email}), To: addresses(in.To), CC: addresses(in.CC),
		MessageID: in.MessageID, Auth: in.Auth, Warnings: in.Warnings, Mail: in.Ledger, Attachments: in.Attachments,
	}
	if m.Visible == "" && len(in.Attachments) > 0 {
		var names []string
		for _, f := range in.Attachments {
			names = append(names, f.Name)
		}
		m.Visible = strings.Join(names, ", ")
	}
	if len(m.Visible) > mostQuestion {
		m.Visible = strings.ToValidUTF8(m.Visible[:mostQuestion], "") + "…"
	}
	m.HTML = r.d.o.HTMLFromText(m.Visible)
	return m
}

// away notes that a machine answered for a colleague, once a day: it is no answer, but the asker sees it.
func (r *receiving) away(h *hand, p kept.Promise, a kept.Asked) error {
	r.state, r.reason = kept.MailAnswered, "an out-of-office to an ask"
	if !waiting(p) || r.now.Sub(a.AwayAt) < 24*time.Hour {
		return nil
	}
	a.Away, a.AwayAt = firstWords(r.in.Visible), r.now
	if a.Away == "" {
		a.Away = firstWords(r.in.Subject)
	}
	if err := r.tx.SaveAsked(a); err != nil {
		return err
	}
	h.note(kept.AskAway, 0, p.ID, p)
	return h.put()
}

// askCameBack notes that the mail of an ask did not arrive, by a delivery report. Done is false where the
// report is of none.
func (r *receiving) askCameBack() (done bool, err error) {
	if r.in.Bounce == nil || !r.in.Bounce.Permanent || r.in.Sender != "" {
		return false, nil
	}
	for _, id := range append([]string{r.in.Bounce.MessageID}, thread.MessageIDs(r.in)...) {
		n, ok, err := r.tx.NoticeByMessageID(id)
		if err != nil {
			return false, err
		}
		if !ok || n.Promise == 0 || r.now.Sub(n.CreatedAt) > reportsWithin {
			continue
		}
		ask, err := r.d.unreached(r.tx, n, r.why(), r.now)
		if err != nil || !ask {
			return false, err
		}
		if _, err := r.tx.NoticeBounced(n.ID, r.why()); err != nil {
			return false, err
		}
		r.state, r.reason = kept.MailAnswered, "the mail of an ask came back"
		return true, nil
	}
	return false, nil
}

// unreached tells the asker that a notice did not arrive; false where it was none of an ask.
func (d *Desk) unreached(tx *store.Tx, n kept.Notice, why string, now time.Time) (bool, error) {
	p, err := tx.Promise(n.Promise)
	if err != nil || p.Kind != kept.Ask {
		return false, err
	}
	a, err := tx.Agent(n.Agent)
	if err != nil {
		return false, err
	}
	e := event(now, kept.System, kept.AskUnreached, n.Conversation, map[string]any{
		"to_agent": p.ToAgent, "by": p.By, "conversation": p.Conversation, "name": a.Name, "why": why,
	})
	e.Promise = p.ID
	return true, tx.AddEvents(e)
}
