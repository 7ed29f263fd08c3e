package bench

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/kept-desk/kept/bench/world"
)

// Reply measures an agent's answers: each a transaction that is durable, with its promises, events and
// the job that sends it. The sending goes on beside, to a relay of ours.
func Reply(ctx context.Context, o Options) (Result, error) {
	return reading(ctx, o, "reply", func(s *stand) error {
		ids, err := s.live(ctx)
		if err != nil {
			return err
		}
		thens := []string{"ours", "wait", "ours", "solve"}
		do := func(b *world.Browser, _, i int) error {
			body, err := json.Marshal(map[string]any{
				"html": "<p>Thank you for your patience. A technician looks at the line this afternoon.</p><p>Is the light on your router green?</p>",
				"then": thens[i%len(thens)],
			})
			if err != nil {
				return err
			}
			return ok(b.Do("POST", fmt.Sprintf("/api/conversations/%d/reply", ids[i%len(ids)]), body))
		}
		insert, err := s.rawInserts(ctx, 16, func(int) []byte { return make([]byte, 1024) })
		if err != nil {
			return err
		}
		one, err := s.load("a reply", 1, do)
		if err != nil {
			return err
		}
		if err := s.drain(ctx); err != nil {
			return err
		}
		before, err := s.cost()
		if err != nil {
			return err
		}
		many, err := s.load("a reply", 16, do)
		if err != nil {
			return err
		}
		began := time.Now()
		if err := s.drain(ctx); err != nil {
			return err
		}
		after, err := s.cost()
		if err != nil {
			return err
		}
		many.behind(insert)
		many.budget(many.PerSecond >= 1000, "≥ 1,000/s")
		s.result.Lines = append(s.result.Lines, insert, one, many)
		n := time.Duration(many.N)
		s.result.Notes = append(s.result.Notes, fmt.Sprintf(
			"Everything was sent %v after the last reply; with the sending, and the warming up, a reply costs %v of CPU (PostgreSQL %v).",
			time.Since(began).Round(time.Millisecond), ((after.cpu-before.cpu)/n).Round(time.Microsecond), ((after.server-before.server)/n).Round(time.Microsecond)))
		return nil
	})
}

// live lists conversations that are not closed.
func (s *stand) live(ctx context.Context) ([]int64, error) {
	db, err := s.look()
	if err != nil {
		return nil, err
	}
	defer db.Close() //nolint:errcheck // it only looked
	rows, err := db.QueryContext(ctx, "SELECT id FROM conversations WHERE turn < 2 ORDER BY queue_due, id LIMIT 20000")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("no conversation of this desk is open")
	}
	return ids, rows.Err()
}

// look opens the desk's database by the bare driver.
func (s *stand) look() (*sql.DB, error) {
	if s.desk.Database != "" {
		return sql.Open("pgx", s.desk.Database)
	}
	return sql.Open("sqlite", "file:"+s.desk.url()+"?_pragma=busy_timeout(10000)&_pragma=query_only(1)")
}

// drain waits until every mail is understood and every message sent.
func (s *stand) drain(ctx context.Context) error {
	db, err := s.look()
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // it only looked
	return until(ctx, db, "SELECT count(*) FROM jobs WHERE dead_at = 0 AND kind IN ('receive', 'deliver')")
}

// until asks again and again until a query's number is zero.
func until(ctx context.Context, db *sql.DB, query string) error {
	for began := time.Now(); time.Since(began) < 10*time.Minute; {
		n := 0
		if err := db.QueryRowContext(ctx, query).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return fmt.Errorf("never zero: %s", query)
}
