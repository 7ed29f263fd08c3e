package store

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// hints tell the other nodes, by LISTEN/NOTIFY, that something was committed. They are sent after
// the commit, gathered for a moment (a NOTIFY inside the transaction costs nearly half the
// throughput), and are only ever a reason to look.
type hints struct {
	db     *DB
	url    string
	mu     sync.Mutex
	gather Commit
	kick   chan struct{}
	stop   context.CancelFunc
	done   sync.WaitGroup
}

const (
	hintChannel = "kept_commit"
	hintEvery   = 2 * time.Millisecond
)

func newHints(url string, db *DB) *hints {
	ctx, stop := context.WithCancel(context.Background())
	h := &hints{db: db, url: url, kick: make(chan struct{}, 1), stop: stop}
	h.done.Add(2)
	go h.tell(ctx)
	go h.hear(ctx)
	return h
}

func (h *hints) close() {
	h.stop()
	h.done.Wait()
}

func (h *hints) send(c Commit) {
	if c.empty() {
		return
	}
	h.mu.Lock()
	h.gather.add(c)
	h.mu.Unlock()
	select {
	case h.kick <- struct{}{}:
	default:
	}
}

func (h *hints) tell(ctx context.Context) {
	defer h.done.Done()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.kick:
		}
		h.mu.Lock()
		c := h.gather
		h.gather = Commit{}
		h.mu.Unlock()
		wait := hintEvery
		payload := fmt.Sprintf("%d %d %d", flag(c.Events), us(c.Jobs), us(c.Promises))
		if _, err := h.db.pool.ExecContext(ctx, "SELECT pg_notify($1, $2)", hintChannel, payload); err != nil && ctx.Err() == nil {
			slog.Warn("other nodes could not be told of a commit; trying again", "err", err)
			wait = time.Second
			h.send(c)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// hear passes on the hints of all nodes, our own among them, and reconnects for ever.
func (h *hints) hear(ctx context.Context) {
	defer h.done.Done()
	for ctx.Err() == nil {
		err := h.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		slog.Warn("the database's notifications broke off; connecting again", "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (h *hints) listen(ctx context.Context) error {
	c, err := pgx.Connect(ctx, h.url)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it is gone either way
	if _, err := c.Exec(ctx, "LISTEN "+hintChannel); err != nil {
		return err
	}
	// While this connection lives, so do we: see ReleaseJobs.
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock($1)", h.db.node); err != nil {
		return err
	}
	// What was committed while nobody listened is looked at now.
	h.db.announce(Commit{Events: true, Jobs: time.Unix(1, 0), Promises: time.Unix(1, 0)})
	for {
		n, err := c.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		var events, jobs, promises int64
		if _, err := fmt.Sscanf(n.Payload, "%d %d %d", &events, &jobs, &promises); err == nil {
			h.db.announce(Commit{Events: events == 1, Jobs: instant(jobs), Promises: instant(promises)})
		}
	}
}
