package httpx

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/kept-desk/kept/kept"
)

// Problem is a failure as clients read it (RFC 9457, application/problem+json).
type Problem struct {
	Type   string  `json:"type" doc:"Always about:blank: the status says what sort of problem it is."`
	Title  string  `json:"title" doc:"The status in words."`
	Status int     `json:"status" doc:"The HTTP status."`
	Detail string  `json:"detail" doc:"What happened and what to do, for a person."`
	Errors []Fault `json:"errors,omitempty" doc:"What is wrong with the input, each with its place."`

	header http.Header
}

// Fault is one thing that is wrong with the input. It never holds the input itself.
type Fault struct {
	Location string `json:"location" doc:"Where, such as body.email or query.cursor."`
	Message  string `json:"message" doc:"What is wrong, for a person."`
}

// NewProblem makes a problem with a sentence for a person.
func NewProblem(status int, detail string, faults ...Fault) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Errors: faults}
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status, for the router.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders are headers that go with the problem, for the router.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType is the media type that a problem has where an answer would have another.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// statuses is the one place where a kind of failure becomes a status.
var statuses = map[kept.Kind]int{
	kept.Invalid:     http.StatusUnprocessableEntity,
	kept.NotFound:    http.StatusNotFound,
	kept.Forbidden:   http.StatusForbidden,
	kept.Conflict:    http.StatusConflict,
	kept.SignedOut:   http.StatusUnauthorized,
	kept.TooMany:     http.StatusTooManyRequests,
	kept.Unavailable: http.StatusServiceUnavailable,
	kept.TooLarge:    http.StatusRequestEntityTooLarge,
}

// retryAfter is how many seconds a client waits where we don't know better.
const retryAfter = 5

// ProblemOf makes a problem of a verb's error. Where names the part of the request that a field of an
// Invalid error lies in: "body", "query" or "path". An unknown error is logged under a code, which is
// all that the client learns of it.
func ProblemOf(ctx context.Context, log *slog.Logger, where string, err error) *Problem {
	var ready *Problem
	if errors.As(err, &ready) {
		return ready
	}
	var e *kept.Error
	if errors.As(err, &e) {
		if status, ok := statuses[e.Kind]; ok {
			return said(ctx, log, where, status, e)
		}
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return NewProblem(http.StatusRequestEntityTooLarge, "This is larger than we take.")
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return NewProblem(http.StatusServiceUnavailable, "This took too long, or you went away. Try again.")
	}
	code := logCode()
	log.ErrorContext(ctx, "a request failed", "code", code, "err", err)
	return NewProblem(http.StatusInternalServerError, "Something failed here; it is logged as "+code+".")
}

func said(ctx context.Context, log *slog.Logger, where string, status int, e *kept.Error) *Problem {
	p := NewProblem(status, e.Say)
	if e.Field != "" {
		p.Errors = []Fault{{Location: where + "." + e.Field, Message: e.Say}}
	}
	if e.Kind == kept.TooMany || e.Kind == kept.Unavailable {
		p.header = http.Header{"Retry-After": {strconv.Itoa(retryAfter)}}
	}
	if e.Kind == kept.Unavailable {
		log.WarnContext(ctx, "something that we depend on is down", "err", e)
	}
	return p
}

// Write sends the problem as an answer.
func (p *Problem) Write(w http.ResponseWriter) {
	h := w.Header()
	for k, v := range p.header {
		h[k] = v
	}
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	h.Del("Content-Length")
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // who has gone needs no answer
}

// logCode is a short name for one failure, said to the person and written in the log.
func logCode() string {
	b := make([]byte, 4)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}
