package api

import (
	"context"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
)

// OnCallNow is who has which duty.
type OnCallNow struct {
	Items []desk.OnCall `json:"items"`
	Now   time.Time     `json:"now"`
}

func (d *door) onCall(ctx context.Context, _ *asked) (*body[OnCallNow], error) {
	all, err := d.Desk.OnCall(ctx, caller(ctx).Actor())
	return &body[OnCallNow]{OnCallNow{list(all), d.Desk.Now()}}, err
}

func (d *door) rotations(ctx context.Context, _ *asked) (*body[Items[kept.Rotation]], error) {
	all, err := d.Desk.Rotations(ctx, caller(ctx).Actor())
	for i := range all {
		all[i].People, all[i].Overrides = list(all[i].People), list(all[i].Overrides)
	}
	return &body[Items[kept.Rotation]]{Items[kept.Rotation]{list(all)}}, err
}

// RotationCard is a rotation as it is written.
type RotationCard struct {
	Name      string          `json:"name"`
	People    []kept.ID       `json:"people" doc:"Agents, in the order of their turns."`
	Zone      string          `json:"zone,omitempty" doc:"IANA name; left out: the organization's."`
	From      string          `json:"from" doc:"The date on which the first person's turn begins."`
	At        string          `json:"at" doc:"When the duty is handed over, as 09:00."`
	Every     int             `json:"every" doc:"Days between two hand-overs; 7 is weekly."`
	Overrides []kept.Override `json:"overrides,omitempty" doc:"Who steps in; the last that holds counts."`
	Repeat    int             `json:"repeat,omitempty" doc:"Minutes between two pages to the same person; left out: 5."`
	Next      int             `json:"next,omitempty" doc:"Minutes until the next person is paged; left out: 15."`
	URL       string          `json:"url,omitempty" doc:"The webhook that each page goes to."`
}

// RotationPut is a rotation that was written.
type RotationPut struct {
	kept.Rotation
	Secret string `json:"secret,omitempty" doc:"What signs the webhook's calls (Standard Webhooks). It is shown this once."`
}

type newRotationInput struct{ Body RotationCard }

func (d *door) addRotation(ctx context.Context, in *newRotationInput) (*body[RotationPut], error) {
	return d.putRotation(ctx, 0, in.Body)
}

type rotationInput struct {
	ByID
	Body RotationCard
}

func (d *door) changeRotation(ctx context.Context, in *rotationInput) (*body[RotationPut], error) {
	return d.putRotation(ctx, in.ID, in.Body)
}

func (d *door) putRotation(ctx context.Context, id kept.ID, c RotationCard) (*body[RotationPut], error) {
	if c.Zone == "" {
		o, err := d.Desk.Organization(ctx)
		if err != nil {
			return nil, err
		}
		c.Zone = o.Zone
	}
	return rotationPut(d.Desk.PutRotation(ctx, caller(ctx).Actor(), kept.Rotation{
		ID: id, Name: c.Name, People: c.People, Zone: c.Zone, From: c.From, At: c.At, Every: c.Every, Overrides: c.Overrides,
		Repeat: orElse(c.Repeat, 5), Next: orElse(c.Next, 15), URL: c.URL,
	}))
}

func rotationPut(r kept.Rotation, err error) (*body[RotationPut], error) {
	r.People, r.Overrides = list(r.People), list(r.Overrides)
	return &body[RotationPut]{RotationPut{r, r.Secret}}, err
}

// orElse is a number, or another where it was left out.
func orElse(n, other int) int {
	if n == 0 {
		return other
	}
	return n
}

func (d *door) renewSecret(ctx context.Context, in *ByID) (*body[RotationPut], error) {
	return rotationPut(d.Desk.NewSecret(ctx, caller(ctx).Actor(), in.ID))
}

func (d *door) dropRotation(ctx context.Context, in *ByID) (*nothing, error) {
	return &nothing{}, d.Desk.DropRotation(ctx, caller(ctx).Actor(), in.ID)
}

// PageList is the pages that nobody has taken yet.
type PageList struct {
	Items []desk.PageView `json:"items"`
	Now   time.Time       `json:"now"`
}

func (d *door) pages(ctx context.Context, _ *asked) (*body[PageList], error) {
	all, err := d.Desk.Pages(ctx, caller(ctx).Actor())
	return &body[PageList]{PageList{list(all), d.Desk.Now()}}, err
}

func (d *door) page(ctx context.Context, in *ByID) (*body[desk.PageView], error) {
	v, err := d.Desk.ReadPage(ctx, caller(ctx).Actor(), in.ID)
	return &body[desk.PageView]{v}, err
}

func (d *door) takePage(ctx context.Context, in *ByID) (*body[desk.PageView], error) {
	v, err := d.Desk.TakePage(ctx, caller(ctx).Actor(), in.ID)
	return &body[desk.PageView]{v}, err
}

// PushKey is the key that a browser asks its push service with.
type PushKey struct {
	Key string `json:"key" doc:"P-256, uncompressed, base64url (VAPID, RFC 8292)."`
}

func (d *door) pushKey(ctx context.Context, _ *asked) (*body[PushKey], error) {
	k, err := d.Desk.PushKey(ctx, caller(ctx).Actor())
	return &body[PushKey]{PushKey{k}}, err
}

// Browser is where pushes go: what a browser's PushSubscription says as JSON.
type Browser struct {
	Endpoint string      `json:"endpoint"`
	Keys     BrowserKeys `json:"keys"`
}

// BrowserKeys are what a push to a browser is encrypted with.
type BrowserKeys struct {
	P256dh string `json:"p256dh"`
	Auth   string `json:"auth"`
}

type browserInput struct{ Body Browser }

func (d *door) subscribe(ctx context.Context, in *browserInput) (*nothing, error) {
	b := in.Body
	c := caller(ctx)
	return &nothing{}, d.Desk.Subscribe(ctx, c.Actor(), c.Token, kept.Subscription{Endpoint: b.Endpoint, P256dh: b.Keys.P256dh, Auth: b.Keys.Auth})
}

type endpointQuery struct {
	Endpoint string `query:"endpoint" required:"true" doc:"The address of the browser's push service."`
}

func (d *door) unsubscribe(ctx context.Context, in *endpointQuery) (*nothing, error) {
	return &nothing{}, d.Desk.Unsubscribe(ctx, caller(ctx).Actor(), in.Endpoint)
}
