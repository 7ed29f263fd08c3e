package httpx

import (
	"crypto/sha256"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limit bounds how often something happens for each key. It remembers a bounded number of keys, each
// of a bounded length: who floods it with new ones makes it forget the oldest, and nothing more.
type Limit struct {
	per   rate.Limit
	burst int
	most  int

	mu       sync.Mutex
	now, old map[string]*rate.Limiter // two generations: what is asked for moves to now
}

// NewLimit allows perMinute on the average and burst at once, for each of at least most keys.
func NewLimit(perMinute float64, burst, most int) *Limit {
	return &Limit{per: rate.Limit(perMinute / 60), burst: burst, most: most, now: map[string]*rate.Limiter{}}
}

// Take counts one; wait is how long the caller should stay away, zero where it was allowed.
func (l *Limit) Take(key string) (wait time.Duration) {
	r := l.of(key).Reserve()
	if wait = r.Delay(); wait > 0 {
		r.Cancel()
	}
	return wait
}

// Forget lets a key begin anew.
func (l *Limit) Forget(key string) {
	key = short(key)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.now, key)
	delete(l.old, key)
}

func (l *Limit) of(key string) *rate.Limiter {
	key = short(key)
	l.mu.Lock()
	defer l.mu.Unlock()
	if r, ok := l.now[key]; ok {
		return r
	}
	r, ok := l.old[key]
	if !ok {
		r = rate.NewLimiter(l.per, l.burst)
	}
	if len(l.now) >= l.most {
		l.now, l.old = map[string]*rate.Limiter{}, l.now
	}
	l.now[key] = r
	return r
}

// short is a key that may be remembered: whoever asks chooses what many keys are made of, and how long it is.
func short(key string) string {
	const most = 64
	if len(key) <= most {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return string(sum[:])
}

// Wait is the problem that tells a caller to come back later.
func Wait(wait time.Duration, detail string) *Problem {
	p := NewProblem(http.StatusTooManyRequests, detail)
	p.header = http.Header{"Retry-After": {strconv.Itoa(int(math.Ceil(wait.Seconds())))}}
	return p
}

// PerSession bounds how often one session may ask. Signed out, it is the address that is bounded.
func PerSession(l *Limit) Step {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := CallerOf(r.Context())
			key := "ip " + c.IP
			if c.Token != "" {
				key = "session " + c.Token
			}
			if wait := l.Take(key); wait > 0 {
				Wait(wait, "That is more than we can serve one browser at once. Wait a moment.").Write(w)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
