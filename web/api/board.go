package api

import (
	"context"

	"github.com/kept-desk/kept/desk"
)

type boardQuery struct {
	Whose  desk.Whose `query:"whose" default:"mine" enum:"mine,team,all" doc:"Mine, my teams' (everybody's where I am in none), or everybody's. What I was asked is in each."`
	Cursor string     `query:"cursor" doc:"Where the list goes on."`
	Limit  int        `query:"limit" default:"100" minimum:"1" maximum:"200"`
}

func (d *door) board(ctx context.Context, in *boardQuery) (*body[Page[desk.Promised]], error) {
	b, err := d.Desk.Board(ctx, caller(ctx).Actor(), in.Whose, in.Cursor, in.Limit)
	return &body[Page[desk.Promised]]{Page[desk.Promised]{list(b.Items), b.Cursor}}, err
}
