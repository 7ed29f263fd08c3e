package api

import (
	"context"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// Forecast is how likely each open promise is to be kept, and the load ahead.
type Forecast struct {
	Basis   desk.Basis      `json:"basis"`
	Chances []desk.Chance   `json:"chances" doc:"Of the promises that are open, or missed and not made good; check-ins, which Kept sends, and asks are left out."`
	Load    []desk.LoadHour `json:"load" doc:"Hour by hour from now on, a week at most."`
}

func (d *door) forecast(ctx context.Context, _ *asked) (*body[Forecast], error) {
	f, err := d.Desk.Forecast(ctx, caller(ctx).Actor())
	return &body[Forecast]{Forecast{f.Basis, list(f.Chances), list(f.Load)}}, err
}

// SafeTime is the earliest time that can honestly be promised.
type SafeTime struct {
	Due   *time.Time `json:"due,omitempty" doc:"Absent: no time within the week ahead is as sure."`
	Basis desk.Basis `json:"basis"`
}

type safeQuery struct {
	Conversation kept.ID          `query:"conversation" required:"true" minimum:"1"`
	Kind         kept.PromiseKind `query:"kind" default:"update" enum:"reply,update,workaround,resolution,callback,follow_up,custom" doc:"What would be promised."`
}

func (d *door) safeTime(ctx context.Context, in *safeQuery) (*body[SafeTime], error) {
	s, err := d.Desk.SafeTime(ctx, caller(ctx).Actor(), in.Conversation, in.Kind)
	out := SafeTime{Basis: s.Basis}
	if !s.Due.IsZero() {
		out.Due = &s.Due
	}
	return &body[SafeTime]{out}, err
}

func (d *door) calibration(ctx context.Context, _ *asked) (*body[desk.Calibration], error) {
	c, err := d.Desk.Calibration(ctx, caller(ctx).Actor())
	if c.Buckets == nil {
		c.Buckets = []desk.Bucket{}
	}
	return &body[desk.Calibration]{c}, err
}
