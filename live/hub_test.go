package live_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/live"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/storetest"
)

func TestAThousandScreensHearOfACommitWithinMilliseconds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const screens, commits = 1000, 100
		hub := follow(t, db, live.Options{})
		var heard [screens]chan time.Time
		for i := range heard {
			heard[i] = make(chan time.Time, commits)
			s := subscribe(t, hub, live.Subscription{})
			take(t, s, 1)
			go func() {
				defer close(heard[i])
				for range commits {
					if _, err := s.Next(context.Background()); err != nil {
						return
					}
					heard[i] <- time.Now()
				}
			}()
		}
		var all []time.Duration
		for n := range commits {
			start := time.Now() // the commit itself counts, too
			commit(t, db, kept.ID(n+1))
			for _, h := range heard {
				all = append(all, (<-h).Sub(start))
			}
		}
		slices.Sort(all)
		p50, p99 := all[len(all)/2], all[len(all)*99/100]
		t.Logf("commit to %d screens: p50 %v, p99 %v, last %v", screens, p50, p99, all[len(all)-1])
		if p50 > time.Second {
			t.Errorf("half of the screens heard of it %v or more after the act", p50)
		}
	})
}

func TestAResumedStreamGetsEachEventOnceUnderConcurrentWriters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const writers, each, screens = 8, 60, 6
		// A small ring, so that some resume from it and some from the log.
		hub := follow(t, db, live.Options{Keep: 32, Replay: 5000})
		begin, err := db.LastPosition(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for i := range each {
					id := kept.ID(2 * (w*each + i))
					commit(t, db, id+1, id+2)
				}
			})
		}
		for n := range screens {
			all.Go(func() {
				dice := rand.New(rand.NewPCG(uint64(n), 7))
				seen, last := map[string]int{}, begin
				for hopeless := time.Now().Add(30 * time.Second); len(seen) < 2*writers*each; {
					if time.Now().After(hopeless) {
						t.Errorf("screen %d got %d events of %d, and stands at %s", n, len(seen), 2*writers*each, last)
						break
					}
					last = readSome(t, hub, last, seen, 1+dice.IntN(40))
				}
				for event, times := range seen {
					if times != 1 {
						t.Errorf("screen %d got %s %d times", n, event, times)
					}
				}
			})
		}
		all.Wait()
	})
}

// readSome opens a stream after a position, reads frames until there are n or none come for a while,
// and gives the last position. A reset means that the ring overran this screen: it goes on from where
// it was, as a screen that resumes does.
func readSome(t *testing.T, hub *live.Hub, after string, seen map[string]int, n int) string {
	s, err := hub.Subscribe(t.Context(), live.Subscription{After: after})
	if err != nil {
		t.Error(err)
		return after
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	for got := 0; got < n; {
		frames, err := s.Next(ctx)
		if err != nil {
			return after
		}
		for _, f := range frames {
			e := parse(t, f)
			if e.name == "reset" {
				return after
			}
			seen[names(t, []sent{e})[0]]++
			after = e.id
			got++
		}
	}
	return after
}

func TestAnEventThatWaitsForASlowerTransactionIsNotForgotten(t *testing.T) {
	db := storetest.Open(t, "postgres")
	hub := follow(t, db, live.Options{})
	s := subscribe(t, hub, live.Subscription{})
	take(t, s, 1)
	slow, began, end := make(chan error, 1), make(chan struct{}), make(chan struct{})
	go func() {
		slow <- db.Write(context.Background(), func(tx *store.Tx) error {
			err := tx.PutSetting("slow", "yes") // takes a number, writes no event: nobody is kicked when it ends
			close(began)
			<-end
			return err
		})
	}()
	<-began
	commit(t, db, 7)
	silent(t, s)
	close(end)
	if err := <-slow; err != nil {
		t.Fatal(err)
	}
	want(t, take(t, s, 1), "event 7")
}

func TestAStreamResumesFromWhereverItWas(t *testing.T) {
	log := &book{}
	log.write(50)
	hub := live.NewHub(log.log(), live.Options{Keep: 8, Replay: 20})
	run(t, hub)
	first := subscribe(t, hub, live.Subscription{})
	take(t, first, 1)
	for range 20 { // then the ring has 63 to 70
		log.write(1)
		hub.Kick()
		take(t, first, 1)
	}
	for _, c := range []struct {
		after string
		first string
		n     int
	}{
		{"70", "event 71", 0},
		{"66", "event 67", 4},
		{"62", "event 63", 8},
		{"61", "event 62", 9},
		{"50", "event 51", 20},
		{"5", "reset", 1},
		{"nonsense", "reset", 1},
		{"9000", "reset", 1},
	} {
		s := subscribe(t, hub, live.Subscription{After: c.after})
		if c.n > 0 {
			got := names(t, take(t, s, c.n))
			if got[0] != c.first || len(got) != c.n {
				t.Errorf("after %s: %q", c.after, got)
			}
		}
		silent(t, s)
	}
	s := subscribe(t, hub, live.Subscription{After: "5"})
	if got := take(t, s, 1); got[0] != (sent{"70", "reset", "{}"}) {
		t.Errorf("a reset without the place to go on from: %v", got)
	}
	log.write(1)
	s = subscribe(t, hub, live.Subscription{After: "71"}) // told by another node; this hub wasn't kicked yet
	silent(t, s)
	log.write(1)
	hub.Kick()
	want(t, take(t, s, 1), "event 72")
}

func TestASlowStreamIsToldToLoadAgainAndHoldsUpNobody(t *testing.T) {
	log := &book{}
	resets := make(chan string, 10)
	hub := live.NewHub(log.log(), live.Options{Keep: 64, Observer: live.Observer{Reset: func(why string) { resets <- why }}})
	run(t, hub)
	slow, quick := subscribe(t, hub, live.Subscription{}), subscribe(t, hub, live.Subscription{})
	take(t, quick, 1)
	for range 10 {
		log.write(20)
		hub.Kick()
		take(t, quick, 20)
	}
	want(t, take(t, slow, 1), "ready")
	if got := take(t, slow, 1); len(got) != 1 || got[0] != (sent{"200", "reset", "{}"}) {
		t.Errorf("the slow one got %v", got)
	}
	if why := <-resets; why != "slow" || len(resets) != 0 {
		t.Errorf("reset for %q, and %d more", why, len(resets))
	}
	log.write(1)
	hub.Kick()
	want(t, take(t, slow, 1), "event 201")
}

func TestAStreamGetsOnlyWhatItMaySee(t *testing.T) {
	log := &book{}
	log.write(10)
	hub := live.NewHub(log.log(), live.Options{})
	run(t, hub)
	even := func(c kept.ID, _ *kept.Event) bool { return c%2 == 0 }
	s := subscribe(t, hub, live.Subscription{After: "4", See: even})
	log.write(4)
	hub.Kick()
	hub.Look(1, "Ada", 13, false)
	hub.Look(1, "Ada", 20, false)
	got := names(t, take(t, s, 6))
	slices.Sort(got) // presence comes when it comes
	if want := []string{"event 10", "event 12", "event 14", "event 6", "event 8", "presence 20"}; !slices.Equal(got, want) {
		t.Errorf("got %q, not %q", got, want)
	}
}

func TestAHubThatNobodyWatchesReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &book{}
		log.write(5)
		hub := live.NewHub(log.log(), live.Options{})
		stop := run(t, hub)
		defer stop()
		for range 100 {
			log.write(1)
			hub.Kick()
			synctest.Wait()
		}
		if n := log.read(); n != 0 {
			t.Errorf("read the log %d times for nobody", n)
		}
		s := subscribe(t, hub, live.Subscription{After: "100"})
		want(t, take(t, s, 5), "event 101", "event 102", "event 103", "event 104", "event 105")
		synctest.Wait()
		before := log.read()
		time.Sleep(72 * time.Hour)
		synctest.Wait()
		if n := log.read(); n != before {
			t.Errorf("read the log %d times at rest", n-before)
		}
		s.Close()
		log.write(1)
		hub.Kick()
		synctest.Wait()
		if n := log.read(); n != before {
			t.Errorf("read the log %d times after the last one left", n-before)
		}
		if n := hub.Streams(); n != 0 {
			t.Errorf("%d streams are open", n)
		}
	})
}

func TestAScreenThatWaitsForALogThatIsAwayHearsOfItWhenItIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &book{}
		var mu sync.Mutex
		away, asked := false, 0
		l := log.log()
		read := l.Read
		l.Read = func(ctx context.Context, after string, limit int) ([]kept.Event, bool, error) {
			mu.Lock()
			defer mu.Unlock()
			if asked++; away {
				return nil, false, fmt.Errorf("connection refused")
			}
			return read(ctx, after, limit)
		}
		hub := live.NewHub(l, live.Options{Log: slog.New(slog.DiscardHandler)})
		defer run(t, hub)()
		s := subscribe(t, hub, live.Subscription{})
		defer s.Close()
		take(t, s, 1)
		synctest.Wait()
		mu.Lock()
		away, asked = true, 0
		mu.Unlock()
		log.write(1)
		hub.Kick()
		time.Sleep(time.Minute)
		synctest.Wait()
		mu.Lock()
		if asked < 60 || asked > 80 {
			t.Errorf("asked %d times in a minute", asked)
		}
		away = false
		mu.Unlock()
		want(t, take(t, s, 1), "event 1")
	})
}
