package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/web/api"
)

var update = flag.Bool("update", false, "write ui/openapi.json anew")

const committed = "../../ui/openapi.json"

// make openapi writes it; the UI's client is generated from it.
func TestTheCommittedDocumentIsTheCodes(t *testing.T) {
	if *update {
		if err := os.WriteFile(committed, api.Spec(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(committed)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, api.Spec()) {
		t.Error("ui/openapi.json is not what the code says; write it anew with: make openapi")
	}
}

func TestEveryOperationOfTheAccessTableHasItsRoute(t *testing.T) {
	var routed, known []string
	for _, r := range api.Routes() {
		routed = append(routed, r.Op)
	}
	for _, op := range desk.Operations() {
		if !strings.HasPrefix(string(op), "customer-") { // the portal's
			known = append(known, string(op))
		}
	}
	slices.Sort(routed)
	if !slices.Equal(routed, known) {
		t.Errorf("routed: %v\nin the access table: %v", routed, known)
	}
}

// A client is generated from the document, so every reference must lead somewhere, every path parameter
// be told, and every operation say what it answers.
func TestTheDocumentHoldsTogether(t *testing.T) {
	var doc struct {
		OpenAPI    string
		Components struct{ Schemas map[string]any }
		Paths      map[string]map[string]struct {
			OperationID string
			Summary     string
			Parameters  []struct{ Name, In string }
			Responses   map[string]any
		}
	}
	raw := api.Spec()
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %s, want 3.1", doc.OpenAPI)
	}
	var whole any
	if err := json.Unmarshal(raw, &whole); err != nil {
		t.Fatal(err)
	}
	eachRef(whole, func(ref string) {
		if doc.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")] == nil {
			t.Errorf("%s leads nowhere", ref)
		}
	})
	seen := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if op.OperationID == "" || seen[op.OperationID] || op.Summary == "" {
				t.Errorf("%s %s: its id %q or summary %q", method, path, op.OperationID, op.Summary)
			}
			seen[op.OperationID] = true
			for _, part := range strings.Split(path, "/") {
				if !strings.HasPrefix(part, "{") {
					continue
				}
				if !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return "{"+p.Name+"}" == part && p.In == "path" }) {
					t.Errorf("%s %s doesn't tell of %s", method, path, part)
				}
			}
			if len(op.Responses) < 2 {
				t.Errorf("%s %s tells of %d answers; it can succeed and fail", method, path, len(op.Responses))
			}
		}
	}
}

func eachRef(v any, visit func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			if ref, ok := inner.(string); ok && k == "$ref" {
				visit(ref)
			}
			eachRef(inner, visit)
		}
	case []any:
		for _, inner := range v {
			eachRef(inner, visit)
		}
	}
}

func TestTheReferenceIsAPageThatLoadsNothingFromElsewhere(t *testing.T) {
	each(t, func(w *world) {
		b := w.browser()
		page := b.ask("GET", "/api/docs", nil).is(200)
		for _, r := range api.Routes() {
			if !bytes.Contains(page.body, []byte(`id="`+r.Op+`"`)) {
				w.Errorf("the page doesn't tell of %s", r.Op)
			}
		}
		if bytes.Contains(page.body, []byte("<script")) || bytes.Contains(page.body, []byte("style=")) || bytes.Contains(page.body, []byte("//")) {
			w.Error("the page loads something, or has something inline")
		}
		if csp := page.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
			w.Errorf("policy %q", csp)
		}
		if css := b.ask("GET", "/api/docs.css", nil).is(200); css.header.Get("Content-Type") != "text/css; charset=utf-8" {
			w.Errorf("its style is %q", css.header.Get("Content-Type"))
		}
		if got := b.ask("GET", "/api/openapi.json", nil).is(200); !bytes.Equal(got.body, api.Spec()) {
			w.Error("the served document is not the code's")
		}
	})
}
