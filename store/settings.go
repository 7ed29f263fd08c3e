package store

import (
	"github.com/kept-desk/kept/kept"
)

// Setting reads a named value; empty where it was never set.
func (tx *Tx) Setting(name string) (string, error) {
	v, _, err := maybe(tx, scanOf[string], `SELECT value FROM settings WHERE name = $1`, name)
	return v, err
}

// PutSetting writes a named value.
func (tx *Tx) PutSetting(name, value string) error {
	return tx.run(`INSERT INTO settings (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
}

// PutSettingOnce writes a named value unless there is one, and returns what stands there.
func (tx *Tx) PutSettingOnce(name, value string) (string, error) {
	if err := tx.run(`INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, value); err != nil {
		return "", err
	}
	return tx.Setting(name)
}

const inboxCols = `id, name, channel, address, from_name, signature, number`

func scanInbox(s scanner) (i kept.Inbox, err error) {
	err = s.Scan(&i.ID, &i.Name, &i.Channel, &i.Address, &i.FromName, &i.Signature, &i.Number)
	return i, err
}

// Inboxes lists all inboxes by name.
func (tx *Tx) Inboxes() ([]kept.Inbox, error) {
	return all(tx, scanInbox, `SELECT `+inboxCols+` FROM inboxes ORDER BY name, id`)
}

// AddInbox adds an inbox; Conflict where the address is taken.
func (tx *Tx) AddInbox(i kept.Inbox) (kept.ID, error) {
	id, err := tx.newID(`INSERT INTO inboxes (name, channel, address, from_name, signature, number)
		VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`, i.Name, i.Channel, i.Address, i.FromName, i.Signature, i.Number)
	if tx.dialect.unique(err) {
		return 0, &kept.Error{Kind: kept.Invalid, Field: "address", Say: "Another inbox already has this address."}
	}
	return id, err
}

// SaveInbox writes an inbox's changeable fields.
func (tx *Tx) SaveInbox(i kept.Inbox) error {
	return tx.run(`UPDATE inboxes SET name = $2, from_name = $3, signature = $4, number = $5 WHERE id = $1`, i.ID, i.Name, i.FromName, i.Signature, i.Number)
}

// Calendars lists all calendars.
func (tx *Tx) Calendars() ([]kept.Calendar, error) {
	return all(tx, func(s scanner) (c kept.Calendar, err error) {
		var id kept.ID
		var name string
		err = s.Scan(&id, &name, textOf{&c})
		c.ID, c.Name = id, name
		return c, err
	}, `SELECT id, name, data FROM calendars ORDER BY id`)
}

// PutCalendar adds a calendar (ID zero) or replaces it.
func (tx *Tx) PutCalendar(c kept.Calendar) (kept.ID, error) {
	if c.ID == 0 {
		return tx.newID(`INSERT INTO calendars (name, data) VALUES ($1, $2) RETURNING id`, c.Name, text(c))
	}
	return c.ID, tx.run(`UPDATE calendars SET name = $2, data = $3 WHERE id = $1`, c.ID, c.Name, text(c))
}

// Policies lists all policies in the order in which they are tried.
func (tx *Tx) Policies() ([]kept.Policy, error) {
	return all(tx, func(s scanner) (p kept.Policy, err error) {
		var id kept.ID
		err = s.Scan(&id, textOf{&p})
		p.ID = id
		return p, err
	}, `SELECT id, data FROM policies ORDER BY position, id`)
}

// PutPolicy adds a policy (ID zero) or replaces it.
func (tx *Tx) PutPolicy(p kept.Policy) (kept.ID, error) {
	if p.ID == 0 {
		return tx.newID(`INSERT INTO policies (position, name, data) VALUES ($1, $2, $3) RETURNING id`, p.Position, p.Name, text(p))
	}
	return p.ID, tx.run(`UPDATE policies SET position = $2, name = $3, data = $4 WHERE id = $1`, p.ID, p.Position, p.Name, text(p))
}
