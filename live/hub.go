package live

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/kept-desk/kept/kept"
)

// Log is how the hub reads the event log. Positions are opaque to it.
type Log struct {
	// Read gives up to limit events after a position, in the log's order. More says that there are
	// events which can't be read yet, because a slower transaction may still put some before them.
	Read func(ctx context.Context, after string, limit int) (events []kept.Event, more bool, err error)

	// Head is the position of the last event that can be read. It is not empty where there is none:
	// a screen that came then must find its way back, too.
	Head func(ctx context.Context) (position string, err error)
}

// Options of a Hub. Zero values are usable.
type Options struct {
	Keep     int // frames kept for all streams; default 4096
	Replay   int // events read for a stream that resumes from before those; default 2000
	Log      *slog.Logger
	Observer Observer
}

// Observer is told what happens, for metrics. Its functions may be nil.
type Observer struct {
	Streams func(change int)    // a stream began (+1) or ended (-1)
	Read    func(events int)    // the log was read; at rest, and while nobody looks, it isn't
	Reset   func(reason string) // a stream missed something: "slow" or "old"
}

// Hub reads what was committed once, and gives it to every open stream.
type Hub struct {
	log      Log
	o        Options
	ring     *ring
	kick     chan struct{}
	stopped  chan struct{}
	presence *presence

	reading sync.Mutex // held by who reads the log into the ring

	mu      sync.Mutex
	streams int
	asleep  bool // nobody looked when the last kick came, so the ring doesn't follow the log
}

// page is how many events are read at once.
const page = 500

// NewHub makes a hub; Run makes it live.
func NewHub(log Log, o Options) *Hub {
	if o.Keep <= 0 {
		o.Keep = 4096
	}
	if o.Replay <= 0 {
		o.Replay = 2000
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	h := &Hub{log: log, o: o, ring: newRing(o.Keep), kick: make(chan struct{}, 1), stopped: make(chan struct{}), asleep: true}
	h.presence = newPresence(h.ring)
	return h
}

// Kick says that events were committed. It returns at once.
func (h *Hub) Kick() {
	select {
	case h.kick <- struct{}{}:
	default:
	}
}

// Streams is how many are open.
func (h *Hub) Streams() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.streams
}

// The pauses before the log is looked at again for events that could not be read, or after an error.
const (
	shortestPause = 2 * time.Millisecond
	longestPause  = time.Second
)

// Run reads the log after each kick until ctx is over; then all streams end. It must be called once.
func (h *Hub) Run(ctx context.Context) error {
	defer h.presence.stop()
	defer close(h.stopped)
	pause, failing := time.Duration(0), false
	for {
		var again <-chan time.Time
		if pause > 0 {
			again = time.After(pause)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-h.kick:
			pause = 0
		case <-again:
		}
		if h.nobody() {
			pause = 0
			continue
		}
		more, err := h.catchUp(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			h.o.Log.Error("the event log could not be read; screens wait until it can", "err", err)
		}
		failing = err != nil
		if !more && !failing {
			pause = 0
			continue
		}
		pause = min(max(2*pause, shortestPause), longestPause)
	}
}

// nobody reports that there are no streams; then the ring falls asleep until there is one.
func (h *Hub) nobody() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asleep = h.asleep || h.streams == 0
	return h.asleep
}

// catchUp reads the log to its end, and says whether there are events that can't be read yet.
func (h *Hub) catchUp(ctx context.Context) (more bool, err error) {
	h.reading.Lock()
	defer h.reading.Unlock()
	for {
		_, last := h.ring.end()
		events, more, err := h.read(ctx, last, page)
		if err != nil {
			return false, err
		}
		h.ring.add(h.frames(events)...)
		if len(events) < page {
			return more, nil
		}
	}
}

func (h *Hub) read(ctx context.Context, after string, most int) ([]kept.Event, bool, error) {
	events, more, err := h.log.Read(ctx, after, most)
	if err == nil && h.o.Observer.Read != nil {
		h.o.Observer.Read(len(events))
	}
	return events, more, err
}

func (h *Hub) frames(events []kept.Event) []frame {
	frames := make([]frame, 0, len(events))
	for i := range events {
		f, err := eventFrame(&events[i])
		if err != nil { // its data is no JSON; the position must go on all the same
			h.o.Log.Error("an event can't be shown", "event", events[i].ID, "err", err)
			f = frame{position: events[i].Position, conversation: events[i].Conversation, event: &events[i], bytes: resetFrame(events[i].Position)}
		}
		frames = append(frames, f)
	}
	return frames
}

// enter counts a stream in, and wakes the ring if it is the first.
func (h *Hub) enter(ctx context.Context) error {
	h.reading.Lock()
	defer h.reading.Unlock()
	h.mu.Lock()
	asleep := h.asleep
	h.streams++ // from here on, kicks are followed
	h.asleep = false
	h.mu.Unlock()
	if asleep {
		head, err := h.log.Head(ctx)
		if err != nil {
			h.mu.Lock()
			h.streams--
			h.asleep = true
			h.mu.Unlock()
			return err
		}
		h.ring.restart(head)
		h.Kick() // what was committed since, or could not be read yet
	}
	if h.o.Observer.Streams != nil {
		h.o.Observer.Streams(+1)
	}
	return nil
}

func (h *Hub) leave() {
	h.mu.Lock()
	h.streams--
	h.mu.Unlock()
	if h.o.Observer.Streams != nil {
		h.o.Observer.Streams(-1)
	}
}

// Subscription is what a stream wants.
type Subscription struct {
	// After is the position after which it goes on (Last-Event-ID). Empty: from now on, beginning with
	// a "ready" event that bears the position, so that a line that drops at once can be resumed.
	After string

	// See is the access filter: whether this stream may have what concerns a conversation (zero: none).
	// The event is nil for presence. Nil sees everything. It is called as frames are taken, by Next.
	See func(conversation kept.ID, e *kept.Event) bool
}

// Subscribe opens a stream. Close it.
func (h *Hub) Subscribe(ctx context.Context, want Subscription) (*Stream, error) {
	select {
	case <-h.stopped:
		return nil, io.EOF
	default:
	}
	if err := h.enter(ctx); err != nil {
		return nil, err
	}
	s := &Stream{hub: h, see: want.See}
	if err := s.resume(ctx, want.After); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}
