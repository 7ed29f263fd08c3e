package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

func TestAFolderMayBeCalledAnything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk #1? 100 %20", "kept.db")
	db, err := store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the database lies elsewhere: %v", err)
	}
}

func TestADatabaseOfAnotherKindIsNoFile(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, url := range []string{"mysql://kept:s3cret@db/kept", "Postgres://kept:s3cret@db/kept", "file:///srv/kept.db", "sqlite:", ""} {
		_, err := store.Open(context.Background(), url)
		if !kept.Is(err, kept.Invalid) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", url, err)
		}
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("%v were made, %v", left, err)
	}
	for url, want := range map[string]string{
		"desk/kept.db": "desk/kept.db", "sqlite:desk/kept.db": "desk/kept.db", "C:/desk/kept.db": "C:/desk/kept.db",
		"postgres://kept@db/kept": "", "postgresql://kept@db/kept": "",
	} {
		if got, err := store.File(url); got != want || err != nil {
			t.Errorf("%s: %q, %v", url, got, err)
		}
	}
}
