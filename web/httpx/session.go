package httpx

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/kept-desk/kept/kept"
)

// cookieName is the cookie that holds a session's token.
const cookieName = "kept_session"

// sessionAge is how long a browser keeps the cookie, in seconds; the desk ends a session by itself.
const sessionAge = 30 * 24 * 60 * 60

// SessionCookie is the cookie that begins a session. Lax, so that a link in a mail to an agent opens
// signed in; what changes something is guarded by Origins.
func SessionCookie(token string, secure bool) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: token, Path: "/", MaxAge: sessionAge, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode}
}

// NoSessionCookie is the cookie that makes a browser forget the session.
func NoSessionCookie(secure bool) *http.Cookie {
	c := SessionCookie("", secure)
	c.MaxAge = -1
	return c
}

// Token is the session's token that a request brings; empty where it brings none.
func Token(r *http.Request) string {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// Caller is who asks.
type Caller struct {
	Agent  kept.Agent // zero: nobody is signed in
	Token  string     // of the session
	IP     string     // for limits
	Secure bool       // came by HTTPS
	Client string     // what the browser calls itself
}

// Actor is the caller as one who acts; nobody where they aren't signed in.
func (c Caller) Actor() kept.Actor {
	if c.Agent.ID == 0 {
		return kept.Actor{}
	}
	return c.Agent.Actor()
}

type callerKey struct{}

// CallerOf is who asks in this request.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// Sessions finds out who asks. A session that ended is nobody's, not an error; a desk that can't tell
// is one.
func Sessions(who func(ctx context.Context, token string) (kept.Agent, error), proxy Proxy, log *slog.Logger) Step {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := Caller{IP: proxy.IP(r), Secure: proxy.Secure(r), Client: r.UserAgent()}
			if token := Token(r); token != "" {
				agent, err := who(r.Context(), token)
				switch {
				case err == nil:
					c.Agent, c.Token = agent, token
				case !kept.Is(err, kept.SignedOut):
					ProblemOf(r.Context(), log, "", err).Write(w)
					return
				}
			}
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
		})
	}
}
