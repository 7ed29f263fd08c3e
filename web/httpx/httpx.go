// Package httpx is what the doors share: who asks (sessions, addresses), how a failure is said
// (problem+json), and how much is taken (limits). It knows HTTP, and nothing of conversations,
// routes or storage; it is handed functions.
package httpx

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Step wraps a handler.
type Step func(http.Handler) http.Handler

// Chain wraps a handler in steps; the first is the outermost.
func Chain(h http.Handler, steps ...Step) http.Handler {
	for i := len(steps) - 1; i >= 0; i-- {
		h = steps[i](h)
	}
	return h
}

// Proxy says whether a reverse proxy stands before us. Only then are X-Forwarded-For and
// X-Forwarded-Proto believed, and only what the nearest proxy wrote: anybody can send the rest.
type Proxy bool

// Secure reports whether the browser came by HTTPS.
func (p Proxy) Secure(r *http.Request) bool {
	return r.TLS != nil || bool(p) && strings.EqualFold(last(r.Header.Values("X-Forwarded-Proto")), "https")
}

// IP is the address that a request came from, for limits; empty where there is none. An IPv6 client
// has a whole /64, so that is what is counted.
func (p Proxy) IP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if forwarded := last(r.Header.Values("X-Forwarded-For")); bool(p) && forwarded != "" {
		host = forwarded
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	if a = a.Unmap(); a.Is6() {
		if net, err := a.WithZone("").Prefix(64); err == nil {
			return net.String()
		}
	}
	return a.String()
}

// last is the last element of a comma-separated header.
func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	v := values[len(values)-1]
	return strings.TrimSpace(v[strings.LastIndexByte(v, ',')+1:])
}
