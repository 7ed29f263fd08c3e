package work_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/storetest"
	"github.com/kept-desk/kept/work"
)

// sweep breaks due promises as a desk does, without what follows; broken is told of each.
func sweep(db *store.DB, broken func(kept.Promise)) work.Sweep {
	return func(ctx context.Context, now time.Time) (n int, next time.Time, err error) {
		var settled []kept.Promise
		err = db.Write(ctx, func(tx *store.Tx) error {
			due, err := tx.DueConversations(now, 100)
			if err != nil {
				return err
			}
			settled = nil
			if len(due) > 0 {
				if settled, err = tx.BreakDue(due, now); err != nil {
					return err
				}
			}
			next, err = tx.NextPromiseAt()
			return err
		})
		if err != nil {
			return 0, time.Time{}, err
		}
		for _, p := range settled {
			broken(p)
		}
		return len(settled), next, nil
	}
}

// promised writes a conversation with a promise for each due time.
func promised(t testing.TB, db *store.DB, dues ...time.Time) {
	t.Helper()
	err := db.Write(context.Background(), func(tx *store.Tx) error {
		inbox, err := tx.AddInbox(kept.Inbox{Name: "Help", Channel: kept.ChannelEmail, Address: fmt.Sprintf("help%d@northlight.test", time.Now().UnixNano())})
		if err != nil {
			return err
		}
		ada, err := tx.AddContact(kept.Contact{Name: "Ada", Email: fmt.Sprintf("ada%d@home.test", time.Now().UnixNano()), CreatedAt: noon})
		if err != nil {
			return err
		}
		for _, due := range dues {
			c, err := tx.AddConversation(kept.Conversation{
				Inbox: inbox, Contact: ada.ID, Subject: "No line", Status: kept.Open, Priority: kept.Normal, CreatedAt: noon, TouchedAt: noon,
			})
			if err != nil {
				return err
			}
			_, err = tx.AddPromise(kept.Promise{
				Conversation: c, To: ada.ID, Kind: kept.Reply, Due: due, Zone: "UTC", Source: kept.FromPolicy, OpenedAt: noon, State: kept.PromiseOpen,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestThreeNodesBreakEachPromiseOnce(t *testing.T) {
	onNodes(t, 3, func(t *testing.T, nodes []*store.DB) {
		const promises = 500
		var (
			mu     sync.Mutex
			breaks = map[kept.ID]int{}
			done   = make(chan struct{})
		)
		for _, db := range nodes {
			settle := sweep(db, func(p kept.Promise) {
				mu.Lock()
				defer mu.Unlock()
				if breaks[p.ID]++; breaks[p.ID] == 1 && len(breaks) == promises {
					close(done)
				}
			})
			running(t, work.NewClockwork(db, settle, work.ClockworkOptions{}).Run)
		}
		due := make([]time.Time, promises)
		at := time.Now().Add(400 * time.Millisecond).Truncate(time.Microsecond)
		for i := range due {
			due[i] = at
		}
		promised(t, nodes[0], due...)
		within(t, "all promises", done)
		t.Logf("%d promises due at one instant were settled %v after it", promises, time.Since(at).Round(time.Microsecond))
		mu.Lock()
		defer mu.Unlock()
		for id, n := range breaks {
			if n != 1 {
				t.Errorf("promise %d broke %d times", id, n)
			}
		}
	})
}

func TestAPromiseBreaksAtItsInstant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		type moment struct{ due, broke time.Time }
		broken := make(chan moment, 100)
		settle := sweep(db, func(p kept.Promise) { broken <- moment{p.Due, time.Now()} })
		running(t, work.NewClockwork(db, settle, work.ClockworkOptions{}).Run)
		due, start := make([]time.Time, 100), time.Now().Add(300*time.Millisecond)
		for i := range due {
			due[i] = start.Add(time.Duration(i) * 5 * time.Millisecond)
		}
		promised(t, db, due...)
		written := time.Now() // on a busy machine, after some were due
		var all []time.Duration
		for range due {
			m := within(t, "a promise to break", broken)
			if m.broke.Before(m.due) {
				t.Errorf("a promise broke %v before its instant", m.due.Sub(m.broke))
			}
			if m.due.Before(written) {
				m.due = written
			}
			all = append(all, max(0, m.broke.Sub(m.due)))
		}
		t.Logf("late: p50 %v, p99 %v", percentile(all, 50), percentile(all, 99))
		if p := percentile(all, 50); p > time.Second {
			t.Errorf("half of the promises broke %v or more after their instant", p)
		}
	})
}

func TestAnEarlierPromiseWakesTheClockwork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		broken := make(chan kept.Promise, 2)
		running(t, work.NewClockwork(db, sweep(db, func(p kept.Promise) { broken <- p }), work.ClockworkOptions{}).Run)
		promised(t, db, time.Now().Add(time.Hour))
		promised(t, db, time.Now().Add(30*time.Millisecond))
		within(t, "the earlier promise", broken)
		if len(broken) != 0 {
			t.Error("the later promise broke, too")
		}
	})
}

func TestWhatFellDueWhileNothingRanBreaksAtItsDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		promised(t, db, noon, noon.Add(time.Hour), noon.Add(3*time.Hour))
		clock, settled := work.NewTurnedClock(noon.Add(2*time.Hour)), []time.Time{}
		c := work.NewClockwork(db, sweep(db, func(p kept.Promise) { settled = append(settled, p.SettledAt) }), work.ClockworkOptions{Clock: clock})
		if err := c.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(settled) != 2 || !settled[0].Equal(noon) || !settled[1].Equal(noon.Add(time.Hour)) {
			t.Errorf("settled at %v", settled)
		}
	})
}

func TestAClockworkAtRestAsksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.Open(t, "sqlite")
		promised(t, db, time.Now().Add(73*time.Hour))
		var looks, broken atomic.Int32
		ctx, cancel := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer cancel()
		go work.NewClockwork(db, sweep(db, func(kept.Promise) { broken.Add(1) }), //nolint:errcheck // nil
			work.ClockworkOptions{Looked: func() { looks.Add(1) }}).Run(ctx)
		synctest.Wait()
		before := looks.Load()
		time.Sleep(72 * time.Hour)
		synctest.Wait()
		if n := looks.Load(); n != before {
			t.Errorf("it asked %d times in 72 hours of rest", n-before)
		}
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		if n := broken.Load(); n != 1 {
			t.Errorf("%d promises broke", n)
		}
		t.Logf("it asked %d times in all", looks.Load())
	})
}

func TestADatabaseThatIsAwayIsLoggedOnceAndAskedEverMoreSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, log := storetest.Open(t, "sqlite"), &paper{}
		var looks, back atomic.Int32
		settle := func(context.Context, time.Time) (int, time.Time, error) {
			if looks.Add(1); back.Load() == 0 {
				return 0, time.Time{}, errors.New("connection refused")
			}
			return 0, time.Time{}, nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer cancel()
		go work.NewClockwork(db, settle, work.ClockworkOptions{Log: log.log()}).Run(ctx) //nolint:errcheck // nil
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := looks.Load(); n < 100 || n > 200 || log.count("connection refused") != 1 {
			t.Errorf("asked %d times in an hour, logged %d times", n, log.count("connection refused"))
		}
		back.Store(1)
		time.Sleep(time.Minute)
		synctest.Wait()
		before := looks.Load()
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := looks.Load(); n != before {
			t.Errorf("asked %d times at rest, after the database came back", n-before)
		}
	})
}
