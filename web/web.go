// Package web puts the doors side by side: the API, the customer's page, the desk's screens, and what
// those who run Kept ask for. It knows nothing of what is behind them.
package web

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/live"
	"github.com/kept-desk/kept/ui"
	"github.com/kept-desk/kept/web/api"
	screens "github.com/kept-desk/kept/web/desk"
	"github.com/kept-desk/kept/web/httpx"
	"github.com/kept-desk/kept/web/portal"
)

// Deps is what the doors are handed.
type Deps struct {
	Desk    *desk.Desk
	Hub     *live.Hub
	Version string
	Demo    bool
	Outbox  *api.Outbox  // nil: mails really leave
	Metrics http.Handler // at /metrics; nil: there are none

	// Observe is told of each answer, by its route's pattern ("/api/conversations/{id}"). May be nil.
	Observe func(route, method string, status int, took time.Duration)

	// Healthy says whether the program is up, for /healthz; nil: it always is. /readyz also asks the desk.
	Healthy func(context.Context) error

	TrustProxy bool     // a reverse proxy stands before us: believe what it says of the client
	Origins    []string // further origins that are ours, "https://help.example.com", where a proxy changes Host
	PerSecond  int      // requests of one session; 0: 100; negative: no limit
	UI         fs.FS    // nil: the screens in the binary
	Log        *slog.Logger
}

// Handler serves everything. It fails for an origin that is none.
func Handler(deps Deps) (http.Handler, error) {
	if deps.Log == nil {
		deps.Log = slog.Default()
	}
	proxy := httpx.Proxy(deps.TrustProxy)
	program, err := api.Handler(api.Deps{
		Desk: deps.Desk, Hub: deps.Hub, Outbox: deps.Outbox, Version: deps.Version, Demo: deps.Demo,
		Proxy: proxy, Origins: deps.Origins, PerSecond: deps.PerSecond, Log: deps.Log,
	})
	if err != nil {
		return nil, err
	}
	if deps.UI == nil {
		if deps.UI, err = fs.Sub(ui.Dist, "dist"); err != nil {
			return nil, err
		}
	}
	shown, err := screens.Handler(deps.UI)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", program)
	mux.Handle("/api", program)
	mux.Handle("/c/", customers(deps, proxy))
	mux.Handle("GET /healthz", probe(deps.Healthy))
	mux.Handle("GET /readyz", probe(deps.Healthy, deps.Desk.Ready))
	if deps.Metrics != nil {
		mux.Handle("GET /metrics", deps.Metrics)
	}
	mux.Handle("/metrics", http.NotFoundHandler())
	mux.Handle("/", shown)
	return httpx.Chain(mux, httpx.Observed(deps.Observe, deps.Log), httpx.Guarded(proxy)), nil
}

// customers is the door of the signed links. Who has one may tell us something ten times in a minute: a
// customer does not need more, and a program that holds a link can't fill a conversation. And one address of the
// net may ask 240 times, so that links can't be guessed, nor pages reckoned, by the thousand.
func customers(deps Deps, proxy httpx.Proxy) http.Handler {
	d := deps.Desk
	posts := httpx.NewLimit(10, 10, 10_000)
	looks := httpx.NewLimit(240, 120, 10_000)
	return portal.Handler(portal.Deps{
		View: func(ctx context.Context, token string) (portal.View, error) {
			p, err := d.CustomerPage(ctx, token)
			return portal.View{
				Organization: p.Organization, Conversation: p.Conversation, Contact: p.Contact, Agent: p.Agent,
				Promises: p.Promises, Messages: p.Messages, Now: p.Now, Zone: p.Contact.Zone, Language: p.Contact.Language,
				Names: p.Names, Lead: p.Lead, Sooner: p.Sooner, ObjectBy: p.ObjectBy, Agreed: p.Agreed, ViewOnly: p.ViewOnly,
			}, err
		},
		Works:           d.ItWorks,
		NotSolved:       d.NotSolved,
		AskSenior:       d.AskSenior,
		WorkaroundFails: d.WorkaroundFails,
		NotNeeded:       d.NotNeeded,
		NeedSooner:      d.NeedSooner,
		AddWords: func(ctx context.Context, token, text, key string, files []kept.Attachment) error {
			return d.AddWords(ctx, token, text, key, files...)
		},
		ChangeReach: func(ctx context.Context, token string, r portal.Reach) error {
			return d.ChangeReach(ctx, token, desk.Reach(r))
		},
		Calls: calls(d),
		Wait: func(r *http.Request) time.Duration {
			if deps.PerSecond < 0 {
				return 0
			}
			return looks.Take(proxy.IP(r))
		},
		// By the conversation, not by the link: a link has as many spellings as its letters have cases.
		Take: func(conversation kept.ID) error {
			if posts.Take(strconv.FormatInt(int64(conversation), 10)) > 0 {
				return kept.Fail(kept.TooMany, "That is more than we can take in at once. Please wait a minute.")
			}
			return nil
		},
		MaxFiles: desk.MaxUpload,
		Log:      deps.Log,
	})
}

// calls are the verbs of the page on which a customer chooses when we call.
func calls(d *desk.Desk) portal.Calls {
	return portal.Calls{
		When: func(ctx context.Context, token string) (portal.When, error) {
			c, err := d.Callbacks(ctx, token)
			return portal.When{Slots: c.Slots, Number: c.Number, Booked: c.Booked}, err
		},
		Book: func(ctx context.Context, token string, c portal.Chosen) error {
			return d.BookCall(ctx, token, desk.Booking{Number: c.Number, From: c.From, Words: c.Text, Key: c.Key})
		},
		Cancel: d.CancelCall,
	}
}

// probe answers 200 where all is well.
func probe(checks ...func(context.Context) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
		defer cancel()
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		for _, check := range checks {
			if check == nil {
				continue
			}
			if err := check(ctx); err != nil {
				w.WriteHeader(http.StatusServiceUnavailable)
				_, _ = w.Write([]byte("not yet\n")) // who has gone needs no answer
				return
			}
		}
		_, _ = w.Write([]byte("ok\n")) // as above
	})
}
