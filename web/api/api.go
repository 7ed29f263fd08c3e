// Package api is the door for programs, the desk's own screens first: JSON over HTTP, described by an
// OpenAPI 3.1 document that is made from the code. It turns requests into verbs of the desk and their
// outcomes into answers; it knows nothing of rules, of storage or of how mails travel.
package api

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/live"
	"github.com/kept-desk/kept/web/httpx"
)

// Deps is what the door is handed.
type Deps struct {
	Desk      *desk.Desk
	Hub       *live.Hub // nil: nobody is shown as looking, and there are no live events
	Outbox    *Outbox   // nil: mails really leave, and there is nothing to look at
	Version   string
	Demo      bool
	Proxy     httpx.Proxy
	Origins   []string // further origins that are ours; see httpx.Origins
	PerSecond int      // requests of one session; 0: 100; negative: no limit
	Log       *slog.Logger
}

// door is the API with what it needs.
type door struct {
	Deps
	huma    huma.API
	mux     *http.ServeMux
	signIns signIns
	phones  *httpx.Limit // calls that telephone systems tell of
	spec    func() []byte
}

// Handler serves everything under /api. It fails for an origin that is none.
func Handler(deps Deps) (http.Handler, error) {
	d := newDoor(deps)
	own, err := httpx.Origins(deps.Origins...)
	if err != nil {
		return nil, err
	}
	steps := []httpx.Step{httpx.Packed, own, httpx.Sessions(deps.Desk.Who, deps.Proxy, deps.Log)}
	if deps.PerSecond >= 0 {
		perSecond := deps.PerSecond
		if perSecond == 0 {
			perSecond = 100
		}
		steps = append(steps, httpx.PerSession(httpx.NewLimit(60*float64(perSecond), 10*perSecond, 50_000)))
	}
	return httpx.Chain(http.HandlerFunc(d.serve), steps...), nil
}

// Spec is the OpenAPI document: the same for every desk of this release.
func Spec() []byte { return newDoor(Deps{Log: slog.New(slog.DiscardHandler)}).spec() }

func newDoor(deps Deps) *door {
	d := &door{Deps: deps, mux: http.NewServeMux(), signIns: newSignIns(), phones: httpx.NewLimit(120, 120, 10_000)}
	d.huma = humago.New(d.mux, config())
	d.huma.UseMiddleware(d.guard)
	known := desk.Operations()
	for _, r := range routes() {
		if !slices.Contains(known, r.op) {
			panic("the access table doesn't say who may " + string(r.op))
		}
		r.add(d, r.operation())
	}
	describe(d.huma.OpenAPI())
	d.spec = sync.OnceValue(func() []byte { return indented(d.huma.OpenAPI()) })
	d.mux.HandleFunc("GET /api/openapi.json", d.openAPI)
	d.mux.HandleFunc("GET /api/docs", d.docs)
	d.mux.HandleFunc("GET /api/docs.css", docsSheet)
	return d
}

// guard asks the access table before anything of the body is read.
func (d *door) guard(ctx huma.Context, next func(huma.Context)) {
	op := ctx.Operation()
	httpx.Routed(ctx.Context(), op.Path)
	if err := desk.Check(httpx.CallerOf(ctx.Context()).Actor(), desk.Operation(op.OperationID)); err != nil {
		_, w := humago.Unwrap(ctx)
		httpx.ProblemOf(ctx.Context(), d.Log, "", err).Write(w)
		return
	}
	ctx.SetHeader("Cache-Control", "no-store")
	next(ctx)
}

// serve answers, and says as a problem what the router would say as text.
func (d *door) serve(w http.ResponseWriter, r *http.Request) {
	h, pattern := d.mux.Handler(r)
	if pattern != "" {
		d.mux.ServeHTTP(w, r)
		return
	}
	said := &unsaid{header: http.Header{}}
	h.ServeHTTP(said, r)
	httpx.Routed(r.Context(), "/api/")
	if said.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", said.header.Get("Allow"))
		httpx.NewProblem(said.status, "This address doesn't take "+httpx.Method(r.Method)+". See /api/docs.").Write(w)
		return
	}
	httpx.NewProblem(http.StatusNotFound, "There is nothing at this address. See /api/docs.").Write(w)
}

// unsaid takes an answer whose words are not wanted.
type unsaid struct {
	header http.Header
	status int
}

func (u *unsaid) Header() http.Header         { return u.header }
func (u *unsaid) WriteHeader(status int)      { u.status = status }
func (u *unsaid) Write(b []byte) (int, error) { return len(b), nil }

func indented(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // made of our own types
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		panic(err) // it was marshalled a moment ago
	}
	out.WriteByte('\n')
	return out.Bytes()
}
