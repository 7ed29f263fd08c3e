package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kept-desk/kept/channel/email"
	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/mail"
	"github.com/kept-desk/kept/work"
)

// kinds are all jobs there are, and what runs them.
func (a *app) kinds() map[string]work.Kind {
	return map[string]work.Kind{
		desk.JobReceive: {Run: of(a.receive)},
		desk.JobDeliver: {Run: of(a.deliver), Attempts: 1000}, // the verb gives up by time, not by count
		desk.JobNotice:  {Run: of(a.notify), Attempts: 1000},
		desk.JobClose:   {Run: of(untilDone(a.desk.CloseUnopposed))},

		desk.JobRecompute: {Run: a.recompute},
		desk.JobEscalate:  {Run: of(untilDone(a.desk.Escalate)), AtOnce: 2}, // thousands may break at one instant
		desk.JobPage:      {Run: of(untilDone(a.desk.Page))},
		desk.JobAlert:     {Run: of(a.alert), Attempts: 1000, Lease: time.Minute},
		desk.JobGather:    {Run: of(a.gather), Attempts: 1000}, // or nobody would hear of what it gathers
	}
}

// of reads a job's one argument.
func of(f func(context.Context, kept.Job, kept.ID) error) func(context.Context, kept.Job) error {
	return func(ctx context.Context, j kept.Job) error {
		var args desk.Of
		if err := json.Unmarshal(j.Args, &args); err != nil {
			return work.Final{Err: err}
		}
		return f(ctx, j, args.ID)
	}
}

// triesToRead is how often a mail is received as it is understood; after that it is shown with its raw
// bytes attached, so that whatever is wrong with it, a person sees it within the hour.
const triesToRead = 10

// receive understands a stored mail. Parsing runs from the stored bytes, and so can run again.
func (a *app) receive(ctx context.Context, j kept.Job, id kept.ID) error {
	row, raw, err := a.desk.RawMail(ctx, id)
	if err != nil {
		return err
	}
	// RFC 5321 §4.4: the last hop notes the envelope's sender. An empty one tells a machine's mail.
	in := mail.Parse(append([]byte("Return-Path: <"+row.Sender+">\r\n"), raw...))
	if j.Attempts > triesToRead {
		in = mail.Unreadable(raw)
	}
	in.Content = mail.Content(raw)
	in.Ledger, in.Rcpts, in.Sender, in.ReceivedAt = row.ID, row.Rcpts, row.Sender, row.ReceivedAt
	return a.desk.Receive(ctx, in)
}

// givesUpAfter is how long a mail is tried before it counts as refused.
const givesUpAfter = 3 * 24 * time.Hour

// deliver hands a message to the relay and notes its answer.
func (a *app) deliver(ctx context.Context, j kept.Job, id kept.ID) error {
	s, err := a.desk.BeginSending(ctx, id)
	if err != nil || s.Done {
		return err
	}
	raw, err := mail.Build(s.Mail, mail.BuildOptions{})
	if err != nil {
		return a.desk.Refused(ctx, id, "this mail could not be built: "+err.Error())
	}
	receipt, err := a.relay.Send(ctx, raw, s.Mail.From.Email, recipients(s.Mail))
	var refused *email.SendError
	switch {
	case err == nil:
		return a.desk.Delivered(ctx, id, receipt)
	case errors.As(err, &refused) && len(refused.Refused) > 0 && receipt.Relay != "":
		return a.desk.Delivered(ctx, id, receipt) // some of several have it
	case errors.As(err, &refused) && !refused.Temporary:
		return a.desk.Refused(ctx, id, said(refused))
	case a.clock.Now().Sub(s.Mail.At) > givesUpAfter:
		return a.desk.Refused(ctx, id, "given up after 3 days: "+err.Error())
	}
	why := err.Error()
	if refused != nil {
		why = said(refused)
	}
	if e := a.desk.Deferred(ctx, id, why); e != nil {
		return e
	}
	return work.Again{At: a.clock.Now().Add(work.Backoff(j.Attempts)), Err: err}
}

// notify hands a mail to one of our own to the relay. What isn't taken within three days is given up, and
// the notice says so.
func (a *app) notify(ctx context.Context, j kept.Job, id kept.ID) error {
	s, err := a.desk.BeginNotice(ctx, id)
	if err != nil || s.Done {
		return err
	}
	raw, err := mail.Build(s.Mail, mail.BuildOptions{})
	if err != nil {
		return a.desk.Notified(ctx, id, "this mail could not be built: "+err.Error())
	}
	_, err = a.relay.Send(ctx, raw, s.Mail.From.Email, recipients(s.Mail))
	var refused *email.SendError
	switch {
	case err == nil:
		return a.desk.Notified(ctx, id, "")
	case errors.As(err, &refused) && !refused.Temporary:
		return a.desk.Notified(ctx, id, said(refused))
	case a.clock.Now().Sub(s.Mail.At) > givesUpAfter:
		return a.desk.Notified(ctx, id, "given up after 3 days: "+err.Error())
	}
	if err := a.desk.NoticeDeferred(ctx, id); err != nil {
		return err
	}
	return work.Again{At: a.clock.Now().Add(work.Backoff(j.Attempts)), Err: err}
}

func said(e *email.SendError) string {
	if e.Code == 0 {
		return e.Said
	}
	return fmt.Sprintf("%d %s %s", e.Code, e.Enhanced, e.Said)
}

func recipients(m kept.Outbound) (out []string) {
	for _, list := range [][]kept.Address{m.To, m.CC} {
		for _, a := range list {
			out = append(out, a.Email)
		}
	}
	return out
}

// untilDone runs a verb that says when it wants to be run again.
func untilDone(verb func(context.Context, kept.ID) (time.Time, error)) func(context.Context, kept.Job, kept.ID) error {
	return func(ctx context.Context, _ kept.Job, id kept.ID) error {
		again, err := verb(ctx, id)
		if err == nil && !again.IsZero() {
			return work.Again{At: again}
		}
		return err
	}
}

// gather lets one word of many breaks go.
func (a *app) gather(ctx context.Context, _ kept.Job, id kept.ID) error {
	return a.desk.Gather(ctx, id)
}

// recompute goes through a part of the live conversations after a policy or calendar has changed.
func (a *app) recompute(ctx context.Context, j kept.Job) error {
	var part desk.Part
	if err := json.Unmarshal(j.Args, &part); err != nil {
		return work.Final{Err: err}
	}
	return a.desk.Recompute(ctx, part)
}
