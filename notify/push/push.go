// Package push hands a word to a browser's push service: encrypted for that browser (RFC 8291), and signed as this
// desk's (VAPID, RFC 8292). It is handed the client, and knows nothing of the desk.
package push

import (
	"context"
	"fmt"
	"io"
	"net/http"

	webpush "github.com/SherClockHolmes/webpush-go"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/notify"
)

// Push is one word to one browser.
type Push struct {
	To              kept.Subscription
	Public, Private string // the desk's keys, base64url
	From            string // how the push service reaches who runs the desk: a mail address, or https://…
	Topic           string // a later one of the same topic takes the place of this; at most 32 letters; empty: none
	Body            []byte // what the service worker reads; no more than about 3000 bytes
}

// lasts is how long a push service keeps a word for a browser that is off: a page is repeated anyway.
const lasts = 15 * 60 // seconds

// Refused is an answer that isn't a yes.
type Refused struct{ Status int }

func (r Refused) Error() string { return fmt.Sprintf("the push service answered %d", r.Status) }

// Gone reports that the browser is no more: permission was taken back, or it was thrown away.
func (r Refused) Gone() bool {
	return r.Status == http.StatusNotFound || r.Status == http.StatusGone
}

// Hopeless reports that another try would be refused too.
func (r Refused) Hopeless() bool {
	return r.Status >= 400 && r.Status < 500 && r.Status != http.StatusTooManyRequests && r.Status != http.StatusRequestTimeout
}

// Send hands it over. Refused where the service says no.
func Send(ctx context.Context, client *http.Client, p Push) error {
	resp, err := webpush.SendNotificationWithContext(ctx, p.Body, &webpush.Subscription{
		Endpoint: p.To.Endpoint, Keys: webpush.Keys{P256dh: p.To.P256dh, Auth: p.To.Auth},
	}, &webpush.Options{
		HTTPClient: client, Subscriber: p.From, Topic: p.Topic, TTL: lasts, Urgency: webpush.UrgencyHigh,
		VAPIDPublicKey: p.Public, VAPIDPrivateKey: p.Private,
	})
	if err != nil {
		return notify.Unnamed(err)
	}
	defer resp.Body.Close()                                       // nothing of it is kept
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return Refused{resp.StatusCode}
	}
	return nil
}
