package store

import (
	"time"

	"github.com/kept-desk/kept/kept"
)

const callCols = `id, conversation_id, direction, by_kind, by_id, by_name, number, at, seconds, outcome, words, recording_id,
	recording_url, message_id, told, logged_at`

func scanCall(s scanner) (c kept.Call, err error) {
	err = s.Scan(&c.ID, &c.Conversation, &c.Direction, &c.By.Kind, &c.By.ID, &c.By.Name, &c.Number, micros{&c.At}, &c.Seconds, &c.Outcome,
		&c.Words, &c.Recording, &c.RecordingURL, &c.Message, flagOf{&c.Told}, micros{&c.LoggedAt})
	return c, err
}

// AddCall writes a call. Source names where it was told: where a call with that source is already there,
// nothing is written and ok is false.
func (tx *Tx) AddCall(c kept.Call, source string) (id kept.ID, ok bool, err error) {
	return maybe(tx, scanOf[kept.ID], `INSERT INTO calls (conversation_id, direction, by_kind, by_id, by_name, number, at, seconds, outcome,
			words, recording_id, recording_url, message_id, told, source, logged_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (source) WHERE source <> '' DO NOTHING RETURNING id`,
		c.Conversation, c.Direction, c.By.Kind, c.By.ID, c.By.Name, c.Number, us(c.At), c.Seconds, c.Outcome,
		c.Words, c.Recording, c.RecordingURL, c.Message, flag(c.Told), source, us(c.LoggedAt))
}

// Call finds a call by id.
func (tx *Tx) Call(id kept.ID) (kept.Call, error) {
	c, err := one(tx, scanCall, `SELECT `+callCols+` FROM calls WHERE id = $1`, id)
	return found("call", c, err)
}

// CallBySource finds the call that a telephone system told of.
func (tx *Tx) CallBySource(source string) (kept.Call, bool, error) {
	return maybe(tx, scanCall, `SELECT `+callCols+` FROM calls WHERE source <> '' AND source = $1`, source)
}

// CallsIn lists the calls of a conversation and of those that were merged into it, in the order in which they
// were logged.
func (tx *Tx) CallsIn(conversation kept.ID) ([]kept.Call, error) {
	others, err := tx.MergedInto(conversation)
	if err != nil {
		return nil, err
	}
	ids := padded(append(others, conversation))
	return all(tx, scanCall, `SELECT `+callCols+` FROM calls WHERE conversation_id IN `+in(1, len(ids))+` ORDER BY id`, ids...)
}

// BeganAt is when a matter began: the earliest of a conversation, of those that were merged into it, and of the calls
// that they came from, which are logged once they are over.
func (tx *Tx) BeganAt(conversation kept.ID) (time.Time, error) {
	others, err := tx.MergedInto(conversation)
	if err != nil {
		return time.Time{}, err
	}
	ids := padded(append(others, conversation))
	return one(tx, func(s scanner) (at time.Time, err error) {
		err = s.Scan(micros{&at})
		return at, err
	}, `SELECT min(CASE WHEN l.at < c.created_at THEN l.at ELSE c.created_at END) FROM conversations c
		LEFT JOIN calls l ON l.conversation_id = c.id AND l.logged_at = c.created_at WHERE c.id IN `+in(1, len(ids)), ids...)
}

// Recorded reports whether a file is the recording of a call.
func (tx *Tx) Recorded(attachment kept.ID) (bool, error) {
	_, ok, err := maybe(tx, scanOf[int], `SELECT 1 FROM calls WHERE recording_id = $1 AND recording_id > 0`, attachment)
	return ok, err
}

// TakeSeat gives a promise one of the first n seats of a window; false where all are taken.
func (tx *Tx) TakeSeat(team kept.ID, from time.Time, n int, promise kept.ID) (bool, error) {
	for seat := range n {
		// DO UPDATE waits for who is about to take the same seat, and then sees it taken.
		_, ok, err := maybe(tx, scanOf[int64], `INSERT INTO call_seats (team_id, begins_at, seat, promise_id) VALUES ($1, $2, $3, $4)
			ON CONFLICT (team_id, begins_at, seat) DO UPDATE SET promise_id = excluded.promise_id WHERE call_seats.promise_id = 0
			RETURNING seat`, team, us(from), seat+1, promise)
		if err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

// FreeSeats gives back what a promise had taken.
func (tx *Tx) FreeSeats(promise kept.ID) error {
	return tx.run(`UPDATE call_seats SET promise_id = 0 WHERE promise_id = $1`, promise)
}

// SeatsTaken counts the seats that are taken in each window that begins between two instants.
func (tx *Tx) SeatsTaken(team kept.ID, from, to time.Time) (map[time.Time]int, error) {
	type count struct {
		from time.Time
		n    int
	}
	rows, err := all(tx, func(s scanner) (c count, err error) {
		err = s.Scan(micros{&c.from}, &c.n)
		return c, err
	}, `SELECT begins_at, count(*) FROM call_seats WHERE team_id = $1 AND begins_at >= $2 AND begins_at < $3 AND promise_id > 0
		GROUP BY begins_at`, team, us(from), us(to))
	out := map[time.Time]int{}
	for _, r := range rows {
		out[r.from] = r.n
	}
	return out, err
}

// AddOffers notes the new times for a call that a message proposes.
func (tx *Tx) AddOffers(message kept.ID, slots []kept.Slot) error {
	for _, s := range slots {
		if err := tx.run(`INSERT INTO call_offers (message_id, begins_at, ends_at) VALUES ($1, $2, $3)
			ON CONFLICT (message_id, begins_at) DO NOTHING`, message, us(s.From), us(s.To)); err != nil {
			return err
		}
	}
	return nil
}

// Offers lists the new times for a call that a message proposes.
func (tx *Tx) Offers(message kept.ID) ([]kept.Slot, error) {
	return all(tx, func(s scanner) (o kept.Slot, err error) {
		err = s.Scan(micros{&o.From}, micros{&o.To})
		return o, err
	}, `SELECT begins_at, ends_at FROM call_offers WHERE message_id = $1 ORDER BY begins_at`, message)
}

// ContactsByPhone lists the contacts whose number ends with some digits, whatever stands between them. Numbers that were
// only said come last, so that however many say somebody's, whose it is is found.
func (tx *Tx) ContactsByPhone(digits string) ([]kept.Contact, error) {
	return all(tx, scanContact, `SELECT `+contactCols+` FROM contacts k WHERE k.phone <> ''
		AND replace(replace(replace(replace(replace(replace(k.phone, ' ', ''), '-', ''), '(', ''), ')', ''), '.', ''), '/', '') LIKE '%' || $1
		ORDER BY CASE WHEN k.phone_said_at = 0 THEN 0 ELSE 1 END, k.id DESC LIMIT 20`, digits)
}

// AddRecording notes the file of a call that nobody uploaded by hand.
func (tx *Tx) AddRecording(a kept.Attachment, now time.Time) (kept.ID, error) {
	return tx.AddUpload(0, a, now)
}

// LiveWith lists a contact's conversations that aren't over, the one touched last first.
func (tx *Tx) LiveWith(contact kept.ID) ([]kept.Conversation, error) {
	return all(tx, scanConversation, `SELECT `+conversationCols+` FROM conversations c WHERE c.contact_id = $1
		AND c.status IN ('open', 'pending', 'solved') ORDER BY c.touched_at DESC, c.id DESC LIMIT 20`, contact)
}

// CallsKey is which of its addresses an inbox's telephone system may knock at.
func (tx *Tx) CallsKey(inbox kept.ID) (kept.ID, error) {
	n, err := one(tx, scanOf[kept.ID], `SELECT calls_key FROM inboxes WHERE id = $1`, inbox)
	return found("inbox", n, err)
}

// NewCallsKey shuts an inbox's old address for telephone systems, and opens another.
func (tx *Tx) NewCallsKey(inbox kept.ID) error {
	return tx.run(`UPDATE inboxes SET calls_key = calls_key + 1 WHERE id = $1`, inbox)
}
