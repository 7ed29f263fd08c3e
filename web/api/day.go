package api

import (
	"context"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

func (d *door) dayCheck(ctx context.Context, _ *asked) (*body[desk.DayCheck], error) {
	c, err := d.Desk.DayCheck(ctx, caller(ctx).Actor())
	return &body[desk.DayCheck]{c}, err
}

func (d *door) dayOfTeams(ctx context.Context, _ *asked) (*body[Items[desk.TeamDay]], error) {
	teams, err := d.Desk.TeamsDay(ctx, caller(ctx).Actor())
	return &body[Items[desk.TeamDay]]{Items[desk.TeamDay]{list(teams)}}, err
}

// Leaving is how a day ends.
type Leaving struct {
	Leave bool `json:"leave,omitempty" doc:"Somebody still waits: hand them to my lead. Without it, signing off is refused with 409 while anybody waits."`
}

type signOffInput struct{ Body Leaving }

func (d *door) signOff(ctx context.Context, in *signOffInput) (*body[kept.SignOff], error) {
	o, err := d.Desk.SignOff(ctx, caller(ctx).Actor(), in.Body.Leave)
	return &body[kept.SignOff]{o}, err
}

// ShortWord is a line to a customer, and by when they hear more.
type ShortWord struct {
	Words string     `json:"words" doc:"What you are doing for them, at most 500 letters."`
	Due   *time.Time `json:"due,omitempty" doc:"By when they hear more; a word without a time is refused. It is added to the words."`
	Seen  kept.ID    `json:"seen,omitempty" doc:"The last message that the writer saw; 409 where somebody wrote after it."`
}

type shortWordInput struct {
	ByID
	Body ShortWord
}

func (d *door) shortWord(ctx context.Context, in *shortWordInput) (*body[ConversationFull], error) {
	s := desk.Short{Words: in.Body.Words, Seen: in.Body.Seen}
	if in.Body.Due != nil {
		s.Due = *in.Body.Due
	}
	return d.full(d.Desk.ShortWord(ctx, caller(ctx).Actor(), in.ID, s))
}

// ShortQuestion is a question to a customer, whose turn it is then.
type ShortQuestion struct {
	Words string  `json:"words" doc:"It must ask something."`
	Seen  kept.ID `json:"seen,omitempty" doc:"The last message that the writer saw; 409 where somebody wrote after it."`
}

type shortQuestionInput struct {
	ByID
	Body ShortQuestion
}

func (d *door) askCustomer(ctx context.Context, in *shortQuestionInput) (*body[ConversationFull], error) {
	return d.full(d.Desk.AskCustomer(ctx, caller(ctx).Actor(), in.ID, desk.Short{Words: in.Body.Words, Seen: in.Body.Seen}))
}

// NewHandOver offers those who wait to somebody else.
type NewHandOver struct {
	Conversations []kept.ID `json:"conversations,omitempty"`
	Asks          []kept.ID `json:"asks,omitempty" doc:"Promises of kind ask that I was asked."`
	To            kept.ID   `json:"to,omitempty" doc:"An agent."`
	NextShift     bool      `json:"next_shift,omitempty" doc:"Instead of to: whoever is there next, of the team, or of everybody."`
	Team          kept.ID   `json:"team,omitempty" doc:"With next_shift; left out: of everybody."`
	Note          string    `json:"note,omitempty" doc:"What they should know."`
}

type handOverInput struct{ Body NewHandOver }

func (d *door) handOver(ctx context.Context, in *handOverInput) (*body[Items[kept.HandOver]], error) {
	b := in.Body
	if (b.To != 0) == b.NextShift {
		return nil, kept.Wrong("to", "Say who gets them: one person, or the next shift.")
	}
	made, err := d.Desk.HandOver(ctx, caller(ctx).Actor(), desk.Offer{
		Conversations: b.Conversations, Asks: b.Asks, To: b.To, Team: b.Team, Note: b.Note,
	})
	return &body[Items[kept.HandOver]]{Items[kept.HandOver]{list(made)}}, err
}

func (d *door) handOverTo(ctx context.Context, _ *asked) (*body[desk.Candidates], error) {
	c, err := d.Desk.HandOverTo(ctx, caller(ctx).Actor())
	return &body[desk.Candidates]{c}, err
}

func (d *door) acceptHandOver(ctx context.Context, in *ByID) (*body[kept.HandOver], error) {
	o, err := d.Desk.AcceptHandOver(ctx, caller(ctx).Actor(), in.ID)
	return &body[kept.HandOver]{o}, err
}

// Declined says why somebody can't take over.
type Declined struct {
	Reason string `json:"reason"`
}

type declineInput struct {
	ByID
	Body Declined
}

func (d *door) declineHandOver(ctx context.Context, in *declineInput) (*body[kept.HandOver], error) {
	o, err := d.Desk.DeclineHandOver(ctx, caller(ctx).Actor(), in.ID, in.Body.Reason)
	return &body[kept.HandOver]{o}, err
}

func (d *door) takeBackHandOver(ctx context.Context, in *ByID) (*body[kept.HandOver], error) {
	o, err := d.Desk.TakeBackHandOver(ctx, caller(ctx).Actor(), in.ID)
	return &body[kept.HandOver]{o}, err
}
