package store

import (
	"context"
	"encoding/json"
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

// AddJob writes work that follows from this transaction's facts. A job whose key is already waiting
// is not written twice.
func (tx *Tx) AddJob(kind string, args any, key string, at time.Time) error {
	n, err := tx.exec(`INSERT INTO jobs (kind, args, unique_key, next_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (unique_key) WHERE unique_key <> '' DO NOTHING`, kind, text(args), key, us(at))
	if n > 0 {
		tx.wrote.Jobs = earlier(tx.wrote.Jobs, at)
	}
	return err
}

// ClaimJobs takes up to n due jobs for the length of the lease. A job whose holder dies is due again
// when its lease ends: the lease is the same column as the due time.
func (db *DB) ClaimJobs(ctx context.Context, now time.Time, lease time.Duration, n int) (jobs []kept.Job, err error) {
	err = db.Write(ctx, func(tx *Tx) (err error) {
		jobs, err = all(tx, scanJob, `UPDATE jobs SET next_at = $1, attempts = attempts + 1
			WHERE dead_at = 0 AND next_at <= $2 AND id IN (
				SELECT id FROM jobs WHERE dead_at = 0 AND next_at <= $2 ORDER BY next_at, id LIMIT $3`+tx.dialect.skipLocked+`)
			RETURNING `+jobCols, us(now.Add(lease)), us(now), n)
		return err
	})
	return jobs, err
}

// FinishJob removes a job that was done, if this claim still holds it.
func (db *DB) FinishJob(ctx context.Context, j kept.Job) error {
	return db.Write(ctx, func(tx *Tx) error {
		return tx.run(`DELETE FROM jobs WHERE id = $1 AND attempts = $2`, j.ID, j.Attempts)
	})
}

// FailJob puts a job back to be run again at an instant, with why it failed; a zero instant gives it
// up (dead letter) at now.
func (db *DB) FailJob(ctx context.Context, j kept.Job, why string, again, now time.Time) error {
	return db.Write(ctx, func(tx *Tx) error {
		if again.IsZero() {
			return tx.run(`UPDATE jobs SET dead_at = $3, last_error = $4, unique_key = '' WHERE id = $1 AND attempts = $2`, j.ID, j.Attempts, us(now), why)
		}
		tx.wrote.Jobs = again
		return tx.run(`UPDATE jobs SET next_at = $3, last_error = $4 WHERE id = $1 AND attempts = $2`, j.ID, j.Attempts, us(again), why)
	})
}

// NextJobAt is the earliest instant at which a job may run; zero: none waits.
func (db *DB) NextJobAt(ctx context.Context) (at time.Time, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		n, ok, err := maybe(tx, scanOf[int64], `SELECT next_at FROM jobs WHERE dead_at = 0 ORDER BY next_at LIMIT 1`)
		if ok {
			at = instant(n)
		}
		return err
	})
	return at, err
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
