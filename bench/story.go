package bench

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
)

// story is a conversation as it came about, with all the rows that the verbs would have written for
// it: what was said, what was promised and what became of it, and the log of it.
type story struct {
	is       kept.Conversation
	contact  kept.Contact
	messages []kept.Message
	promises []kept.Promise
	events   []kept.Event

	was kept.Conversation // as last recorded
	now time.Time
	tel *teller
}

// teller tells stories. It hands out the ids.
type teller struct {
	w      *writer
	inbox  kept.Inbox
	agents []kept.Agent
	zone   string
	policy kept.ID

	conversation, message, promise kept.ID // the last ones handed out
}

// plot is how a story goes.
type plot struct {
	contact kept.Contact
	begins  time.Time
	until   time.Time // no word is later
	words   int       // messages, the acknowledgement among them
	ends    kept.Status
	due     time.Time // of the promise that stays open; only for live endings
	short   bool      // letters of one sentence
	broken  bool      // an open ending: the promise before was broken and is not made good
}

// tell writes a story. Its words come evenly between its beginning and its last instant.
func (t *teller) tell(p plot) *story {
	t.conversation++
	step := p.until.Sub(p.begins) / time.Duration(p.words+1)
	s := &story{tel: t, contact: p.contact, now: micro(p.begins)}
	s.is = kept.Conversation{
		ID: t.conversation, Inbox: t.inbox.ID, Contact: p.contact.ID, Subject: t.w.subject(), Status: kept.Open, Priority: kept.Normal,
		Language: "en", CreatedAt: s.now, TouchedAt: s.now, OurTurnSince: s.now,
	}
	s.was = s.is
	s.note(s.customer(), kept.ConversationCreated, 0, 0, s.is)
	ours := p.ends == kept.Open || p.ends == kept.Spam // whose turn it is in the end
	for i := range p.words {
		last := i == p.words-1
		// The customer begins, we acknowledge, then it goes back and forth until the last word is right.
		inbound := i == 0 || i > 1 && (p.words-1-i)%2 == 0 == ours
		switch {
		case inbound:
			s.theirs(p, last)
		case i == 1:
			s.acknowledge()
		default:
			s.ours(p, last)
		}
		s.put()
		s.now = micro(s.now.Add(step))
	}
	s.end(p)
	s.put()
	return s
}

func micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func (s *story) customer() kept.Actor {
	return kept.Actor{Kind: kept.ByContact, ID: s.contact.ID, Name: s.contact.Name}
}

func (s *story) agent() kept.Agent {
	return s.tel.agents[int(s.is.ID)%len(s.tel.agents)]
}

// note records what happened.
func (s *story) note(who kept.Actor, t kept.EventType, message, promise kept.ID, data any) {
	e := kept.Event{At: s.now, Type: t, Actor: kept.Actor{Kind: who.Kind, ID: who.ID, Name: who.Name}, Conversation: s.is.ID, Message: message, Promise: promise}
	if data != nil {
		b, err := json.Marshal(data)
		if err != nil {
			panic(err) // our own words always marshal
		}
		e.Data = b
	}
	s.events = append(s.events, e)
}

// put records what has changed in the conversation.
func (s *story) put() {
	lead := promise.Lead(s.promises)
	s.is.QueueDue, s.is.QueuePromise, s.is.Turn = lead.Due, lead.ID, promise.Turn(s.is, s.promises)
	if set := diff(s.was, s.is); len(set) > 0 {
		s.note(kept.System, kept.ConversationChanged, 0, 0, map[string]any{"set": set})
		s.was = s.is
	}
}

// diff lists the fields that differ by their JSON names; what the new value's JSON leaves out is null.
func diff(was, is kept.Conversation) map[string]any {
	set := map[string]any{}
	a, b := reflect.ValueOf(was), reflect.ValueOf(is)
	for i := range a.NumField() {
		if reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			continue
		}
		name, options, _ := strings.Cut(a.Type().Field(i).Tag.Get("json"), ",")
		set[name] = b.Field(i).Interface()
		if options != "" && b.Field(i).IsZero() {
			set[name] = nil
		}
	}
	return set
}

// say adds a message.
func (s *story) say(m kept.Message, words int) kept.Message {
	s.tel.message++
	m.ID, m.Conversation, m.CreatedAt = s.tel.message, s.is.ID, s.now
	m.MessageID = fmt.Sprintf("%d.%d@bench.test", s.is.ID, m.ID)
	m.Subject, m.CC = s.is.Subject, []string{}
	if n := len(s.messages); n > 0 {
		last := s.messages[n-1]
		m.InReplyTo = last.MessageID
		m.References = append(append([]string{}, last.References...), last.MessageID)
		m.References = m.References[max(0, len(m.References)-10):]
		m.Subject = "Re: " + s.is.Subject
		m.Quoted = quoted(last.Author.Name, last.Visible)
	}
	if m.Visible == "" {
		m.Visible = s.tel.w.letter(m.To[0], words)
	}
	m.Text = m.Visible + "\n\n" + m.Quoted
	s.messages = append(s.messages, m)
	s.is.LastWords = firstLine(m.Visible)
	s.is.LastBy, s.is.TouchedAt = m.Author.Kind, s.now
	return m
}

func firstLine(text string) string {
	line := strings.Join(strings.Fields(text[:min(len(text), 200)]), " ")
	return line[:min(len(line), 140)]
}

func (s *story) words(p plot) int {
	if p.short {
		return 40
	}
	return 250 + s.tel.w.r.IntN(1100)
}

// theirs is the customer's word: our turn, and a reply is promised.
func (s *story) theirs(p plot, last bool) {
	m := s.say(kept.Message{
		Kind: kept.MessageIn, Author: s.customer(), From: s.contact.Name + " <" + s.contact.Email + ">",
		To: []string{s.tel.inbox.Address}, SentAt: s.now.Add(-2 * time.Second).Truncate(time.Second),
	}, s.words(p))
	s.note(s.customer(), kept.MessageReceived, m.ID, 0, nil)
	s.is.LastInboundAt = s.now
	if s.is.Status != kept.Open {
		s.is.Status, s.is.OurTurnSince, s.is.SolvedAt = kept.Open, s.now, time.Time{}
	}
	s.release(kept.Cause{Message: m.ID, Reason: "the customer wrote"}, kept.CheckIn)
	if p.ends == kept.Spam || s.has(kept.Reply) {
		return
	}
	due := s.now.Add(4 * time.Hour)
	if last && p.ends == kept.Open && !p.broken {
		due = p.due
	}
	s.open(kept.Promise{Kind: kept.Reply, Due: due})
}

// acknowledge is Kept's own answer, which tells by when.
func (s *story) acknowledge() {
	m := s.say(kept.Message{
		Kind: kept.MessageOut, Author: kept.System, Automatic: true, From: s.tel.inbox.FromName + " <" + s.tel.inbox.Address + ">",
		To: []string{s.contact.Name + " <" + s.contact.Email + ">"}, Warnings: []string{"auto-replied"},
		Visible: "Thank you for writing. We have read your message and you will hear from us by four o'clock.",
	}, 0)
	s.accepted(m)
	for i, p := range s.promises {
		if p.State == kept.PromiseOpen {
			p.ToldIn, p.ToldAt = m.ID, s.now
			s.promises[i] = p
			s.note(kept.System, kept.PromiseTold, 0, p.ID, p)
		}
	}
}

func (s *story) accepted(m kept.Message) {
	who := m.Author
	s.note(who, kept.MessageWritten, m.ID, 0, nil)
	s.note(kept.System, kept.MessageAccepted, m.ID, 0, map[string]string{"relay": "relay.bench.test", "trouble": ""})
	last := &s.messages[len(s.messages)-1]
	last.Delivery, last.DeliveredAt, last.Relay = kept.Accepted, s.now, "relay.bench.test"
}

// ours is an agent's answer: the reply is kept (or came too late), and what comes next is promised.
func (s *story) ours(p plot, last bool) {
	a := s.agent()
	if s.is.Assignee == 0 && s.tel.w.r.IntN(5) > 0 {
		s.is.Assignee = a.ID
	}
	m := s.say(kept.Message{
		Kind: kept.MessageOut, Author: kept.Actor{Kind: kept.ByAgent, ID: a.ID, Name: a.Name}, From: a.Name + " <" + s.tel.inbox.Address + ">",
		To: []string{s.contact.Name + " <" + s.contact.Email + ">"},
	}, s.words(p))
	s.messages[len(s.messages)-1].HTML = html(m.Visible)
	s.accepted(m)
	s.is.LastOutboundAt = s.now
	s.keep(m)
	s.is.Status, s.is.OurTurnSince, s.is.Chases = kept.Pending, time.Time{}, 0
	next := kept.Promise{Kind: kept.CheckIn, Due: s.now.AddDate(0, 0, 3)}
	if last && p.ends != kept.Pending {
		s.is.Status, s.is.SolvedAt = kept.Solved, s.now
		next = kept.Promise{Kind: kept.FollowUp, Due: s.now.AddDate(0, 0, 3)}
	}
	if last && p.ends.Live() {
		next.Due = p.due
	}
	s.open(next)
}

// end does what the last word did not.
func (s *story) end(p plot) {
	switch p.ends {
	case kept.Closed:
		s.is.Status, s.is.ClosedAt, s.is.OurTurnSince = kept.Closed, s.now, time.Time{}
		s.release(kept.Cause{Actor: &kept.Actor{Kind: kept.BySystem, Name: "Kept"}, Reason: "no objection within the confirmation window"},
			kept.Reply, kept.FollowUp, kept.CheckIn)
	case kept.Spam:
		s.is.Status, s.is.ClosedAt, s.is.OurTurnSince = kept.Spam, s.now, time.Time{}
		s.release(kept.Cause{Actor: &kept.System, Reason: "spam"}, kept.Reply, kept.CheckIn)
	default:
		if p.broken {
			s.miss()
			s.open(kept.Promise{Kind: kept.Update, Due: p.due, Misses: 1})
			return
		}
		for i, v := range s.promises { // one that was opened earlier and still stands
			if v.State == kept.PromiseOpen && !v.Due.Equal(micro(p.due)) {
				s.promises[i].Due = micro(p.due)
				s.note(kept.System, kept.PromiseRecomputed, 0, v.ID, s.promises[i])
			}
		}
	}
}

// miss breaks what is open at its due.
func (s *story) miss() {
	for i, p := range s.promises {
		if p.State == kept.PromiseOpen {
			s.promises[i] = promise.Break(p)
			s.note(kept.System, kept.PromiseWasBroken, 0, p.ID, s.promises[i])
			if p.Due.After(s.now) {
				s.now = p.Due
			}
		}
	}
}

func (s *story) has(kind kept.PromiseKind) bool {
	for _, p := range s.promises {
		if p.State == kept.PromiseOpen && p.Kind == kind {
			return true
		}
	}
	return false
}

func (s *story) open(p kept.Promise) {
	s.tel.promise++
	p.ID, p.Conversation, p.To, p.State, p.OpenedAt = s.tel.promise, s.is.ID, s.is.Contact, kept.PromiseOpen, s.now
	p.Due, p.Zone, p.Source, p.Policy, p.By = micro(p.Due), s.tel.zone, kept.FromPolicy, s.tel.policy, s.is.Assignee
	s.promises = append(s.promises, p)
	s.note(kept.System, kept.PromiseOpened, 0, p.ID, p)
}

// keep settles what an answer fulfils; what was due before is broken, and fulfilled late.
func (s *story) keep(m kept.Message) {
	for i, p := range s.promises {
		if p.State != kept.PromiseOpen || p.Kind == kept.FollowUp {
			continue
		}
		if s.now.After(p.Due) {
			broken := promise.Break(p)
			s.note(kept.System, kept.PromiseWasBroken, 0, p.ID, broken)
			s.promises[i] = promise.Keep(broken, s.now, kept.Cause{Message: m.ID})
			s.note(kept.System, kept.PromiseFulfilledLate, m.ID, p.ID, s.promises[i])
			continue
		}
		s.promises[i] = promise.Keep(p, s.now, kept.Cause{Message: m.ID})
		s.note(kept.System, kept.PromiseWasKept, m.ID, p.ID, s.promises[i])
	}
}

func (s *story) release(by kept.Cause, kinds ...kept.PromiseKind) {
	for i, p := range s.promises {
		for _, k := range kinds {
			if p.State == kept.PromiseOpen && p.Kind == k {
				if s.now.After(p.Due) {
					broken := promise.Break(p)
					s.note(kept.System, kept.PromiseWasBroken, 0, p.ID, broken)
					s.promises[i] = promise.MakeGood(broken, s.now)
					s.note(kept.System, kept.PromiseMadeGood, 0, p.ID, s.promises[i])
					break
				}
				s.promises[i] = promise.Release(p, s.now, by)
				s.note(kept.System, kept.PromiseWasReleased, by.Message, p.ID, s.promises[i])
				break
			}
		}
	}
}
