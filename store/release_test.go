package store_test

import (
	"testing"
	"time"

	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/storetest"
)

func TestARestartDoesNotWaitForTheLeasesOfTheDead(t *testing.T) {
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			url := storetest.URL(t, name)
			now := time.Date(2026, 5, 18, 9, 0, 0, 0, time.UTC)
			claim := store.Claim{Now: now, Most: 10, Lease: func(string) time.Duration { return time.Hour }}
			dead, err := store.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			err = dead.Write(t.Context(), func(tx *store.Tx) error { return tx.AddJob("a", struct{}{}, "", now) })
			if err != nil {
				t.Fatal(err)
			}
			if got, _, err := dead.ClaimJobs(t.Context(), claim); err != nil || len(got) != 1 {
				t.Fatal(got, err)
			}
			if err := dead.Close(); err != nil {
				t.Fatal(err)
			}
			db, err := store.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if got, _, err := db.ClaimJobs(t.Context(), claim); err != nil || len(got) != 0 {
				t.Fatalf("%v, %v: the lease holds until somebody knows better", got, err)
			}
			var n int64 // PostgreSQL lets go of a lock a moment after its connection is gone
			for deadline := time.Now().Add(10 * time.Second); n == 0 && err == nil && time.Now().Before(deadline); {
				n, err = db.ReleaseJobs(t.Context(), now)
			}
			if err != nil || n != 1 {
				t.Fatalf("released %d, %v", n, err)
			}
			got, _, err := db.ClaimJobs(t.Context(), claim)
			if err != nil || len(got) != 1 || got[0].Attempts != 2 {
				t.Fatalf("%v, %v after the release", got, err)
			}
		})
	}
}

func TestANodeThatLivesKeepsItsJobs(t *testing.T) {
	url := storetest.URL(t, "postgres")
	now := time.Date(2026, 5, 18, 9, 0, 0, 0, time.UTC)
	one, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	listening := make(chan struct{}, 8)
	one.OnCommit(func(store.Commit) {
		select {
		case listening <- struct{}{}:
		default:
		}
	})
	err = one.Write(t.Context(), func(tx *store.Tx) error { return tx.AddJob("a", struct{}{}, "", now) })
	if err != nil {
		t.Fatal(err)
	}
	claim := store.Claim{Now: now, Most: 10, Lease: func(string) time.Duration { return time.Hour }}
	if got, _, err := one.ClaimJobs(t.Context(), claim); err != nil || len(got) != 1 {
		t.Fatal(got, err)
	}
	two, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer two.Close()
	<-listening // its own commit
	<-listening // it hears: the lock is held
	if n, err := two.ReleaseJobs(t.Context(), now); err != nil || n != 0 {
		t.Fatalf("released %d, %v", n, err)
	}
}
