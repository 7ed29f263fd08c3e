package api

import (
	"context"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/httpx"
)

// TelephonedCall is a call as a telephone system tells of it.
type TelephonedCall struct {
	ID           string         `json:"id" maxLength:"200" doc:"The system's own id of the call: the same again is no second call."`
	Direction    kept.Direction `json:"direction" enum:"in,out"`
	From         string         `json:"from,omitempty" doc:"Who called; left out: withheld."`
	To           string         `json:"to,omitempty" doc:"Who was called."`
	StartedAt    time.Time      `json:"started_at"`
	Duration     int            `json:"duration,omitempty" minimum:"0" maximum:"86400" doc:"Seconds."`
	Outcome      kept.Outcome   `json:"outcome" enum:"reached,voicemail,no_answer"`
	Agent        string         `json:"agent,omitempty" doc:"The mail address of who of us spoke or dialled."`
	Words        string         `json:"words,omitempty" doc:"What was understood of a voicemail."`
	RecordingURL string         `json:"recording_url,omitempty" doc:"An https address. It is kept as a link, and never fetched."`
}

type telephonedInput struct {
	Token string `path:"token" maxLength:"64" doc:"The secret of the inbox's address."`
	Body  TelephonedCall
}

func (d *door) telephoned(ctx context.Context, in *telephonedInput) (*nothing, error) {
	if wait := d.phones.Take(caller(ctx).IP); wait > 0 {
		return nil, httpx.Wait(wait, "That is more calls than we can take in at once. Send them again in a while.")
	}
	b := in.Body
	return nil, d.Desk.Telephoned(ctx, in.Token, desk.Telephoned{
		ID: b.ID, Direction: b.Direction, From: b.From, To: b.To, At: b.StartedAt, Seconds: b.Duration, Outcome: b.Outcome,
		Agent: b.Agent, Words: b.Words, RecordingURL: b.RecordingURL,
	})
}

// TelephoneDoor is where a telephone system tells of an inbox's calls.
type TelephoneDoor struct {
	URL string `json:"url" doc:"Secret: who knows it can tell of calls."`
}

func (d *door) telephone(ctx context.Context, in *ByID) (*body[TelephoneDoor], error) {
	at, err := d.Desk.TelephoneURL(ctx, caller(ctx).Actor(), in.ID)
	return &body[TelephoneDoor]{TelephoneDoor{at}}, err
}

func (d *door) newTelephone(ctx context.Context, in *ByID) (*body[TelephoneDoor], error) {
	at, err := d.Desk.NewTelephoneURL(ctx, caller(ctx).Actor(), in.ID)
	return &body[TelephoneDoor]{TelephoneDoor{at}}, err
}
