package bench

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// eachSeeded runs a test on a small seeded desk on both databases.
func eachSeeded(t *testing.T, f func(t *testing.T, d Desk)) {
	t.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			o := Options{Data: t.TempDir(), Conversations: 400, Messages: 4000, Log: slog.New(slog.DiscardHandler)}
			if name == "postgres" {
				if o.Database = os.Getenv("KEPT_TEST_POSTGRES"); o.Database == "" {
					t.Skip("no PostgreSQL: KEPT_TEST_POSTGRES is not set (make test starts one)")
				}
			}
			d, err := seededDesk(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			f(t, d)
		})
	}
}

func openVerbs(t *testing.T, d Desk) (*store.DB, *desk.Desk) {
	t.Helper()
	db, err := d.on(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	verbs, err := desk.New(t.Context(), db, desk.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return db, verbs
}

func TestASeededDeskIsOneThatTheVerbsCouldHaveWritten(t *testing.T) {
	eachSeeded(t, func(t *testing.T, d Desk) {
		_, verbs := openVerbs(t, d)
		r, err := verbs.Check(t.Context(), true, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range r.Violations {
			if i < 5 {
				t.Errorf("%+v", v)
			}
		}
		if r.Conversations != 400 || len(r.Violations) > 0 {
			t.Fatalf("%d conversations, %d violations", r.Conversations, len(r.Violations))
		}
	})
}

func TestASeededDeskHasEveryList(t *testing.T) {
	eachSeeded(t, func(t *testing.T, d Desk) {
		_, verbs := openVerbs(t, d)
		who := kept.Actor{Kind: kept.ByAgent, ID: 1, Role: kept.RoleAdmin}
		for _, list := range []desk.List{desk.AllOpen, desk.AllPending, desk.AllSolved, desk.AllClosed, desk.Unassigned} {
			page, err := verbs.List(context.Background(), who, list, "", 50)
			if err != nil {
				t.Fatal(err)
			}
			if len(page.Items) == 0 {
				t.Errorf("%s is empty", list)
			}
		}
		full, err := verbs.Conversation(t.Context(), who, 1)
		if err != nil {
			t.Fatal(err)
		}
		said := 0
		for _, e := range full.Timeline {
			if e.Type == "message" {
				said++
			}
		}
		if said != 30 {
			t.Errorf("the first conversation has %d messages, not 30", said)
		}
		hits, _, err := verbs.Search(t.Context(), who, "router", 0)
		if err != nil || len(hits) == 0 {
			t.Errorf("%d hits, %v", len(hits), err)
		}
	})
}
