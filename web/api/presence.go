package api

import "context"

// Presence says what somebody does in a conversation.
type Presence struct {
	Typing bool `json:"typing"`
}

type presenceInput struct {
	ByID
	Body Presence
}

func (d *door) look(ctx context.Context, in *presenceInput) (*nothing, error) {
	if _, err := d.Desk.ReadRow(ctx, caller(ctx).Actor(), in.ID); err != nil {
		return nil, err // nobody looks at what isn't there for them
	}
	if a := caller(ctx).Agent; d.Hub != nil {
		d.Hub.Look(a.ID, a.Name, in.ID, in.Body.Typing)
	}
	return nil, nil //nolint:nilnil // an answer without a body
}

func (d *door) leave(ctx context.Context, in *ByID) (*nothing, error) {
	if d.Hub != nil {
		d.Hub.Leave(caller(ctx).Agent.ID, in.ID)
	}
	return nil, nil //nolint:nilnil // an answer without a body
}
