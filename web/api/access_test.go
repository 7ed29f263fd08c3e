package api_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/api"
)

// Who may do what, written out once more, so that a slip in the access table shows.
var (
	forAnyone = []string{"setup-needed", "set-up", "sign-in", "sign-in-link", "sign-out", "telephone-call"}
	forLeads  = []string{"add-coworker", "day-of-teams"}
	forAdmins = []string{
		"release-promise", "add-agent", "change-agent", "add-inbox", "change-inbox", "change-organization", "put-calendar",
		"list-rotations", "add-rotation", "change-rotation", "renew-secret", "drop-rotation",
		"read-telephone", "renew-telephone", "read-outbox", "read-outbox-mail",
		"add-calendar", "change-calendar", "drop-calendar", "list-holidays", "read-ics", "put-team", "drop-team", "put-policy", "drop-policy", "order-policies",
		"preview-policy", "export-policies", "import-policies", "put-company", "drop-company",
	}
)

func TestEveryOperationIsForThoseWhoMay(t *testing.T) {
	each(t, func(w *world) {
		lea, err := w.desk.AddAgent(context.Background(), w.ana.Actor(), desk.NewAgent{Email: "lea@northlight.test", Name: "Lea Roth", Role: kept.RoleLead})
		w.ok(err)
		customer := w.customersToken()
		for _, r := range api.Routes() {
			public, leads, admins := has(forAnyone, r.Op), has(forLeads, r.Op), has(forAdmins, r.Op)
			for _, c := range []struct {
				name    string
				browser *browser
				want    string
			}{
				{"signed out", w.browser(), pick(public, "in", "401")},
				{"a customer's link as a session", w.with(customer), pick(public, "in", "401")},
				{"an invented session", w.with("AAAAAAAA"), pick(public, "in", "401")},
				{"agent", w.as(w.bo), pick(admins || leads, "403", "in")},
				{"lead", w.as(lea), pick(admins, "403", "in")},
				{"admin", w.as(w.ana), "in"},
			} {
				status := w.knock(c.browser, r)
				got := "in"
				if status == 401 || status == 403 {
					got = fmt.Sprint(status)
				}
				if got != c.want || status >= 500 {
					w.Errorf("%s: %s %s answers %d, want %s", c.name, r.Method, r.Path, status, c.want)
				}
			}
		}
	})
}

// knock asks with an empty body, and reads no more than the status: some answers never end.
func (w *world) knock(b *browser, r api.Route) int {
	w.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	path := strings.ReplaceAll(r.Path, "{id}", "987654321")
	resp, err := b.client.Do(b.request(r.Method, path, nil).WithContext(ctx))
	w.ok(err)
	defer resp.Body.Close()
	return resp.StatusCode
}

func has(all []string, one string) bool {
	for _, s := range all {
		if s == one {
			return true
		}
	}
	return false
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func TestWhoMayNotIsToldBeforeTheBodyIsRead(t *testing.T) {
	each(t, func(w *world) {
		nonsense := strings.Repeat("{", 100)
		w.browser().ask("POST", "/api/conversations", nonsense).problem(401)
		w.as(w.bo).ask("POST", "/api/agents", nonsense).problem(403)
		w.as(w.ana).ask("POST", "/api/agents", nonsense).problem(400)
	})
}

func TestSigningInAndOut(t *testing.T) {
	each(t, func(w *world) {
		b := w.browser()
		b.ask("GET", "/api/me", nil).problem(401)
		b.ask("POST", "/api/session", api.SignIn{Email: "ana@northlight.test", Password: "not hers at all"}).problem(401)
		b.ask("POST", "/api/session", api.SignIn{Email: "nobody@northlight.test", Password: password}).problem(401)

		in := b.ask("POST", "/api/session", api.SignIn{Email: " Ana@Northlight.test ", Password: password}).is(200)
		cookie := in.header.Get("Set-Cookie")
		for _, part := range []string{"kept_session=", "HttpOnly", "SameSite=Lax", "Path=/"} {
			if !strings.Contains(cookie, part) {
				w.Errorf("the cookie %q is not %s", cookie, part)
			}
		}
		if strings.Contains(cookie, "Secure") {
			w.Error("a cookie that plain HTTP would lose")
		}
		me := into[api.Me](b.ask("GET", "/api/me", nil).is(200))
		if me.Agent.Name != "Ana Ruiz" || len(me.Agents) != 2 || len(me.Inboxes) != 1 || !me.Demo || me.Version != "test" || !me.Now.Equal(monday) {
			w.Errorf("me: %+v", me)
		}
		if !has(strings.Fields(fmt.Sprint(me.May)[1:]), "add-agent") {
			w.Errorf("an admin may %v", me.May)
		}
		if bytes.Contains(b.ask("GET", "/api/agents", nil).is(200).body, []byte("argon2")) {
			w.Error("passwords are shown")
		}

		stolen := w.with(tokenOf(cookie))
		stolen.ask("GET", "/api/me", nil).is(200)
		if gone := b.ask("DELETE", "/api/session", nil).is(204); !strings.Contains(gone.header.Get("Set-Cookie"), "Max-Age=0") {
			w.Errorf("the browser keeps the cookie: %q", gone.header.Get("Set-Cookie"))
		}
		stolen.ask("GET", "/api/me", nil).problem(401)
		b.ask("GET", "/api/me", nil).problem(401)
	})
}

func tokenOf(cookie string) string {
	value, _, _ := strings.Cut(strings.TrimPrefix(cookie, "kept_session="), ";")
	return value
}

func TestAOneTimeLinkSignsInOnce(t *testing.T) {
	each(t, func(w *world) {
		token, err := w.desk.SignInLink(context.Background(), "bo@northlight.test")
		w.ok(err)
		b := w.browser()
		b.ask("POST", "/api/session/link", api.SignInLink{Token: token}).is(200)
		if me := into[api.Me](b.ask("GET", "/api/me", nil).is(200)); me.Agent.ID != w.bo.ID {
			w.Errorf("the link signs %s in", me.Agent.Name)
		}
		w.browser().ask("POST", "/api/session/link", api.SignInLink{Token: token}).problem(401)
	})
}

func TestTheSessionOfWhoIsGoneEnds(t *testing.T) {
	each(t, func(w *world) {
		bo := w.as(w.bo)
		bo.ask("GET", "/api/me", nil).is(200)
		w.as(w.ana).ask("PATCH", fmt.Sprintf("/api/agents/%d", w.bo.ID), `{"gone": true}`).is(200)
		bo.ask("GET", "/api/me", nil).problem(401)
		bo.ask("POST", "/api/session", api.SignIn{Email: w.bo.Email, Password: password}).problem(401)
	})
}

func TestGuessingPasswordsIsSlowedDown(t *testing.T) {
	each(t, func(w *world) {
		b := w.browser()
		var last *answer
		for range 12 {
			if last = b.ask("POST", "/api/session", api.SignIn{Email: "ana@northlight.test", Password: "guess"}); last.status == 429 {
				break
			}
		}
		last.problem(429)
		if last.header.Get("Retry-After") == "" {
			w.Error("it doesn't say when to come back")
		}
		b.ask("POST", "/api/session", api.SignIn{Email: "bo@northlight.test", Password: password}).is(200)
	})
}

func TestNobodySignsInWithMoreThanAnAddressAndAPassword(t *testing.T) {
	each(t, func(w *world) {
		b := w.browser()
		long := strings.Repeat("x", 1001)
		b.ask("POST", "/api/session", api.SignIn{Email: long[:255], Password: "guess"}).problem(422)
		b.ask("POST", "/api/session", api.SignIn{Email: "ana@northlight.test", Password: long}).problem(422)
		b.ask("POST", "/api/session/link", api.SignInLink{Token: long[:201]}).problem(422)
	})
}

func TestAnotherSiteCanMakeABrowserDoNothing(t *testing.T) {
	each(t, func(w *world) {
		b := w.as(w.ana)
		for _, site := range []string{"cross-site", "same-site"} {
			b.site = site
			b.ask("PATCH", "/api/me", `{"name": "Mallory"}`).problem(403)
			b.ask("DELETE", "/api/session", nil).problem(403)
		}
		old := b.request("PATCH", "/api/me", `{"name": "Mallory"}`) // a browser without Fetch Metadata
		old.Header.Del("Sec-Fetch-Site")
		old.Header.Set("Origin", "https://evil.test")
		b.send(old).problem(403)
		if me := into[api.Me](b.ask("GET", "/api/me", nil).is(200)); me.Agent.Name != "Ana Ruiz" {
			w.Errorf("Ana is called %s now", me.Agent.Name)
		}
	})
}

func TestTheFirstStart(t *testing.T) {
	setup := api.Setup{
		Organization: api.SetupOrganization{Name: "Northlight", Zone: "Europe/Dublin", Language: "en"},
		Owner:        api.SetupOwner{Name: "Ana", Email: "ana@northlight.test", Password: password},
		Inbox:        api.SetupInbox{Name: "Help", Address: "help@northlight.test"},
	}
	fresh(t, func(w *world) {
		b := w.browser()
		if !into[api.SetupNeeded](b.ask("GET", "/api/setup", nil).is(200)).Needed {
			w.Error("a new desk says that it is set up")
		}
		wrong := setup
		wrong.Owner.Email = "ana"
		if p := b.ask("POST", "/api/setup", wrong).problem(422); p.Errors[0].Location != "body.owner.email" {
			w.Errorf("wrong is %s", p.Errors[0].Location)
		}
		b.ask("POST", "/api/setup", setup).is(204)
		if me := into[api.Me](b.ask("GET", "/api/me", nil).is(200)); me.Agent.Role != kept.RoleOwner {
			w.Errorf("the owner is %s", me.Agent.Role)
		}
		if into[api.SetupNeeded](b.ask("GET", "/api/setup", nil).is(200)).Needed {
			w.Error("a desk that is set up says that it isn't")
		}
		w.browser().ask("POST", "/api/setup", setup).problem(409)
	})
}

func TestACookieOfHTTPSStaysThere(t *testing.T) {
	each(t, func(w *world) {
		r := w.browser().request("POST", "/api/session", api.SignIn{Email: "ana@northlight.test", Password: password})
		r.Header.Set("X-Forwarded-Proto", "https")
		in := w.browser().send(r).is(200)
		if secure := strings.Contains(in.header.Get("Set-Cookie"), "Secure"); !secure || in.header.Get("Strict-Transport-Security") == "" {
			w.Errorf("cookie %q, HSTS %q", in.header.Get("Set-Cookie"), in.header.Get("Strict-Transport-Security"))
		}
	}, behindProxy)
	each(t, func(w *world) {
		r := w.browser().request("GET", "/", nil)
		r.Header.Set("X-Forwarded-Proto", "https")
		if w.browser().send(r).header.Get("Strict-Transport-Security") != "" {
			w.Error("anybody can say that they came by HTTPS")
		}
	})
}
