package main

import (
	"net/http/httptest"
	"testing"
)

func TestWhoMayReadTheMetrics(t *testing.T) {
	for _, c := range []struct {
		name, from, forwarded, shown, token string
		want                                bool
	}{
		{"this machine", "127.0.0.1:1", "", "", "", true},
		{"this machine, as IPv6 writes it", "[::1]:1", "", "", "", true},
		{"another", "192.0.2.1:1", "", "", "", false},
		{"another, through a proxy here", "127.0.0.1:1", "192.0.2.1", "", "", false},
		{"who knows the token", "192.0.2.1:1", "", "Bearer s3cret", "s3cret", true},
		{"who guesses it", "127.0.0.1:1", "", "Bearer s3cre", "s3cret", false},
	} {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.RemoteAddr = c.from
		r.Header.Set("X-Forwarded-For", c.forwarded)
		r.Header.Set("Authorization", c.shown)
		if got := mayRead(r, c.token); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
