// Package storetest opens real databases for tests: every store and desk test runs on SQLite and,
// where KEPT_TEST_POSTGRES names a server, on PostgreSQL.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/kept-desk/kept/store"
)

// Each runs a test on a new, empty database of every kind.
func Each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Helper()
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			f(t, Open(t, name))
		})
	}
}

// Open opens a new, empty database of a kind, "sqlite" or "postgres"; it is gone with the test.
// A test for PostgreSQL is skipped where there is none.
func Open(t testing.TB, name string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), URL(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// URL makes a new, empty database and names it.
func URL(t testing.TB, name string) string {
	t.Helper()
	if name == "sqlite" {
		return filepath.Join(t.TempDir(), "kept.db")
	}
	server := os.Getenv("KEPT_TEST_POSTGRES")
	if server == "" {
		t.Skip("no PostgreSQL: KEPT_TEST_POSTGRES is not set (make test starts one)")
	}
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	var b [8]byte
	rand.Read(b[:]) //nolint:errcheck // never fails
	database := "kept_test_" + hex.EncodeToString(b[:])
	if _, err := admin.Exec("CREATE DATABASE " + database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		admin.Exec("DROP DATABASE " + database + " WITH (FORCE)") //nolint:errcheck // the server is thrown away too
		admin.Close()                                             //nolint:errcheck // as above
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + database
	return u.String()
}
