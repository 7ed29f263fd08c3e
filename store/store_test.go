package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/storetest"
)

var (
	ctx = context.Background()
	now = time.Date(2026, 5, 18, 9, 0, 0, 0, time.UTC)
)

func event(n int) kept.Event {
	return kept.Event{At: now, Type: kept.SettingsChanged, Actor: kept.System, Data: fmt.Appendf(nil, `{"n":%d}`, n)}
}

func TestManyWritersAtOnceLoseNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				if err := db.Write(ctx, func(tx *store.Tx) error { return tx.AddEvents(event(i)) }); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := readAll(t, db); len(got) != 200 {
			t.Fatalf("%d events of 200", len(got))
		}
	})
}

func TestATransactionThatFailsLeavesItsNeighboursAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var wg sync.WaitGroup
		oops := errors.New("oops")
		for i := range 100 {
			wg.Go(func() {
				err := db.Write(ctx, func(tx *store.Tx) error {
					if err := tx.AddEvents(event(i)); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return oops
					case 2:
						if db.Driver() == "sqlite" {
							panic("a verb panics")
						}
						return oops
					}
					return nil
				})
				if (err == nil) != (i%3 == 0) {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if got := readAll(t, db); len(got) != 34 {
			t.Fatalf("%d events, want the 34 that were committed", len(got))
		}
	})
}

// readAll reads the log to its end, as the live feed does.
func readAll(t *testing.T, db *store.DB) (out []kept.Event) {
	t.Helper()
	after := ""
	for {
		events, more, err := db.EventsAfter(ctx, after, 50)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, events...)
		if len(events) == 0 && !more {
			return out
		}
		if len(events) > 0 {
			after = events[len(events)-1].Position
		}
	}
}

// TestAReaderOfTheLogSkipsNothing reads while many write, and a slow transaction holds its number the
// whole time: on PostgreSQL, who reads by id alone loses events here.
func TestAReaderOfTheLogSkipsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const writers, each = 8, 40
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					if err := db.Write(ctx, func(tx *store.Tx) error { return tx.AddEvents(event(w*each+i), event(-1)) }); err != nil {
						t.Error(err)
					}
				}
			})
		}
		written := make(chan struct{})
		go func() { wg.Wait(); close(written) }()
		seen := map[kept.ID]bool{}
		after, last := "", false
		for {
			select {
			case <-written:
				last = true
			default:
			}
			events, more, err := db.EventsAfter(ctx, after, 30)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				if seen[e.ID] {
					t.Fatalf("event %d came twice", e.ID)
				}
				seen[e.ID], after = true, e.Position
			}
			if last && len(events) == 0 && !more {
				break
			}
		}
		if len(seen) != writers*each*2 {
			t.Fatalf("%d events of %d", len(seen), writers*each*2)
		}
	})
}

func TestACommitTellsWhatItWrote(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		told := make(chan store.Commit, 100)
		db.OnCommit(func(c store.Commit) { told <- c })
		at := now.Add(time.Hour)
		err := db.Write(ctx, func(tx *store.Tx) error {
			if err := tx.AddEvents(event(1)); err != nil {
				return err
			}
			return tx.AddJob("test", nil, "", at)
		})
		if err != nil {
			t.Fatal(err)
		}
		for c := range told { // PostgreSQL may say first that it listens
			if c.Events && c.Jobs.Equal(at) {
				break
			}
		}
	})
}

func TestAClosedDatabaseRefusesInsteadOfHanging(t *testing.T) {
	db, err := store.Open(ctx, storetest.URL(t, "sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(ctx, func(*store.Tx) error { return nil }); err == nil {
		t.Fatal("written to a closed database")
	}
}

func TestANewerDatabaseIsRefusedWithAClearWord(t *testing.T) {
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			url := storetest.URL(t, name)
			db, err := store.Open(ctx, url)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.ForTest(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, $1)`, true); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := store.Open(ctx, url); !kept.Is(err, kept.Unavailable) {
				t.Fatalf("opened: %v", err)
			}
		})
	}
}

func TestTheSameAddressIsOneContactHoweverManyWriteAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ids := make([]kept.ID, 20)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() {
				err := db.Write(ctx, func(tx *store.Tx) error {
					c, err := tx.AddContact(kept.Contact{Email: "Marta@Example.com", CreatedAt: now})
					ids[i] = c.ID
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] || id == 0 {
				t.Fatalf("contacts %v", ids)
			}
		}
	})
}
