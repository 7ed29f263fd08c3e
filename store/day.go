package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/kept-desk/kept/kept"
)

// unheard is a conversation to whose customer an agent ($1) has said nothing since an instant: neither in a message m
// nor in a call l for which this holds. What they wrote counts from when it was written, also in one that was merged
// into it, unless it came back, and so does a call in which the two spoke, whoever called; what a machine wrote, and
// what stays inside, never does.
func unheard(written, called string) string {
	word := `m.kind = 'outbound' AND m.automatic = 0 AND m.author_kind = 'agent' AND m.author_id = $1
		AND m.delivery <> 'bounced' AND ` + written
	call := `l.by_kind = 'agent' AND l.by_id = $1 AND l.outcome = 'reached' AND ` + called
	return `
	AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND ` + word + `)
	AND NOT EXISTS (SELECT 1 FROM conversations o JOIN messages m ON m.conversation_id = o.id
		WHERE o.merged_into > 0 AND o.merged_into = c.id AND ` + word + `)
	AND NOT EXISTS (SELECT 1 FROM calls l WHERE l.conversation_id = c.id AND ` + call + `)
	AND NOT EXISTS (SELECT 1 FROM conversations o JOIN calls l ON l.conversation_id = o.id
		WHERE o.merged_into > 0 AND o.merged_into = c.id AND ` + call + `)`
}

// Of a promise w: that it is still to be done, and since when.
const (
	unmet      = `(w.state = 'open' OR w.state = 'broken' AND w.made_good_at = 0)`
	unmetSince = `CASE WHEN w.state = 'open' THEN w.opened_at ELSE w.settled_at END`
)

// owing is a conversation in which something that the customer waits for falls due before an instant ($2), and its
// clock runs. A deed and a call wait whatever was said; the rest, until the agent says a word after it was promised, or
// missed: the word that promises another for later today doesn't say that one.
var owing = ` AND c.queue_due < $2 AND EXISTS (SELECT 1 FROM promises w WHERE w.conversation_id = c.id AND w.due < $2
	AND w.held_at = 0 AND ` + unmet + `
	AND (w.kind IN ('custom', 'callback') OR w.kind IN ('reply', 'update', 'workaround', 'resolution')` +
	unheard(`m.id <> w.told_in AND m.created_at >= `+unmetSince, `l.at > `+unmetSince) + `))`

// WaitingFor lists up to n conversations of an agent, in queue order, whose customer waits for the agent: where it is
// our turn and the agent has said nothing since an instant, and where something is due before the end, whoever's turn
// it is: the next word that was promised for today, too, and what the agent owes as somebody senior. Where the
// customer has said that it works, what is owed later waits for its day. Owed says which wait for what falls due alone.
func (tx *Tx) WaitingFor(agent kept.ID, since, over time.Time, n int) (rows []Row, owed map[kept.ID]bool, err error) {
	// Three questions, as a database that is asked them in one reads whole tables for it.
	const of, first = ` WHERE c.assignee_id = $1 AND c.turn < 2`, ` ORDER BY c.queue_due, c.id LIMIT $3`
	const mine = ` WHERE c.id IN (SELECT w.conversation_id FROM promises w WHERE ` + seniors + ` AND w.by_agent = $1 AND w.due < $2
		AND ` + unmet + `)`
	owed = map[kept.ID]bool{}
	for _, q := range []struct {
		where string
		at    time.Time
		owed  bool
	}{
		{of + ` AND c.turn = 0 AND c.confirmed_at = 0` + unheard(`m.created_at >= $2`, `l.at >= $2`), since, false},
		{of + owing, over, true},
		{mine, over, true},
	} {
		got, err := all(tx, scanRow, rowQuery+q.where+first, agent, us(q.at), n)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range got {
			if !slices.ContainsFunc(rows, func(o Row) bool { return o.ID == r.ID }) {
				rows, owed[r.ID] = append(rows, r), q.owed
			}
		}
	}
	return firstOf(rows, n), owed, nil
}

// AskedOf lists up to n asks that an agent hasn't answered, earliest first, those that are overdue too.
func (tx *Tx) AskedOf(agent kept.ID, n int) ([]kept.Promise, error) {
	return all(tx, scanPromise, `SELECT `+promiseCols+` FROM promises p WHERE p.by_agent = $1
		AND kind = 'ask' AND made_good_at = 0 AND (state = 'open' OR state = 'broken') ORDER BY p.due, p.id LIMIT $2`, agent, n)
}

const handOverCols = `id, conversation_id, promise_id, from_agent, to_agent, team_id, lead_id, note, state, offered_at, left_at,
	settled_at, settled_by, reason`

func scanHandOver(s scanner) (h kept.HandOver, err error) {
	err = s.Scan(&h.ID, &h.Conversation, &h.Ask, &h.From, &h.To, &h.Team, &h.Lead, &h.Note, &h.State, micros{&h.OfferedAt},
		micros{&h.LeftAt}, micros{&h.SettledAt}, &h.SettledBy, &h.Reason)
	return h, err
}

// AddHandOver offers one who waits; false where they are offered to somebody already.
func (tx *Tx) AddHandOver(h kept.HandOver) (kept.ID, bool, error) {
	return maybe(tx, scanOf[kept.ID], `INSERT INTO hand_overs (conversation_id, promise_id, from_agent, to_agent, team_id, lead_id,
			note, state, offered_at, left_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'offered', $8, $9)
		ON CONFLICT (conversation_id, promise_id) WHERE state = 'offered' DO NOTHING RETURNING id`,
		h.Conversation, h.Ask, h.From, h.To, h.Team, h.Lead, h.Note, us(h.OfferedAt), us(h.LeftAt))
}

// HandOver finds a hand-over by id.
func (tx *Tx) HandOver(id kept.ID) (kept.HandOver, error) {
	h, err := one(tx, scanHandOver, `SELECT `+handOverCols+` FROM hand_overs WHERE id = $1`, id)
	return found("hand-over", h, err)
}

// SettleHandOver settles an offer that is still open; false where somebody was first.
func (tx *Tx) SettleHandOver(id kept.ID, as kept.HandOverState, by kept.ID, at time.Time, reason string) (kept.HandOver, bool, error) {
	return maybe(tx, scanHandOver, `UPDATE hand_overs SET state = $2, settled_by = $3, settled_at = $4, reason = $5
		WHERE id = $1 AND state = 'offered' RETURNING `+handOverCols, id, as, by, us(at), reason)
}

// WithdrawHandOvers takes back what is offered of a conversation, as somebody has it or it is over.
func (tx *Tx) WithdrawHandOvers(conversation kept.ID, at time.Time) ([]kept.HandOver, error) {
	return all(tx, scanHandOver, `UPDATE hand_overs SET state = 'taken_back', settled_at = $2
		WHERE conversation_id = $1 AND promise_id = 0 AND state = 'offered' RETURNING `+handOverCols, conversation, us(at))
}

// WithdrawAskOffers takes back what is offered of an ask that needs no answer any more.
func (tx *Tx) WithdrawAskOffers(ask kept.ID, at time.Time) ([]kept.HandOver, error) {
	return all(tx, scanHandOver, `UPDATE hand_overs SET state = 'taken_back', settled_at = $2
		WHERE promise_id = $1 AND state = 'offered' RETURNING `+handOverCols, ask, us(at))
}

// LeaveHandOver names who answers for an open offer now that its giver has left for the day.
func (tx *Tx) LeaveHandOver(id, lead kept.ID, at time.Time) (kept.HandOver, bool, error) {
	return maybe(tx, scanHandOver, `UPDATE hand_overs SET lead_id = $2, left_at = $3
		WHERE id = $1 AND state = 'offered' RETURNING `+handOverCols, id, lead, us(at))
}

// OpenHandOvers lists all that is offered, oldest first; there are never many.
func (tx *Tx) OpenHandOvers() ([]kept.HandOver, error) {
	list, err := all(tx, scanHandOver, `SELECT `+handOverCols+` FROM hand_overs WHERE state = 'offered' ORDER BY conversation_id, promise_id`)
	slices.SortFunc(list, func(a, b kept.HandOver) int { return cmp.Compare(a.ID, b.ID) })
	return list, err
}

// HandOversOf lists what an agent offers, or offered and was settled since an instant, oldest first.
func (tx *Tx) HandOversOf(agent kept.ID, since time.Time) ([]kept.HandOver, error) {
	return all(tx, scanHandOver, `SELECT `+handOverCols+` FROM hand_overs WHERE from_agent = $1 AND (settled_at = 0 OR settled_at >= $2)
		ORDER BY id`, agent, us(since))
}

// LeftBy lists what an agent left to the lead since an instant, oldest first.
func (tx *Tx) LeftBy(agent kept.ID, since time.Time) ([]kept.HandOver, error) {
	return all(tx, scanHandOver, `SELECT `+handOverCols+` FROM hand_overs WHERE from_agent = $1 AND left_at > 0 AND left_at >= $2
		ORDER BY id`, agent, us(since))
}

const signOffCols = `agent_id, day, at, clear, left_n, lead_id`

func scanSignOff(s scanner) (o kept.SignOff, err error) {
	err = s.Scan(&o.Agent, &o.Day, micros{&o.At}, flagOf{&o.Clear}, &o.Left, &o.Lead)
	return o, err
}

// AddSignOff notes the end of an agent's day; false where they have signed off already.
func (tx *Tx) AddSignOff(o kept.SignOff) (bool, error) {
	n, err := tx.exec(`INSERT INTO sign_offs (agent_id, day, at, clear, left_n, lead_id) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (agent_id, day) DO NOTHING`, o.Agent, o.Day, us(o.At), flag(o.Clear), o.Left, o.Lead)
	return n == 1, err
}

// SignOff finds how an agent's day ended; false where it hasn't.
func (tx *Tx) SignOff(agent kept.ID, day string) (kept.SignOff, bool, error) {
	return maybe(tx, scanSignOff, `SELECT `+signOffCols+` FROM sign_offs WHERE agent_id = $1 AND day = $2`, agent, day)
}

// ClearDays counts the days that ended with nobody waiting for the agent.
func (tx *Tx) ClearDays(agent kept.ID) (int, error) {
	return one(tx, scanOf[int], `SELECT count(*) FROM sign_offs WHERE agent_id = $1 AND clear = 1`, agent)
}
