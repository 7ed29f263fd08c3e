package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kept-desk/kept/kept"
)

// Tx is a transaction in hand. Its methods stand in the files of their nouns.
type Tx struct {
	ctx     context.Context
	on      session
	dialect *dialect
	wrote   Commit
	words   []words // of messages written here, not yet in the search

	together *together // rows that wait to be written with others; nil: each is written at once
}

// scanner is a row being read.
type scanner interface{ Scan(dest ...any) error }

// all reads every row of a query.
func all[T any](tx *Tx, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.query(query, args...)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("%w in %s", err, query)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// errNone says that a query for one row found none; verbs say NotFound with their noun.
var errNone = errors.New("no such row")

// one reads the first row of a query; errNone where there is none.
func one[T any](tx *Tx, scan func(scanner) (T, error), query string, args ...any) (T, error) {
	var zero T
	rows, err := tx.query(query, args...)
	if err != nil {
		return zero, fmt.Errorf("%w in %s", err, query)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return zero, err
		}
		return zero, errNone
	}
	v, err := scan(rows)
	if err != nil {
		return zero, fmt.Errorf("%w in %s", err, query)
	}
	return v, nil
}

// maybe reads the first row of a query, and says whether there was one.
func maybe[T any](tx *Tx, scan func(scanner) (T, error), query string, args ...any) (T, bool, error) {
	v, err := one(tx, scan, query, args...)
	if errors.Is(err, errNone) {
		return v, false, nil
	}
	return v, err == nil, err
}

// found turns errNone into NotFound with the noun's name.
func found[T any](noun string, v T, err error) (T, error) {
	if errors.Is(err, errNone) {
		return v, kept.Fail(kept.NotFound, "There is no such %s, or it isn't yours to see.", noun)
	}
	return v, err
}

func (tx *Tx) query(query string, args ...any) (*sql.Rows, error) {
	if err := tx.flush(); err != nil {
		return nil, err
	}
	return tx.on.QueryContext(tx.ctx, query, args...)
}

// exec runs a statement and says how many rows it changed.
func (tx *Tx) exec(query string, args ...any) (int64, error) {
	if err := tx.flush(); err != nil {
		return 0, err
	}
	res, err := tx.on.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("%w in %s", err, query)
	}
	return res.RowsAffected()
}

// run runs a statement whose count doesn't matter.
func (tx *Tx) run(query string, args ...any) error {
	_, err := tx.exec(query, args...)
	return err
}

// newID runs an INSERT … RETURNING id.
func (tx *Tx) newID(query string, args ...any) (kept.ID, error) {
	return one(tx, scanOf[kept.ID], query, args...)
}

func scanOf[T any](s scanner) (v T, err error) {
	err = s.Scan(&v)
	return v, err
}

// in writes the list "($from,$from+1,…)" of n placeholders.
func in(from, n int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	b.WriteByte(')')
	return b.String()
}

// padded makes a list's length a power of two by repeating its last id, so that lists of any length
// have few SQL texts (each is prepared once).
func padded(ids []kept.ID) []any {
	n := 1
	for n < len(ids) {
		n *= 2
	}
	out := make([]any, n)
	for i := range out {
		out[i] = int64(ids[min(i, len(ids)-1)])
	}
	return out
}

// us is a time as the database keeps it: microseconds UTC, 0 for "not yet".
func us(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// micros reads such a time into t.
type micros struct{ t *time.Time }

// Scan takes an integer.
func (m micros) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("a time is %T", v)
	}
	*m.t = instant(n)
	return nil
}

func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

// flag is a boolean as the database keeps it.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

type flagOf struct{ b *bool }

// Scan takes an integer.
func (f flagOf) Scan(v any) error {
	n, ok := v.(int64)
	*f.b = ok && n != 0
	return nil
}

// text is a value as opaque JSON; empty for a zero list.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own words always marshal
	}
	return string(b)
}

type textOf struct{ v any }

// Scan takes a JSON text; an empty one leaves the value zero.
func (t textOf) Scan(v any) error {
	switch s := v.(type) {
	case string:
		if s == "" || s == "null" {
			return nil
		}
		return json.Unmarshal([]byte(s), t.v)
	case []byte:
		if len(s) == 0 {
			return nil
		}
		return json.Unmarshal(s, t.v)
	}
	return fmt.Errorf("a JSON text is %T", v)
}

// textsOf reads a list of texts, as text writes it, without the reflection that JSON takes: a
// conversation has four of them for each message.
type textsOf struct{ v *[]string }

// Scan takes a JSON text; an empty one leaves the list nil.
func (t textsOf) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return textOf{t.v}.Scan(v)
	}
	list, ok := texts(s)
	if !ok {
		return textOf{t.v}.Scan(v)
	}
	*t.v = list
	return nil
}

// texts reads the plain cases of a JSON list of texts; false for any other.
func texts(s string) ([]string, bool) {
	if s == "" || s == "null" {
		return nil, true
	}
	if len(s) < 2 || s[0] != '[' || s[len(s)-1] != ']' {
		return nil, false
	}
	out := []string{}
	for rest := s[1 : len(s)-1]; rest != ""; {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil || quoted[0] != '"' || !escapedAsJSON(quoted) {
			return nil, false
		}
		item, err := strconv.Unquote(quoted)
		if err != nil || !utf8.ValidString(item) {
			return nil, false
		}
		out = append(out, item)
		if rest = rest[len(quoted):]; rest != "" && rest[0] != ',' || rest == "," {
			return nil, false
		}
		rest = strings.TrimPrefix(rest, ",")
	}
	return out, true
}

// escapedAsJSON reports whether a quoted text of Go's says the same in JSON.
func escapedAsJSON(quoted string) bool {
	for i := 0; i < len(quoted); i++ {
		if quoted[i] < ' ' {
			return false
		}
		if quoted[i] != '\\' {
			continue
		}
		if i++; !strings.ContainsRune(`"\bfnrtu`, rune(quoted[i])) {
			return false
		}
	}
	return true
}
