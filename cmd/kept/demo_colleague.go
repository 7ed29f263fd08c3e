package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"time"

	"github.com/kept-desk/kept/cmd/kept/story"
	"github.com/kept-desk/kept/kept"
)

// colleague is one of the company's people at work, in a session of their own.
type colleague struct {
	story.Colleague
	base   string
	client *http.Client
	id     kept.ID
}

func newColleague(c story.Colleague, base string) *colleague {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // without options it never fails
	}
	return &colleague{Colleague: c, base: base, client: &http.Client{Jar: jar}}
}

// asks calls the desk's API: in goes as JSON, the answer comes into out. Either may be nil.
func (c *colleague) asks(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s: %s %s: %s: %s", c.First(), method, path, answer.Status, bytes.TrimSpace(raw))
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(raw, out)
}

// signIn begins the session.
func (c *colleague) signIn(ctx context.Context) error {
	var me struct {
		Agent struct{ ID kept.ID }
	}
	err := c.asks(ctx, http.MethodPost, "/api/session", map[string]string{"email": c.Email, "password": c.Password}, &me)
	c.id = me.Agent.ID
	return err
}

// furnish sets the desk up: the owner does it, as on a first start.
func (d *demo) furnish(ctx context.Context, staff []*colleague) error {
	owner := staff[0]
	do := func(method, path string, in any) error { return owner.asks(ctx, method, path, in, nil) }
	err := do(http.MethodPost, "/api/setup", map[string]any{
		"organization": map[string]string{"name": "Northlight Broadband", "zone": story.Home, "language": "en"},
		"owner":        map[string]string{"name": owner.Name, "email": owner.Email, "password": owner.Password},
		"inbox":        map[string]string{"name": "Help", "address": "help@northlight.test"},
	})
	if err != nil {
		return err
	}
	steps := []struct {
		method, path string
		in           any
	}{
		{http.MethodPatch, "/api/organization", map[string]string{"address": "14 Merchants Road, Galway", "brand": "#1f5f8b"}},
		{http.MethodPut, "/api/calendar", story.Hours()},
		{http.MethodPost, "/api/inboxes", map[string]string{"name": "Billing", "address": "billing@northlight.test", "from_name": "Northlight Broadband"}},
	}
	for _, s := range steps {
		if err := do(s.method, s.path, s.in); err != nil {
			return err
		}
	}
	for _, c := range staff {
		if err := owner.hires(ctx, c); err != nil {
			return err
		}
	}
	return owner.arranges(ctx, staff, d.turned.Now())
}

// hires adds somebody, and signs them in where they sit at the desk.
func (c *colleague) hires(ctx context.Context, who *colleague) error {
	if who.Password == "" {
		var added struct{ ID kept.ID }
		err := c.asks(ctx, http.MethodPost, "/api/asks/people", map[string]string{"name": who.Name, "email": who.Email}, &added)
		who.id = added.ID
		return err
	}
	if who != c {
		person := map[string]string{"name": who.Name, "email": who.Email, "role": who.Role, "password": who.Password}
		if err := c.asks(ctx, http.MethodPost, "/api/agents", person, nil); err != nil {
			return err
		}
	}
	return who.signIn(ctx)
}

// arranges makes the teams, and says whose duty the night is.
func (c *colleague) arranges(ctx context.Context, staff []*colleague, began time.Time) error {
	var inboxes struct{ Items []kept.Inbox }
	if err := c.asks(ctx, http.MethodGet, "/api/inboxes", nil, &inboxes); err != nil {
		return err
	}
	teams := map[string]map[string]any{
		"Support": {"name": "Support", "members": []kept.ID{}, "inboxes": []kept.ID{}}, "Field": {"name": "Field", "members": []kept.ID{}, "inboxes": []kept.ID{}},
	}
	for _, i := range inboxes.Items {
		teams["Support"]["inboxes"] = append(teams["Support"]["inboxes"].([]kept.ID), i.ID)
	}
	var duty []kept.ID
	for _, who := range staff {
		if who.Duty {
			duty = append(duty, who.id)
		}
		if t := teams[who.Team]; t != nil {
			t["members"] = append(t["members"].([]kept.ID), who.id)
			if who.Role == "lead" {
				t["lead"] = who.id
			}
		}
	}
	for _, name := range []string{"Support", "Field"} {
		if err := c.asks(ctx, http.MethodPost, "/api/teams", teams[name], nil); err != nil {
			return err
		}
	}
	return c.asks(ctx, http.MethodPost, "/api/rotations", map[string]any{
		"name": "Nights and weekends", "people": duty, "from": began.Format(time.DateOnly), "at": "17:00", "every": 7,
	}, nil)
}
