package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/httpx"
)

// signIns bounds how often somebody may try to sign in: from one address of the net, so that passwords
// can't be tried by the thousand, and for one mail address, so that many can't try one person's.
type signIns struct{ byIP, byEmail *httpx.Limit }

func newSignIns() signIns {
	return signIns{byIP: httpx.NewLimit(30, 30, 50_000), byEmail: httpx.NewLimit(6, 10, 50_000)}
}

func (s signIns) check(ip, email string) error {
	wait := s.byIP.Take(ip)
	if email != "" && wait == 0 {
		wait = s.byEmail.Take(email)
	}
	if wait > 0 {
		return httpx.Wait(wait, "Too many tries. Wait a minute, then try again.")
	}
	return nil
}

// SignIn is what a person signs in with.
type SignIn struct {
	Email    string `json:"email" maxLength:"254"`
	Password string `json:"password" maxLength:"1000"`
}

type signInInput struct{ Body SignIn }

// signedIn is the answer that begins a session.
type signedIn struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Me
}

func (d *door) signIn(ctx context.Context, in *signInInput) (*signedIn, error) {
	c := caller(ctx)
	email := strings.ToLower(strings.TrimSpace(in.Body.Email))
	if err := d.signIns.check(c.IP, email); err != nil {
		return nil, err
	}
	a, token, err := d.Desk.SignIn(ctx, email, in.Body.Password, c.Client)
	if err != nil {
		return nil, err
	}
	d.signIns.byEmail.Forget(email)
	return d.welcome(ctx, a, token)
}

func (d *door) welcome(ctx context.Context, a kept.Agent, token string) (*signedIn, error) {
	me, err := d.meOf(ctx, a)
	return &signedIn{*httpx.SessionCookie(token, caller(ctx).Secure), me}, err
}

// SignInLink is a one-time link's token.
type SignInLink struct {
	Token string `json:"token" maxLength:"200"`
}

type signInLinkInput struct{ Body SignInLink }

func (d *door) signInByLink(ctx context.Context, in *signInLinkInput) (*signedIn, error) {
	c := caller(ctx)
	if err := d.signIns.check(c.IP, ""); err != nil {
		return nil, err
	}
	a, token, err := d.Desk.UseSignInLink(ctx, in.Body.Token, c.Client)
	if err != nil {
		return nil, err
	}
	return d.welcome(ctx, a, token)
}

// signedOut is the answer that ends a session.
type signedOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

func (d *door) signOut(ctx context.Context, _ *asked) (*signedOut, error) {
	c := caller(ctx)
	if c.Token != "" {
		if err := d.Desk.SignOut(ctx, c.Token); err != nil {
			return nil, err
		}
	}
	return &signedOut{*httpx.NoSessionCookie(c.Secure)}, nil
}

// Me is who is signed in, where they work, and what they may do.
type Me struct {
	Agent        kept.Agent        `json:"agent"`
	Organization kept.Organization `json:"organization"`
	Inboxes      []kept.Inbox      `json:"inboxes"`
	Agents       []Colleague       `json:"agents" doc:"Who works here, I too."`
	Teams        []MyTeam          `json:"teams" doc:"The teams; what nobody has is one's."`
	Now          time.Time         `json:"now" doc:"The desk's time, which its clocks go by."`
	Demo         bool              `json:"demo"`
	Version      string            `json:"version"`
	May          []desk.Operation  `json:"may" doc:"The operations that I may do."`
}

// MyTeam is a team, and whether I am in it.
type MyTeam struct {
	ID   kept.ID `json:"id"`
	Name string  `json:"name"`
	Mine bool    `json:"mine"`
}

// Colleague is somebody who works here.
type Colleague struct {
	ID    kept.ID   `json:"id"`
	Name  string    `json:"name"`
	Email string    `json:"email"`
	Role  kept.Role `json:"role"`
}

func (d *door) meOf(ctx context.Context, a kept.Agent) (me Me, err error) {
	who := a.Actor()
	me = Me{Agent: a, Agents: []Colleague{}, Now: d.Desk.Now(), Demo: d.Demo, Version: d.Version}
	if me.Organization, err = d.Desk.Organization(ctx); err != nil {
		return me, err
	}
	if me.Inboxes, err = d.Desk.Inboxes(ctx, who); err != nil {
		return me, err
	}
	me.Inboxes = list(me.Inboxes)
	teams, err := d.Desk.TeamNames(ctx)
	if err != nil {
		return me, err
	}
	me.Teams, me.May = []MyTeam{}, desk.Allowed(who, teams)
	for _, t := range teams {
		me.Teams = append(me.Teams, MyTeam{t.ID, t.Name, slices.Contains(t.Members, a.ID)})
	}
	agents, err := d.Desk.Agents(ctx, who)
	for _, a := range agents {
		if a.GoneAt.IsZero() {
			me.Agents = append(me.Agents, Colleague{a.ID, a.Name, a.Email, a.Role})
		}
	}
	return me, err
}

func (d *door) me(ctx context.Context, _ *asked) (*body[Me], error) {
	me, err := d.meOf(ctx, caller(ctx).Agent)
	return &body[Me]{me}, err
}

// MyChange is what I may change in myself; what is left out stays.
type MyChange struct {
	Name     *string `json:"name,omitempty"`
	Language *string `json:"language,omitempty" doc:"Of the screens, BCP 47."`
	Zone     *string `json:"zone,omitempty" doc:"IANA name."`
}

type myChangeInput struct{ Body MyChange }

func (d *door) changeMe(ctx context.Context, in *myChangeInput) (*body[Me], error) {
	who := caller(ctx).Actor()
	a, err := d.Desk.ChangeAgent(ctx, who, who.ID, desk.AgentChange{Name: in.Body.Name, Language: in.Body.Language, Zone: in.Body.Zone})
	if err != nil {
		return nil, err
	}
	me, err := d.meOf(ctx, a)
	return &body[Me]{me}, err
}
