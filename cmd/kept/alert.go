package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"code.dny.dev/ssrf"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/notify/hook"
	"github.com/kept-desk/kept/notify/push"
	"github.com/kept-desk/kept/work"
)

// alertLasts is how long a word by push or webhook is tried: after that it is no news any more.
const alertLasts = 24 * time.Hour

// alert sends a word to one of our own by web push or webhook, and notes what became of it.
func (a *app) alert(ctx context.Context, j kept.Job, id kept.ID) error {
	s, err := a.desk.BeginAlert(ctx, id)
	if err != nil || s.Done {
		return err
	}
	err = a.sendAlert(ctx, s)
	var refused push.Refused
	switch {
	case err == nil:
		return a.desk.Alerted(ctx, id, "", false)
	case errors.As(err, &refused) && (refused.Gone() || refused.Hopeless()):
		return a.desk.Alerted(ctx, id, err.Error(), refused.Gone())
	case forbidden(err):
		return a.desk.Alerted(ctx, id, "this address lies in a private network, which the desk doesn't call (see --private-calls)", false)
	case a.clock.Now().Sub(s.CreatedAt) > alertLasts:
		return a.desk.Alerted(ctx, id, "given up after a day: "+err.Error(), false)
	}
	return work.Again{At: a.clock.Now().Add(min(work.Backoff(j.Attempts), time.Minute)), Err: err}
}

func (a *app) sendAlert(ctx context.Context, s desk.Alerting) error {
	if s.By == kept.ByHook {
		return hook.Send(ctx, a.outward, hook.Call{
			ID: fmt.Sprintf("alert_%d", s.ID), URL: s.Hook, Secret: s.Secret, Body: s.Body, At: a.clock.Now(),
		})
	}
	keys, err := a.desk.PushKeys(ctx)
	if err != nil {
		return err
	}
	topic := ""
	if s.Page != 0 {
		topic = fmt.Sprintf("page%d", s.Page)
	}
	return push.Send(ctx, a.outward, push.Push{
		To: s.Browser, Public: keys.Public, Private: keys.Private, From: s.From, Topic: topic, Body: s.Body,
	})
}

// forbidden reports that an address was not dialled because of where it lies.
func forbidden(err error) bool {
	return errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedPort) || errors.Is(err, ssrf.ErrProhibitedNetwork)
}
