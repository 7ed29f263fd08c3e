package store

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/kept-desk/kept/kept"
)

const eventCols = `id, xid, at, type, actor, conversation_id, message_id, promise_id, data`

func scanEvent(s scanner) (e kept.Event, err error) {
	var (
		xid  int64
		data string
	)
	err = s.Scan(&e.ID, &xid, micros{&e.At}, &e.Type, textOf{&e.Actor}, &e.Conversation, &e.Message, &e.Promise, &data)
	if data != "" {
		e.Data = json.RawMessage(data)
	}
	e.Position = position{xid, int64(e.ID)}.String()
	return e, err
}

// AddEvents writes what happened, in the order given.
func (tx *Tx) AddEvents(events ...kept.Event) error {
	for some := range slices.Chunk(events, rows) {
		var values [][]any
		for _, e := range some {
			values = append(values, []any{us(e.At), e.Type, text(e.Actor), e.Conversation, e.Message, e.Promise, string(e.Data)})
		}
		from, args := tx.dialect.table(values)
		if err := tx.run(`INSERT INTO events (at, type, actor, conversation_id, message_id, promise_id, data) `+from, args...); err != nil {
			return err
		}
		tx.wrote.Events = true
	}
	return nil
}

// position is where a reader of the log stands. On PostgreSQL ids commit out of order, so the order
// is that of the transactions' numbers, which a reader can know to be complete; on SQLite xid is 0.
type position struct{ xid, id int64 }

func (p position) String() string {
	return strconv.FormatInt(p.xid, 10) + "." + strconv.FormatInt(p.id, 10)
}

func parsePosition(s string) (p position, err error) {
	if s == "" {
		return p, nil
	}
	xid, id, ok := strings.Cut(s, ".")
	if ok {
		p.xid, err = strconv.ParseInt(xid, 10, 64)
		if err == nil {
			p.id, err = strconv.ParseInt(id, 10, 64)
		}
	}
	if !ok || err != nil {
		return position{}, kept.Wrong("after", "%q is no place in the event log; begin without one.", s)
	}
	return p, nil
}

// EventsAfter reads the log after a position ("" is the beginning), in an order that never lets a
// later commit appear before one already read. More says that there are events which can't be read
// yet, because a slower transaction may still come before them.
func (db *DB) EventsAfter(ctx context.Context, after string, limit int) (events []kept.Event, more bool, err error) {
	p, err := parsePosition(after)
	if err != nil {
		return nil, false, err
	}
	err = db.Read(ctx, func(tx *Tx) error {
		events, err = tx.eventsAfter(p, limit)
		if err != nil || len(events) == limit || tx.dialect.name == "sqlite" {
			return err
		}
		if n := len(events); n > 0 { // those after them may wait for a slower transaction
			if p, err = parsePosition(events[n-1].Position); err != nil {
				return err
			}
		}
		more, err = tx.anyAfter(p)
		return err
	})
	return events, more, err
}

func (tx *Tx) eventsAfter(p position, limit int) ([]kept.Event, error) {
	return all(tx, scanEvent, `SELECT `+eventCols+` FROM events WHERE `+tx.dialect.afterPosition+` AND `+tx.dialect.readable+`
		ORDER BY `+tx.dialect.inOrder+` LIMIT $3`, p.xid, p.id, limit)
}

// anyAfter reports whether anything was written after a position, readable or not. Without the order the
// planner believes in reading the whole log.
func (tx *Tx) anyAfter(p position) (bool, error) {
	_, any, err := maybe(tx, scanOf[int], `SELECT 1 FROM events WHERE `+tx.dialect.afterPosition+` ORDER BY `+tx.dialect.inOrder+` LIMIT 1`, p.xid, p.id)
	return any, err
}

// LastPosition is the end of what can be read of the log; never empty, since that would be "from now
// on" to a screen, and lose what comes first.
func (db *DB) LastPosition(ctx context.Context) (at string, err error) {
	at = position{}.String()
	err = db.Read(ctx, func(tx *Tx) error {
		e, ok, err := maybe(tx, scanEvent, `SELECT `+eventCols+` FROM events WHERE `+tx.dialect.readable+` ORDER BY `+tx.dialect.latest+` LIMIT 1`)
		if ok {
			at = e.Position
		}
		return err
	})
	return at, err
}

// EventsOf lists what happened in a conversation of some types, oldest first.
func (tx *Tx) EventsOf(conversation kept.ID, types ...kept.EventType) ([]kept.Event, error) {
	args := []any{conversation}
	for _, t := range types {
		args = append(args, t)
	}
	return all(tx, scanEvent, `SELECT `+eventCols+` FROM events WHERE conversation_id > 0 AND conversation_id = $1
		AND type IN `+in(2, len(types))+` ORDER BY id`, args...)
}

// EachEvent reads the whole log in the order it was written, page by page, without holding it all.
func (tx *Tx) EachEvent(f func(kept.Event) error) error {
	return each(tx, scanEvent, `SELECT `+eventCols+` FROM events WHERE id > $1 ORDER BY id LIMIT 1000`,
		func(e kept.Event) kept.ID { return e.ID }, f)
}
