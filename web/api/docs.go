package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"sort"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kept-desk/kept/web/httpx"
)

//go:embed docs.html
var docsPage string

//go:embed docs.css
var docsStyle []byte

var docsTemplate = template.Must(template.New("docs").Parse(docsPage))

// docsPolicy lets the page load its own style, and nothing else.
const docsPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func (d *door) openAPI(w http.ResponseWriter, r *http.Request) {
	httpx.Routed(r.Context(), "/api/openapi.json")
	w.Header().Set("Content-Type", "application/openapi+json")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(d.spec()) // who has gone needs no answer
}

func docsSheet(w http.ResponseWriter, r *http.Request) {
	httpx.Routed(r.Context(), "/api/docs.css")
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(docsStyle) // who has gone needs no answer
}

// documented is an operation as the page shows it.
type documented struct {
	Method, Path, ID, Summary string
	Public                    bool
	Params                    []documentedField
	Takes, Gives              string
}

// documentedField is a parameter or a property.
type documentedField struct {
	Name, Type, Doc string
	Required        bool
}

// documentedSchema is a type.
type documentedSchema struct {
	Name   string
	Fields []documentedField
}

func (d *door) docs(w http.ResponseWriter, r *http.Request) {
	httpx.Routed(r.Context(), "/api/docs")
	doc := d.huma.OpenAPI()
	var page bytes.Buffer
	err := docsTemplate.Execute(&page, map[string]any{
		"About": doc.Info.Description, "Operations": operations(doc), "Schemas": schemas(doc),
	})
	if err != nil {
		httpx.ProblemOf(r.Context(), d.Log, "", err).Write(w)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", docsPolicy)
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(page.Bytes()) // who has gone needs no answer
}

// operations lists the document's operations in the order of routes.
func operations(doc *huma.OpenAPI) (out []documented) {
	for _, r := range routes() {
		item := doc.Paths[r.path]
		op := map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete}[r.method]
		if op == nil {
			continue
		}
		shown := documented{Method: r.method, Path: r.path, ID: op.OperationID, Summary: op.Summary, Public: op.Security != nil}
		for _, p := range op.Parameters {
			shown.Params = append(shown.Params, documentedField{p.Name, typeName(p.Schema), p.Description, p.Required})
		}
		if op.RequestBody != nil {
			shown.Takes = contentName(op.RequestBody.Content)
		}
		for _, status := range []string{"200", "204"} {
			if resp := op.Responses[status]; resp != nil && shown.Gives == "" {
				if shown.Gives = contentName(resp.Content); shown.Gives == "" {
					shown.Gives = status
				}
			}
		}
		out = append(out, shown)
	}
	return out
}

func contentName(content map[string]*huma.MediaType) string {
	for mediaType, m := range content {
		if mediaType != "application/json" || m.Schema == nil {
			return mediaType
		}
		return typeName(m.Schema)
	}
	return ""
}

// schemas lists the document's types by name.
func schemas(doc *huma.OpenAPI) (out []documentedSchema) {
	for name, s := range doc.Components.Schemas.Map() {
		shown := documentedSchema{Name: name}
		for field, p := range s.Properties {
			shown.Fields = append(shown.Fields, documentedField{field, typeName(p), p.Description, slices.Contains(s.Required, field)})
		}
		sort.Slice(shown.Fields, func(i, j int) bool { return shown.Fields[i].Name < shown.Fields[j].Name })
		out = append(out, shown)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// typeName says a schema's type in a word or two.
func typeName(s *huma.Schema) string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	case len(s.Enum) > 0:
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			raw, _ := json.Marshal(v) //nolint:errcheck // they are strings
			values[i] = string(raw)
		}
		return strings.Join(values, " | ")
	case s.Type == huma.TypeArray:
		return typeName(s.Items) + "[]"
	case s.Format == "date-time":
		return "time"
	case s.Type == huma.TypeObject:
		if of, ok := s.AdditionalProperties.(*huma.Schema); ok {
			return "map of " + typeName(of)
		}
		return "object"
	case s.Type == "":
		return "anything"
	}
	return s.Type
}
