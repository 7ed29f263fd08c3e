package work_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/storetest"
	"github.com/kept-desk/kept/work"
)

// Whatever happens to jobs, in whatever order, each ends: done once, or given up and kept.
func TestEveryJobEndsDoneOnceOrAsADeadLetter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		rapid.Check(t, func(r *rapid.T) {
			clock := work.NewTurnedClock(noon)
			done, ended := map[string]int{}, map[string]bool{}
			jobs := work.NewJobs(db, map[string]work.Kind{"any": {
				Attempts: 4, Lease: time.Minute,
				Run: func(_ context.Context, j kept.Job) error {
					if ended[string(j.Args)] {
						r.Errorf("job %s ran after its end", j.Args)
					}
					switch rapid.SampledFrom([]string{"done", "done", "fails", "panics", "again", "final"}).Draw(r, "outcome") {
					case "fails":
						ended[string(j.Args)] = j.Attempts >= 4
						return errRelay
					case "panics":
						ended[string(j.Args)] = j.Attempts >= 4
						panic("no such luck")
					case "again":
						return work.Again{At: clock.Now().Add(time.Hour)}
					case "final":
						ended[string(j.Args)] = true
						return work.Final{Err: errors.New("no such mailbox")}
					}
					done[string(j.Args)]++
					ended[string(j.Args)] = true
					return nil
				},
			}}, work.Options{Clock: clock, Log: (&paper{}).log()})
			_, before := count(r, db)
			added := 0
			r.Repeat(map[string]func(*rapid.T){
				"add": func(r *rapid.T) {
					add(t, db, "any", added, "", clock.Now().Add(time.Duration(rapid.IntRange(-5, 90).Draw(r, "seconds"))*time.Second))
					added++
				},
				"die": func(r *rapid.T) { // a program takes some and is killed
					lease := func(string) time.Duration { return time.Minute }
					if _, _, err := db.ClaimJobs(t.Context(), store.Claim{Now: clock.Now(), Most: 2, Lease: lease}); err != nil {
						r.Fatal(err)
					}
				},
				"turn": func(r *rapid.T) {
					clock.Add(time.Duration(rapid.IntRange(0, 120).Draw(r, "seconds")) * time.Second)
				},
				"drain": func(r *rapid.T) { drain(t, jobs) },
			})
			for n := 1; n > 0; n, _ = count(r, db) {
				clock.Add(2 * time.Hour)
				drain(t, jobs)
			}
			_, dead := count(r, db)
			if len(done)+dead-before != added {
				r.Errorf("%d jobs: %d done, %d given up", added, len(done), dead-before)
			}
			once(r, done)
		})
	})
}

func once(r *rapid.T, done map[string]int) {
	for args, n := range done {
		if n != 1 {
			r.Errorf("job %s was done %d times", args, n)
		}
	}
}

func count(r *rapid.T, db *store.DB) (n, dead int) {
	n, dead, err := db.CountJobs(context.Background())
	if err != nil {
		r.Fatal(err)
	}
	return n, dead
}
