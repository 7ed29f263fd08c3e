package work_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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

func TestTwoRunnersOfEightWorkersRunEachJobOnce(t *testing.T) {
	onNodes(t, 2, func(t *testing.T, nodes []*store.DB) {
		const jobs = 2000
		var (
			mu   sync.Mutex
			runs = map[string]int{}
			done = make(chan struct{})
		)
		kinds := map[string]work.Kind{"count": {Run: func(_ context.Context, j kept.Job) error {
			mu.Lock()
			defer mu.Unlock()
			if runs[string(j.Args)]++; len(runs) == jobs && runs[string(j.Args)] == 1 {
				close(done)
			}
			return nil
		}}}
		err := nodes[0].Write(t.Context(), func(tx *store.Tx) error {
			for i := range jobs {
				if err := tx.AddJob("count", i, "", time.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		var stops []func()
		for _, db := range nodes {
			stops = append(stops, running(t, work.NewJobs(db, kinds, work.Options{Workers: 8}).Run))
		}
		within(t, "all jobs", done)
		took := time.Since(start)
		for _, stop := range stops {
			stop()
		}
		for args, n := range runs {
			if n != 1 {
				t.Errorf("job %s ran %d times", args, n)
			}
		}
		if n, dead := waiting(t, nodes[0]); n+dead != 0 {
			t.Errorf("%d jobs wait and %d are dead, after all were done", n, dead)
		}
		t.Logf("%d jobs in %v: %.0f/s", jobs, took.Round(time.Millisecond), jobs/took.Seconds())
	})
}

func TestAJobOfADeadHolderRunsAgainWhenItsLeaseEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		clock, ran := work.NewTurnedClock(noon), &diary{}
		kind := work.Kind{Lease: time.Minute, Run: func(_ context.Context, j kept.Job) error {
			ran.add(fmt.Sprintf("%s attempt %d", j.Args, j.Attempts))
			return nil
		}}
		jobs := work.NewJobs(db, map[string]work.Kind{"deliver": kind}, work.Options{Clock: clock})
		add(t, db, "deliver", 7, "", noon)
		held, _, err := db.ClaimJobs(t.Context(), store.Claim{Now: noon, Most: 1, Lease: func(string) time.Duration { return time.Minute }})
		if err != nil || len(held) != 1 {
			t.Fatal(held, err)
		}
		clock.Set(noon.Add(time.Minute - time.Microsecond))
		drain(t, jobs)
		if got := ran.read(); len(got) != 0 {
			t.Errorf("ran %v while the lease lasted", got)
		}
		clock.Add(time.Microsecond)
		drain(t, jobs)
		if got := ran.read(); !slices.Equal(got, []string{"7 attempt 2"}) {
			t.Errorf("ran %v after the lease", got)
		}
	})
}

func TestAHolderThatLostItsLeaseChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		claim := store.Claim{Now: noon, Most: 1, Lease: func(string) time.Duration { return time.Minute }}
		add(t, db, "deliver", 7, "", noon)
		slow, _, err := db.ClaimJobs(t.Context(), claim)
		if err != nil || len(slow) != 1 {
			t.Fatal(slow, err)
		}
		claim.Now = noon.Add(time.Minute)
		if quick, _, err := db.ClaimJobs(t.Context(), claim); err != nil || len(quick) != 1 {
			t.Fatal(quick, err)
		}
		if err := db.FinishJob(t.Context(), slow[0].Job); err != nil {
			t.Fatal(err)
		}
		if err := db.FailJob(t.Context(), slow[0].Job, "too late", time.Time{}, claim.Now); err != nil {
			t.Fatal(err)
		}
		next, err := db.NextJobAt(t.Context())
		if n, dead := waiting(t, db); err != nil || n != 1 || dead != 0 || !next.Equal(noon.Add(2*time.Minute)) {
			t.Errorf("%d wait, %d dead, next at %v, %v; the second holder's claim must stand", n, dead, next, err)
		}
	})
}

func TestAJobThatFailsIsTriedAgainAndThenKeptAsADeadLetter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		clock, ran, log := work.NewTurnedClock(noon), &diary{}, &paper{}
		jobs := work.NewJobs(db, map[string]work.Kind{"deliver": {
			Attempts: 3,
			Backoff:  func(attempt int) time.Duration { return time.Duration(attempt) * time.Minute },
			Run: func(context.Context, kept.Job) error {
				ran.add(clock.Now().Format("15:04"))
				return errRelay
			},
		}}, work.Options{Clock: clock, Log: log.log()})
		add(t, db, "deliver", 7, "mail 7", noon)
		for range 10 {
			drain(t, jobs)
			clock.Add(30 * time.Second)
		}
		if got := ran.read(); !slices.Equal(got, []string{"12:00", "12:01", "12:03"}) {
			t.Errorf("tried at %v", got)
		}
		dead, err := db.DeadJobs(t.Context(), 10)
		if err != nil || len(dead) != 1 || dead[0].LastError != errRelay.Error() || !dead[0].DeadAt.Equal(noon.Add(3*time.Minute)) {
			t.Errorf("dead letters: %+v, %v", dead, err)
		}
		if failed, given := log.count("a job failed"), log.count("a job was given up"); failed != 1 || given != 1 {
			t.Errorf("logged %d failures and %d ends, not one each", failed, given)
		}
		add(t, db, "deliver", 7, "mail 7", clock.Now()) // the dead letter does not hold the key
		if n, _ := waiting(t, db); n != 1 {
			t.Error("a dead letter keeps its key from a new job")
		}
	})
}

func TestAFinalErrorIsNotTriedAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		clock, log := work.NewTurnedClock(noon), &paper{}
		jobs := work.NewJobs(db, map[string]work.Kind{"deliver": {Run: func(context.Context, kept.Job) error {
			return fmt.Errorf("send: %w", work.Final{Err: errors.New("no such mailbox\x00\xff")})
		}}}, work.Options{Clock: clock, Log: log.log()})
		add(t, db, "deliver", 7, "", noon)
		drain(t, jobs)
		dead, err := db.DeadJobs(t.Context(), 10)
		if err != nil || len(dead) != 1 || dead[0].Attempts != 1 || dead[0].LastError != "send: no such mailbox\uFFFD" {
			t.Errorf("dead letters: %+v, %v", dead, err)
		}
	})
}

func TestAJobMayNameWhenItIsRunAgainAsOftenAsItLikes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		clock, ran := work.NewTurnedClock(noon), &diary{}
		jobs := work.NewJobs(db, map[string]work.Kind{"look": {Attempts: 2, Run: func(context.Context, kept.Job) error {
			ran.add(clock.Now().Format("15:04"))
			return work.Again{At: clock.Now().Add(time.Hour), Err: errRelay}
		}}}, work.Options{Clock: clock, Log: (&paper{}).log()})
		add(t, db, "look", 7, "", noon)
		for range 5 {
			drain(t, jobs)
			next, err := db.NextJobAt(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			clock.Set(next)
		}
		if got := ran.read(); !slices.Equal(got, []string{"12:00", "13:00", "14:00", "15:00", "16:00"}) {
			t.Errorf("ran at %v", got)
		}
	})
}

func TestAJobThatIsAlwaysDueDoesNotHoldUpADrain(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	clock, ran := work.NewTurnedClock(noon), &diary{}
	jobs := work.NewJobs(db, map[string]work.Kind{"eager": {Run: func(context.Context, kept.Job) error {
		ran.add("ran")
		return work.Again{At: noon.Add(-time.Hour)}
	}}}, work.Options{Clock: clock, Log: (&paper{}).log()})
	add(t, db, "eager", 7, "", noon)
	drain(t, jobs)
	if got := ran.read(); len(got) != 1 {
		t.Errorf("ran %d times at one instant", len(got))
	}
}

func TestAKeyedJobWaitsOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		clock, ran := work.NewTurnedClock(noon), &diary{}
		jobs := work.NewJobs(db, map[string]work.Kind{"digest": {Run: func(_ context.Context, j kept.Job) error {
			ran.add(j.Key + string(j.Args))
			return nil
		}}}, work.Options{Clock: clock})
		add(t, db, "digest", 1, "friday", noon)
		add(t, db, "digest", 2, "friday", noon)
		add(t, db, "digest", 3, "saturday", noon)
		add(t, db, "digest", 4, "", noon)
		add(t, db, "digest", 4, "", noon)
		drain(t, jobs)
		add(t, db, "digest", 5, "friday", noon)
		drain(t, jobs)
		if got := ran.read(); !slices.Equal(got, []string{"friday1", "saturday3", "4", "4", "friday5"}) {
			t.Errorf("ran %v", got)
		}
	})
}

func TestAJobThatPanicsFailsAloneAndIsLoggedOnce(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	clock, log, ran := work.NewTurnedClock(noon), &paper{}, &diary{}
	jobs := work.NewJobs(db, map[string]work.Kind{
		"bad":  {Run: func(context.Context, kept.Job) error { panic("no such luck") }},
		"good": {Run: func(context.Context, kept.Job) error { ran.add("good"); return nil }},
	}, work.Options{Clock: clock, Log: log.log()})
	add(t, db, "bad", 1, "", noon)
	add(t, db, "good", 2, "", noon)
	for range 3 {
		drain(t, jobs)
		clock.Add(5 * time.Second)
	}
	if got := ran.read(); len(got) != 1 {
		t.Errorf("the other job ran %d times", len(got))
	}
	if n := log.count("no such luck"); n != 1 || log.count("jobs_test.go") == 0 {
		t.Errorf("the panic was logged %d times, or without its place", n)
	}
}

func TestAJobThatKillsItsProgramIsGivenUp(t *testing.T) {
	db := storetest.Open(t, "sqlite")
	clock, log := work.NewTurnedClock(noon), &paper{}
	jobs := work.NewJobs(db, map[string]work.Kind{"bomb": {Attempts: 3, Run: func(context.Context, kept.Job) error {
		return errors.New("it must not be run again")
	}}}, work.Options{Clock: clock, Log: log.log()})
	add(t, db, "bomb", 1, "", noon)
	for range 3 { // taken by programs that died
		if got, _, err := db.ClaimJobs(t.Context(), store.Claim{Now: clock.Now(), Most: 1, Lease: func(string) time.Duration { return time.Minute }}); err != nil || len(got) != 1 {
			t.Fatal(got, err)
		}
		clock.Add(time.Minute)
	}
	drain(t, jobs)
	dead, err := db.DeadJobs(t.Context(), 1)
	if err != nil || len(dead) != 1 || !strings.Contains(dead[0].LastError, "died") {
		t.Errorf("dead letters: %+v, %v", dead, err)
	}
}

func TestACommitWakesTheRunnerAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ran := make(chan time.Time, 1)
		running(t, work.NewJobs(db, map[string]work.Kind{"now": {Run: func(context.Context, kept.Job) error {
			ran <- time.Now()
			return nil
		}}}, work.Options{}).Run)
		var late []time.Duration
		for range 200 {
			add(t, db, "now", 1, "", time.Now())
			committed := time.Now()
			late = append(late, max(0, within(t, "the job", ran).Sub(committed)))
		}
		t.Logf("commit to start: p50 %v, p99 %v", percentile(late, 50), percentile(late, 99))
		if p := percentile(late, 50); p > time.Second {
			t.Errorf("half of the jobs began %v or more after their commit", p)
		}
	})
}

func TestAJobStartsAtItsInstant(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ran := make(chan time.Duration, 100)
		running(t, work.NewJobs(db, map[string]work.Kind{"then": {Run: func(_ context.Context, j kept.Job) error {
			return nil
		}}}, work.Options{Observer: work.Observer{Ran: func(r work.Ran) { ran <- r.Late }}}).Run)
		start := time.Now()
		for i := range 100 {
			add(t, db, "then", i, "", start.Add(500*time.Millisecond+time.Duration(i)*3*time.Millisecond))
		}
		var late []time.Duration
		for range 100 {
			late = append(late, within(t, "the job", ran))
		}
		t.Logf("late: p50 %v, p99 %v", percentile(late, 50), percentile(late, 99))
		if p := percentile(late, 50); p > time.Second {
			t.Errorf("half of the jobs began %v or more after their instant", p)
		}
	})
}

func TestARunnerAtRestAsksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := storetest.Open(t, "sqlite")
		var looks, ran atomic.Int32
		add(t, db, "far", 1, "", time.Now().Add(73*time.Hour))
		ctx, cancel := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer cancel()
		go work.NewJobs(db, map[string]work.Kind{"far": {Run: func(context.Context, kept.Job) error { ran.Add(1); return nil }}},
			work.Options{Observer: work.Observer{Looked: func(int) { looks.Add(1) }}}).Run(ctx) //nolint:errcheck // nil
		synctest.Wait()
		before := looks.Load()
		time.Sleep(72 * time.Hour)
		synctest.Wait()
		if n := looks.Load(); n != before {
			t.Errorf("it asked %d times in 72 hours of rest", n-before)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := ran.Load(); n != 1 {
			t.Errorf("the job ran %d times after 73 hours", n)
		}
	})
}

func TestASlowKindLeavesWorkersToTheOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		release, began, quick := make(chan struct{}), make(chan struct{}, 10), make(chan struct{}, 10)
		running(t, work.NewJobs(db, map[string]work.Kind{
			"slow":  {AtOnce: 2, Run: func(context.Context, kept.Job) error { began <- struct{}{}; <-release; return nil }},
			"quick": {Run: func(context.Context, kept.Job) error { quick <- struct{}{}; return nil }},
		}, work.Options{Workers: 3}).Run)
		for i := range 6 {
			add(t, db, "slow", i, "", time.Now())
		}
		within(t, "a slow job", began)
		within(t, "another", began)
		for i := range 5 {
			add(t, db, "quick", i, "", time.Now())
			within(t, "a quick job behind slow ones", quick)
		}
		if len(began) != 0 {
			t.Error("more slow jobs run than may at once")
		}
		close(release)
		for range 4 {
			within(t, "the other slow jobs", began)
		}
	})
}

func TestARunnerWhoseKindsAreAllFullLooksNoMoreUntilOneHasRoom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var looks atomic.Int64
		release, began := make(chan struct{}), make(chan struct{}, 10)
		running(t, work.NewJobs(db, map[string]work.Kind{
			"slow": {AtOnce: 1, Run: func(context.Context, kept.Job) error { began <- struct{}{}; <-release; return nil }},
		}, work.Options{Workers: 3, Observer: work.Observer{Looked: func(int) { looks.Add(1) }}}).Run)
		add(t, db, "slow", 1, "", time.Now())
		within(t, "the slow job", began)
		before := looks.Load()
		for i := range 20 { // each commit wakes the runner
			add(t, db, "slow", 2+i, "", time.Now())
		}
		if n := looks.Load() - before; n > 2 { // that of the first job may still be under way
			t.Errorf("looked %d times with no room", n)
		}
		close(release)
		within(t, "the next", began)
	})
}

func TestAStoppingRunnerFinishesWhatItHolds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		began, release := make(chan struct{}), make(chan struct{})
		stop := running(t, work.NewJobs(db, map[string]work.Kind{"mail": {Run: func(ctx context.Context, _ kept.Job) error {
			close(began)
			<-release
			return ctx.Err()
		}}}, work.Options{}).Run)
		add(t, db, "mail", 1, "", time.Now())
		within(t, "the job", began)
		go close(release)
		stop()
		if n, dead := waiting(t, db); n+dead != 0 {
			t.Errorf("%d wait, %d dead: the job in hand was not finished", n, dead)
		}
	})
}

func TestAJobCutOffByTheStopIsDueAgainAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		began := make(chan struct{})
		stop := running(t, work.NewJobs(db, map[string]work.Kind{"mail": {Run: func(ctx context.Context, _ kept.Job) error {
			close(began)
			<-ctx.Done()
			return ctx.Err()
		}}}, work.Options{Grace: time.Millisecond, Log: (&paper{}).log()}).Run)
		add(t, db, "mail", 1, "", time.Now())
		within(t, "the job", began)
		stop()
		next, err := db.NextJobAt(t.Context())
		if err != nil || next.IsZero() || next.After(time.Now().Add(time.Second)) {
			t.Errorf("next at %v, %v; a stop must not cost the job its lease's length", next, err)
		}
	})
}
