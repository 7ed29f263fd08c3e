package httpx_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/httpx"
)

func TestAHandlerThatFailsIsAnsweredForAndLogged(t *testing.T) {
	var log bytes.Buffer
	mux := http.NewServeMux()
	mux.HandleFunc("GET /c/{token}", func(http.ResponseWriter, *http.Request) { panic("a bug") })
	var seen []string
	h := httpx.Chain(mux, httpx.Observed(func(route, method string, status int, _ time.Duration) {
		seen = append(seen, fmt.Sprint(method, " ", route, " ", status))
	}, slog.New(slog.NewTextHandler(&log, nil))))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/c/a-secret", nil))
	var p httpx.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != 500 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	code := strings.TrimSuffix(strings.TrimPrefix(p.Detail, "Something failed here; it is logged as "), ".")
	if len(code) != 8 || !strings.Contains(log.String(), "code="+code) || !strings.Contains(log.String(), "a bug") {
		t.Errorf("said %q, logged %s", p.Detail, &log)
	}
	if strings.Contains(log.String(), "a-secret") {
		t.Errorf("the log holds the link: %s", &log)
	}
	if len(seen) != 1 || seen[0] != "GET /c/{token} 500" {
		t.Errorf("observed %q", seen)
	}
}

func TestHalfAnAnswerIsNotTakenForAWhole(t *testing.T) {
	h := httpx.Chain(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "half")
		panic("a bug")
	}), httpx.Observed(nil, slog.New(slog.DiscardHandler)), httpx.Packed)
	s := httptest.NewServer(h)
	defer s.Close()
	resp, err := http.Get(s.URL)
	if err == nil {
		var body bytes.Buffer
		_, err = body.ReadFrom(resp.Body)
		resp.Body.Close()
	}
	if err == nil {
		t.Error("the client believes that it has it all")
	}
}

func TestEachKindOfFailureHasItsStatus(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	for kind, status := range map[kept.Kind]int{
		kept.Invalid: 422, kept.NotFound: 404, kept.Forbidden: 403, kept.Conflict: 409, kept.SignedOut: 401,
		kept.TooMany: 429, kept.Unavailable: 503, kept.TooLarge: 413,
	} {
		p := httpx.ProblemOf(context.Background(), log, "body", fmt.Errorf("wrapped: %w", kept.Fail(kind, "Say it.")))
		if p.Status != status || p.Detail != "Say it." {
			t.Errorf("%s is %d %q", kind, p.Status, p.Detail)
		}
		if waits := p.GetHeaders().Get("Retry-After") != ""; waits != (status == 429 || status == 503) {
			t.Errorf("%s says when to come back: %v", kind, waits)
		}
	}
	if p := httpx.ProblemOf(context.Background(), log, "query", kept.Wrong("cursor", "Begin anew.")); p.Errors[0] != (httpx.Fault{Location: "query.cursor", Message: "Begin anew."}) {
		t.Errorf("it names %+v", p.Errors)
	}
	secret := errors.New("password of the database")
	if p := httpx.ProblemOf(context.Background(), log, "", secret); strings.Contains(p.Detail, "password") || p.Status != 500 {
		t.Errorf("it tells %q", p.Detail)
	}
}

func TestADeskThatCantTellWhoAsksSaysSo(t *testing.T) {
	down := func(context.Context, string) (kept.Agent, error) {
		return kept.Agent{}, kept.Fail(kept.Unavailable, "The database is away.")
	}
	h := httpx.Chain(http.NotFoundHandler(), httpx.Sessions(down, false, slog.New(slog.DiscardHandler)))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(httpx.SessionCookie("token", false))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 503 {
		t.Errorf("it answers %d, as if nobody were signed in", w.Code)
	}
}
