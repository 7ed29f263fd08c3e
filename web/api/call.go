package api

import (
	"context"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// CallbackTo makes a next word a callback.
type CallbackTo struct {
	Number string    `json:"number,omitempty" doc:"Left out: the contact's."`
	From   time.Time `json:"from,omitzero" doc:"Where its window begins; left out: at once. It ends at the due time."`
}

func (c *CallbackTo) calling() *desk.Calling {
	if c == nil {
		return nil
	}
	return &desk.Calling{Number: c.Number, From: c.From}
}

// CallCard is a telephone call to log.
type CallCard struct {
	Direction   kept.Direction `json:"direction" enum:"in,out" doc:"Who called: in, the customer; out, we."`
	Outcome     kept.Outcome   `json:"outcome" enum:"reached,voicemail,no_answer"`
	Number      string         `json:"number,omitempty" doc:"Left out: the contact's."`
	At          time.Time      `json:"at,omitzero" doc:"When it began; left out: it has just ended."`
	Seconds     int            `json:"seconds,omitempty" minimum:"0" maximum:"86400" doc:"How long it was."`
	Words       string         `json:"words,omitempty" doc:"What was said, for us; never sent."`
	Recording   kept.ID        `json:"recording,omitempty" doc:"Id of an upload."`
	Then        desk.Then      `json:"then,omitempty" doc:"Needed where they were reached, or a message is sent: whose turn it is then. A call that was before the conversation needs none."`
	Next        *NextWord      `json:"next,omitempty" doc:"The next word; with ours, left out, it is the policy's."`
	Message     string         `json:"message,omitempty" doc:"HTML that is sent to the customer after the call. It keeps replies and updates, as a call alone doesn't."`
	Slots       []kept.Slot    `json:"slots,omitempty" maxItems:"12" doc:"New times for a call that the message proposes. After two attempts inside a callback's window it is kept by that."`
	Attachments []kept.ID      `json:"attachments,omitempty" doc:"Ids of uploads for the message."`
}

func (c CallCard) log() desk.CallLog {
	return desk.CallLog{
		Direction: c.Direction, Outcome: c.Outcome, Number: c.Number, At: c.At, Seconds: c.Seconds, Words: c.Words, Recording: c.Recording,
		Then: c.Then, Next: c.Next.next(), Message: c.Message, Slots: c.Slots, Uploads: c.Attachments,
	}
}

type callInput struct {
	ByID
	Body CallCard
}

func (d *door) logCall(ctx context.Context, in *callInput) (*body[ConversationFull], error) {
	return d.full(d.Desk.LogCall(ctx, caller(ctx).Actor(), in.ID, in.Body.log()))
}

// NewCall is a call that begins a conversation: with a contact, or with a number.
type NewCall struct {
	Inbox   kept.ID  `json:"inbox,omitempty" doc:"Left out: the first for calls, else the first."`
	Contact kept.ID  `json:"contact,omitempty" doc:"Left out: who has the number, else somebody new."`
	Name    string   `json:"name,omitempty" doc:"Of somebody new."`
	Subject string   `json:"subject" doc:"What it was about, in a few words."`
	Call    CallCard `json:"call"`
}

type newCallInput struct{ Body NewCall }

func (d *door) startCall(ctx context.Context, in *newCallInput) (*body[ConversationFull], error) {
	b := in.Body
	return d.full(d.Desk.StartCall(ctx, caller(ctx).Actor(), desk.NewCall{
		Inbox: b.Inbox, Contact: b.Contact, Name: b.Name, Subject: b.Subject, Log: b.Call.log(),
	}))
}

func (d *door) slots(ctx context.Context, in *ByID) (*body[Items[kept.Slot]], error) {
	all, err := d.Desk.Slots(ctx, caller(ctx).Actor(), in.ID)
	return &body[Items[kept.Slot]]{Items[kept.Slot]{list(all)}}, err
}
