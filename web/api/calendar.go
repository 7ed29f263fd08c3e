package api

import (
	"context"
	"io"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

func (d *door) calendars(ctx context.Context, _ *asked) (*body[Items[kept.Calendar]], error) {
	all, err := d.Desk.Calendars(ctx, caller(ctx).Actor())
	return &body[Items[kept.Calendar]]{Items[kept.Calendar]{list(all)}}, err
}

func (d *door) addCalendar(ctx context.Context, in *calendarInput) (*body[kept.Calendar], error) {
	c, err := d.Desk.AddCalendar(ctx, caller(ctx).Actor(), in.Body)
	return &body[kept.Calendar]{c}, err
}

type changeCalendarInput struct {
	ByID
	Body kept.Calendar
}

func (d *door) changeCalendar(ctx context.Context, in *changeCalendarInput) (*body[kept.Calendar], error) {
	in.Body.ID = in.ID
	c, err := d.Desk.ChangeCalendar(ctx, caller(ctx).Actor(), in.Body)
	return &body[kept.Calendar]{c}, err
}

func (d *door) dropCalendar(ctx context.Context, in *ByID) (*nothing, error) {
	return &nothing{}, d.Desk.DropCalendar(ctx, caller(ctx).Actor(), in.ID)
}

// Dates are closed dates that a calendar can be given.
type Dates struct {
	Sets  []string       `json:"sets" doc:"The built-in sets: ISO 3166 codes of countries, or of their parts."`
	Items []desk.Holiday `json:"items" doc:"The dates of the set, in order."`
}

type holidaysQuery struct {
	Set  string `query:"set" doc:"Left out: only the names of the sets."`
	From int    `query:"from" doc:"The first year; left out: this year."`
	To   int    `query:"to" doc:"The last year; left out: two years after the first."`
}

func (d *door) holidays(ctx context.Context, in *holidaysQuery) (*body[Dates], error) {
	who := caller(ctx).Actor()
	sets, err := d.Desk.HolidaySets(who)
	if err != nil {
		return nil, err
	}
	out := Dates{Sets: sets, Items: []desk.Holiday{}}
	if in.Set == "" {
		return &body[Dates]{out}, nil
	}
	if in.From == 0 {
		in.From = d.Desk.Now().Year()
	}
	if in.To == 0 {
		in.To = in.From + 2
	}
	items, err := d.Desk.Holidays(who, in.Set, in.From, in.To)
	out.Items = list(items)
	return &body[Dates]{out}, err
}

func (d *door) readICS(ctx context.Context, in *Request) (*body[desk.Closed], error) {
	parts, err := in.r.MultipartReader()
	if err != nil {
		return nil, kept.Wrong("file", "Send the calendar file as multipart/form-data.")
	}
	part, err := parts.NextPart()
	if err != nil || part.FormName() != "file" {
		return nil, kept.Wrong("file", "Choose a calendar file; its name ends in .ics.")
	}
	read, err := d.Desk.ReadICS(caller(ctx).Actor(), io.LimitReader(part, 3<<20))
	return &body[desk.Closed]{read}, err
}

func (d *door) myShift(ctx context.Context, _ *asked) (*body[desk.Shift], error) {
	s, err := d.Desk.MyShift(ctx, caller(ctx).Actor())
	return &body[desk.Shift]{s}, err
}
