package httpx

import "net/http"

// Origins refuses what another site makes a browser send (cross-site request forgery), by Fetch
// Metadata or the Origin header. GET, HEAD and OPTIONS pass: they change nothing here. Further are
// origins that are ours too, where a proxy gives us another Host than the browser's.
func Origins(further ...string) (Step, error) {
	p := http.NewCrossOriginProtection()
	for _, o := range further {
		if err := p.AddTrustedOrigin(o); err != nil {
			return nil, err
		}
	}
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		NewProblem(http.StatusForbidden, "Another site sent this request, so it was not followed.").Write(w)
	}))
	return p.Handler, nil
}
