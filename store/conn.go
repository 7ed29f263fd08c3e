package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// session is what a transaction runs on: a pinned SQLite connection, or database/sql's own.
type session interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// conn is one SQLite connection with the statements it has prepared. (pgx keeps its own.)
type conn struct {
	c     *sql.Conn
	stmts map[string]*sql.Stmt
}

// maxStmts bounds the prepared statements of a connection; the texts are few, but lists have lengths.
const maxStmts = 512

func (c *conn) open(ctx context.Context, pool *sql.DB) (err error) {
	if c.c != nil {
		return nil
	}
	c.c, err = pool.Conn(ctx)
	c.stmts = map[string]*sql.Stmt{}
	return err
}

func (c *conn) close() error {
	if c.c == nil {
		return nil
	}
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.c.Close())...)
}

func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	if len(c.stmts) >= maxStmts {
		for text, s := range c.stmts {
			s.Close() //nolint:errcheck,sqlclosecheck // a statement that can't be closed is gone
			delete(c.stmts, text)
			break
		}
	}
	s, err := c.c.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	c.stmts[query] = s
	return s, nil
}

func (c *conn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (c *conn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// inside runs f between begin and end; an error or a panic of f rolls back.
func (c *conn) inside(ctx context.Context, begin, end string, f func(context.Context) error) (err error) {
	if _, err := c.ExecContext(ctx, begin); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			_, e := c.ExecContext(ctx, "ROLLBACK")
			err = errors.Join(err, e)
		}
	}()
	if err := f(ctx); err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, end); err != nil {
		return err
	}
	done = true
	return nil
}
