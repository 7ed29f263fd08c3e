package bench

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/kept-desk/kept/bench/world"
)

// bare measures a handler that only writes so many bytes of JSON, asked in the same way: what HTTP
// alone costs on this machine.
func (s *stand) bare(bytes, clients int) (Line, error) {
	body := make([]byte, bytes)
	for i := range body {
		body[i] = ' '
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Line{}, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(body) //nolint:errcheck // who asked has gone
	})}
	go server.Serve(l)   //nolint:errcheck // it ends with Close
	defer server.Close() //nolint:errcheck // nothing waits in it
	return floor(fmt.Sprintf("a bare handler of %d bytes", bytes), clients, s.o.For/4, func() func(int) error {
		b := world.OpenBrowser(l.Addr().String(), s.cookie)
		return func(int) error { return ok(b.Get("/")) }
	})
}

// floor has so many clients do a bare thing; each makes its own doer.
func floor(what string, clients int, length time.Duration, make func() func(i int) error) (Line, error) {
	var (
		mu     sync.Mutex
		times  []time.Duration
		failed error
		next   atomic.Int64
		wg     sync.WaitGroup
	)
	began := time.Now()
	for range clients {
		do := make()
		wg.Go(func() {
			var own []time.Duration
			for time.Since(began) < length {
				t := time.Now()
				if err := do(int(next.Add(1))); err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
				own = append(own, time.Since(t))
			}
			mu.Lock()
			times = append(times, own...)
			mu.Unlock()
		})
	}
	wg.Wait()
	l := lineOf(what, times)
	l.Clients, l.PerSecond = clients, float64(l.N)/time.Since(began).Seconds()
	return l, failed
}

// rawQuery measures a query by the bare driver, in this process.
func (s *stand) rawQuery(what, query string, args ...any) (Line, error) {
	driver, url := "sqlite", "file:"+s.desk.url()+"?_pragma=query_only(1)&_pragma=mmap_size(1073741824)"
	if s.desk.Database != "" {
		driver, url = "pgx", s.desk.Database
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		return Line{}, err
	}
	defer db.Close() //nolint:errcheck // it only read
	stmt, err := db.Prepare(query)
	if err != nil {
		return Line{}, err
	}
	defer stmt.Close() //nolint:errcheck // the database goes too
	return floor(what, 1, s.o.For/4, func() func(int) error {
		return func(int) error { return readAll(stmt, args) }
	})
}

func readAll(stmt *sql.Stmt, args []any) error {
	rows, err := stmt.Query(args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	cells := make([]any, len(columns))
	for i := range cells {
		cells[i] = new(any)
	}
	for rows.Next() {
		if err := rows.Scan(cells...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// rawFiles measures writing bodies into files of their own, each synced: the least that is durable.
func (s *stand) rawFiles(clients int, body func(i int) []byte) (Line, error) {
	dir, err := os.MkdirTemp(s.o.Data, "floor-")
	if err != nil {
		return Line{}, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a folder in the bench's own
	return floor("the raw bytes in files, synced", clients, s.o.For/4, func() func(int) error {
		return func(i int) error {
			f, err := os.Create(filepath.Join(dir, fmt.Sprint(i)))
			if err != nil {
				return err
			}
			if _, err := f.Write(body(i)); err != nil {
				return err
			}
			if err := f.Sync(); err != nil {
				return err
			}
			return f.Close()
		}
	})
}

// rawInserts measures writing bodies as rows by the bare driver, each its own transaction, synced.
func (s *stand) rawInserts(ctx context.Context, clients int, body func(i int) []byte) (l Line, err error) {
	driver, url, bytes := "pgx", s.desk.Database, "BYTEA"
	if url == "" {
		dir, err := os.MkdirTemp(s.o.Data, "floor-")
		if err != nil {
			return Line{}, err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a folder in the bench's own
		driver, bytes = "sqlite", "BLOB"
		url = "file:" + filepath.Join(dir, "floor.db") + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		return Line{}, err
	}
	defer db.Close() //nolint:errcheck // it is thrown away
	if driver == "sqlite" {
		db.SetMaxOpenConns(1)
	} else {
		db.SetMaxIdleConns(clients)
	}
	if _, err := db.ExecContext(ctx, "CREATE TABLE bench_floor (id BIGINT, body "+bytes+")"); err != nil {
		return Line{}, err
	}
	defer db.ExecContext(ctx, "DROP TABLE bench_floor") //nolint:errcheck // the database may be gone
	return floor("the raw bytes as rows, synced", clients, s.o.For/4, func() func(int) error {
		return func(i int) error {
			_, err := db.ExecContext(ctx, "INSERT INTO bench_floor (id, body) VALUES ($1, $2)", i, body(i))
			return err
		}
	})
}
