package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

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
