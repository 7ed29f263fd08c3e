package work_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/storetest"
	"github.com/kept-desk/kept/work"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// onNodes runs a test on one new database of each kind, opened by n nodes. SQLite has one node, with
// as many runners.
func onNodes(t *testing.T, n int, f func(t *testing.T, nodes []*store.DB)) {
	t.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			url := storetest.URL(t, name)
			var nodes []*store.DB
			for i := range n {
				if i > 0 && name == "sqlite" {
					nodes = append(nodes, nodes[0])
					continue
				}
				db, err := store.Open(t.Context(), url)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() {
					if err := db.Close(); err != nil {
						t.Error(err)
					}
				})
				nodes = append(nodes, db)
			}
			f(t, nodes)
		})
	}
}

// running starts a Run, and returns what stops it and waits for it.
func running(t *testing.T, run func(context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func add(t testing.TB, db *store.DB, kind string, args any, key string, at time.Time) {
	t.Helper()
	err := db.Write(context.Background(), func(tx *store.Tx) error { return tx.AddJob(kind, args, key, at) })
	if err != nil {
		t.Fatal(err)
	}
}

func drain(t *testing.T, j *work.Jobs) {
	t.Helper()
	if err := j.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// waiting is how many jobs wait and how many were given up.
func waiting(t *testing.T, db *store.DB) (n, dead int) {
	t.Helper()
	n, dead, err := db.CountJobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n, dead
}

// diary collects what happened, from any goroutine.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) add(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func (d *diary) read() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.lines)
}

// paper is a log that can be read.
type paper struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(b)
}

func (p *paper) log() *slog.Logger { return slog.New(slog.NewTextHandler(p, nil)) }

func (p *paper) count(words string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Count(p.b.Bytes(), []byte(words))
}

// within waits for a signal, with a limit that only a hang reaches.
func within[T any](t *testing.T, what string, c <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-c:
	case <-time.After(20 * time.Second):
		t.Fatal("waited in vain for " + what)
	}
	return v
}

func percentile(all []time.Duration, p int) time.Duration {
	slices.Sort(all)
	return all[(len(all)-1)*p/100].Round(time.Microsecond)
}

var errRelay = errors.New("the relay is away")
