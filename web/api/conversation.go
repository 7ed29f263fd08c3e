package api

import (
	"context"
	"strings"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/live"
)

// ConversationRow is a conversation as a list shows it, with those who have it open.
type ConversationRow struct {
	desk.Row
	Viewers []live.Viewer `json:"viewers"`
}

// ConversationFull is a conversation with all that its screen shows.
type ConversationFull struct {
	desk.Full
	Timeline []Entry       `json:"timeline" doc:"Oldest first."`
	Viewers  []live.Viewer `json:"viewers"`
}

// viewers are those who have a conversation open.
func (d *door) viewers(id kept.ID) []live.Viewer {
	if d.Hub == nil {
		return []live.Viewer{}
	}
	return d.Hub.Viewers(id)
}

func (d *door) rowOf(r desk.Row) ConversationRow { return ConversationRow{r, d.viewers(r.ID)} }

// full is the answer of every verb that changes a conversation.
func (d *door) full(f desk.Full, err error) (*body[ConversationFull], error) {
	if err != nil {
		return nil, err
	}
	f.Promises, f.Asks, f.Earlier, f.Record.Recent = list(f.Promises), list(f.Asks), list(f.Earlier), list(f.Record.Recent)
	return &body[ConversationFull]{ConversationFull{f, told(f.Timeline), d.viewers(f.ID)}}, nil
}

// ListQuery asks for a part of a list.
type ListQuery struct {
	List   desk.List `query:"list" default:"mine" doc:"Which list."`
	Cursor string    `query:"cursor" doc:"next_cursor of the part before."`
	Limit  int       `query:"limit" default:"50" minimum:"1" maximum:"100" doc:"How many."`
}

// ConversationPage is a part of a list.
type ConversationPage struct {
	Items      []ConversationRow `json:"items"`
	NextCursor string            `json:"next_cursor,omitempty" doc:"Where the list goes on; absent at its end."`
	Now        time.Time         `json:"now" doc:"The desk's time, which its clocks go by."`
}

func (d *door) list(ctx context.Context, in *ListQuery) (*body[ConversationPage], error) {
	p, err := d.Desk.List(ctx, caller(ctx).Actor(), in.List, in.Cursor, in.Limit)
	if err != nil {
		return nil, err
	}
	out := ConversationPage{Items: make([]ConversationRow, len(p.Items)), NextCursor: p.Cursor, Now: d.Desk.Now()}
	for i, r := range p.Items {
		out.Items[i] = d.rowOf(r)
	}
	return &body[ConversationPage]{out}, nil
}

// Counts is how many conversations the lists hold, each counted to 99.
type Counts struct {
	Mine       desk.Count `json:"mine"`
	Unassigned desk.Count `json:"unassigned"`
	Team       desk.Count `json:"team"`
	Open       desk.Count `json:"open"`
	Pending    desk.Count `json:"pending"`
	Solved     desk.Count `json:"solved"`
	Snoozed    desk.Count `json:"snoozed"`
	Asks       desk.Count `json:"asks" doc:"What waits for my answer, or my teams'."`
	Spam       desk.Count `json:"spam"`
}

func (d *door) counts(ctx context.Context, _ *asked) (*body[Counts], error) {
	n, err := d.Desk.Counts(ctx, caller(ctx).Actor())
	return &body[Counts]{Counts{
		Mine: n[desk.Mine], Unassigned: n[desk.Unassigned], Team: n[desk.Teams], Open: n[desk.AllOpen], Pending: n[desk.AllPending],
		Solved: n[desk.AllSolved], Snoozed: n[desk.Snoozed], Spam: n[desk.AllSpam], Asks: n[desk.AsksOfMe],
	}}, err
}

// NextConversation is what to take next.
type NextConversation struct {
	Conversation kept.ID `json:"conversation,omitempty" doc:"Absent: nothing waits."`
}

type nextQuery struct {
	After kept.ID `query:"after" doc:"A conversation to leave out, because it was just looked at."`
}

func (d *door) next(ctx context.Context, in *nextQuery) (*body[NextConversation], error) {
	id, err := d.Desk.Next(ctx, caller(ctx).Actor(), in.After)
	return &body[NextConversation]{NextConversation{id}}, err
}

func (d *door) conversation(ctx context.Context, in *ByID) (*body[ConversationFull], error) {
	return d.full(d.Desk.Conversation(ctx, caller(ctx).Actor(), in.ID))
}

func (d *door) revokeLinks(ctx context.Context, in *ByID) (*body[ConversationFull], error) {
	return d.full(d.Desk.RevokeLinks(ctx, caller(ctx).Actor(), in.ID))
}

func (d *door) row(ctx context.Context, in *ByID) (*body[ConversationRow], error) {
	r, err := d.Desk.ReadRow(ctx, caller(ctx).Actor(), in.ID)
	return &body[ConversationRow]{d.rowOf(r)}, err
}

// ConversationChange is what may change; what is left out stays.
type ConversationChange struct {
	Assignee     *kept.ID       `json:"assignee,omitempty" minimum:"0" doc:"0: nobody."`
	Status       *kept.Status   `json:"status,omitempty" doc:"Only the customer closes a conversation."`
	Priority     *kept.Priority `json:"priority,omitempty"`
	SnoozedUntil *string        `json:"snoozed_until,omitempty" doc:"A time in RFC 3339; empty wakes it. It wakes half an hour before the next promise at the latest: the answer has the time that stands."`

	UntilTheyWrite bool      `json:"until_they_write,omitempty" doc:"Sleep until the customer writes, or the next promise comes near."`
	Team           *kept.ID  `json:"team,omitempty" minimum:"0" doc:"0: everybody's."`
	Tags           *[]string `json:"tags,omitempty" doc:"All of them; each at most 30 letters."`
}

type changeInput struct {
	ByID
	Body ConversationChange
}

func (d *door) change(ctx context.Context, in *changeInput) (*body[ConversationFull], error) {
	c := desk.Change{Assignee: in.Body.Assignee, Status: in.Body.Status, Priority: in.Body.Priority, Team: in.Body.Team, Tags: in.Body.Tags, UntilTheyWrite: in.Body.UntilTheyWrite}
	if s := in.Body.SnoozedUntil; s != nil {
		var until time.Time
		if text := strings.TrimSpace(*s); text != "" {
			var err error
			if until, err = time.Parse(time.RFC3339, text); err != nil {
				return nil, kept.Wrong("snoozed_until", "This must be a time such as 2026-11-20T14:30:00Z, or empty to wake it.")
			}
		}
		c.SnoozedUntil = &until
	}
	return d.full(d.Desk.Change(ctx, caller(ctx).Actor(), in.ID, c))
}
