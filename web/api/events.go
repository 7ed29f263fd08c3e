package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/live"
	"github.com/kept-desk/kept/web/httpx"
)

// The rhythm of a stream: a sign of life, so that proxies and browsers keep it, and a look whether the
// session still is one.
const (
	heartbeat    = 20 * time.Second
	sessionCheck = 30 * time.Second
)

type eventsQuery struct {
	LastEventID string `header:"Last-Event-ID" doc:"The id of the last event that was heard: go on after it."`
	After       string `query:"after" doc:"The same, where the header can't be set."`
}

// Hello begins a stream.
type Hello struct {
	Now      time.Time `json:"now"`
	Position string    `json:"position"`
}

// listener is one open stream.
type listener struct {
	door   *door
	caller httpx.Caller
	stream *live.Stream
	w      http.ResponseWriter
	rc     *http.ResponseController

	doubt   *atomic.Bool // an agent was changed: look at the session at once
	checked time.Time    // when the session was looked at last
}

func (d *door) events(ctx context.Context, in *eventsQuery) (stream, error) {
	if d.Hub == nil {
		return nil, kept.Fail(kept.Unavailable, "There are no live events on this desk.")
	}
	after := in.LastEventID
	if after == "" {
		after = in.After
	}
	doubt := &atomic.Bool{}
	me := caller(ctx).Agent.ID
	s, err := d.Hub.Subscribe(ctx, live.Subscription{After: after, See: func(conversation kept.ID, e *kept.Event) bool {
		if e == nil {
			return conversation != 0
		}
		if e.Type == kept.AgentChanged || e.Type == kept.AgentSignedOut && e.Actor.ID == me {
			doubt.Store(true)
		}
		return conversation != 0 || heard(e.Type) || slices.Contains(e.For, me)
	}})
	if err != nil {
		return nil, &kept.Error{Kind: kept.Unavailable, Say: "Live events are not to be had just now.", Err: err}
	}
	return func(w http.ResponseWriter, r *http.Request) {
		defer s.Close()
		l := &listener{door: d, caller: caller(ctx), stream: s, w: w, rc: http.NewResponseController(w), doubt: doubt, checked: time.Now()}
		l.run(r, after)
	}, nil
}

// heard reports whether what concerns no conversation is told to everybody. The rest is told to whom it is for.
func heard(t kept.EventType) bool { return t == kept.AgentChanged || t == kept.SettingsChanged }

// run writes what happens until the reader goes, the session ends, or the server stops.
func (l *listener) run(r *http.Request, after string) {
	ctx, cancel := httpx.UntilShutdown(r.Context())
	defer cancel()
	httpx.Unhurried(l.w, 0)
	h := l.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx would hold events back
	l.w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return
	}
	frames, err := l.first(ctx)
	if err != nil || !l.write(hello(l.door.Desk.Now(), after, frames)) || !l.write(frames...) {
		return
	}
	for {
		wait, stop := context.WithTimeout(ctx, heartbeat)
		frames, err := l.stream.Next(wait)
		stop()
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, context.DeadlineExceeded):
			frames = [][]byte{[]byte(": still here\n\n")}
		case err != nil:
			return // the hub stopped
		}
		if !l.mayListen(ctx) || !l.write(frames...) {
			return
		}
	}
}

// first takes what a stream begins with, if it is there at once.
func (l *listener) first(ctx context.Context) ([][]byte, error) {
	at, stop := context.WithTimeout(ctx, time.Millisecond)
	defer stop()
	frames, err := l.stream.Next(at)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return nil, nil
	}
	return frames, err
}

// hello says where the stream stands: where the reader left off, or the first frame's place.
func hello(now time.Time, after string, frames [][]byte) []byte {
	position := after
	if position == "" && len(frames) > 0 {
		if rest, ok := bytes.CutPrefix(frames[0], []byte("id: ")); ok {
			id, _, _ := bytes.Cut(rest, []byte("\n"))
			position = string(id)
		}
	}
	data, err := json.Marshal(Hello{now, position})
	if err != nil {
		panic(err) // a time and a string always marshal
	}
	return append(append([]byte("event: hello\ndata: "), data...), "\n\n"...)
}

// slowestReader is how long a stream waits for a reader that takes nothing.
const slowestReader = 30 * time.Second

// write sends frames and flushes once.
func (l *listener) write(frames ...[]byte) bool {
	_ = l.rc.SetWriteDeadline(time.Now().Add(slowestReader)) // a writer without deadlines needs none
	for _, f := range frames {
		if _, err := l.w.Write(f); err != nil {
			return false
		}
	}
	return l.rc.Flush() == nil
}

// mayListen looks at the session again: now and then, when somebody was changed, and when its agent signed out
// anywhere. Another role begins another stream. While the desk can't tell, the stream goes on; what it is sent was
// committed before.
func (l *listener) mayListen(ctx context.Context) bool {
	if !l.doubt.Swap(false) && time.Since(l.checked) < sessionCheck {
		return true
	}
	l.checked = time.Now()
	a, err := l.door.Desk.Who(ctx, l.caller.Token)
	if err != nil {
		return !kept.Is(err, kept.SignedOut)
	}
	return a.Role == l.caller.Agent.Role
}
