package live_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/live"
	"github.com/kept-desk/kept/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// follow starts a hub on a database's log, as the program does.
func follow(t testing.TB, db *store.DB, o live.Options) *live.Hub {
	t.Helper()
	hub := live.NewHub(live.Log{Read: db.EventsAfter, Head: db.LastPosition}, o)
	db.OnCommit(func(c store.Commit) {
		if c.Events {
			hub.Kick()
		}
	})
	run(t, hub)
	return hub
}

func run(t testing.TB, hub *live.Hub) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- hub.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// commit writes events about conversations, in one transaction.
func commit(t testing.TB, db *store.DB, conversations ...kept.ID) {
	t.Helper()
	events := make([]kept.Event, len(conversations))
	for i, c := range conversations {
		events[i] = kept.Event{At: noon, Type: kept.MessageReceived, Actor: kept.System, Conversation: c}
	}
	err := db.Write(context.Background(), func(tx *store.Tx) error { return tx.AddEvents(events...) })
	if err != nil {
		t.Error(err)
	}
}

func subscribe(t testing.TB, hub *live.Hub, s live.Subscription) *live.Stream {
	t.Helper()
	stream, err := hub.Subscribe(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stream.Close)
	return stream
}

// sent is a server-sent event as a browser reads it.
type sent struct{ id, name, data string }

func parse(t testing.TB, frame []byte) (s sent) {
	t.Helper()
	text, ok := strings.CutSuffix(string(frame), "\n\n")
	if !ok {
		t.Fatalf("%q has no end", frame)
	}
	for line := range strings.SplitSeq(text, "\n") {
		field, value, ok := strings.Cut(line, ": ")
		switch {
		case ok && field == "id":
			s.id = value
		case ok && field == "event":
			s.name = value
		case ok && field == "data" && s.data == "":
			s.data = value
		default:
			t.Fatalf("%q in %q", line, frame)
		}
	}
	return s
}

// take reads frames until there are n, with a limit that only a hang reaches.
func take(t testing.TB, s *live.Stream, n int) (all []sent) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for len(all) < n {
		frames, err := s.Next(ctx)
		if err != nil {
			t.Fatalf("after %v of %d: %v", all, n, err)
		}
		for _, f := range frames {
			all = append(all, parse(t, f))
		}
	}
	return all
}

// silent checks that a stream has nothing ready.
func silent(t testing.TB, s *live.Stream) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if frames, err := s.Next(ctx); err == nil {
		t.Errorf("got %q", frames)
	}
}

// names are the frames in short: "event 7" of conversation 7, "reset", "ready".
func names(t testing.TB, all []sent) (out []string) {
	t.Helper()
	for _, s := range all {
		var id int
		if _, after, ok := strings.Cut(s.data, `"conversation":`); ok {
			if _, err := fmt.Sscanf(after, "%d", &id); err != nil {
				t.Fatal(s.data, err)
			}
			out = append(out, fmt.Sprintf("%s %d", s.name, id))
			continue
		}
		out = append(out, s.name)
	}
	return out
}

func want(t testing.TB, got []sent, names_ ...string) {
	t.Helper()
	if got := names(t, got); !slices.Equal(got, names_) {
		t.Errorf("got %q, not %q", got, names_)
	}
}

// book is an event log in memory, for tests of the hub alone.
type book struct {
	mu    sync.Mutex
	pages []kept.Event
	reads int
}

func (b *book) write(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for range n {
		id := len(b.pages) + 1
		b.pages = append(b.pages, kept.Event{ID: kept.ID(id), Position: fmt.Sprint(id), At: noon, Conversation: kept.ID(id)})
	}
}

func (b *book) log() live.Log {
	return live.Log{
		Read: func(_ context.Context, after string, limit int) ([]kept.Event, bool, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.reads++
			var n int
			if _, err := fmt.Sscan(after, &n); err != nil && after != "" {
				return nil, false, kept.Wrong("after", "%q is no position", after)
			}
			n = min(n, len(b.pages))
			return slices.Clone(b.pages[n:min(n+limit, len(b.pages))]), false, nil
		},
		Head: func(context.Context) (string, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			return fmt.Sprint(len(b.pages)), nil
		},
	}
}

func (b *book) read() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.reads
}

func TestAStreamEndsWithTheHub(t *testing.T) {
	hub := live.NewHub((&book{}).log(), live.Options{})
	stop := run(t, hub)
	s := subscribe(t, hub, live.Subscription{})
	want(t, take(t, s, 1), "ready")
	stop()
	if _, err := s.Next(t.Context()); err != io.EOF {
		t.Errorf("next: %v", err)
	}
	if _, err := hub.Subscribe(t.Context(), live.Subscription{}); err != io.EOF {
		t.Errorf("subscribe: %v", err)
	}
}
