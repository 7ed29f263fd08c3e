package live

import (
	"context"
	"io"
	"sync"

	"github.com/kept-desk/kept/kept"
)

// Stream is one open screen. Its methods are for one goroutine, but for Close.
type Stream struct {
	hub     *Hub
	see     func(kept.ID, *kept.Event) bool
	backlog [][]byte // what it missed, before it joins the ring
	next    uint64   // its place in the ring
	once    sync.Once
}

// atOnce bounds how many frames Next gives.
const atOnce = 256

// Next waits for frames, and gives all that are ready, up to a bound: write them all, then flush once.
// They are shared: don't change them. A context's end is its error, and harms nothing: a caller gives a
// deadline to send a heartbeat, and calls again. io.EOF: the hub stopped.
func (s *Stream) Next(ctx context.Context) ([][]byte, error) {
	for {
		if n := min(len(s.backlog), atOnce); n > 0 {
			out := s.backlog[:n:n]
			s.backlog = s.backlog[n:]
			return out, nil
		}
		frames, next, missed, position, grown := s.hub.ring.from(s.next, atOnce)
		s.next = next
		if missed {
			s.hub.missed("slow")
			return [][]byte{resetFrame(position)}, nil
		}
		if out := s.seen(frames); len(out) > 0 {
			return out, nil
		}
		if len(frames) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-s.hub.stopped:
			return nil, io.EOF
		case <-grown:
		}
	}
}

// seen are the frames that this stream may have.
func (s *Stream) seen(frames []frame) (out [][]byte) {
	for _, f := range frames {
		if s.see == nil || s.see(f.conversation, f.event) {
			out = append(out, f.bytes)
		}
	}
	return out
}

// Close ends the stream.
func (s *Stream) Close() { s.once.Do(s.hub.leave) }

func (h *Hub) missed(reason string) {
	if h.o.Observer.Reset != nil {
		h.o.Observer.Reset(reason)
	}
}

// resume places the stream after a position: in the ring if that still has it, else the events up to
// the ring are read for this stream alone. Too many, or a position that the log doesn't have, is a
// reset.
func (s *Stream) resume(ctx context.Context, after string) error {
	h := s.hub
	if after == "" {
		n, position := h.ring.end()
		s.next, s.backlog = n, [][]byte{sse(position, "ready", []byte("{}"))}
		return nil
	}
	if s.join(after) {
		return nil
	}
	for left := h.o.Replay; left > 0; {
		most := min(page, left)
		events, _, err := h.read(ctx, after, most)
		if kept.Is(err, kept.Invalid) {
			break
		} else if err != nil {
			return err
		}
		for _, f := range h.frames(events) {
			s.backlog = append(s.backlog, s.seen([]frame{f})...)
			if after = f.position; s.join(after) {
				return nil
			}
		}
		if left -= len(events); len(events) < most {
			return s.meet(ctx, after)
		}
	}
	return s.reset()
}

// join places the stream in the ring after a position, if the ring has it.
func (s *Stream) join(position string) (ok bool) {
	n, ok := s.hub.ring.after(position)
	if ok {
		s.next = n
	}
	return ok
}

// meet joins the ring after the log's last event, which the hub may not have read yet. What was
// readable once stays readable, so the hub finds it now.
func (s *Stream) meet(ctx context.Context, last string) error {
	if _, err := s.hub.catchUp(ctx); err != nil {
		return err
	}
	if s.join(last) {
		return nil
	}
	return s.reset()
}

func (s *Stream) reset() error {
	n, position := s.hub.ring.end()
	s.next, s.backlog = n, [][]byte{resetFrame(position)}
	s.hub.missed("old")
	return nil
}
