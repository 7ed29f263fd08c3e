package api

import (
	"context"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// NextWord is what an answer promises.
type NextWord struct {
	Words string      `json:"words,omitempty" doc:"What, as the customer reads it; empty: the next word."`
	Due   time.Time   `json:"due" doc:"By when."`
	Moves kept.ID     `json:"moves,omitempty" doc:"The open promise that this one replaces."`
	Call  *CallbackTo `json:"call,omitempty" doc:"It is a callback."`
}

func (n *NextWord) next() *desk.Next {
	if n == nil {
		return nil
	}
	return &desk.Next{Words: n.Words, Due: n.Due, Moves: n.Moves, Call: n.Call.calling()}
}

// Answer is what an agent sends.
type Answer struct {
	HTML        string      `json:"html"`
	Then        desk.Then   `json:"then" doc:"Whose turn it is then: wait (the customer's), ours, or solve."`
	Workaround  bool        `json:"workaround,omitempty" doc:"It offers a temporary solution: once accepted, it keeps the promise of a workaround."`
	Next        *NextWord   `json:"next,omitempty" doc:"The next word; with ours, left out, it is the policy's."`
	Seen        kept.ID     `json:"seen,omitempty" doc:"The last message that the writer saw; 409 where somebody wrote after it."`
	Attachments []kept.ID   `json:"attachments,omitempty" doc:"Ids of uploads."`
	Slots       []kept.Slot `json:"slots,omitempty" maxItems:"12" doc:"New times for a call that it proposes: listed in the mail, with the page on which the customer chooses."`
}

func (a Answer) answer() desk.Answer {
	return desk.Answer{HTML: a.HTML, Then: a.Then, Workaround: a.Workaround, Next: a.Next.next(), Seen: a.Seen, Uploads: a.Attachments, Slots: a.Slots}
}

type replyInput struct {
	ByID
	Body Answer
}

func (d *door) reply(ctx context.Context, in *replyInput) (*body[ConversationFull], error) {
	return d.full(d.Desk.Reply(ctx, caller(ctx).Actor(), in.ID, in.Body.answer()))
}

// NewNote is an inside note.
type NewNote struct {
	HTML string `json:"html"`
}

type noteInput struct {
	ByID
	Body NewNote
}

func (d *door) addNote(ctx context.Context, in *noteInput) (*body[ConversationFull], error) {
	return d.full(d.Desk.AddNote(ctx, caller(ctx).Actor(), in.ID, in.Body.HTML))
}

// Recipient is somebody to write to.
type Recipient struct {
	Name  string `json:"name,omitempty"`
	Email string `json:"email"`
}

// NewConversation is a conversation that we begin.
type NewConversation struct {
	Inbox       kept.ID   `json:"inbox" doc:"The inbox that it is sent from."`
	To          Recipient `json:"to"`
	Subject     string    `json:"subject"`
	HTML        string    `json:"html"`
	Then        desk.Then `json:"then"`
	Next        *NextWord `json:"next,omitempty"`
	Attachments []kept.ID `json:"attachments,omitempty" doc:"Ids of uploads."`
}

type startInput struct{ Body NewConversation }

func (d *door) start(ctx context.Context, in *startInput) (*body[ConversationFull], error) {
	b := in.Body
	return d.full(d.Desk.Start(ctx, caller(ctx).Actor(), desk.Start{
		Inbox: b.Inbox, Name: b.To.Name, Email: b.To.Email, Subject: b.Subject,
		Answer: desk.Answer{HTML: b.HTML, Then: b.Then, Next: b.Next.next(), Uploads: b.Attachments},
	}))
}

// DraftWords is what somebody is writing.
type DraftWords struct {
	HTML string          `json:"html"`
	Note bool            `json:"note" doc:"It will be an inside note."`
	Next *kept.DraftNext `json:"next,omitempty" doc:"The next word that it promises once it is sent."`
}

// DraftSaved says when a draft was saved.
type DraftSaved struct {
	SavedAt time.Time `json:"saved_at"`
}

type draftInput struct {
	ByID
	Body DraftWords
}

func (d *door) putDraft(ctx context.Context, in *draftInput) (*body[DraftSaved], error) {
	saved, err := d.Desk.PutDraft(ctx, caller(ctx).Actor(), kept.Draft{Conversation: in.ID, HTML: in.Body.HTML, Note: in.Body.Note, Next: in.Body.Next})
	return &body[DraftSaved]{DraftSaved{saved.SavedAt}}, err
}

func (d *door) dropDraft(ctx context.Context, in *ByID) (*nothing, error) {
	return nil, d.Desk.DropDraft(ctx, caller(ctx).Actor(), in.ID)
}

func (d *door) retry(ctx context.Context, in *ByID) (*body[ConversationFull], error) {
	return d.full(d.Desk.Retry(ctx, caller(ctx).Actor(), in.ID))
}
