package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// DropPolicy forgets a policy. What it promised stays promised.
func (tx *Tx) DropPolicy(id kept.ID) error { return tx.run(`DELETE FROM policies WHERE id = $1`, id) }

// DropCalendar forgets a calendar. The caller has seen that nothing runs on it.
func (tx *Tx) DropCalendar(id kept.ID) error {
	return tx.run(`DELETE FROM calendars WHERE id = $1`, id)
}

// DropCompany forgets what is known of a company; its contacts keep its name.
func (tx *Tx) DropCompany(id kept.ID) error { return tx.run(`DELETE FROM companies WHERE id = $1`, id) }

// ContactKeeps reports whether a contact keeps these hours.
func (tx *Tx) ContactKeeps(calendar kept.ID) (bool, error) {
	_, ok, err := maybe(tx, scanOf[int], `SELECT 1 FROM contacts WHERE calendar = $1 LIMIT 1`, calendar)
	return ok, err
}

// LivePart lists up to n live conversations after an id, in order, looking at no more than width ids, and
// says after which id to go on; zero: there are no more.
func (tx *Tx) LivePart(after kept.ID, width, n int) (ids []kept.ID, next kept.ID, err error) {
	end := after + kept.ID(width)
	ids, err = all(tx, scanOf[kept.ID], `SELECT id FROM conversations WHERE id > $1 AND id <= $2
		AND status IN ('open', 'pending', 'solved') ORDER BY id LIMIT $3`, after, end, n)
	if err != nil {
		return nil, 0, err
	}
	if len(ids) == n {
		return ids, ids[n-1], nil
	}
	_, more, err := maybe(tx, scanOf[kept.ID], `SELECT id FROM conversations WHERE id > $1 ORDER BY id LIMIT 1`, end)
	if !more {
		end = 0
	}
	return ids, end, err
}

// LiveOf lists a contact's live conversations, in order, at most n.
func (tx *Tx) LiveOf(contact kept.ID, n int) ([]kept.ID, error) {
	return all(tx, scanOf[kept.ID], `SELECT id FROM conversations WHERE contact_id = $1
		AND status IN ('open', 'pending', 'solved') ORDER BY id LIMIT $2`, contact, n)
}

// Precedent is a promise of the recorded past, with the conversation that it was given in.
type Precedent struct {
	kept.Promise
	Matter      kept.Conversation
	ContactName string
	Tier        string
	Attributes  map[string]string
	Calendar    kept.ID // the hours agreed with the customer, else with their company
	Hours, Zone string  // what the customer chose, and their zone
	First       bool    // the first reply that its conversation was promised
}

// Precedents lists the promises to customers that were opened since an instant, newest first: of the newest n
// that there are. Asks and recoveries aren't among them.
func (tx *Tx) Precedents(since time.Time, n int) ([]Precedent, error) {
	return all(tx, scanPrecedent, `SELECT `+precedentCols+`
		FROM (SELECT * FROM promises ORDER BY id DESC LIMIT $2) p
		JOIN conversations c ON c.id = p.conversation_id
		JOIN contacts k ON k.id = c.contact_id
		LEFT JOIN companies b ON b.name = k.company
		WHERE p.opened_at >= $1 AND p.kind <> 'ask' AND p.kind <> 'check_in' AND p.misses = 0 AND c.status <> 'spam'
		ORDER BY p.id DESC`, us(since), n)
}

const precedentCols = `p.id, p.kind, p.due, p.source, p.opened_at, p.state, p.settled_at, p.fulfilled_at,
	c.id, c.inbox_id, c.subject, c.priority, c.language, c.team_id, c.tags, c.second_time,
	CASE WHEN k.name = '' THEN k.email ELSE k.name END, k.attributes, k.calendar, k.hours, k.zone, COALESCE(b.tier, ''), COALESCE(b.calendar, 0),
	CASE WHEN p.kind = 'reply' AND NOT EXISTS (SELECT 1 FROM promises q
		WHERE q.conversation_id = p.conversation_id AND q.kind = 'reply' AND q.id < p.id) THEN 1 ELSE 0 END`

func scanPrecedent(s scanner) (p Precedent, err error) {
	var company kept.ID
	err = s.Scan(&p.ID, &p.Kind, micros{&p.Due}, &p.Source, micros{&p.OpenedAt}, &p.State, micros{&p.SettledAt}, micros{&p.FulfilledAt},
		&p.Matter.ID, &p.Matter.Inbox, &p.Matter.Subject, &p.Matter.Priority, &p.Matter.Language,
		&p.Matter.Team, textsOf{&p.Matter.Tags}, flagOf{&p.Matter.SecondTime},
		&p.ContactName, textOf{&p.Attributes}, &p.Calendar, &p.Hours, &p.Zone, &p.Tier, &company, flagOf{&p.First})
	if p.Calendar == 0 {
		p.Calendar = company
	}
	return p, err
}
