package work_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/kept-desk/kept/work"
)

func TestATurnedClockWakesWhoWaitsForThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := work.NewTurnedClock(noon)
		var woken diary
		for name, at := range map[string]time.Time{"one": noon.Add(time.Hour), "two": noon.Add(2 * time.Hour)} {
			go func() {
				clock.Sleep(t.Context(), at, nil)
				woken.add(name)
			}()
		}
		for i, want := range []int{0, 0, 1, 2} {
			synctest.Wait()
			if woken := woken.read(); len(woken) != want {
				t.Errorf("after %d times 45 minutes %v woke", i, woken)
			}
			clock.Add(45 * time.Minute)
		}
	})
}

func TestASleeperWakesByItsKickAndByItsContext(t *testing.T) {
	for name, clock := range map[string]work.Clock{"real": work.RealClock{}, "turned": work.NewTurnedClock(noon)} {
		for _, until := range []time.Time{{}, time.Now().Add(time.Hour)} {
			kick := make(chan struct{}, 1)
			kick <- struct{}{}
			clock.Sleep(t.Context(), until, kick)
			if len(kick) != 0 {
				t.Errorf("%s: woke without the kick", name)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			clock.Sleep(ctx, until, kick)
		}
	}
}

func TestTheRealClockWakesAtTheInstantAndNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, d := range []time.Duration{time.Microsecond, time.Millisecond, 10 * time.Second, 25 * time.Hour} {
			until := work.RealClock{}.Now().Add(d)
			work.RealClock{}.Sleep(t.Context(), until, nil)
			if now := (work.RealClock{}).Now(); !now.Equal(until) {
				t.Errorf("slept until %v, not %v", now, until)
			}
		}
	})
}

func TestAClockLetGoIsTheWallClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := work.NewTurnedClock(time.Now().Add(-time.Hour))
		at := time.Now().Add(time.Minute)
		var woke atomic.Bool
		go func() { clock.Sleep(t.Context(), at, nil); woke.Store(true) }()
		synctest.Wait()
		clock.LetGo()
		time.Sleep(59 * time.Second)
		synctest.Wait()
		if woke.Load() || !clock.Now().Equal(time.Now()) {
			t.Errorf("woke %v at %v; the clock reads %v", woke.Load(), time.Now(), clock.Now())
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if !woke.Load() {
			t.Error("who slept when the clock was let go did not wake")
		}
	})
}
