// Package outward is the client for addresses that people of the desk typed or their browsers named: it reaches the
// public network only, unless whoever runs Kept allows more. It knows nothing of what is sent.
package outward

import (
	"net"
	"net/http"
	"time"

	"code.dny.dev/ssrf"
)

// longest is how long a call may take, in all.
const longest = 15 * time.Second

// Client makes one. Private allows addresses of private networks and of this machine, for those who host
// both ends themselves.
//
// The address is judged when it is dialled, after its name was looked up, so that no name can point elsewhere
// meanwhile; there is no proxy in between, which would look it up by itself; and redirects are not followed.
func Client(private bool) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	if !private {
		dialer.Control = ssrf.New(ssrf.WithAnyPort()).Safe
	}
	return &http.Client{
		Timeout: longest,
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 10 * time.Second,
			MaxIdleConns: 20, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
