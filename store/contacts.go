package store

import (
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
)

const contactCols = `k.id, k.name, k.email, k.company, k.phone, k.zone, k.language, k.notes, k.created_at, k.calendar, k.attributes,
	k.phone_said_at, k.hours`

func scanContact(s scanner) (c kept.Contact, err error) {
	err = s.Scan(&c.ID, &c.Name, &c.Email, &c.Company, &c.Phone, &c.Zone, &c.Language, &c.Notes, micros{&c.CreatedAt},
		&c.Calendar, textOf{&c.Attributes}, micros{&c.PhoneSaidAt}, &c.Hours)
	return c, err
}

// Contact finds a contact by id.
func (tx *Tx) Contact(id kept.ID) (kept.Contact, error) {
	c, err := one(tx, scanContact, `SELECT `+contactCols+` FROM contacts k WHERE k.id = $1`, id)
	return found("contact", c, err)
}

// ContactByAddress finds who writes from an address.
func (tx *Tx) ContactByAddress(address string) (kept.Contact, bool, error) {
	return maybe(tx, scanContact, `SELECT `+contactCols+` FROM contact_addresses a JOIN contacts k ON k.id = a.contact_id
		WHERE a.address = $1`, strings.ToLower(address))
}

// AddContact adds a contact with its address. Where two transactions add the same address at once,
// one wins and the other gets the winner's contact.
func (tx *Tx) AddContact(c kept.Contact) (kept.Contact, error) {
	var err error
	c.ID, err = tx.newID(`INSERT INTO contacts (name, email, company, phone, zone, language, notes, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
		c.Name, c.Email, c.Company, c.Phone, c.Zone, c.Language, c.Notes, us(c.CreatedAt))
	if err != nil || c.Email == "" {
		return c, err
	}
	// DO UPDATE, not DO NOTHING: it waits for the other transaction and then returns its row.
	owner, err := one(tx, scanOf[kept.ID], `INSERT INTO contact_addresses (address, contact_id) VALUES ($1, $2)
		ON CONFLICT (address) DO UPDATE SET contact_id = contact_addresses.contact_id RETURNING contact_id`, strings.ToLower(c.Email), c.ID)
	if err != nil || owner == c.ID {
		return c, err
	}
	if err := tx.run(`DELETE FROM contacts WHERE id = $1`, c.ID); err != nil {
		return c, err
	}
	return tx.Contact(owner)
}

// SaveContact writes a contact's changeable fields.
func (tx *Tx) SaveContact(c kept.Contact) error {
	return tx.run(`UPDATE contacts SET name = $2, company = $3, phone = $4, zone = $5, language = $6, notes = $7, calendar = $8,
			attributes = $9, phone_said_at = $10, hours = $11 WHERE id = $1`,
		c.ID, c.Name, c.Company, c.Phone, c.Zone, c.Language, c.Notes, c.Calendar, mapText(c.Attributes), us(c.PhoneSaidAt), c.Hours)
}

// mapText is a map as JSON text; empty where there is nothing in it.
func mapText(m map[string]string) string {
	if len(m) == 0 {
		return ""
	}
	return text(m)
}

// Outcomes counts a contact's settled promises by state.
func (tx *Tx) Outcomes(contact kept.ID) (map[kept.PromiseState]int, error) {
	out := map[kept.PromiseState]int{}
	type count struct {
		state kept.PromiseState
		n     int
	}
	rows, err := all(tx, func(s scanner) (c count, err error) {
		err = s.Scan(&c.state, &c.n)
		return c, err
	}, `SELECT state, count(*) FROM promises WHERE contact_id = $1 AND state <> 'open' GROUP BY state`, contact)
	for _, r := range rows {
		out[r.state] = r.n
	}
	return out, err
}

// LatestSettled lists a contact's latest settled promises, newest first.
func (tx *Tx) LatestSettled(contact kept.ID, n int) ([]kept.Promise, error) {
	return all(tx, scanPromise, `SELECT `+promiseCols+` FROM promises p
		WHERE p.contact_id = $1 AND p.state <> 'open' ORDER BY p.settled_at DESC, p.id DESC LIMIT $2`, contact, n)
}

// LatestBroken finds the contact's promise that was broken last.
func (tx *Tx) LatestBroken(contact kept.ID) (kept.Promise, bool, error) {
	return maybe(tx, scanPromise, `SELECT `+promiseCols+` FROM promises p
		WHERE p.contact_id = $1 AND p.state <> 'open' AND p.state = 'broken' ORDER BY p.settled_at DESC LIMIT 1`, contact)
}

// BrokenSince reports whether a promise to the contact, or to somebody of their company, was broken after an
// instant.
func (tx *Tx) BrokenSince(contact kept.Contact, since time.Time) (bool, error) {
	_, ok, err := maybe(tx, scanOf[int], `SELECT 1 FROM promises
		WHERE contact_id = $1 AND settled_at > $2 AND state <> 'open' AND state = 'broken' LIMIT 1`, contact.ID, us(since))
	if err != nil || ok || contact.Company == "" {
		return ok, err
	}
	_, ok, err = maybe(tx, scanOf[int], `SELECT 1 FROM contacts k JOIN promises p ON p.contact_id = k.id
		WHERE k.company <> '' AND k.company = $1 AND p.settled_at > $2 AND p.state <> 'open' AND p.state = 'broken' LIMIT 1`, contact.Company, us(since))
	return ok, err
}
