package api

import (
	"context"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/httpx"
)

// SetupNeeded says whether the desk waits for its first start.
type SetupNeeded struct {
	Needed bool `json:"needed"`
}

func (d *door) setupNeeded(ctx context.Context, _ *asked) (*body[SetupNeeded], error) {
	needed, err := d.Desk.SetupNeeded(ctx)
	return &body[SetupNeeded]{SetupNeeded{needed}}, err
}

// Setup is what a first start asks for.
type Setup struct {
	Organization SetupOrganization `json:"organization"`
	Owner        SetupOwner        `json:"owner"`
	Inbox        SetupInbox        `json:"inbox"`
}

// SetupOrganization is who the desk belongs to.
type SetupOrganization struct {
	Name     string `json:"name"`
	Zone     string `json:"zone" doc:"IANA name."`
	Language string `json:"language,omitempty" doc:"BCP 47."`
}

// SetupOwner is the first admin.
type SetupOwner struct {
	Name     string `json:"name"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// SetupInbox is the first mailbox.
type SetupInbox struct {
	Name    string `json:"name,omitempty"`
	Address string `json:"address"`
}

type setupInput struct{ Body Setup }

func (d *door) setUp(ctx context.Context, in *setupInput) (*signedOut, error) {
	c := caller(ctx)
	if err := d.signIns.check(c.IP, ""); err != nil { // it hashes a password
		return nil, err
	}
	b := in.Body
	owner, err := d.Desk.SetUp(ctx, desk.Setup{
		Organization: kept.Organization{Name: b.Organization.Name, Zone: b.Organization.Zone, Language: b.Organization.Language},
		Owner:        desk.NewAgent{Name: b.Owner.Name, Email: b.Owner.Email, Password: b.Owner.Password},
		Inbox:        kept.Inbox{Name: b.Inbox.Name, Address: b.Inbox.Address},
	})
	if err != nil {
		return nil, err
	}
	token, err := d.Desk.SignInOf(ctx, owner, c.Client)
	return &signedOut{*httpx.SessionCookie(token, c.Secure)}, err
}
