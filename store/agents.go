package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

const agentCols = `id, email, name, role, zone, language, password, created_at, gone_at, calendar, lead_id`

func scanAgent(s scanner) (a kept.Agent, err error) {
	err = s.Scan(&a.ID, &a.Email, &a.Name, &a.Role, &a.Zone, &a.Language, &a.Password, micros{&a.CreatedAt}, micros{&a.GoneAt},
		&a.Calendar, &a.Lead)
	return a, err
}

// Agents lists all agents by name, those who are gone too.
func (tx *Tx) Agents() ([]kept.Agent, error) {
	return all(tx, scanAgent, `SELECT `+agentCols+` FROM agents ORDER BY name, id`)
}

// Agent finds an agent by id.
func (tx *Tx) Agent(id kept.ID) (kept.Agent, error) {
	a, err := one(tx, scanAgent, `SELECT `+agentCols+` FROM agents WHERE id = $1`, id)
	return found("agent", a, err)
}

// AgentByEmail finds an agent by the address they sign in with, lower case.
func (tx *Tx) AgentByEmail(email string) (kept.Agent, bool, error) {
	return maybe(tx, scanAgent, `SELECT `+agentCols+` FROM agents WHERE email = $1`, email)
}

// AddAgent adds an agent; Invalid where the address is taken.
func (tx *Tx) AddAgent(a kept.Agent) (kept.ID, error) {
	id, err := tx.newID(`INSERT INTO agents (email, name, role, zone, language, password, created_at, calendar, lead_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
		a.Email, a.Name, a.Role, a.Zone, a.Language, a.Password, us(a.CreatedAt), a.Calendar, a.Lead)
	if tx.dialect.unique(err) {
		return 0, kept.Wrong("email", "Somebody already signs in with this address.")
	}
	return id, err
}

// SaveAgent writes an agent's changeable fields.
func (tx *Tx) SaveAgent(a kept.Agent) error {
	return tx.run(`UPDATE agents SET name = $2, role = $3, zone = $4, language = $5, password = $6, gone_at = $7,
			calendar = $8, lead_id = $9, email = $10 WHERE id = $1`,
		a.ID, a.Name, a.Role, a.Zone, a.Language, a.Password, us(a.GoneAt), a.Calendar, a.Lead, a.Email)
}

// LockAgents keeps other transactions from adding or changing agents until this one ends, so that
// "the last admin" and "the first start" are decided once.
func (tx *Tx) LockAgents() error {
	if tx.dialect.name == "sqlite" {
		return nil // the writer is alone
	}
	return tx.run(`LOCK TABLE agents IN SHARE ROW EXCLUSIVE MODE`)
}

const sessionCols = `id, agent_id, token_hash, user_agent, created_at, seen_at, expires_at, ended_at`

func scanSession(s scanner) (v kept.Session, err error) {
	err = s.Scan(&v.ID, &v.Agent, &v.TokenHash, &v.UserAgent, micros{&v.CreatedAt}, micros{&v.SeenAt}, micros{&v.ExpiresAt}, micros{&v.EndedAt})
	return v, err
}

// AddSession writes a new sign-in.
func (tx *Tx) AddSession(s kept.Session) error {
	return tx.run(`INSERT INTO sessions (agent_id, token_hash, user_agent, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $4, $5)`, s.Agent, s.TokenHash, s.UserAgent, us(s.CreatedAt), us(s.ExpiresAt))
}

// Session finds a sign-in that is neither ended nor expired at now, by its token's SHA-256.
func (tx *Tx) Session(tokenHash string, now time.Time) (kept.Session, bool, error) {
	return maybe(tx, scanSession, `SELECT `+sessionCols+` FROM sessions
		WHERE token_hash = $1 AND ended_at = 0 AND expires_at > $2`, tokenHash, us(now))
}

// EndSession ends a sign-in, and what it was pushed by; false where it had ended before.
func (tx *Tx) EndSession(tokenHash string, now time.Time) (kept.Session, bool, error) {
	s, ok, err := maybe(tx, scanSession, `UPDATE sessions SET ended_at = $2 WHERE token_hash = $1 AND ended_at = 0 RETURNING `+sessionCols, tokenHash, us(now))
	if err != nil || !ok {
		return s, ok, err
	}
	return s, true, tx.run(`DELETE FROM push_subscriptions WHERE session_id = $1`, s.ID)
}

// EndSessionsOf ends all sign-ins of an agent, and what they were pushed by.
func (tx *Tx) EndSessionsOf(agent kept.ID, now time.Time) error {
	if err := tx.run(`UPDATE sessions SET ended_at = $2 WHERE agent_id = $1 AND ended_at = 0`, agent, us(now)); err != nil {
		return err
	}
	return tx.run(`DELETE FROM push_subscriptions WHERE agent_id = $1`, agent)
}

// AddSignInLink writes a one-time link.
func (tx *Tx) AddSignInLink(tokenHash string, agent kept.ID, expires time.Time) error {
	return tx.run(`INSERT INTO sign_in_links (token_hash, agent_id, expires_at) VALUES ($1, $2, $3)`, tokenHash, agent, us(expires))
}

// UseSignInLink takes a link that was neither used nor expired; only one caller gets it.
func (tx *Tx) UseSignInLink(tokenHash string, now time.Time) (kept.ID, bool, error) {
	return maybe(tx, scanOf[kept.ID], `UPDATE sign_in_links SET used_at = $2
		WHERE token_hash = $1 AND used_at = 0 AND expires_at > $2 RETURNING agent_id`, tokenHash, us(now))
}
