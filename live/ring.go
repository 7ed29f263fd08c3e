package live

import "sync"

// ring holds the last frames for all streams. A stream is a number in it, and so costs no memory of its
// own, and can't block anyone: one that is too slow finds its next frame overwritten.
type ring struct {
	mu     sync.RWMutex
	frames []frame
	next   uint64 // the number of the frame to come; frame n lies at n % len(frames)
	first  uint64 // the oldest frame that may be read

	base  string            // the position just before the oldest event that may be resumed from here
	last  string            // the position of the newest event
	at    map[string]uint64 // the number of the frame after an event's position
	grown chan struct{}     // closed and renewed when frames are added
}

func newRing(size int) *ring {
	return &ring{frames: make([]frame, size), at: map[string]uint64{}, grown: make(chan struct{})}
}

// restart forgets all frames: the log is followed from position. Streams that had not read everything
// see that they missed something.
func (r *ring) restart(position string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.frames)
	clear(r.at)
	r.next++ // whoever stands at the old end has missed what nobody read
	r.first, r.base, r.last = r.next, position, position
	r.wake()
}

func (r *ring) add(frames ...frame) {
	if len(frames) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	size := uint64(len(r.frames))
	for _, f := range frames {
		slot := &r.frames[r.next%size]
		if r.next-r.first == size {
			r.first++
			if slot.position != "" {
				r.base = slot.position
				delete(r.at, slot.position)
			}
		}
		*slot = f
		r.next++
		if f.position != "" {
			r.last = f.position
			r.at[f.position] = r.next
		}
	}
	r.wake()
}

func (r *ring) wake() {
	close(r.grown)
	r.grown = make(chan struct{})
}

// from gives the frames from number n on, at most most, and the number after them; missed says that
// some before them are gone, and with it where the log stands. Where there are none, grown tells when
// there are.
func (r *ring) from(n uint64, most int) (frames []frame, next uint64, missed bool, position string, grown <-chan struct{}) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if n < r.first {
		return nil, r.next, true, r.last, nil
	}
	size := uint64(len(r.frames))
	for ; n < r.next && len(frames) < most; n++ {
		frames = append(frames, r.frames[n%size])
	}
	return frames, n, false, r.last, r.grown
}

// after finds the number of the frame that follows a position.
func (r *ring) after(position string) (n uint64, ok bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if n, ok := r.at[position]; ok {
		return n, true
	}
	return r.first, position == r.base
}

func (r *ring) end() (n uint64, position string) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.next, r.last
}
