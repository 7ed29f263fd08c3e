package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/web/api"
)

// heard is a server-sent event as a browser reads it.
type heard struct{ id, name, data string }

// listening is an open stream.
type listening struct {
	w      *world
	lines  *bufio.Scanner
	close  func()
	header http.Header
}

// listens opens the stream; after is the Last-Event-ID, empty for none.
func (b *browser) listens(after string) *listening {
	b.w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	r := b.request("GET", "/api/events", nil).WithContext(ctx)
	if after != "" {
		r.Header.Set("Last-Event-ID", after)
	}
	resp, err := b.client.Do(r)
	b.w.ok(err)
	if resp.StatusCode != 200 {
		b.w.Fatalf("the stream answers %d", resp.StatusCode)
	}
	l := &listening{b.w, bufio.NewScanner(resp.Body), func() { cancel(); resp.Body.Close() }, resp.Header}
	b.w.Cleanup(l.close)
	return l
}

// next waits for an event; ok is false at the stream's end.
func (l *listening) next() (e heard, ok bool) {
	for l.lines.Scan() {
		key, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch key {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			e.data = value
		case "":
			if e.name != "" {
				return e, true
			}
		}
	}
	return e, false
}

// until waits for an event that fits.
func (l *listening) until(what string, fits func(heard) bool) heard {
	l.w.Helper()
	for {
		e, ok := l.next()
		if !ok {
			l.w.Fatalf("the stream ended before %s", what)
		}
		if fits(e) {
			return e
		}
	}
}

// eventOf is the event that a stream tells; zero where it tells something else.
func eventOf(h heard) (e kept.Event) {
	if h.name != "event" || json.Unmarshal([]byte(h.data), &e) != nil {
		return kept.Event{}
	}
	return e
}

func happened(t kept.EventType, conversation kept.ID) func(heard) bool {
	return func(h heard) bool {
		var e kept.Event
		return h.name == "event" && json.Unmarshal([]byte(h.data), &e) == nil && e.Type == t && e.Conversation == conversation
	}
}

func TestWhatOneAgentDoesAnotherHears(t *testing.T) {
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		ana := w.as(w.ana).listens("")
		hello, _ := ana.next()
		var said api.Hello
		w.ok(json.Unmarshal([]byte(hello.data), &said))
		if hello.name != "hello" || !said.Now.Equal(monday) || said.Position == "" {
			w.Errorf("the stream begins with %+v", hello)
		}
		if ct := ana.header.Get("Content-Type"); ct != "text/event-stream" || ana.header.Get("Content-Encoding") != "" {
			w.Errorf("the stream is %s, %s", ct, ana.header.Get("Content-Encoding"))
		}
		bo := w.as(w.bo)
		bo.ask("PUT", talk(row.ID, "/presence"), api.Presence{Typing: true}).is(204)
		seen := ana.until("Bo's presence", func(h heard) bool { return h.name == "presence" })
		if !strings.Contains(seen.data, `"name":"Bo Lind","typing":true`) {
			w.Errorf("presence says %s", seen.data)
		}
		if v := into[api.ConversationRow](w.as(w.ana).ask("GET", talk(row.ID, "/row"), nil).is(200)).Viewers; len(v) != 1 || !v[0].Typing {
			w.Errorf("the row is seen by %+v", v)
		}
		bo.ask("POST", talk(row.ID, "/reply"), api.Answer{HTML: "<p>We found it.</p>", Then: "wait"}).is(200)
		ana.until("Bo's answer", happened(kept.MessageWritten, row.ID))
		bo.ask("DELETE", talk(row.ID, "/presence"), nil).is(204)
		ana.until("Bo leaving", func(h heard) bool { return h.name == "presence" && strings.Contains(h.data, `"viewers":[]`) })
		w.as(w.bo).ask("PUT", talk(98765, "/presence"), api.Presence{}).problem(404)
	})
}

func TestALineThatDroppedMissesNothing(t *testing.T) {
	each(t, func(w *world) {
		row := w.writes("marta@example.test", "Line down", "It is down again.")
		note := func(n int) {
			w.as(w.bo).ask("POST", talk(row.ID, "/notes"), api.NewNote{HTML: fmt.Sprintf("<p>Note %d</p>", n)}).is(200)
		}
		first := w.as(w.ana).listens("")
		note(0)
		last := first.until("the first note", happened(kept.NoteAdded, row.ID))
		first.close()

		const more = 20
		for n := 1; n <= more; n++ {
			note(n)
		}
		again := w.as(w.ana).listens(last.id)
		if hello, _ := again.next(); hello.name != "hello" || !strings.Contains(hello.data, last.id) {
			w.Errorf("the stream goes on with %+v", hello)
		}
		ids := map[string]bool{last.id: true}
		for range more {
			e := again.until("a note", happened(kept.NoteAdded, row.ID))
			if ids[e.id] {
				w.Errorf("%s came twice", e.id)
			}
			ids[e.id] = true
		}
		again.close()
		lost := w.as(w.ana).listens("nowhere")
		lost.until("a reset", func(h heard) bool { return h.name == "reset" })
	})
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	each(t, func(w *world) {
		bo := w.as(w.bo).listens("")
		bo.until("the beginning", func(h heard) bool { return h.name == "ready" })
		w.as(w.ana).ask("PATCH", fmt.Sprintf("/api/agents/%d", w.bo.ID), `{"gone": true}`).is(200)
		for {
			if e, ok := bo.next(); !ok {
				break
			} else if e.name == "event" && strings.Contains(e.data, string(kept.AgentChanged)) {
				w.Error("who is gone still hears")
			}
		}
	})
}

func TestAServerThatStopsDoesntWaitForStreams(t *testing.T) {
	each(t, func(w *world) {
		open := w.as(w.ana).listens("")
		open.until("the beginning", func(h heard) bool { return h.name == "ready" })
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		w.ok(w.server.Config.Shutdown(ctx))
		if _, err := io.ReadAll(&rest{open}); err != nil {
			w.Error(err)
		}
	})
}

// rest reads a stream to its end.
type rest struct{ l *listening }

func (r *rest) Read([]byte) (int, error) {
	if _, ok := r.l.next(); !ok {
		return 0, io.EOF
	}
	return 0, nil
}
