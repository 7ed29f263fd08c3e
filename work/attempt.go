package work

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// attempt runs a claimed job once, and writes what became of it.
func (j *Jobs) attempt(ctx context.Context, c store.Claimed) {
	k := j.kind(c.Kind)
	began, start := j.o.Clock.Now(), time.Now()
	err := k.try(ctx, c.Job)
	if stopped := ctx.Err(); stopped != nil && errors.Is(err, stopped) {
		err = Again{At: began, Err: errors.New("the program stopped meanwhile")}
	}
	outcome, again := k.judge(c.Job, err, j.o.Clock.Now())
	j.report(c.Job, outcome, again, err)
	j.settle(ctx, c, outcome, again, err)
	if j.o.Observer.Ran != nil {
		j.o.Observer.Ran(Ran{
			Kind: c.Kind, Attempt: c.Attempts, Outcome: outcome,
			Late: max(0, began.Sub(c.Due)), Took: time.Since(start), Err: err,
		})
	}
}

var errDies = errors.New("each program that took this job in hand died, or lost its lease")

// try runs the job within its lease; a panic is an error.
func (k Kind) try(ctx context.Context, j kept.Job) (err error) {
	if j.Attempts > k.Attempts && j.LastError == "" {
		return Final{errDies}
	}
	// A tenth of the lease is left to write down how it went.
	ctx, cancel := context.WithTimeout(ctx, k.Lease-k.Lease/10)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = &panicked{p, debug.Stack()}
		}
	}()
	return k.Run(ctx, j)
}

type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// report logs a job's first failure and its end as a dead letter, but not each attempt between: during
// an outage that would be thousands.
func (j *Jobs) report(job kept.Job, outcome Outcome, again time.Time, err error) {
	if outcome == Done {
		return
	}
	args := []any{"job", job.ID, "kind", job.Kind, "args", string(job.Args), "attempt", job.Attempts, "err", err}
	var p *panicked
	if errors.As(err, &p) {
		args = append(args, "stack", string(p.stack))
	}
	var later Again
	switch {
	case outcome == Dead:
		j.o.Log.Error("a job was given up", args...)
	case errors.As(err, &later) && later.Err == nil: // it said itself when to go on
	case job.Attempts > 1:
	case p != nil:
		j.o.Log.Error("a job panicked; it is run again", append(args, "again", again)...)
	default:
		j.o.Log.Warn("a job failed; it is run again", append(args, "again", again)...)
	}
}

// lastWord is how long a stopping program tries to write down how a job went.
const lastWord = 5 * time.Second

// settle writes the outcome, and insists while the lease lasts: a job that was done and isn't known to
// be done is run twice.
func (j *Jobs) settle(ctx context.Context, c store.Claimed, outcome Outcome, again time.Time, cause error) {
	write := func(ctx context.Context) error {
		if outcome == Done {
			return j.db.FinishJob(ctx, c.Job)
		}
		return j.db.FailJob(ctx, c.Job, sentence(cause), again, j.o.Clock.Now())
	}
	deadline := time.Now().Add(j.lease(c.Kind))
	var err error
	for wait := shortestWait; ctx.Err() == nil && time.Now().Before(deadline); wait = min(2*wait, lastWord) {
		if err = write(ctx); err == nil {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(jitter(wait)):
		}
	}
	if ctx.Err() != nil {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWord)
		defer cancel()
		err = write(last)
	}
	if err != nil {
		j.o.Log.Error("how a job went could not be written; it is run again when its lease ends",
			"job", c.ID, "kind", c.Kind, "outcome", outcome, "err", err)
	}
}

// sentence is an error as the database keeps it: text that PostgreSQL takes, and not too long.
func sentence(err error) string {
	s := strings.ReplaceAll(strings.ToValidUTF8(err.Error(), "\uFFFD"), "\x00", "")
	if len(s) > 1000 {
		s = strings.ToValidUTF8(s[:1000], "") + "…"
	}
	return s
}
