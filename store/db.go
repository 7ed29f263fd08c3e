// Package store is the only SQL (reports apart): one text for SQLite and PostgreSQL, one file per
// noun. It knows how facts are kept and found, and nothing of what should be so: that is rules/,
// and the verbs that put both together are desk/.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver
	_ "modernc.org/sqlite"             // the "sqlite" driver

	"github.com/kept-desk/kept/kept"
)

// DB is an open database. Its methods may be called from many goroutines.
type DB struct {
	dialect *dialect
	url     string
	pool    *sql.DB // PostgreSQL: all; SQLite: the readers
	readers chan *conn
	writer  *writer // SQLite only
	hints   *hints  // PostgreSQL only: tells other nodes that something was committed
	node    int64   // names this node among those that hold jobs

	mu       sync.Mutex
	watchers []func(Commit)
}

// Commit says what kinds of row a committed transaction wrote, so that who waits for them looks now
// instead of polling. It is a hint: reading it twice or missing it harms nothing.
type Commit struct {
	Events   bool
	Jobs     time.Time // the earliest instant at which a written job may run; zero: none
	Promises time.Time // the earliest instant at which a written promise must be looked at; zero: none
}

func (c Commit) empty() bool { return !c.Events && c.Jobs.IsZero() && c.Promises.IsZero() }

func (c *Commit) add(o Commit) {
	c.Events = c.Events || o.Events
	c.Jobs = earlier(c.Jobs, o.Jobs)
	c.Promises = earlier(c.Promises, o.Promises)
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// File is the file of an SQLite database's URL: a path, or "sqlite:PATH". It is empty where the URL
// names a PostgreSQL server, and Invalid where it names a kind of database that Kept doesn't speak.
func File(url string) (string, error) {
	path, sqlite := strings.CutPrefix(url, "sqlite:")
	switch scheme, _, ok := strings.Cut(url, "://"); {
	case path == "": // falls to the refusal
	case sqlite || !ok:
		return path, nil
	case scheme == "postgres" || scheme == "postgresql":
		return "", nil
	}
	// The URL isn't repeated: it may hold a password.
	return "", kept.Wrong("database", "Kept keeps a desk in SQLite or in PostgreSQL: name a file, or a server as postgres://….")
}

// Open opens the database and brings its schema up to date under a lock. The URL is a file's path
// (or "sqlite:PATH") or "postgres://…"; another kind is Invalid. A database written by a newer Kept
// is refused.
func Open(ctx context.Context, url string) (*DB, error) {
	file, err := File(url)
	if err != nil {
		return nil, err
	}
	open, at := openSQLite, file
	if file == "" {
		open, at = openPostgres, url
	}
	db, err := open(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.url = url
	return db, nil
}

// Driver names the database: "sqlite" or "postgres".
func (db *DB) Driver() string { return db.dialect.name }

// uriPath writes a path so that SQLite reads it as one: a folder may be called "#1" or "100 %".
var uriPath = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23")

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	// FULL: in WAL mode a commit survives a power cut only if the log is synced at each.
	const pragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)" +
		"&_pragma=wal_autocheckpoint(4000)"
	file := "file:" + uriPath.Replace(path)
	write, err := sql.Open("sqlite", file+pragmas+"&_pragma=cache_size(-32000)")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	db := &DB{dialect: &sqliteDialect, node: 1}
	if err := migrate(ctx, write, db.dialect); err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read, err := sql.Open("sqlite", file+pragmas+"&_pragma=cache_size(-4000)&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	db.pool = read
	n := max(4, 2*runtime.NumCPU())
	read.SetMaxOpenConns(n)
	read.SetMaxIdleConns(n)
	db.readers = make(chan *conn, n)
	for range n {
		db.readers <- &conn{} // opened at first use
	}
	db.writer, err = newWriter(ctx, write, db)
	if err != nil {
		return nil, errors.Join(err, read.Close(), write.Close())
	}
	return db, nil
}

func openPostgres(ctx context.Context, url string) (*DB, error) {
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	n := max(8, 4*runtime.NumCPU())
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	db := &DB{dialect: &postgresDialect, pool: pool, node: 1 + rand.Int64N(1<<62)}
	if err := migrate(ctx, pool, db.dialect); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	db.hints = newHints(url, db)
	return db, nil
}

// Close finishes what is being written and closes the database.
func (db *DB) Close() error {
	if db.hints != nil {
		db.hints.close()
	}
	var errs []error
	if db.writer != nil {
		errs = append(errs, db.writer.close())
		for range cap(db.readers) {
			errs = append(errs, (<-db.readers).close())
		}
	}
	return errors.Join(append(errs, db.pool.Close())...)
}

// Ping answers whether the database can be read.
func (db *DB) Ping(ctx context.Context) error {
	return db.Read(ctx, func(tx *Tx) error {
		_, err := one(tx, scanOf[int64], `SELECT count(*) FROM settings`)
		return err
	})
}

// OnCommit calls f after every commit that wrote something others wait for, here or (PostgreSQL) on
// another node. f must return at once.
func (db *DB) OnCommit(f func(Commit)) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.watchers = append(db.watchers, f)
}

func (db *DB) announce(c Commit) {
	if c.empty() {
		return
	}
	db.mu.Lock()
	watchers := db.watchers
	db.mu.Unlock()
	for _, f := range watchers {
		f(c)
	}
}

// Write runs f in one transaction: all of it is so afterwards and survives a power cut, or none.
// f may run more than once (PostgreSQL asks for it after a lost race) and touches nothing outside.
func (db *DB) Write(ctx context.Context, f func(*Tx) error) error {
	if db.writer != nil {
		return db.writer.do(ctx, f)
	}
	var err error
	for range 5 {
		var c Commit
		c, err = db.writePostgres(ctx, f)
		if err == nil {
			db.announce(c)
			db.hints.send(c)
			return nil
		}
		if !db.dialect.again(err) {
			return err
		}
	}
	return err
}

func (db *DB) writePostgres(ctx context.Context, f func(*Tx) error) (Commit, error) {
	t, err := db.pool.BeginTx(ctx, nil)
	if err != nil {
		return Commit{}, err
	}
	defer t.Rollback() //nolint:errcheck // after a commit it has nothing to do
	tx := &Tx{ctx: ctx, on: t, dialect: db.dialect}
	if err := f(tx); err != nil {
		return Commit{}, err
	}
	if err := tx.writeWords(); err != nil {
		return Commit{}, err
	}
	return tx.wrote, t.Commit()
}

// Read runs f over one consistent state (SQLite) or statement by statement (PostgreSQL).
func (db *DB) Read(ctx context.Context, f func(*Tx) error) error {
	if db.writer == nil {
		return f(&Tx{ctx: ctx, on: db.pool, dialect: db.dialect})
	}
	var c *conn
	select {
	case c = <-db.readers:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { db.readers <- c }()
	if err := c.open(ctx, db.pool); err != nil {
		return err
	}
	return c.inside(context.WithoutCancel(ctx), "BEGIN", "COMMIT", func(ctx context.Context) error {
		return f(&Tx{ctx: ctx, on: c, dialect: db.dialect})
	})
}

// Snapshot runs f over one consistent state of either database, for what must add up.
func (db *DB) Snapshot(ctx context.Context, f func(*Tx) error) error {
	if db.writer != nil {
		return db.Read(ctx, f)
	}
	t, err := db.pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer t.Rollback() //nolint:errcheck // it only read
	return f(&Tx{ctx: ctx, on: t, dialect: db.dialect})
}
