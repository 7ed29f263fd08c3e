package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

// Telling is the words of breaks that somebody gets at a level of escalations and by a medium.
type Telling struct {
	Agent kept.ID
	Level kept.Level
	By    kept.Medium
}

// Told says how many words somebody got, each by itself, and since when that is counted; zero: it isn't.
func (tx *Tx) Told(t Telling) (since time.Time, n int, err error) {
	_, _, err = maybe(tx, func(s scanner) (none struct{}, err error) {
		return none, s.Scan(micros{&since}, &n)
	}, `SELECT since, n FROM tellings WHERE agent_id = $1 AND level = $2 AND medium = $3`, t.Agent, t.Level, t.By)
	return since, n, err
}

// CountTold counts one word more: anew from now where the counting began at or before over. False where most were
// counted already.
func (tx *Tx) CountTold(t Telling, over, now time.Time, most int) (bool, error) {
	n, err := tx.exec(`INSERT INTO tellings (agent_id, level, medium, since, n) VALUES ($1, $2, $3, $4, 1)
		ON CONFLICT (agent_id, level, medium) DO UPDATE SET
			n = CASE WHEN tellings.since <= $5 THEN 1 ELSE tellings.n + 1 END,
			since = CASE WHEN tellings.since <= $5 THEN excluded.since ELSE tellings.since END
		WHERE tellings.since <= $5 OR tellings.n < $6`, t.Agent, t.Level, t.By, us(now), us(over), most)
	return n == 1, err
}

// Gathering is one word of many breaks to one of ours.
type Gathering struct {
	ID      kept.ID
	Agent   kept.ID
	By      kept.Medium
	BegunAt time.Time
}

// Gathering finds the one that takes in what breaks, and sees to it that it does until this transaction is over;
// false where there is none. Others may put into it at the same time.
func (tx *Tx) Gathering(agent kept.ID, by kept.Medium) (kept.ID, bool, error) {
	return maybe(tx, scanOf[kept.ID], `SELECT id FROM gatherings WHERE agent_id = $1 AND medium = $2 AND closed_at = 0`+tx.dialect.forShare, agent, by)
}

// AddGathering begins one; where somebody just did, it is theirs.
func (tx *Tx) AddGathering(g Gathering) (kept.ID, error) {
	return tx.newID(`INSERT INTO gatherings (agent_id, medium, begun_at) VALUES ($1, $2, $3)
		ON CONFLICT (agent_id, medium) WHERE closed_at = 0 DO UPDATE SET medium = excluded.medium RETURNING id`, g.Agent, g.By, us(g.BegunAt))
}

// Gather puts a break into a gathering.
func (tx *Tx) Gather(gathering, promise kept.ID, level kept.Level) error {
	return tx.run(`INSERT INTO gathered (gathering_id, promise_id, level) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, gathering, promise, level)
}

// CloseGathering ends a gathering, so that it takes in no more, and what is counted of words to its agent by its
// medium; false where it is closed.
func (tx *Tx) CloseGathering(id kept.ID, now time.Time) (Gathering, bool, error) {
	g, ok, err := maybe(tx, func(s scanner) (g Gathering, err error) {
		return g, s.Scan(&g.ID, &g.Agent, &g.By, micros{&g.BegunAt})
	}, `UPDATE gatherings SET closed_at = $2 WHERE id = $1 AND closed_at = 0 RETURNING id, agent_id, medium, begun_at`, id, us(now))
	if err != nil || !ok {
		return g, ok, err
	}
	return g, true, tx.run(`DELETE FROM tellings WHERE agent_id = $1 AND medium = $2`, g.Agent, g.By)
}

// Gathered is a break that a gathering tells of, and how its conversation stands.
type Gathered struct {
	kept.Promise
	Level    kept.Level
	Priority kept.Priority
	Status   kept.Status
}

// Gathered lists what a gathering took in.
func (tx *Tx) Gathered(id kept.ID) ([]Gathered, error) {
	return all(tx, func(s scanner) (g Gathered, err error) {
		err = s.Scan(append(promiseDest(&g.Promise), &g.Level, &g.Priority, &g.Status)...)
		return g, err
	}, `SELECT p.*, g.level, c.priority, c.status FROM gathered g
		JOIN (SELECT `+promiseCols+` FROM promises) p ON p.id = g.promise_id
		JOIN conversations c ON c.id = p.conversation_id
		WHERE g.gathering_id = $1 ORDER BY p.id, g.level`, id)
}

// DropGathered forgets what a gathering took in: once its word goes, the log has it.
func (tx *Tx) DropGathered(id kept.ID) error {
	return tx.run(`DELETE FROM gathered WHERE gathering_id = $1`, id)
}
