package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

func scanRotation(s scanner) (r kept.Rotation, err error) {
	var id kept.ID
	var name, secret string
	var gone time.Time
	err = s.Scan(&id, &name, textOf{&r}, &secret, micros{&gone})
	r.ID, r.Name, r.Secret, r.Signed, r.GoneAt = id, name, secret, secret != "", gone
	return r, err
}

// Rotations lists those in use, by name.
func (tx *Tx) Rotations() ([]kept.Rotation, error) {
	return all(tx, scanRotation, `SELECT id, name, data, secret, gone_at FROM rotations WHERE gone_at = 0 ORDER BY name, id`)
}

// Rotation finds a rotation by id, also one that is no longer in use.
func (tx *Tx) Rotation(id kept.ID) (kept.Rotation, error) {
	r, err := one(tx, scanRotation, `SELECT id, name, data, secret, gone_at FROM rotations WHERE id = $1`, id)
	return found("rotation", r, err)
}

// PutRotation adds a rotation (ID zero) or replaces it.
func (tx *Tx) PutRotation(r kept.Rotation) (kept.ID, error) {
	if r.ID == 0 {
		return tx.newID(`INSERT INTO rotations (name, data, secret) VALUES ($1, $2, $3) RETURNING id`, r.Name, text(r), r.Secret)
	}
	return r.ID, tx.run(`UPDATE rotations SET name = $2, data = $3, secret = $4, gone_at = $5 WHERE id = $1`,
		r.ID, r.Name, text(r), r.Secret, us(r.GoneAt))
}
