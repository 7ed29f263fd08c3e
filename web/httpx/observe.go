package httpx

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// Observer is told of each answer: by the route's pattern, never by the address, which may hold names
// and secrets. A stream is told of when it ends.
type Observer func(route, method string, status int, took time.Duration)

type routeKey struct{}

// Routed names the route that a request took, for the observer. Routers that don't hand on the request
// they were given call it.
func Routed(ctx context.Context, pattern string) {
	if name, ok := ctx.Value(routeKey{}).(*string); ok {
		*name = pattern
	}
}

// Observed logs and counts answers, and answers for a handler that panics.
func Observed(observe Observer, log *slog.Logger) Step {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			began := time.Now()
			route := ""
			r = r.WithContext(context.WithValue(r.Context(), routeKey{}, &route))
			seen := &seen{ResponseWriter: w}
			defer func() {
				if p := recover(); p != nil {
					seen.panicked(r, p, log)
				}
				if route == "" {
					_, route, _ = strings.Cut(r.Pattern, " ")
					if route == "" {
						route = r.Pattern
					}
				}
				took := time.Since(began)
				if observe != nil {
					observe(route, Method(r.Method), seen.status, took)
				}
				level := slog.LevelDebug
				if seen.status >= 400 {
					level = slog.LevelInfo
				}
				log.Log(r.Context(), level, "request", "route", route, "method", r.Method, "status", seen.status, "took", took)
			}()
			next.ServeHTTP(seen, r)
			if seen.status == 0 {
				seen.status = http.StatusOK
			}
		})
	}
}

// Method is a known method's name, else "other": a client may invent methods, and what is counted must be bounded.
func Method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

// seen remembers the status of an answer.
type seen struct {
	http.ResponseWriter
	status int
}

func (s *seen) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *seen) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	return s.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *seen) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// panicked answers for a handler that failed, where it hadn't begun to answer; else the connection is
// cut, so that nobody takes half an answer for a whole one.
func (s *seen) panicked(r *http.Request, p any, log *slog.Logger) {
	if p == http.ErrAbortHandler { //nolint:errorlint // this is how net/http compares it
		panic(p)
	}
	err, ok := p.(error)
	if !ok {
		err = fmt.Errorf("%v", p)
	}
	log.ErrorContext(r.Context(), "a handler panicked", "route", r.Pattern, "err", err, "stack", string(debug.Stack()))
	if s.status != 0 {
		panic(http.ErrAbortHandler)
	}
	ProblemOf(context.WithoutCancel(r.Context()), log, "", fmt.Errorf("panic: %w", err)).Write(s)
}
