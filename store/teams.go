package store

import "github.com/kept-desk/kept/kept"

// Teams lists all teams by name.
func (tx *Tx) Teams() ([]kept.Team, error) {
	return all(tx, func(s scanner) (t kept.Team, err error) {
		var id kept.ID
		err = s.Scan(&id, textOf{&t})
		t.ID = id
		return t, err
	}, `SELECT id, data FROM teams ORDER BY name, id`)
}

// PutTeam adds a team (ID zero) or replaces it.
func (tx *Tx) PutTeam(t kept.Team) (kept.ID, error) {
	if t.ID == 0 {
		return tx.newID(`INSERT INTO teams (name, data) VALUES ($1, $2) RETURNING id`, t.Name, text(t))
	}
	return t.ID, tx.run(`UPDATE teams SET name = $2, data = $3 WHERE id = $1`, t.ID, t.Name, text(t))
}

// DropTeam forgets a team. The caller has seen to what was its.
func (tx *Tx) DropTeam(id kept.ID) error { return tx.run(`DELETE FROM teams WHERE id = $1`, id) }

func scanCompany(s scanner) (c kept.Company, err error) {
	err = s.Scan(&c.ID, &c.Name, &c.Tier, &c.Calendar)
	return c, err
}

// Companies lists all companies by name.
func (tx *Tx) Companies() ([]kept.Company, error) {
	return all(tx, scanCompany, `SELECT id, name, tier, calendar FROM companies ORDER BY name`)
}

// CompanyNamed finds the company that a contact names; false where nothing is known of it.
func (tx *Tx) CompanyNamed(name string) (kept.Company, bool, error) {
	return maybe(tx, scanCompany, `SELECT id, name, tier, calendar FROM companies WHERE name = $1`, name)
}

// PutCompany adds a company, or changes the one of that name.
func (tx *Tx) PutCompany(c kept.Company) (kept.ID, error) {
	return tx.newID(`INSERT INTO companies (name, tier, calendar) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET tier = excluded.tier, calendar = excluded.calendar RETURNING id`, c.Name, c.Tier, c.Calendar)
}
