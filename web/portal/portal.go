// Package portal is the customer's page: what was promised and what became of it, whose turn it is,
// what was said, and the few things a customer can tell us. It opens by the signed link in our
// mails, without an account, is rendered here, and needs no script. Looking changes nothing: what
// changes something is a POST from a page that asks first. It knows nothing of how a link is
// signed, of rules or of storage; it is handed functions.
package portal

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Deps are what the page needs from the desk. Each is given the link's token and decides by it;
// none may change anything but by its name. They fail with a *kept.Error: NotFound for a token that
// opens nothing, SignedOut for one that has expired or was revoked, Conflict, TooMany, Unavailable.
type Deps struct {
	View func(ctx context.Context, token string) (View, error)

	// What the customer tells us. The key is the form's own: the same key again is the same message,
	// so that an impatient second click says nothing twice.
	Works     func(ctx context.Context, token, key string) error
	NotSolved func(ctx context.Context, token, text, key string) error // text: what is still wrong; may be empty
	AddWords  func(ctx context.Context, token, text, key string, files []kept.Attachment) error
	AskSenior func(ctx context.Context, token, text, key string) error
	NotNeeded func(ctx context.Context, token, text string, promise kept.ID, key string) error // zero: the whole matter

	WorkaroundFails func(ctx context.Context, token, text, key string) error

	NeedSooner  func(ctx context.Context, token string, need kept.Need, key string) error
	ChangeReach func(ctx context.Context, token string, reach Reach) error

	// Wait is asked first of all, but for styles: how long who asks should stay away. May be nil.
	Wait func(r *http.Request) time.Duration

	// Take is asked before a form is read, once the link has opened a conversation. It fails where that was told
	// too much at once. May be nil.
	Take func(conversation kept.ID) error

	MaxFiles int64 // how many bytes the files of one form may have together

	Calls Calls // when a customer can be called; none: no call can be booked

	Log *slog.Logger // nil: the default
}

// View is all that one link shows.
type View struct {
	Organization kept.Organization
	Conversation kept.Conversation
	Contact      kept.Contact
	Agent        string         // the assignee's name; empty: nobody yet
	Promises     []kept.Promise // the conversation's; asks among ourselves aren't shown
	Messages     []kept.Message // the conversation's; notes and what never left aren't shown
	Now          time.Time
	Zone         string // the customer's, IANA or "UTC+05:30"; empty: the contact's, else not known
	Language     string // the customer's, BCP 47; empty: the contact's, else what their browser asks for

	Names    map[kept.ID]string // of our people who gave a promise, or decide
	Lead     string             // who leads the matter; empty: nobody by name
	Sooner   *kept.Sooner       // what came of their latest word that they need it sooner; nil: they never said so
	ObjectBy time.Time          // solved: until when they may object; zero: no end is set
	Agreed   kept.Calendar      // the hours that we agreed with them; without any, those that they chose hold

	ViewOnly bool // one of ours looks: the page says so, and takes nothing
}

// door holds what its pages share.
type door struct {
	deps  Deps
	style style
	files chan struct{} // holds one for each form with files that is being read
}

// Handler serves everything under /c/.
func Handler(deps Deps) http.Handler {
	if deps.Log == nil {
		deps.Log = slog.Default()
	}
	d := &door{deps: deps, style: newStyle(), files: make(chan struct{}, mostForms)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /c/{token}", d.page)
	mux.HandleFunc("GET "+d.style.href, d.sheet)
	for _, q := range questions {
		mux.HandleFunc("GET /c/{token}/"+q.path, func(w http.ResponseWriter, r *http.Request) { d.ask(w, r, q) })
		mux.HandleFunc("POST /c/{token}/"+q.path, func(w http.ResponseWriter, r *http.Request) { d.answer(w, r, q) })
	}
	d.callRoutes(mux)
	mux.HandleFunc("GET /c/", func(w http.ResponseWriter, r *http.Request) {
		d.trouble(w, r, kept.Fail(kept.NotFound, "no such page"))
	})
	return guarded(mux, d)
}

// policy lets a page load its own styles and send its own forms, and nothing else.
const policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded sets the headers of every answer and refuses posts from other sites. The address is the
// secret, so it is never stored, indexed, or sent on in a Referer.
func guarded(next http.Handler, d *door) http.Handler {
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		if err := origin.Check(r); err != nil && !oldBrowser(r) {
			d.trouble(w, r, kept.Fail(kept.Forbidden, "a form of another site"))
			return
		}
		if wait := d.wait(r); wait > 0 {
			h.Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
			d.trouble(w, r, kept.Fail(kept.TooMany, "too many pages"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (d *door) wait(r *http.Request) time.Duration {
	if d.deps.Wait == nil || strings.HasSuffix(r.URL.Path, cssSuffix) {
		return 0
	}
	return d.deps.Wait(r)
}

// oldBrowser reports a post from a browser without Fetch Metadata. Under no-referrer it writes
// "Origin: null" in our own forms too, and can't be told from another site; it isn't locked out,
// because no cookie is at stake: who doesn't know the address can't post to it.
func oldBrowser(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "null"
}
