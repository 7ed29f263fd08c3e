// Package e2e runs the whole program, over SMTP and HTTP, on both databases. It holds no code of the
// product: only tests, which know the house by its doors and look into its database from outside.
package e2e

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver
	_ "modernc.org/sqlite"             // the "sqlite" driver

	"github.com/kept-desk/kept/bench/world"
	"github.com/kept-desk/kept/store/storetest"
)

// The one who signs in, and where customers write to.
const (
	owner    = "ada@northlight.test"
	password = "a lamp in every window"
	inbox    = "help@northlight.test"
)

// eachHouse runs a test on the real binary with a new desk, on both databases.
func eachHouse(t *testing.T, f func(t *testing.T, h *world.House)) {
	t.Helper()
	bin := os.Getenv("KEPT_BIN")
	if bin == "" {
		t.Skip("KEPT_BIN is not set: make test builds the program and names it there")
	}
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			h := &world.House{Bin: bin, Data: t.TempDir()}
			if name == "postgres" {
				h.Database = storetest.URL(t, name)
			}
			_, err := h.Command(t.Context(), "user", "add", "--email", owner, "--name", "Ada Brandt", "--role", "admin",
				"--password", password, "--organization", "Northlight Broadband", "--zone", "Europe/Dublin", "--inbox", inbox)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(h.Kill)
			f(t, h)
		})
	}
}

// look opens the house's database from outside.
func look(t *testing.T, h *world.House) *sql.DB {
	t.Helper()
	driver, url := "pgx", h.Database
	if url == "" {
		driver, url = "sqlite", "file:"+filepath.Join(h.Data, "kept.db")+"?_pragma=busy_timeout(10000)&_pragma=query_only(1)"
	}
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// number asks for one number.
func number(t *testing.T, db *sql.DB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%v in %s", err, query)
	}
	return n
}

// signIn signs the owner in and returns the session's cookie.
func signIn(t *testing.T, h *world.House) string {
	t.Helper()
	b := world.OpenBrowser(h.HTTP, "")
	defer b.Close()
	body, err := json.Marshal(map[string]string{"email": owner, "password": password})
	if err != nil {
		t.Fatal(err)
	}
	a, err := b.Do("POST", "/api/session", body)
	if err != nil {
		t.Fatal(err)
	}
	if a.Status != 200 || a.Cookie == "" {
		t.Fatalf("signing in answered %d %s", a.Status, a.Body)
	}
	return a.Cookie
}
