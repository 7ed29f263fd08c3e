package api

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// A Route as tests see it.
type Route struct{ Method, Path, Op string }

// Routes are the operations on the page.
func Routes() (out []Route) {
	for _, r := range routes() {
		out = append(out, Route{r.method, r.path, string(r.op)})
	}
	return out
}

var documentedDoor = sync.OnceValue(func() *door { return newDoor(Deps{Log: slog.New(slog.DiscardHandler)}) })

// Undocumented says how an answer differs from what the OpenAPI document promises of it.
func Undocumented(method, path string, answer *http.Response, body []byte) (faults []string) {
	d := documentedDoor()
	_, pattern := d.mux.Handler(httptest.NewRequest(method, path, nil))
	_, pattern, _ = strings.Cut(pattern, " ")
	item := d.huma.OpenAPI().Paths[pattern]
	if item == nil {
		return nil
	}
	op := map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete}[method]
	if op == nil {
		return nil
	}
	promised := op.Responses[strconv.Itoa(answer.StatusCode)]
	if promised == nil {
		promised = op.Responses["default"]
		if answer.StatusCode < 400 {
			return []string{"the document knows no such status"}
		}
	}
	mediaType, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	if promised.Content == nil {
		return nil
	}
	content := promised.Content[mediaType]
	if content == nil {
		if promised.Content["application/octet-stream"] != nil {
			return nil // any file
		}
		return []string{"the document knows no answer of type " + mediaType}
	}
	if !strings.HasSuffix(mediaType, "json") {
		return nil
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return []string{err.Error()}
	}
	var res huma.ValidateResult
	huma.Validate(d.huma.OpenAPI().Components.Schemas, content.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, v, &res)
	for _, err := range res.Errors {
		faults = append(faults, err.Error())
	}
	return faults
}
