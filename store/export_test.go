package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
)

// ForTest runs a statement that no verb has.
func (db *DB) ForTest(query string, args ...any) error {
	return db.Write(context.Background(), func(tx *Tx) error { return tx.run(query, args...) })
}

// OfVersion makes an empty database as an older Kept had it, and runs statements in it.
func OfVersion(ctx context.Context, url string, version int64, statements ...string) error {
	driver, d := "sqlite", &sqliteDialect
	if strings.HasPrefix(url, "postgres") {
		driver, d = "pgx", &postgresDialect
	}
	pool, err := sql.Open(driver, url)
	if err != nil {
		return err
	}
	defer pool.Close() //nolint:errcheck // what was written is committed
	p, err := migrator(pool, d)
	if err != nil {
		return err
	}
	if _, err := p.UpTo(ctx, version); err != nil {
		return err
	}
	for _, s := range statements {
		if _, err := pool.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%w in %s", err, s)
		}
	}
	return nil
}

// Plan is how the database would answer a query.
type Plan struct{ Query, Steps string }

// Plans runs f, asks the database for the plan of each query that f makes, and undoes what f wrote.
func (db *DB) Plans(ctx context.Context, f func(*Tx) error) (plans []Plan, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		tx.on = &explainer{session: tx.on, prefix: map[string]string{"sqlite": "EXPLAIN QUERY PLAN ", "postgres": "EXPLAIN "}[tx.dialect.name], plans: &plans}
		return errors.Join(errUndo, f(tx))
	})
	if err != nil && err.Error() == errUndo.Error() {
		err = nil
	}
	return plans, err
}

var errUndo = errors.New("undo")

// explainer asks for the plan of what it is asked before it asks.
type explainer struct {
	session
	prefix string
	plans  *[]Plan
}

func (e *explainer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := e.explain(ctx, query, args); err != nil {
		return nil, err
	}
	return e.session.QueryContext(ctx, query, args...)
}

func (e *explainer) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := e.explain(ctx, query, args); err != nil {
		return nil, err
	}
	return e.session.ExecContext(ctx, query, args...)
}

func (e *explainer) explain(ctx context.Context, query string, args []any) error {
	rows, err := e.session.QueryContext(ctx, e.prefix+query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	var steps []string
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := rows.Scan(cells...); err != nil {
			return err
		}
		steps = append(steps, fmt.Sprint(*cells[len(cells)-1].(*any)))
	}
	*e.plans = append(*e.plans, Plan{query, strings.Join(steps, "\n")})
	return rows.Err()
}

// What the queries that open their own transaction run inside it.
func (tx *Tx) DueJobs(c Claim) ([]kept.Job, error)         { return tx.dueJobs(c) }
func (tx *Tx) NextJobAt(only ...string) (time.Time, error) { return tx.nextJobAt(only) }
func (tx *Tx) EventsAfter(xid, id int64) ([]kept.Event, error) {
	return tx.eventsAfter(position{xid, id}, 100)
}

func (tx *Tx) AnyAfter(xid, id int64) (bool, error) { return tx.anyAfter(position{xid, id}) }

// Texts reads a JSON list of texts the quick way; Text writes one.
func Texts(s string) ([]string, bool) { return texts(s) }
func Text(v any) string               { return text(v) }
