package api

import (
	"context"

	"github.com/kept-desk/kept/kept"
)

// Merge names the conversation in which another goes on.
type Merge struct {
	Into kept.ID `json:"into" doc:"Of the same customer."`
}

type mergeInput struct {
	ByID
	Body Merge
}

func (d *door) merge(ctx context.Context, in *mergeInput) (*body[ConversationFull], error) {
	return d.full(d.Desk.Merge(ctx, caller(ctx).Actor(), in.ID, in.Body.Into))
}

func (d *door) unmerge(ctx context.Context, in *ByID) (*body[ConversationFull], error) {
	return d.full(d.Desk.Unmerge(ctx, caller(ctx).Actor(), in.ID))
}
