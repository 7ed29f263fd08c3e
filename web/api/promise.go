package api

import (
	"context"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// Given is a promise that was given otherwise than in a message.
type Given struct {
	Words string      `json:"words" doc:"What was promised, as the customer heard it; may be empty for a callback."`
	Due   time.Time   `json:"due" doc:"By when; where a callback's window ends."`
	Call  *CallbackTo `json:"call,omitempty" doc:"It is a callback."`
}

type givenInput struct {
	ByID
	Body Given
}

func (d *door) givePromise(ctx context.Context, in *givenInput) (*body[ConversationFull], error) {
	return d.full(d.Desk.Give(ctx, caller(ctx).Actor(), in.ID, desk.Next{Words: in.Body.Words, Due: in.Body.Due, Call: in.Body.Call.calling()}))
}

// Shown names the message or note that shows that a promise is done.
type Shown struct {
	Message kept.ID `json:"message" minimum:"1"`
}

type doneInput struct {
	ByID
	Body Shown
}

func (d *door) finishPromise(ctx context.Context, in *doneInput) (*body[ConversationFull], error) {
	return d.full(d.Desk.Finish(ctx, caller(ctx).Actor(), in.ID, in.Body.Message))
}

// Released says why a promise is no longer needed.
type Released struct {
	Reason string `json:"reason"`
}

type releaseInput struct {
	ByID
	Body Released
}

func (d *door) releasePromise(ctx context.Context, in *releaseInput) (*body[ConversationFull], error) {
	return d.full(d.Desk.Release(ctx, caller(ctx).Actor(), in.ID, in.Body.Reason))
}

// Due is when something is due.
type Due struct {
	Due time.Time `json:"due"`
}

type dueQuery struct {
	Conversation kept.ID `query:"conversation" required:"true" minimum:"1" doc:"Whose calendar counts."`
	Span         string  `query:"span" required:"true" doc:"A length of open time: 90m, 4h or 1d."`
}

func (d *door) due(ctx context.Context, in *dueQuery) (*body[Due], error) {
	span, err := kept.ParseSpan(in.Span)
	if err != nil || span.Zero() {
		return nil, kept.Wrong("span", "Write a length of open time as 90m, 4h or 1d.")
	}
	due, err := d.Desk.Due(ctx, caller(ctx).Actor(), in.Conversation, span)
	return &body[Due]{Due{due}}, err
}

type proposalsQuery struct {
	Conversation kept.ID `query:"conversation" required:"true" minimum:"1" doc:"Whose calendar counts."`
}

func (d *door) proposals(ctx context.Context, in *proposalsQuery) (*body[Items[desk.Proposal]], error) {
	p, err := d.Desk.Proposals(ctx, caller(ctx).Actor(), in.Conversation)
	return &body[Items[desk.Proposal]]{Items[desk.Proposal]{list(p)}}, err
}
