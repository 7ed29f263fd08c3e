package e2e

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/kept-desk/kept/bench/world"
)

// kills is how often the house is killed on each database: a dozen, or KEPT_KILLS.
func kills(t *testing.T) int {
	t.Helper()
	text := os.Getenv("KEPT_KILLS")
	if text == "" {
		return 12
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("KEPT_KILLS=%s is no number of kills", text)
	}
	return n
}

// seed is of what is random in a test: KEPT_SEED, or another each time. It is printed.
func seed(t *testing.T) uint64 {
	t.Helper()
	n := rand.Uint64N(1_000_000)
	if text := os.Getenv("KEPT_SEED"); text != "" {
		var err error
		if n, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("KEPT_SEED=%d", n)
	return n
}

// dice are random and may be thrown by many.
type dice struct {
	mu sync.Mutex
	r  *rand.Rand
}

func newDice(seed uint64) *dice { return &dice{r: rand.New(rand.NewPCG(seed, 0))} }

func (d *dice) n(most int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.r.IntN(most)
}

// between is a time from a to b.
func (d *dice) between(a, b time.Duration) time.Duration {
	return a + time.Duration(d.n(int((b-a)/time.Microsecond)))*time.Microsecond
}

func TestKilledAtAnyPointNothingIsLostAndNothingIsTwice(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *world.House) {
		d := newDice(seed(t))
		sink, err := world.OpenSink()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { sink.Close() })
		sink.Slow = func() time.Duration { return d.between(0, 4*time.Millisecond) }
		h.Relay, h.Flags = sink.Relay(), []string{"--requests-per-second=-1"}
		if _, err := h.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		s := &storm{t: t, h: h, d: d, sink: sink, cookie: signIn(t, h), accepted: map[string]bool{}, answered: map[string]bool{}}

		going, stop := context.WithCancel(t.Context())
		var people sync.WaitGroup
		for range 3 {
			people.Go(func() { s.writeMails(going) })
		}
		for range 2 {
			people.Go(func() { s.answerMails(going) })
		}
		n := kills(t)
		for done := 0; done < n || !s.busy(n) && done < 20*n; done++ { // a slow machine needs more time to be hit at work
			killOnce(t, h, d, time.Duration(1+done/n)*400*time.Millisecond)
		}
		stop()
		people.Wait()
		s.settle()
		stopAndCheck(t, h)
		s.verify(n)
	})
}

// killOnce lets the house run for a moment of at most so long, kills it, and starts it again; one in five dies once more
// while it starts.
func killOnce(t *testing.T, h *world.House, d *dice, life time.Duration) {
	t.Helper()
	time.Sleep(d.between(10*time.Millisecond, life))
	h.Kill()
	if d.n(5) == 0 {
		if err := h.Spawn(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(d.between(0, 80*time.Millisecond))
		h.Kill()
	}
	if _, err := h.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}
