package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/kept-desk/kept/store"
)

// Options of a Jobs. Zero values are usable.
type Options struct {
	Clock    Clock         // default: RealClock
	Workers  int           // jobs that run at once on this node; default 16
	Grace    time.Duration // how long a stopping program lets jobs run on; default 10 s
	Log      *slog.Logger
	Observer Observer
}

// Observer is told what happens, for metrics. Its functions may be nil, and are called from many
// goroutines.
type Observer struct {
	Ran    func(Ran)         // an attempt ended
	Looked func(claimed int) // the database was asked for due jobs; at rest it isn't
}

// Ran is an attempt that ended.
type Ran struct {
	Kind    string
	Attempt int
	Outcome Outcome
	Late    time.Duration // from when it was due to its start
	Took    time.Duration
	Err     error
}

// Jobs runs durable jobs: those whose kinds it is given, and at least once each.
type Jobs struct {
	db    *store.DB
	kinds map[string]Kind
	o     Options
	alarm *alarm
	pace  pace

	mu      sync.Mutex
	inHand  map[string]int // running jobs by kind
	running int
	held    bool // the last look left due jobs where they are, for want of room
	all     sync.WaitGroup
}

// NewJobs makes a runner, and has the database tell it of new jobs. Nothing runs before Run or Drain.
func NewJobs(db *store.DB, kinds map[string]Kind, o Options) *Jobs {
	if o.Clock == nil {
		o.Clock = RealClock{}
	}
	if o.Workers <= 0 {
		o.Workers = 16
	}
	if o.Grace <= 0 {
		o.Grace = 10 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	j := &Jobs{db: db, kinds: map[string]Kind{}, o: o, alarm: newAlarm(), inHand: map[string]int{}}
	for name, k := range kinds {
		j.kinds[name] = k.filled(name)
	}
	db.OnCommit(func(c store.Commit) { j.alarm.sooner(c.Jobs) })
	return j
}

func (j *Jobs) kind(name string) Kind {
	if k, ok := j.kinds[name]; ok {
		return k
	}
	return Kind{}.filled(name) // of a newer program, perhaps: put back until one comes, or given up
}

// Run runs jobs as they become due until ctx is over, and then lets those in hand finish.
func (j *Jobs) Run(ctx context.Context) error {
	inHand, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	for ctx.Err() == nil {
		j.alarm.arm(j.look(ctx, inHand))
		if _, ok := j.alarm.sleep(ctx, j.o.Clock); !ok {
			break
		}
	}
	return j.stop(cancel)
}

// stop waits for the jobs in hand; after the grace their contexts end, too.
func (j *Jobs) stop(cancel func()) error {
	done := make(chan struct{})
	go func() { j.all.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-time.After(j.o.Grace):
	}
	cancel()
	select {
	case <-done:
		return nil
	case <-time.After(lastWord + time.Second):
		return errors.New("a job did not stop when it was told to; it runs again when its lease ends")
	}
}

// look takes what is due as far as there are workers, starts it, and says when to look next.
func (j *Jobs) look(ctx, inHand context.Context) (next time.Time) {
	j.alarm.clear()
	now := j.o.Clock.Now()
	got, only, err := j.take(ctx, inHand, now)
	if err == nil && got >= 0 {
		next, err = j.db.NextJobAt(ctx, only...)
	}
	if err == nil {
		return j.pace.after(now, next, got)
	}
	next, first := j.pace.failed(now)
	if first && ctx.Err() == nil {
		j.o.Log.Error("due jobs could not be read; trying again until they can", "err", err)
	}
	return next
}

// busy is what take got when it had no worker left: who is done wakes the loop.
const busy = -1

// take claims and starts due jobs until none is left, or no worker. Only are the kinds that it could still take; none: any.
func (j *Jobs) take(ctx, inHand context.Context, now time.Time) (got int, only []string, err error) {
	for {
		free, room, only := j.room()
		if free == 0 {
			return busy, nil, nil
		}
		claim := store.Claim{Now: now, Most: free, Lease: j.lease, Room: room, Only: only}
		claimed, more, err := j.db.ClaimJobs(ctx, claim)
		if err != nil {
			return got, nil, err
		}
		if j.o.Observer.Looked != nil {
			j.o.Observer.Looked(len(claimed))
		}
		got += len(claimed)
		for _, c := range claimed {
			j.start(inHand, c)
		}
		if !more {
			return got, only, nil
		}
	}
}

func (j *Jobs) lease(kind string) time.Duration { return j.kind(kind).Lease }

// room says how many workers are free, for the kinds with a bound how many more may run, and, where one of them is at
// its bound, which kinds are not.
func (j *Jobs) room() (free int, room map[string]int, only []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	free = j.o.Workers - j.running
	room = map[string]int{}
	for name, k := range j.kinds {
		if k.AtOnce > 0 {
			room[name] = k.AtOnce - j.inHand[name]
		}
		if k.AtOnce == 0 || room[name] > 0 {
			only = append(only, name)
		}
	}
	full := len(only) < len(j.kinds)
	if full && len(only) == 0 {
		free = 0 // no kind at all has room
	}
	j.held = free == 0 || full
	if !full {
		only = nil
	}
	return free, room, only
}

func (j *Jobs) start(ctx context.Context, c store.Claimed) {
	j.mu.Lock()
	j.running++
	j.inHand[c.Kind]++
	j.mu.Unlock()
	j.all.Go(func() {
		defer j.release(c.Kind)
		j.attempt(ctx, c)
	})
}

func (j *Jobs) release(kind string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.running--
	j.inHand[kind]--
	if j.held {
		j.held = false
		j.alarm.sooner(j.o.Clock.Now())
	}
}

// Drain runs, one after the other and in order of time, everything that is due by the clock, and what
// that makes due, until nothing is. It returns only its own failures; those of jobs are recorded with
// them.
func (j *Jobs) Drain(ctx context.Context) error {
	for {
		claimed, _, err := j.db.ClaimJobs(ctx, store.Claim{Now: j.o.Clock.Now(), Most: j.o.Workers, Lease: j.lease})
		if err != nil {
			return fmt.Errorf("claim due jobs: %w", err)
		}
		if len(claimed) == 0 {
			return nil
		}
		for _, c := range claimed {
			j.attempt(ctx, c)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}
