package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
)

const jobCols = `id, kind, args, unique_key, next_at, attempts, last_error, dead_at`

func scanJob(s scanner) (j kept.Job, err error) {
	var args string
	err = s.Scan(&j.ID, &j.Kind, &args, &j.Key, micros{&j.NextAt}, &j.Attempts, &j.LastError, micros{&j.DeadAt})
	j.Args = json.RawMessage(args)
	return j, err
}

// AddJob writes work that follows from this transaction's facts. A job whose key is already waiting,
// or in hand, is not written twice: a key names one piece of work ("digest:2026-11-21"), not a thing
// that changes again and again.
func (tx *Tx) AddJob(kind string, args any, key string, at time.Time) error {
	n, err := tx.exec(`INSERT INTO jobs (kind, args, unique_key, next_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (unique_key) WHERE unique_key <> '' DO NOTHING`, kind, text(args), key, us(at))
	if n > 0 {
		tx.wrote.Jobs = earlier(tx.wrote.Jobs, at)
	}
	return err
}

// NewJob is one of many jobs of a kind.
type NewJob struct {
	Args any
	Key  string
	At   time.Time
}

// AddJobs is AddJob for many of a kind at once: thousands may follow from one instant.
func (tx *Tx) AddJobs(kind string, jobs []NewJob) error {
	for some := range slices.Chunk(jobs, rows) {
		var values [][]any
		for _, j := range some {
			values = append(values, []any{kind, text(j.Args), j.Key, us(j.At)})
			tx.wrote.Jobs = earlier(tx.wrote.Jobs, j.At)
		}
		from, args := tx.dialect.table(values)
		err := tx.run(`INSERT INTO jobs (kind, args, unique_key, next_at) `+from+`
			ON CONFLICT (unique_key) WHERE unique_key <> '' DO NOTHING`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// Claim asks for due jobs.
type Claim struct {
	Now   time.Time
	Most  int                             // no more than this
	Lease func(kind string) time.Duration // how long a job of the kind is held; it must not touch anything
	Room  map[string]int                  // how many more of a kind there is room for; a kind that isn't named has room
	Only  []string                        // jobs of these kinds; none: of any
}

// Claimed is a job in hand: NextAt is when its lease ends, Due when it was to run.
type Claimed struct {
	kept.Job
	Due time.Time
}

// ClaimJobs takes due jobs, earliest first, for the length of their leases, and says whether there may
// be more. A job whose holder dies is due again when its lease ends: the lease is the same column as
// the due time. Two callers never get the same job.
func (db *DB) ClaimJobs(ctx context.Context, c Claim) (jobs []Claimed, more bool, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		due, err := tx.dueJobs(c)
		jobs, more = c.choose(due), len(due) >= c.Most
		if err != nil || len(jobs) == 0 {
			return err
		}
		return tx.lease(jobs, db.node)
	})
	return jobs, more, err
}

// dueJobs lists what may be claimed, earliest first, and locks it.
func (tx *Tx) dueJobs(c Claim) ([]kept.Job, error) {
	due, err := ofKinds(c.Only, 3, func(condition string, kind ...any) ([]kept.Job, error) {
		return all(tx, scanJob, `SELECT `+jobCols+` FROM jobs WHERE dead_at = 0 AND next_at <= $1`+condition+`
			ORDER BY next_at, id LIMIT $2`+tx.dialect.skipLocked, append([]any{us(c.Now), c.Most}, kind...)...)
	})
	slices.SortFunc(due, func(a, b kept.Job) int { return cmp.Or(a.NextAt.Compare(b.NextAt), cmp.Compare(a.ID, b.ID)) })
	return due, err
}

// ofKinds asks for jobs of some kinds, one kind after the other: thousands of others may lie before them. No kinds
// are any, asked for at once. The kind is the parameter of that number.
func ofKinds[T any](kinds []string, number int, ask func(condition string, kind ...any) ([]T, error)) (list []T, err error) {
	if len(kinds) == 0 {
		return ask("")
	}
	for _, kind := range kinds {
		some, err := ask(fmt.Sprintf(" AND kind = $%d", number), kind)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

// choose takes those for which there is room.
func (c Claim) choose(due []kept.Job) (jobs []Claimed) {
	taken := map[string]int{}
	for _, j := range due[:min(len(due), c.Most)] {
		if room, bounded := c.Room[j.Kind]; bounded && taken[j.Kind] >= room {
			continue
		}
		taken[j.Kind]++
		in := Claimed{Job: j, Due: j.NextAt}
		in.Attempts++
		in.NextAt = c.Now.Add(c.Lease(j.Kind)).Truncate(time.Microsecond)
		jobs = append(jobs, in)
	}
	return jobs
}

// lease writes what choose chose: one statement for each length of lease.
func (tx *Tx) lease(jobs []Claimed, node int64) error {
	byEnd := map[int64][]kept.ID{}
	for _, j := range jobs {
		byEnd[us(j.NextAt)] = append(byEnd[us(j.NextAt)], j.ID)
	}
	for end, ids := range byEnd {
		list := padded(ids)
		err := tx.run(`UPDATE jobs SET next_at = $1, attempts = attempts + 1, holder = $2 WHERE id IN `+in(3, len(list)), append([]any{end, node}, list...)...)
		if err != nil {
			return err
		}
	}
	return nil
}

// FinishJob removes a job that was done, if this claim still holds it.
func (db *DB) FinishJob(ctx context.Context, j kept.Job) error {
	return db.Write(ctx, func(tx *Tx) error {
		return tx.run(`DELETE FROM jobs WHERE id = $1 AND attempts = $2`, j.ID, j.Attempts)
	})
}

// FailJob puts a job back to be run again at an instant, with why it failed; a zero instant gives it
// up (dead letter) at now. A claim that no longer holds the job changes nothing.
func (db *DB) FailJob(ctx context.Context, j kept.Job, why string, again, now time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		if again.IsZero() {
			return tx.run(`UPDATE jobs SET dead_at = $3, last_error = $4, unique_key = '', holder = 0
				WHERE id = $1 AND attempts = $2 AND dead_at = 0`, j.ID, j.Attempts, us(now), why)
		}
		n, err := tx.exec(`UPDATE jobs SET next_at = $3, last_error = $4, holder = 0
			WHERE id = $1 AND attempts = $2 AND dead_at = 0`, j.ID, j.Attempts, us(again), why)
		if n > 0 {
			tx.wrote.Jobs = earlier(tx.wrote.Jobs, again)
		}
		return err
	})
}

// ReleaseJobs makes the jobs due that were in the hands of nodes that are gone, so that a restart
// doesn't wait for their leases, and says how many they were. On SQLite that is whoever held any: one
// program serves a file, and calls this before it takes jobs. On PostgreSQL a node that lives holds its
// lock.
func (db *DB) ReleaseJobs(ctx context.Context, now time.Time) (n int64, err error) {
	err = db.Write(ctx, func(tx *Tx) error {
		n = 0
		holders, err := all(tx, scanOf[int64], `SELECT DISTINCT holder FROM jobs WHERE holder <> 0`)
		if err != nil {
			return err
		}
		for _, holder := range holders {
			gone := true
			if tx.dialect.nodeGone != "" {
				if gone, err = one(tx, scanOf[bool], tx.dialect.nodeGone, holder); err != nil {
					return err
				}
			}
			if !gone {
				continue
			}
			released, err := tx.exec(`UPDATE jobs SET next_at = $2, holder = 0 WHERE holder = $1 AND dead_at = 0`, holder, us(now))
			if err != nil {
				return err
			}
			n += released
			tx.wrote.Jobs = earlier(tx.wrote.Jobs, now)
		}
		return nil
	})
	return n, err
}

// NextJobAt is the earliest instant at which a job of one of these kinds (none: of any) may run; zero: none waits.
func (db *DB) NextJobAt(ctx context.Context, only ...string) (at time.Time, err error) {
	err = db.Read(ctx, func(tx *Tx) (err error) {
		at, err = tx.nextJobAt(only)
		return err
	})
	return at, err
}

func (tx *Tx) nextJobAt(only []string) (first time.Time, err error) {
	next, err := ofKinds(only, 1, func(condition string, kind ...any) ([]int64, error) {
		return all(tx, scanOf[int64], `SELECT next_at FROM jobs WHERE dead_at = 0`+condition+` ORDER BY next_at, id LIMIT 1`, kind...)
	})
	if err != nil || len(next) == 0 {
		return first, err
	}
	return instant(slices.Min(next)), nil
}

// CountJobs says how many jobs wait and how many were given up.
func (db *DB) CountJobs(ctx context.Context) (waiting, dead int, err error) {
	err = db.Read(ctx, func(tx *Tx) (err error) {
		if waiting, err = one(tx, scanOf[int], `SELECT count(*) FROM jobs WHERE dead_at = 0`); err != nil {
			return err
		}
		dead, err = one(tx, scanOf[int], `SELECT count(*) FROM jobs WHERE dead_at > 0`)
		return err
	})
	return waiting, dead, err
}

// DeadJobs are the last jobs that were given up, newest first, no more than limit.
func (db *DB) DeadJobs(ctx context.Context, limit int) (jobs []kept.Job, err error) {
	err = db.Read(ctx, func(tx *Tx) (err error) {
		jobs, err = all(tx, scanJob, `SELECT `+jobCols+` FROM jobs WHERE dead_at > 0 ORDER BY id DESC LIMIT $1`, limit)
		return err
	})
	return jobs, err
}

// HastenJob makes a job run at an instant: the one that waits under the key, or a new one.
func (tx *Tx) HastenJob(kind string, args any, key string, at time.Time) error {
	n, err := tx.exec(`UPDATE jobs SET next_at = $2 WHERE unique_key = $1 AND unique_key <> '' AND dead_at = 0`, key, us(at))
	if err != nil || n == 0 {
		return errors.Join(err, tx.AddJob(kind, args, key, at))
	}
	tx.wrote.Jobs = earlier(tx.wrote.Jobs, at)
	return nil
}
