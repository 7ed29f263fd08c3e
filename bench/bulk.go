package bench

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the "sqlite" driver
)

// rows are waiting to be written to a table.
type rows struct {
	table   string
	columns []string
	values  [][]any
}

// bulk writes rows by the many, past the verbs: a desk of a million messages would take them an hour.
// A test holds what it writes against `kept check` with replay.
type bulk interface {
	write(ctx context.Context, batch []rows) error
	// drop takes the secondary indexes off, to be made again when all rows are there.
	drop(ctx context.Context) (again func() error, err error)
	// done ends the writing; many says that so much was written that the database should be tidied.
	done(ctx context.Context, many bool) error
}

type sqliteBulk struct {
	pool  *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func openSQLiteBulk(ctx context.Context, path string) (*sqliteBulk, error) {
	pool, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=synchronous(OFF)&_pragma=cache_size(-200000)&_pragma=temp_store(MEMORY)")
	if err != nil {
		return nil, err
	}
	conn, err := pool.Conn(ctx)
	return &sqliteBulk{pool: pool, conn: conn, stmts: map[string]*sql.Stmt{}}, err
}

func (b *sqliteBulk) write(ctx context.Context, batch []rows) error {
	if _, err := b.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, r := range batch {
		if err := b.insert(ctx, r); err != nil {
			return fmt.Errorf("%s: %w", r.table, err)
		}
	}
	_, err := b.conn.ExecContext(ctx, "COMMIT")
	return err
}

func (b *sqliteBulk) insert(ctx context.Context, r rows) error {
	const together = 24 // rows of one statement
	for len(r.values) > 0 {
		n := 1
		if len(r.values) >= together && r.table != "search" { // FTS5 closes a segment after each statement of several rows
			n = together
		}
		stmt, err := b.prepare(ctx, r, n)
		if err != nil {
			return err
		}
		args := make([]any, 0, n*len(r.columns))
		for _, row := range r.values[:n] {
			args = append(args, row...)
		}
		if _, err := stmt.ExecContext(ctx, args...); err != nil {
			return err
		}
		r.values = r.values[n:]
	}
	return nil
}

func (b *sqliteBulk) prepare(ctx context.Context, r rows, n int) (*sql.Stmt, error) {
	row := "(?" + strings.Repeat(",?", len(r.columns)-1) + ")"
	text := "INSERT INTO " + r.table + " (" + strings.Join(r.columns, ",") + ") VALUES " + row + strings.Repeat(","+row, n-1)
	if s, ok := b.stmts[text]; ok {
		return s, nil
	}
	s, err := b.conn.PrepareContext(ctx, text)
	b.stmts[text] = s
	return s, err
}

func (b *sqliteBulk) drop(ctx context.Context) (func() error, error) {
	return dropIndexes(ctx, `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`,
		func(query string) (list [][2]string, err error) {
			found, err := b.conn.QueryContext(ctx, query)
			if err != nil {
				return nil, err
			}
			defer found.Close() //nolint:errcheck // Err tells
			for found.Next() {
				var i [2]string
				if err := found.Scan(&i[0], &i[1]); err != nil {
					return nil, err
				}
				list = append(list, i)
			}
			return list, found.Err()
		}, func(query string) error {
			_, err := b.conn.ExecContext(ctx, query)
			return err
		})
}

func (b *sqliteBulk) done(ctx context.Context, _ bool) error {
	for _, s := range b.stmts {
		s.Close() //nolint:errcheck,sqlclosecheck // the pool goes too
	}
	if _, err := b.conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return err
	}
	if err := b.conn.Close(); err != nil {
		return err
	}
	return b.pool.Close()
}

type postgresBulk struct{ conn *pgx.Conn }

func openPostgresBulk(ctx context.Context, url string) (*postgresBulk, error) {
	conn, err := pgx.Connect(ctx, url)
	if err == nil {
		_, err = conn.Exec(ctx, "SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
	}
	return &postgresBulk{conn}, err
}

func (b *postgresBulk) write(ctx context.Context, batch []rows) error {
	tx, err := b.conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx) //nolint:errcheck // after a commit it has nothing to do
	for _, r := range batch {
		if r.table == "search" { // the server makes words of a text; they can't be copied in
			err = b.words(ctx, tx, r)
		} else {
			_, err = tx.CopyFrom(ctx, pgx.Identifier{r.table}, r.columns, pgx.CopyFromRows(r.values))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", r.table, err)
		}
	}
	return tx.Commit(ctx)
}

func (b *postgresBulk) words(ctx context.Context, tx pgx.Tx, r rows) error {
	if len(r.values) == 0 {
		return nil
	}
	ids := make([]int64, len(r.values))
	texts := make([][]string, 3)
	for i, row := range r.values {
		ids[i] = row[0].(int64)
		for c := range texts {
			texts[c] = append(texts[c], strings.ToLower(row[1+c].(string)))
		}
	}
	_, err := tx.Exec(ctx, `INSERT INTO search (message_id, words)
		SELECT i, to_tsvector('simple', s) || to_tsvector('simple', b) || to_tsvector('simple', w)
		FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS t(i, s, b, w)`, ids, texts[0], texts[1], texts[2])
	return err
}

func (b *postgresBulk) drop(ctx context.Context) (func() error, error) {
	return dropIndexes(ctx, `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
			AND NOT EXISTS (SELECT 1 FROM pg_constraint c JOIN pg_class i ON i.oid = c.conindid WHERE i.relname = indexname)`,
		func(query string) ([][2]string, error) {
			found, err := b.conn.Query(ctx, query)
			if err != nil {
				return nil, err
			}
			return pgx.CollectRows(found, func(row pgx.CollectableRow) (i [2]string, err error) {
				err = row.Scan(&i[0], &i[1])
				return i, err
			})
		}, func(query string) error {
			_, err := b.conn.Exec(ctx, query)
			return err
		})
}

// done moves the identities past the ids that were written, and leaves the tables as a server that has
// been at rest for a while has them.
func (b *postgresBulk) done(ctx context.Context, many bool) error {
	for _, table := range []string{"conversations", "messages", "promises", "contacts"} {
		if _, err := b.conn.Exec(ctx, fmt.Sprintf(`SELECT setval(pg_get_serial_sequence('%[1]s', 'id'), greatest((SELECT max(id) FROM %[1]s), 1))`, table)); err != nil {
			return err
		}
	}
	if many {
		if _, err := b.conn.Exec(ctx, "VACUUM ANALYZE"); err != nil {
			return err
		}
	}
	return b.conn.Close(ctx)
}

func dropIndexes(ctx context.Context, query string, read func(string) ([][2]string, error), run func(string) error) (func() error, error) {
	list, err := read(query)
	if err != nil {
		return nil, err
	}
	for _, i := range list {
		if err := run("DROP INDEX " + i[0]); err != nil {
			return nil, err
		}
	}
	return func() error {
		for _, i := range list {
			if err := run(i[1]); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		return nil
	}, nil
}
