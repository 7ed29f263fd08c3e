package email

import (
	"context"
	"time"
)

// take gives an open wire, or opens one.
func (s *Sender) take(ctx context.Context) (w *wire, reused bool, failed *SendError) {
	s.mu.Lock()
	s.retire()
	if n := len(s.idle); n > 0 {
		w, s.idle = s.idle[n-1], s.idle[:n-1]
	}
	s.mu.Unlock()
	if w != nil {
		return w, true, nil
	}
	w, failed = s.dial(ctx)
	return w, false, failed
}

// give keeps the wire for the next mail. Done says that its mail was taken; otherwise what was
// begun on it is reset, which must succeed.
func (s *Sender) give(w *wire, done bool) {
	if !done && w.Reset() != nil {
		w.Close()
		return
	}
	if w.mails++; w.mails >= s.options.MaxMails {
		leave(w)
		return
	}
	w.since = time.Now()
	s.mu.Lock()
	if s.closed || len(s.idle) >= s.options.MaxIdle {
		s.mu.Unlock()
		leave(w)
		return
	}
	s.idle = append(s.idle, w)
	first := len(s.idle) == 1
	s.mu.Unlock()
	if first {
		time.AfterFunc(s.options.IdleFor, s.sweep)
	}
}

// sweep closes what has been idle for too long, and comes back while anything is left.
func (s *Sender) sweep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retire()
	if len(s.idle) > 0 {
		time.AfterFunc(time.Until(s.idle[0].since.Add(s.options.IdleFor)), s.sweep)
	}
}

// retire drops the wires that were idle for too long, under s.mu. They are closed without a word,
// so that no mail waits for a relay that has gone.
func (s *Sender) retire() {
	for len(s.idle) > 0 && time.Since(s.idle[0].since) >= s.options.IdleFor {
		s.idle[0].Close()
		s.idle = s.idle[1:]
	}
}

// Close closes the idle connections; those in use close after their mail.
func (s *Sender) Close() error {
	s.mu.Lock()
	idle := s.idle
	s.idle, s.closed = nil, true
	s.mu.Unlock()
	for _, w := range idle {
		leave(w)
	}
	return nil
}

// leave says goodbye; whether the relay says it too makes no difference.
func leave(w *wire) {
	if w.Quit() != nil {
		w.Close()
	}
}
