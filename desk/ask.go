package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/access"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

// NewAsk is a question to one of us: to an agent, or to a team. Conversation is what it is about; zero: it
// stands alone.
type NewAsk struct {
	Conversation kept.ID
	Agent, Team  kept.ID
	Question     string
	Due          time.Time
}

// mostQuestion is how long a question or an answer may be, in bytes.
const mostQuestion = 20_000

// Ask asks a colleague or a team: the answer is promised to the asker, the question goes out by mail, and
// the customer never learns of it.
func (d *Desk) Ask(ctx context.Context, who kept.Actor, n NewAsk) (a Ask, err error) {
	n.Question = strings.TrimSpace(n.Question)
	if n.Question == "" {
		return a, kept.Wrong("question", "Write what you want to know; they read it in a mail.")
	}
	if len(n.Question) > mostQuestion {
		return a, kept.Wrong("question", "This is longer than anybody answers. Ask what you need to know first.")
	}
	now := d.now()
	n.Due = n.Due.UTC().Truncate(time.Microsecond)
	if !n.Due.After(now) || n.Due.After(now.AddDate(1, 0, 0)) {
		return a, kept.Wrong("due", "Choose a time to come, within a year.")
	}
	err = d.write(ctx, who, "ask", func(tx *store.Tx) error {
		h, err := d.takeOrAlone(tx, n.Conversation, who, now)
		if err != nil {
			return err
		}
		p, err := h.ask(n)
		if err != nil {
			return err
		}
		if err := h.put(); err != nil {
			return err
		}
		a, err = d.askRow(tx, p)
		return err
	})
	return a, err
}

// takeOrAlone takes a conversation in hand, or, where there is none, nothing: the hand then only records.
func (d *Desk) takeOrAlone(tx *store.Tx, conversation kept.ID, who kept.Actor, now time.Time) (*hand, error) {
	if conversation != 0 {
		return d.take(tx, conversation, who, now)
	}
	house, err := d.at(tx)
	if err != nil {
		return nil, err
	}
	return alone(d, tx, house, who, now), nil
}

// alone is a hand without a conversation, for what stands alone.
func alone(d *Desk, tx *store.Tx, house *house, who kept.Actor, now time.Time) *hand {
	nothing := kept.Conversation{Turn: kept.Nobody}
	return &hand{d: d, tx: tx, house: house, who: who, now: now, was: nothing, is: nothing}
}

// ask opens the promise of an answer, and sends the question.
func (h *hand) ask(n NewAsk) (p kept.Promise, err error) {
	if h.is.Status == kept.Spam {
		return p, kept.Fail(kept.Conflict, "This conversation is marked as spam. Say that it is none before you ask somebody about it.")
	}
	cal, zone, err := h.asked(n)
	if err != nil {
		return p, err
	}
	p = kept.Promise{
		Conversation: h.is.ID, ToAgent: h.who.ID, Kind: kept.Ask, Words: firstWords(n.Question), Due: n.Due, Zone: zone,
		By: n.Agent, Team: n.Team, Source: kept.FromAgent, OpenedAt: h.now, State: kept.PromiseOpen,
	}
	p.WarnAt, p.WarnAgainAt = promise.Warnings(promise.AskTimes, cal, h.now, n.Due)
	if p.ID, err = h.tx.AddPromise(p); err != nil {
		return p, err
	}
	a := kept.Asked{ID: p.ID, Question: n.Question}
	if err := h.tx.AddAsked(a); err != nil {
		return p, err
	}
	h.note(kept.PromiseOpened, 0, p.ID, p)
	h.note(kept.AskSent, 0, p.ID, p)
	return p, h.tellAsked(p, a, noticeAsk)
}

// asked finds who is asked: the hours that they answer in, and their zone.
func (h *hand) asked(n NewAsk) (promise.Calendar, string, error) {
	switch {
	case n.Agent != 0 && n.Team == 0:
		a, err := h.tx.Agent(n.Agent)
		if err != nil {
			return nil, "", kept.Wrong("agent", "There is no such person.")
		}
		if !a.GoneAt.IsZero() {
			return nil, "", kept.Wrong("agent", "%s no longer works here. Ask somebody who does.", a.Name)
		}
		if a.ID == h.who.ID {
			return nil, "", kept.Wrong("agent", "That is you. Ask somebody else, or promise the customer a time.")
		}
		return h.house.shifts(a), a.Zone, nil
	case n.Team != 0 && n.Agent == 0:
		team := h.house.team(n.Team)
		people, err := h.members(n.Team)
		if err != nil {
			return nil, "", err
		}
		people = slices.DeleteFunc(people, func(a kept.Agent) bool { return a.ID == h.who.ID })
		if team.ID == 0 || len(people) == 0 {
			return nil, "", kept.Wrong("team", "Nobody else is in this team. Ask a person, or another team.")
		}
		return h.house.calendar(kept.TeamHours, n.Team, nil), h.house.organization.Zone, nil
	}
	return nil, "", kept.Wrong("agent", "Choose whom to ask: one person, or one team.")
}

// members are the people of a team who work here.
func (h *hand) members(team kept.ID) ([]kept.Agent, error) {
	all, err := h.tx.Agents()
	ids := h.house.team(team).Members
	return slices.DeleteFunc(all, func(a kept.Agent) bool { return !a.GoneAt.IsZero() || !slices.Contains(ids, a.ID) }), err
}

// mayAnswer reports whether an agent is the one who was asked, or of the team that was. Nobody answers
// themselves.
func (h *house) mayAnswer(p kept.Promise, agent kept.ID) bool {
	return agent != p.ToAgent && (p.By == agent || p.Team != 0 && slices.Contains(h.team(p.Team).Members, agent))
}

// changeAsk runs a verb on an ask in hand, and reads what it has become.
func (d *Desk) changeAsk(ctx context.Context, who kept.Actor, op access.Operation, id kept.ID, verb func(*hand, kept.Promise, kept.Asked) error) (a Ask, err error) {
	now := d.now()
	err = d.write(ctx, who, op, func(tx *store.Tx) error {
		h, p, asked, err := d.takeAsk(tx, id, who, now)
		if err != nil {
			return err
		}
		if err := h.house.openAsk(tx, who, p); err != nil {
			return err
		}
		if err := verb(h, p, asked); err != nil {
			return err
		}
		if err := h.put(); err != nil {
			return err
		}
		if p, err = tx.Promise(id); err != nil {
			return err
		}
		a, err = d.askRow(tx, p)
		return err
	})
	return a, err
}

// takeAsk locks an ask, by its conversation where it has one, and takes that in hand.
func (d *Desk) takeAsk(tx *store.Tx, id kept.ID, who kept.Actor, now time.Time) (h *hand, p kept.Promise, a kept.Asked, err error) {
	if a, err = tx.AskOf(id); err != nil {
		return nil, p, a, err
	}
	if p, err = tx.Promise(id); err != nil {
		return nil, p, a, err
	}
	if h, err = d.takeOrAlone(tx, p.Conversation, who, now); err != nil {
		return nil, p, a, err
	}
	was := p.Conversation
	if was == 0 {
		p, err = tx.LockPromise(id)
	} else {
		p, err = tx.Promise(id)
	}
	if err == nil && p.Conversation != was {
		err = kept.Fail(kept.Conflict, "This conversation was merged at this moment. Please try again.")
	}
	if err != nil {
		return nil, p, a, err
	}
	a, err = tx.AskOf(id)
	return h, p, a, err
}

// AnswerAsk answers what one was asked: the promise is kept, or fulfilled late.
func (d *Desk) AnswerAsk(ctx context.Context, who kept.Actor, id kept.ID, text string) (Ask, error) {
	if text = strings.TrimSpace(text); text == "" {
		return Ask{}, kept.Wrong("answer", "There are no words in it yet.")
	}
	if len(text) > mostQuestion {
		return Ask{}, kept.Wrong("answer", "This is too long for an answer here. Answer the mail instead, with a file.")
	}
	return d.changeAsk(ctx, who, "answer-ask", id, func(h *hand, p kept.Promise, a kept.Asked) error {
		if !h.house.mayAnswer(p, who.ID) {
			return kept.Fail(kept.Forbidden, "Somebody else was asked. Write what you know as a note, or ask to be asked.")
		}
		if !waiting(p) {
			return settledAsk(a)
		}
		_, err := h.answered(p, a, kept.Message{Text: text, Visible: text, HTML: h.d.o.HTMLFromText(text)}, "")
		return err
	})
}

// waiting reports whether an ask still needs an answer.
func waiting(p kept.Promise) bool {
	return p.State == kept.PromiseOpen || p.State == kept.PromiseBroken && p.MadeGoodAt.IsZero()
}

func settledAsk(a kept.Asked) error {
	if !a.WithdrawnAt.IsZero() {
		return kept.Fail(kept.Conflict, "This was withdrawn; nobody needs the answer any more.")
	}
	return kept.Fail(kept.Conflict, "This was answered already.")
}

// answered writes an answer: beside the ask and, where that is about a conversation, as a note in it, which
// wakes. It fails with errTwin where the mail that brings it is a message already.
func (h *hand) answered(p kept.Promise, a kept.Asked, m kept.Message, source string) (note kept.ID, err error) {
	if h.is.ID != 0 {
		if note, err = h.answerNote(m, source); err != nil {
			return 0, err
		}
		h.is.SnoozedUntil = time.Time{}
	}
	words := strings.TrimSpace(m.Visible)
	again := !a.AnsweredAt.IsZero() && strings.Contains(a.Answer, words)
	a.Answers++
	switch {
	case again:
	case a.AnsweredAt.IsZero():
		a.Answer, a.AnsweredBy, a.AnsweredAt, a.Note = words, h.who.ID, h.now, note
	default: // they thought of something else
		a.Answer += "\n\n" + words
	}
	if err := h.tx.SaveAsked(a); err != nil || again {
		return note, err
	}
	by := kept.Cause{Message: note}
	if note == 0 {
		by = kept.Cause{Actor: &kept.Actor{Kind: h.who.Kind, ID: h.who.ID, Name: h.who.Name}}
	}
	if waiting(p) {
		if p.By == 0 {
			p.By = h.who.ID // who of a team answers, has taken it
		}
		if err := h.keep(p, by); err != nil {
			return note, err
		}
	}
	if p, err = h.tx.Promise(p.ID); err != nil {
		return note, err
	}
	h.note(kept.AskAnswered, note, p.ID, p)
	return note, h.tellAsker(p, a, words)
}

// answerNote writes the answer into the conversation, inside.
func (h *hand) answerNote(m kept.Message, source string) (kept.ID, error) {
	m.Conversation, m.Kind, m.CreatedAt = h.is.ID, kept.MessageNote, h.now
	m.Author = kept.Actor{Kind: h.who.Kind, ID: h.who.ID, Name: h.who.Name}
	if m.Subject == "" {
		m.Subject = h.is.Subject
	}
	if m.To == nil {
		m.To, m.CC = []string{}, []string{}
	}
	id, fresh, err := h.tx.AddMessage(m, source, h.d.signed(h.tx))
	if err != nil {
		return 0, err
	}
	if !fresh {
		return 0, errTwin
	}
	h.note(kept.NoteAdded, id, 0, nil)
	return id, nil
}

// TakeAsk makes an ask of a team one's own: "I answer this". Only the first gets it.
func (d *Desk) TakeAsk(ctx context.Context, who kept.Actor, id kept.ID) (Ask, error) {
	return d.changeAsk(ctx, who, "take-ask", id, func(h *hand, p kept.Promise, a kept.Asked) error {
		switch {
		case p.By == who.ID:
			return nil
		case p.Team == 0 || !h.house.mayAnswer(p, who.ID):
			return kept.Fail(kept.Forbidden, "This was asked of somebody else.")
		case !waiting(p):
			return settledAsk(a)
		case p.By != 0:
			return kept.Fail(kept.Conflict, "%s answers this already.", h.nameOf(p.By))
		}
		is := p
		is.By = who.ID
		a.TakenAt = h.now
		if err := h.settle(p, is, kept.AskTaken); err != nil {
			return err
		}
		return h.tx.SaveAsked(a)
	})
}

// nameOf is what an agent is called.
func (h *hand) nameOf(agent kept.ID) string {
	a, err := h.tx.Agent(agent)
	if err != nil {
		return "A colleague"
	}
	return a.Name
}

// WithdrawAsk ends an ask whose answer its asker no longer needs; a lead may, too. An ask is among
// ourselves, so it needs no word of a customer's.
func (d *Desk) WithdrawAsk(ctx context.Context, who kept.Actor, id kept.ID, reason string) (Ask, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return Ask{}, kept.Wrong("reason", "Say why you no longer need it; they read it.")
	}
	if len(reason) > 500 {
		return Ask{}, kept.Wrong("reason", "Say it in one sentence of at most 500 letters.")
	}
	return d.changeAsk(ctx, who, "withdraw-ask", id, func(h *hand, p kept.Promise, a kept.Asked) error {
		if p.ToAgent != who.ID && !who.Role.Leads() {
			return kept.Fail(kept.Forbidden, "Only who asked can withdraw it, or a lead.")
		}
		if !waiting(p) {
			return settledAsk(a)
		}
		a.Withdrawn, a.WithdrawnAt = reason, h.now
		return h.endAsk(p, a, kept.Cause{Actor: &kept.Actor{Kind: who.Kind, ID: who.ID, Name: who.Name}, Reason: reason}, noticeWithdrawn)
	})
}

// endAsk ends an ask that nobody needs answered any more, and tells who was asked.
func (h *hand) endAsk(p kept.Promise, a kept.Asked, by kept.Cause, kind askNotice) error {
	if err := h.tx.SaveAsked(a); err != nil {
		return err
	}
	is, what := promise.Release(p, h.now, by), kept.PromiseWasReleased
	if p.State == kept.PromiseBroken { // it stays broken, and waits no longer
		is, what = promise.MakeGood(p, h.now), kept.PromiseMadeGood
	}
	if err := h.settle(p, is, what); err != nil {
		return err
	}
	return h.tellAsked(p, a, kind)
}

// Why asks end with their conversation.
const (
	causeAskClosed = "the conversation was closed"
	causeAskSpam   = "the conversation is spam"
)

// endAsks ends what was asked about a conversation that is over now: closed, or spam. That stands when it is
// opened again, for who was asked was told that nobody needs the answer. What is merely solved may come back.
func (h *hand) endAsks() error {
	over := h.is.Status == kept.Closed || h.is.Status == kept.Spam
	if !over || h.is.Status == h.was.Status {
		return nil
	}
	all, err := h.tx.PromisesOf(h.is.ID)
	if err != nil {
		return err
	}
	asks, _ := apart(all)
	why, key, kind := causeAskClosed, "notice.ask.over_closed", noticeClosed
	if h.is.Status == kept.Spam {
		why, key, kind = causeAskSpam, "notice.ask.over_spam", noticeSpam
	}
	who := kept.Actor{Kind: h.who.Kind, ID: h.who.ID, Name: h.who.Name}
	for _, p := range asks {
		if !waiting(p) {
			continue
		}
		a, err := h.tx.AskOf(p.ID)
		if err != nil {
			return err
		}
		a.Withdrawn, a.WithdrawnAt = words.Say(h.house.organization.Language, key), h.now
		if err := h.endAsk(p, a, kept.Cause{Actor: &who, Reason: why}, kind); err != nil {
			return err
		}
	}
	return nil
}

// AddCoworker adds somebody who can be asked by mail, and doesn't sign in.
func (d *Desk) AddCoworker(ctx context.Context, who kept.Actor, name, email string) (kept.Agent, error) {
	if err := access.Check(who, "add-coworker"); err != nil {
		return kept.Agent{}, err
	}
	a, err := d.newAgent(NewAgent{Name: name, Email: email, Role: kept.RoleCoworker})
	if err != nil {
		return a, err
	}
	err = d.write(ctx, who, "add-coworker", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		if _, ours := h.inboxAt(a.Email); ours {
			return kept.Wrong("email", "That is an inbox of this desk. Write the address of a person.")
		}
		a.Zone, a.Language = h.organization.Zone, h.organization.Language
		if a.ID, err = tx.AddAgent(a); err != nil {
			return err
		}
		return tx.AddEvents(event(a.CreatedAt, who, kept.AgentChanged, 0, map[string]any{"agent": a.ID, "added": a.Name, "role": a.Role}))
	})
	return a, err
}
