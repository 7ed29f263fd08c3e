package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/httpx"
)

// route is one operation: where it is asked for, its name in the access table, and what does it.
type route struct {
	method, path string
	op           desk.Operation
	summary      string
	add          func(*door, huma.Operation)
}

// mostBody is the largest JSON body, in bytes: a draft of a megabyte, escaped, and its frame.
const mostBody = 3 << 20

// slowestBody is how long a body may take to arrive.
const slowestBody = 30 * time.Second

// operation is the route as the router and the document want it.
func (r route) operation() huma.Operation {
	tag := strings.Split(strings.TrimPrefix(r.path, "/api/"), "/")[0]
	return huma.Operation{
		OperationID: string(r.op), Method: r.method, Path: r.path, Summary: r.summary, Tags: []string{tag},
		MaxBodyBytes: mostBody, BodyReadTimeout: slowestBody,
	}
}

// where is the part of a request that a verb's field lies in.
func where(op huma.Operation) string {
	if op.Method == http.MethodGet {
		return "query"
	}
	return "body"
}

// does makes a route of a typed function: JSON in, JSON out.
func does[I, O any](f func(*door, context.Context, *I) (*O, error)) func(*door, huma.Operation) {
	return func(d *door, op huma.Operation) {
		huma.Register(d.huma, op, func(ctx context.Context, in *I) (*O, error) {
			out, err := f(d, ctx, in)
			if err != nil {
				return nil, httpx.ProblemOf(ctx, d.Log, where(op), err)
			}
			return out, nil
		})
	}
}

// stream writes an answer that is no JSON. It is asked for before the answer begins, so that a failure
// can still be said.
type stream func(w http.ResponseWriter, r *http.Request)

// streams makes a route whose answer is a file or a stream of the media type.
func streams[I any](f func(*door, context.Context, *I) (stream, error), mediaType string) func(*door, huma.Operation) {
	type out struct{ Body func(huma.Context) }
	return func(d *door, op huma.Operation) {
		op.Responses = map[string]*huma.Response{"200": {
			Description: http.StatusText(http.StatusOK),
			Content:     map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}}
		if mediaType == "text/event-stream" {
			op.Responses["200"].Content[mediaType].Schema.Format = ""
		}
		huma.Register(d.huma, op, func(ctx context.Context, in *I) (*out, error) {
			write, err := f(d, ctx, in)
			if err != nil {
				return nil, httpx.ProblemOf(ctx, d.Log, where(op), err)
			}
			return &out{func(hc huma.Context) {
				r, w := humago.Unwrap(hc)
				write(w, r)
			}}, nil
		})
	}
}

// Request hands the request itself to a function that reads its body as it comes.
type Request struct{ r *http.Request }

// Resolve takes the request out of the router's hands.
func (q *Request) Resolve(ctx huma.Context) []error {
	q.r, _ = humago.Unwrap(ctx)
	return nil
}

// takesFile makes a route whose body is a form with one file, read as it comes.
func takesFile[O any](f func(*door, context.Context, *Request) (*O, error)) func(*door, huma.Operation) {
	return func(d *door, op huma.Operation) {
		does(f)(d, op)
		// Said only now: the router would read the body itself.
		d.huma.OpenAPI().Paths[op.Path].Post.RequestBody = &huma.RequestBody{
			Required: true,
			Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
				Type: "object", Required: []string{"file"},
				Properties: map[string]*huma.Schema{"file": {Type: "string", Format: "binary"}},
			}}},
		}
	}
}

// Answer bodies and inputs that many operations share.
type (
	// body is an answer.
	body[T any] struct{ Body T }

	// nothing is an answer without a body: 204.
	nothing struct{}

	// asked is a request with nothing to say.
	asked struct{}

	// ByID names one thing in the path.
	ByID struct {
		ID kept.ID `path:"id" minimum:"1" doc:"The id."`
	}

	// Items is a whole list.
	Items[T any] struct {
		Items []T `json:"items"`
	}

	// Page is a part of a list.
	Page[T any] struct {
		Items      []T    `json:"items"`
		NextCursor string `json:"next_cursor,omitempty" doc:"Where the list goes on; absent at its end."`
	}
)

// caller is who asks.
func caller(ctx context.Context) httpx.Caller { return httpx.CallerOf(ctx) }

// list is a slice that is [] in JSON where it is empty.
func list[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
