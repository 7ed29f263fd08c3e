package api

import (
	"context"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// AsksQuery asks for a part of a list of asks.
type AsksQuery struct {
	Side   desk.AskSide `query:"side" default:"of_me" doc:"Which end of an ask I am at."`
	Done   bool         `query:"done" doc:"Those that no longer wait, latest first; else those that do, due first first."`
	Cursor string       `query:"cursor" doc:"next_cursor of the part before."`
	Limit  int          `query:"limit" default:"50" minimum:"1" maximum:"100" doc:"How many."`
}

func (d *door) asks(ctx context.Context, in *AsksQuery) (*body[Page[desk.Ask]], error) {
	p, err := d.Desk.Asks(ctx, caller(ctx).Actor(), desk.AskQuery{Side: in.Side, Done: in.Done, Cursor: in.Cursor, Limit: in.Limit})
	return &body[Page[desk.Ask]]{Page[desk.Ask]{list(p.Items), p.Cursor}}, err
}

// ask is the answer of every verb on one ask.
func (d *door) ask(a desk.Ask, err error) (*body[desk.Ask], error) { return &body[desk.Ask]{a}, err }

func (d *door) readAsk(ctx context.Context, in *ByID) (*body[desk.Ask], error) {
	return d.ask(d.Desk.ReadAsk(ctx, caller(ctx).Actor(), in.ID))
}

// Asking is a question to one of us.
type Asking struct {
	Conversation kept.ID   `json:"conversation,omitempty" minimum:"0" doc:"What it is about; left out: it stands alone."`
	Agent        kept.ID   `json:"agent,omitempty" minimum:"0" doc:"Who is asked; left out: the team."`
	Team         kept.ID   `json:"team,omitempty" minimum:"0" doc:"The team that is asked; left out: the agent."`
	Question     string    `json:"question"`
	Due          time.Time `json:"due" doc:"By when the answer is needed."`
}

type askingInput struct{ Body Asking }

func (d *door) newAsk(ctx context.Context, in *askingInput) (*body[desk.Ask], error) {
	b := in.Body
	return d.ask(d.Desk.Ask(ctx, caller(ctx).Actor(), desk.NewAsk{
		Conversation: b.Conversation, Agent: b.Agent, Team: b.Team, Question: b.Question, Due: b.Due,
	}))
}

type askProposalQuery struct {
	Conversation kept.ID `query:"conversation" minimum:"0" doc:"What it is about; left out: it stands alone."`
	Agent        kept.ID `query:"agent" minimum:"0" doc:"Whose hours count; left out: the organization's."`
	Team         kept.ID `query:"team" minimum:"0" doc:"Whose hours count."`
}

func (d *door) proposeAsk(ctx context.Context, in *askProposalQuery) (*body[desk.AskProposal], error) {
	p, err := d.Desk.ProposeAsk(ctx, caller(ctx).Actor(), desk.NewAsk{Conversation: in.Conversation, Agent: in.Agent, Team: in.Team})
	return &body[desk.AskProposal]{p}, err
}

// AskAnswer is an answer in the desk.
type AskAnswer struct {
	Answer string `json:"answer"`
}

type askAnswerInput struct {
	ByID
	Body AskAnswer
}

func (d *door) answerAsk(ctx context.Context, in *askAnswerInput) (*body[desk.Ask], error) {
	return d.ask(d.Desk.AnswerAsk(ctx, caller(ctx).Actor(), in.ID, in.Body.Answer))
}

func (d *door) takeAsk(ctx context.Context, in *ByID) (*body[desk.Ask], error) {
	return d.ask(d.Desk.TakeAsk(ctx, caller(ctx).Actor(), in.ID))
}

// Withdrawn says why an answer is no longer needed.
type Withdrawn struct {
	Reason string `json:"reason" doc:"Who was asked reads it."`
}

type withdrawInput struct {
	ByID
	Body Withdrawn
}

func (d *door) withdrawAsk(ctx context.Context, in *withdrawInput) (*body[desk.Ask], error) {
	return d.ask(d.Desk.WithdrawAsk(ctx, caller(ctx).Actor(), in.ID, in.Body.Reason))
}

// AskedTeam is a team that can be asked.
type AskedTeam struct {
	ID      kept.ID   `json:"id"`
	Name    string    `json:"name"`
	Members []kept.ID `json:"members"`
}

// AskedOnes are those who can be asked.
type AskedOnes struct {
	People []Colleague `json:"people"`
	Teams  []AskedTeam `json:"teams"`
}

func (d *door) whomToAsk(ctx context.Context, _ *asked) (*body[AskedOnes], error) {
	people, teams, err := d.Desk.WhomToAsk(ctx, caller(ctx).Actor())
	out := AskedOnes{People: []Colleague{}, Teams: []AskedTeam{}}
	for _, a := range people {
		out.People = append(out.People, Colleague{a.ID, a.Name, a.Email, a.Role})
	}
	for _, t := range teams {
		out.Teams = append(out.Teams, AskedTeam{t.ID, t.Name, list(t.Members)})
	}
	return &body[AskedOnes]{out}, err
}

// Coworker is somebody who can be asked by mail.
type Coworker struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

type coworkerInput struct{ Body Coworker }

func (d *door) addCoworker(ctx context.Context, in *coworkerInput) (*body[Colleague], error) {
	a, err := d.Desk.AddCoworker(ctx, caller(ctx).Actor(), in.Body.Name, in.Body.Email)
	return &body[Colleague]{Colleague{a.ID, a.Name, a.Email, a.Role}}, err
}
