package api

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/httpx"
)

// config says how requests are read and described. The router keeps some of it in globals, so they are
// set once for the program.
func config() huma.Config {
	house()
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	for t := range choices {
		registry.RegisterTypeAlias(t, aliases[t])
	}
	registry.RegisterTypeAlias(reflect.TypeFor[kept.Span](), reflect.TypeFor[span]())
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Kept", Version: "1",
				Description: "The desk that keeps its word. Times are RFC 3339 in UTC; ids are numbers; a field that says nothing is left out. Failures are application/problem+json (RFC 9457) with a sentence for a person in detail.",
			},
			Components: &huma.Components{Schemas: registry},
		},
		Formats: huma.DefaultFormats, DefaultFormat: "application/json",
	}
}

var house = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false // a list that is empty is []
	huma.NewError = problem
})

// describe adds what the routes don't say.
func describe(doc *huma.OpenAPI) {
	doc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: "kept_session", Description: "Begun by POST /api/session."},
	}
	doc.Security = []map[string][]string{{"session": {}}}
	public := map[string]bool{}
	for _, op := range desk.Operations() {
		public[string(op)] = desk.Check(kept.Actor{}, op) == nil
	}
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			if public[op.OperationID] {
				op.Security = []map[string][]string{{}}
			}
			if op.Responses["default"] == nil {
				op.Responses["default"] = &huma.Response{Description: "Error", Content: map[string]*huma.MediaType{
					"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}},
				}}
			}
		}
	}
}

// choices are the words that have a fixed set of values, for the document and the check of what comes in.
var choices = map[reflect.Type][]any{
	reflect.TypeFor[kept.Status]():        words(kept.Open, kept.Pending, kept.Solved, kept.Closed, kept.Spam),
	reflect.TypeFor[kept.Priority]():      words(kept.Priorities...),
	reflect.TypeFor[kept.Role]():          words(kept.Roles...),
	reflect.TypeFor[kept.ActorKind]():     words(kept.ByAgent, kept.ByContact, kept.BySystem),
	reflect.TypeFor[kept.Channel]():       words(kept.ChannelEmail, kept.ChannelChat, kept.ChannelForm, kept.ChannelPhone, kept.ChannelAPI),
	reflect.TypeFor[kept.MessageKind]():   words(kept.MessageIn, kept.MessageOut, kept.MessageNote, kept.MessageNotice),
	reflect.TypeFor[kept.Delivery]():      words(kept.Queued, kept.Sending, kept.Accepted, kept.Deferred, kept.Bounced),
	reflect.TypeFor[kept.PromiseKind]():   words(kept.Reply, kept.Update, kept.Workaround, kept.Resolution, kept.Callback, kept.FollowUp, kept.CheckIn, kept.Ask, kept.Custom),
	reflect.TypeFor[kept.PromiseSource](): words(kept.FromPolicy, kept.FromAgent, kept.FromText, kept.FromCustomer),
	reflect.TypeFor[kept.PromiseState]():  words(kept.PromiseOpen, kept.PromiseKept, kept.PromiseBroken, kept.PromiseMoved, kept.PromiseReleased),
	reflect.TypeFor[desk.List]():          words(desk.Mine, desk.Unassigned, desk.Teams, desk.AllOpen, desk.AllPending, desk.AllSolved, desk.AllClosed, desk.Snoozed, desk.AllSpam),
	reflect.TypeFor[desk.AskSide]():       words(desk.AskedOfMe, desk.AskedByMe),
	reflect.TypeFor[kept.Level]():         words(kept.Levels...),
	reflect.TypeFor[kept.PageWhy]():       words(kept.PageBroken, kept.PageUrgent),
	reflect.TypeFor[kept.PageEnd]():       words(kept.EndTaken, kept.EndAnswered, kept.EndNoNeed, kept.EndNobody, kept.EndNoDuty),
	reflect.TypeFor[kept.Medium]():        words(kept.ByMail, kept.ByPush, kept.ByHook),
	reflect.TypeFor[desk.Then]():          words(desk.Wait, desk.Ours, desk.Solve),
}

var aliases = map[reflect.Type]reflect.Type{
	reflect.TypeFor[kept.Status]():        reflect.TypeFor[choice[kept.Status]](),
	reflect.TypeFor[kept.Priority]():      reflect.TypeFor[choice[kept.Priority]](),
	reflect.TypeFor[kept.Role]():          reflect.TypeFor[choice[kept.Role]](),
	reflect.TypeFor[kept.ActorKind]():     reflect.TypeFor[choice[kept.ActorKind]](),
	reflect.TypeFor[kept.Channel]():       reflect.TypeFor[choice[kept.Channel]](),
	reflect.TypeFor[kept.MessageKind]():   reflect.TypeFor[choice[kept.MessageKind]](),
	reflect.TypeFor[kept.Delivery]():      reflect.TypeFor[choice[kept.Delivery]](),
	reflect.TypeFor[kept.PromiseKind]():   reflect.TypeFor[choice[kept.PromiseKind]](),
	reflect.TypeFor[kept.PromiseSource](): reflect.TypeFor[choice[kept.PromiseSource]](),
	reflect.TypeFor[kept.PromiseState]():  reflect.TypeFor[choice[kept.PromiseState]](),
	reflect.TypeFor[desk.List]():          reflect.TypeFor[choice[desk.List]](),
	reflect.TypeFor[desk.AskSide]():       reflect.TypeFor[choice[desk.AskSide]](),
	reflect.TypeFor[kept.Level]():         reflect.TypeFor[choice[kept.Level]](),
	reflect.TypeFor[kept.PageWhy]():       reflect.TypeFor[choice[kept.PageWhy]](),
	reflect.TypeFor[kept.PageEnd]():       reflect.TypeFor[choice[kept.PageEnd]](),
	reflect.TypeFor[kept.Medium]():        reflect.TypeFor[choice[kept.Medium]](),
	reflect.TypeFor[desk.Then]():          reflect.TypeFor[choice[desk.Then]](),
}

func words[T ~string](values ...T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// choice stands for a word of T in the document.
type choice[T any] string

// Schema lists the word's values.
func (choice[T]) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Enum: choices[reflect.TypeFor[T]()]}
}

// span stands for a kept.Span in the document.
type span string

// Schema says how a span is written.
func (span) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Description: "A length of open time: 90m, 4h or 1d; empty for none.", Examples: []any{"4h"},
		Pattern: `^([1-9][0-9]{0,5}[mhd])?$`, PatternDescription: "length of time",
	}
}

// problem is a failure that the router found before the verb was asked. The router's own sentences
// quote the input, passwords too; ours never do.
func problem(status int, _ string, errs ...error) huma.StatusError {
	var faults []httpx.Fault
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok { //nolint:errorlint // it is the router's own, unwrapped
			faults = append(faults, fault(d.ErrorDetail()))
		}
	}
	switch {
	case status == http.StatusUnprocessableEntity && len(faults) == 1:
		name := strings.TrimPrefix(strings.TrimPrefix(faults[0].Location, "body."), "query.")
		return httpx.NewProblem(status, name+": "+faults[0].Message, faults...)
	case status == http.StatusUnprocessableEntity:
		return httpx.NewProblem(status, fmt.Sprintf("%d things in this are not right; each is named.", len(faults)), faults...)
	}
	return httpx.NewProblem(status, map[int]string{
		http.StatusBadRequest:            "The body is missing, or it is no JSON.",
		http.StatusRequestTimeout:        "The body did not arrive in time. Try again.",
		http.StatusRequestEntityTooLarge: "This is larger than we take.",
		http.StatusUnsupportedMediaType:  "Send the body as application/json.",
	}[status])
}

var missing = regexp.MustCompile(`^expected required property (\S+) to be present$`)

// plainly says what the router's checks find, to a person.
var plainly = map[string]string{
	"unexpected property":                      "There is no such field.",
	"expected string to be length of time":     "Write a length of time as 90m, 4h or 1d; leave it empty for none.",
	"expected boolean":                         "This must be true or false.",
	"expected number":                          "This must be a number.",
	"expected integer":                         "This must be a whole number.",
	"invalid integer":                          "This must be a whole number.",
	"expected string":                          "This must be text.",
	"expected array":                           "This must be a list.",
	"expected object":                          "This must be an object.",
	"expected string to be RFC 3339 date-time": "This must be a time such as 2026-11-20T14:30:00Z.",
	"required query parameter is missing":      "This is needed.",
}

// bounded says the router's sentences that quote our own bounds, and nothing of the input.
var bounded = []struct{ begins, says string }{
	{"expected value to be one of ", "This must be one of %s."},
	{"expected number >= ", "This must be at least %s."},
	{"expected number <= ", "This must be at most %s."},
	{"expected length >= ", "This must have at least %s characters."},
	{"expected length <= ", "This may have at most %s characters."},
}

// longestPlace bounds a place that a client named.
const longestPlace = 100

func fault(d *huma.ErrorDetail) httpx.Fault {
	f := httpx.Fault{Location: d.Location, Message: "This is not in the right form."}
	if m := missing.FindStringSubmatch(d.Message); m != nil {
		f = httpx.Fault{Location: d.Location + "." + m[1], Message: "This is needed."}
	} else if plain, ok := plainly[d.Message]; ok {
		f.Message = plain
	} else {
		for _, b := range bounded {
			if bound, ok := strings.CutPrefix(d.Message, b.begins); ok {
				f.Message = fmt.Sprintf(b.says, bound)
			}
		}
	}
	if len(f.Location) > longestPlace {
		f.Location = strings.ToValidUTF8(f.Location[:longestPlace], "")
	}
	return f
}
