package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kept-desk/kept/bench/world"
)

// Live measures how long after an agent's act the other agents' screens hear of it, with many screens
// open.
func Live(ctx context.Context, o Options) (Result, error) {
	return reading(ctx, o, "live", func(s *stand) error {
		other, err := s.signInOther(ctx)
		if err != nil {
			return err
		}
		w := newWatch(o.Streams)
		defer w.close()
		if err := w.open(ctx, s.house().HTTP, other); err != nil {
			return err
		}
		if err := s.rest(ctx); err != nil {
			return err
		}
		ids, err := s.live(ctx)
		if err != nil {
			return err
		}
		b := world.OpenBrowser(s.house().HTTP, s.cookie)
		defer b.Close()
		profiled := s.profile("act", o.Streams)
		before, err := s.cost()
		if err != nil {
			return err
		}
		for began := time.Now(); time.Since(began) < s.o.For; time.Sleep(30 * time.Millisecond) {
			if err := w.act(b, ids[len(w.first)%len(ids)]); err != nil {
				return err
			}
		}
		first, last := lineOf("act → another agent's screen", w.first), lineOf("act → the last of all screens", w.last)
		first.Clients, last.Clients = o.Streams, o.Streams
		if err := s.cpuSince(before, &first); err != nil {
			return err
		}
		profiled()
		first.budget(first.P50 <= 5*time.Millisecond, "p50 ≤ 5 ms")
		first.budget(first.P99 <= 15*time.Millisecond, "p99 ≤ 15 ms")
		s.result.Lines = append(s.result.Lines, first, last)
		s.result.Notes = append(s.result.Notes, "An act is a note, 30 ms after the one before; the time counts from sending the request, so it holds the act's own commit.")
		return nil
	})
}

// signInOther signs another agent in by a one-time link, and returns the session's cookie.
func (s *stand) signInOther(ctx context.Context) (string, error) {
	printed, err := s.house().Command(ctx, "user", "link", "agent0@bench.test")
	if err != nil {
		return "", err
	}
	_, token, _ := strings.Cut(strings.TrimSpace(printed), "token=")
	body, err := json.Marshal(map[string]string{"token": token})
	if err != nil {
		return "", err
	}
	b := world.OpenBrowser(s.house().HTTP, "")
	defer b.Close()
	a, err := b.Do("POST", "/api/session/link", body)
	return a.Cookie, ok(a, err)
}

// watch is many open screens. They hear of one act at a time.
type watch struct {
	browsers []*world.Browser
	waiting  atomic.Pointer[hearing]
	first    []time.Duration // until the first screen, an agent's, heard of each act
	last     []time.Duration // until all had
}

// hearing is an act that screens are to hear of.
type hearing struct {
	mark  []byte
	first chan struct{}
	all   chan struct{}
	left  atomic.Int64
}

func newWatch(n int) *watch { return &watch{browsers: make([]*world.Browser, n)} }

func (w *watch) close() {
	for _, b := range w.browsers {
		if b != nil {
			b.Close()
		}
	}
}

// open opens all streams and waits until each has begun.
func (w *watch) open(ctx context.Context, addr, cookie string) error {
	var ready sync.WaitGroup
	failed := make(chan error, len(w.browsers))
	for i := range w.browsers {
		b := world.OpenBrowser(addr, cookie)
		w.browsers[i] = b
		ready.Add(1)
		begun := sync.OnceFunc(ready.Done)
		go func() {
			err := b.Watch("/api/events", func(line []byte) {
				if bytes.HasPrefix(line, []byte("event: ready")) || bytes.HasPrefix(line, []byte("event: hello")) {
					begun()
				}
				w.heard(i, line)
			})
			failed <- err
			begun()
		}()
	}
	ready.Wait()
	select {
	case err := <-failed:
		return fmt.Errorf("a stream ended: %w", err)
	default:
		return ctx.Err()
	}
}

func (w *watch) heard(i int, line []byte) {
	h := w.waiting.Load()
	if h == nil || !bytes.Contains(line, h.mark) || !bytes.Contains(line, []byte(`"note.added"`)) {
		return
	}
	if i == 0 {
		close(h.first)
	}
	if h.left.Add(-1) == 0 {
		close(h.all)
	}
}

// act writes a note and waits until all screens have heard of it.
func (w *watch) act(b *world.Browser, conversation int64) error {
	h := &hearing{mark: fmt.Appendf(nil, `"conversation":%d,`, conversation), first: make(chan struct{}), all: make(chan struct{})}
	h.left.Store(int64(len(w.browsers)))
	w.waiting.Store(h)
	began := time.Now()
	done := make(chan time.Duration, 1)
	go func() {
		<-h.first
		done <- time.Since(began)
	}()
	if err := ok(b.Do("POST", fmt.Sprintf("/api/conversations/%d/notes", conversation), []byte(`{"html":"<p>I look into it.</p>"}`))); err != nil {
		return err
	}
	select {
	case <-h.all:
	case <-time.After(10 * time.Second):
		return errors.New("not every screen has heard of a note within 10 s")
	}
	w.last = append(w.last, time.Since(began))
	w.first = append(w.first, <-done)
	return nil
}
