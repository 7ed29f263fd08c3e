package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// writer is SQLite's one writer. Transactions that wait at the same time share one commit, and so
// one sync of the disk: each runs inside a savepoint of its own, and is answered only after the
// commit that holds it.
type writer struct {
	db     *DB
	pool   *sql.DB
	conn   conn
	queue  chan *request
	closed chan struct{}
	once   sync.Once
	done   chan struct{}
}

type request struct {
	ctx  context.Context
	f    func(*Tx) error
	err  error
	done chan struct{}
}

// maxTogether bounds how many transactions share a commit, so that the first doesn't wait long.
const maxTogether = 128

func newWriter(ctx context.Context, pool *sql.DB, db *DB) (*writer, error) {
	w := &writer{
		db: db, pool: pool, queue: make(chan *request, maxTogether),
		closed: make(chan struct{}), done: make(chan struct{}),
	}
	if err := w.conn.open(ctx, pool); err != nil {
		return nil, err
	}
	go w.run()
	return w, nil
}

var errClosed = errors.New("the database is closed")

func (w *writer) do(ctx context.Context, f func(*Tx) error) error {
	r := &request{ctx: ctx, f: f, done: make(chan struct{})}
	select {
	case w.queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closed:
		return errClosed
	}
	select {
	case <-r.done:
	case <-w.done: // closed while this waited in the queue
		select {
		case <-r.done:
		default:
			return errClosed
		}
	}
	return r.err
}

func (w *writer) close() error {
	w.once.Do(func() { close(w.closed) })
	<-w.done
	return errors.Join(w.conn.close(), w.pool.Close())
}

func (w *writer) run() {
	defer close(w.done)
	for {
		select {
		case r := <-w.queue:
			w.together(r)
		case <-w.closed:
			for {
				select {
				case r := <-w.queue:
					w.together(r)
				default:
					return
				}
			}
		}
	}
}

// together commits r and all that wait behind it.
func (w *writer) together(r *request) {
	var (
		all   []*request
		wrote Commit
		last  = &Tx{ctx: context.Background(), on: &w.conn, dialect: w.db.dialect} // what they leave to the end
	)
	err := w.conn.inside(context.Background(), "BEGIN IMMEDIATE", "COMMIT", func(ctx context.Context) error {
		for next := r; next != nil; next = w.waiting(len(all)) {
			all = append(all, next)
			tx, err := w.one(ctx, next)
			if err == nil {
				wrote.add(tx.wrote)
				last.words = append(last.words, tx.words...)
			}
			next.err = err
		}
		return last.writeWords()
	})
	if err != nil && len(all) == 0 {
		all = []*request{r}
	}
	if err == nil {
		w.db.announce(wrote)
	}
	for _, r := range all {
		if err != nil {
			r.err = fmt.Errorf("commit: %w", err)
		}
		close(r.done)
	}
}

func (w *writer) waiting(n int) *request {
	if n >= maxTogether {
		return nil
	}
	select {
	case r := <-w.queue:
		return r
	default:
		return nil
	}
}

// one runs a request inside its savepoint.
func (w *writer) one(ctx context.Context, r *request) (*Tx, error) {
	if err := r.ctx.Err(); err != nil {
		return nil, err
	}
	if _, err := w.conn.ExecContext(ctx, "SAVEPOINT one"); err != nil {
		return nil, err
	}
	tx := &Tx{ctx: ctx, on: &w.conn, dialect: w.db.dialect}
	if err := guarded(r.f, tx); err != nil {
		_, back := w.conn.ExecContext(ctx, "ROLLBACK TO one")
		_, out := w.conn.ExecContext(ctx, "RELEASE one")
		return nil, errors.Join(err, back, out)
	}
	_, err := w.conn.ExecContext(ctx, "RELEASE one")
	return tx, err
}

// guarded turns a panic of f into an error: the writer serves everybody.
func guarded(f func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a transaction: %v\n%s", p, debug.Stack())
		}
	}()
	return f(tx)
}
