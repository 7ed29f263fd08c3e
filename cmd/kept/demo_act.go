package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/cmd/kept/story"
	"github.com/kept-desk/kept/kept"
)

// opened is what an agent reads of a conversation before doing something with it.
type opened struct {
	ID           kept.ID
	Contact      kept.ID
	QueuePromise kept.ID `json:"queue_promise"`
	Promises     []kept.Promise
	Timeline     []struct {
		Message *struct {
			ID   kept.ID
			Kind kept.MessageKind
		}
	}
}

// last is the latest message; of some kinds, where any are named.
func (o opened) last(kinds ...kept.MessageKind) (id kept.ID) {
	for _, e := range o.Timeline {
		if e.Message != nil && (len(kinds) == 0 || slices.Contains(kinds, e.Message.Kind)) {
			id = max(id, e.Message.ID)
		}
	}
	return id
}

// agent lets an agent do an act in the conversation, looking at it first.
func (p *past) agent(ctx context.Context, who *colleague, s story.Step, m *matter) error {
	if s.Verb == story.Begins {
		return p.begins(ctx, who, s, m)
	}
	if m.conversation == 0 {
		if err := p.find(ctx, who, s.Scene, m); err != nil {
			return err
		}
	}
	at := fmt.Sprintf("/api/conversations/%d", m.conversation)
	var now opened
	if err := who.asks(ctx, http.MethodGet, at, nil, &now); err != nil {
		return err
	}
	change := func(field string, value any) error {
		return who.asks(ctx, http.MethodPatch, at, map[string]any{field: value}, nil)
	}
	switch s.Verb {
	case story.Replies, story.Bridges, story.Moves:
		return who.asks(ctx, http.MethodPost, at+"/reply", p.answer(s, now), nil)
	case story.Notes:
		return who.asks(ctx, http.MethodPost, at+"/notes", map[string]string{"html": html(s.Body)}, nil)
	case story.Asks:
		return who.asks(ctx, http.MethodPost, "/api/asks", map[string]any{
			"conversation": m.conversation, "agent": p.staff[s.Object].id, "question": s.Body, "due": s.Due.UTC(),
		}, nil)
	case story.Tells:
		return p.tells(ctx, who, s, m)
	case story.Drafts:
		return who.asks(ctx, http.MethodPut, at+"/draft", map[string]any{"html": html(s.Body), "note": false}, nil)
	case story.Hands:
		return change("assignee", p.staff[s.Object].id)
	case story.Offers:
		return who.asks(ctx, http.MethodPost, "/api/hand-overs", map[string]any{
			"conversations": []kept.ID{m.conversation}, "to": p.staff[s.Object].id, "note": s.Body,
		}, nil)
	case story.Ranks:
		return change("priority", s.Object)
	case story.Snoozes:
		return change("snoozed_until", s.Due.UTC().Format(time.RFC3339))
	case story.Spams:
		return change("status", "spam")
	case story.Gives:
		return who.asks(ctx, http.MethodPost, at+"/promises", map[string]any{"words": s.Promise, "due": s.Due.UTC()}, nil)
	case story.Finishes, story.Releases:
		return p.ends(ctx, who, s, now)
	}
	return fmt.Errorf("nobody knows how to %q", s.Verb)
}

// answer is the mail that an agent sends.
func (p *past) answer(s story.Step, now opened) map[string]any {
	a := map[string]any{"html": html(s.Body), "then": s.Then, "seen": now.last()}
	if s.Verb == story.Bridges {
		a["workaround"] = true
	}
	if s.Due.IsZero() {
		return a
	}
	next := map[string]any{"words": s.Promise, "due": s.Due.UTC()}
	if s.Verb == story.Moves {
		next["moves"] = now.QueuePromise
	}
	a["next"] = next
	return a
}

// tells answers what a colleague was asked about this matter.
func (p *past) tells(ctx context.Context, who *colleague, s story.Step, m *matter) error {
	var mine struct {
		Items []struct {
			ID      kept.ID
			Promise kept.Promise
		}
	}
	if err := who.asks(ctx, http.MethodGet, "/api/asks", nil, &mine); err != nil {
		return err
	}
	for _, a := range mine.Items {
		if a.Promise.Conversation == m.conversation {
			return who.asks(ctx, http.MethodPost, fmt.Sprintf("/api/asks/%d/answer", a.ID), map[string]string{"answer": s.Body}, nil)
		}
	}
	return fmt.Errorf("nobody asked %s anything here", who.First())
}

// ends settles the custom promise that is open: done, as the latest message or note shows, or released.
func (p *past) ends(ctx context.Context, who *colleague, s story.Step, now opened) error {
	i := slices.IndexFunc(now.Promises, func(p kept.Promise) bool { return p.Kind == kept.Custom && p.State == kept.PromiseOpen })
	if i < 0 {
		i = slices.IndexFunc(now.Promises, func(p kept.Promise) bool {
			return p.Kind == kept.Custom && p.FulfilledAt.IsZero() && p.State == kept.PromiseBroken
		})
	}
	if i < 0 {
		return fmt.Errorf("nothing is left to be done here")
	}
	at := fmt.Sprintf("/api/promises/%d", now.Promises[i].ID)
	if s.Verb == story.Releases {
		return who.asks(ctx, http.MethodPost, at+"/release", map[string]string{"reason": s.Object}, nil)
	}
	return who.asks(ctx, http.MethodPost, at+"/done", map[string]any{"message": now.last(kept.MessageOut, kept.MessageNote)}, nil)
}

// begins writes to a customer first.
func (p *past) begins(ctx context.Context, who *colleague, s story.Step, m *matter) error {
	var inboxes struct{ Items []kept.Inbox }
	if err := p.staff["Maeve"].asks(ctx, http.MethodGet, "/api/inboxes", nil, &inboxes); err != nil {
		return err
	}
	a := p.answer(s, opened{})
	delete(a, "seen")
	for _, i := range inboxes.Items {
		if strings.HasPrefix(i.Address, s.Scene.Inbox+"@") {
			a["inbox"] = i.ID
		}
	}
	a["to"] = map[string]string{"name": s.Scene.Customer.Name, "email": s.Scene.Customer.Email}
	a["subject"] = s.Scene.Subject
	var now opened
	if err := who.asks(ctx, http.MethodPost, "/api/conversations", a, &now); err != nil {
		return err
	}
	m.conversation = now.ID
	if err := p.settle(ctx); err != nil {
		return err
	}
	if err := p.boxes.fetch(); err != nil {
		return err
	}
	sent := p.boxes.last(s.Scene.Customer.Email, func(r received) bool { return r.subject == s.Scene.Subject })
	if sent == nil {
		return fmt.Errorf("the mail did not leave")
	}
	m.root = sent.id
	return p.fileCard(ctx, who, s.Scene, now.Contact)
}

// find looks for a scene's conversation in the lists, as a person would, and notes what is known of
// the customer.
func (p *past) find(ctx context.Context, who *colleague, s *story.Scene, m *matter) error {
	for _, list := range []string{"open", "closed", "pending", "solved", "spam"} {
		var page struct {
			Items []struct {
				ID      kept.ID
				Contact kept.ID
				Subject string
				Email   string `json:"contact_email"`
			}
		}
		if err := who.asks(ctx, http.MethodGet, "/api/conversations?limit=100&list="+list, nil, &page); err != nil {
			return err
		}
		for _, c := range page.Items {
			if c.Subject == s.Subject && strings.EqualFold(c.Email, s.Customer.Email) {
				m.conversation = c.ID
				return p.fileCard(ctx, who, s, c.Contact)
			}
		}
	}
	return fmt.Errorf("no list shows %q of %s", s.Subject, s.Customer.Name)
}

// fileCard notes what is known of a customer: the mail told the rest.
func (p *past) fileCard(ctx context.Context, who *colleague, s *story.Scene, contact kept.ID) error {
	card := map[string]string{"zone": s.Customer.Zone, "language": s.Customer.Language}
	for k, v := range map[string]string{"company": s.Card.Company, "phone": s.Card.Phone, "notes": s.Card.Notes} {
		if v != "" {
			card[k] = v
		}
	}
	return who.asks(ctx, http.MethodPatch, fmt.Sprintf("/api/contacts/%d", contact), card, nil)
}
