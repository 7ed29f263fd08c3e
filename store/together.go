package store

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kept-desk/kept/kept"
)

// rows is how many rows one statement writes: enough that its round trip no longer counts.
const rows = 250

// together gathers the rows that a sweep writes for its many conversations, new promises and saved conversations,
// so that they go in statements of many rows. What is gathered is written before anything else is asked of the
// database, so nobody can see it missing.
type together struct {
	ids           []kept.ID // of promises to come
	promises      []kept.Promise
	conversations []kept.Conversation
}

// Together runs f, and writes together what it writes of promises and conversations.
func (tx *Tx) Together(f func() error) error {
	tx.together = &together{}
	err := f()
	if err == nil {
		err = tx.flush()
	}
	tx.together = nil
	return err
}

// flush writes what is gathered.
func (tx *Tx) flush() error {
	g := tx.together
	if g == nil || len(g.promises)+len(g.conversations) == 0 {
		return nil
	}
	tx.together = nil // what follows is written, not gathered
	defer func() { tx.together = g }()
	for some := range slices.Chunk(g.promises, rows) {
		if err := tx.addPromises(some); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(g.conversations, rows) {
		if err := tx.saveConversations(some); err != nil {
			return err
		}
	}
	g.promises, g.conversations = nil, nil
	return nil
}

// addPromise gathers a new promise and returns the id that it will have.
func (g *together) addPromise(tx *Tx, p kept.Promise) (id kept.ID, err error) {
	if len(g.ids) == 0 {
		if err := tx.flush(); err != nil {
			return 0, err
		}
		if g.ids, err = tx.promiseIDs(rows); err != nil {
			return 0, err
		}
	}
	p.ID, g.ids = g.ids[0], g.ids[1:]
	g.promises = append(g.promises, p)
	return p.ID, nil
}

// saveConversation gathers a conversation's state; the last word on it counts.
func (g *together) saveConversation(tx *Tx, c kept.Conversation) error {
	g.conversations = slices.DeleteFunc(g.conversations, func(o kept.Conversation) bool { return o.ID == c.ID })
	g.conversations = append(g.conversations, c)
	if len(g.conversations) < rows {
		return nil
	}
	return tx.flush()
}

// promiseIDs takes ids that no promise has or will have.
func (tx *Tx) promiseIDs(n int) ([]kept.ID, error) {
	ids, err := all(tx, scanOf[kept.ID], `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		SELECT `+tx.dialect.nextPromise+` FROM n`, n)
	slices.Sort(ids)
	return ids, err
}

func (tx *Tx) addPromises(list []kept.Promise) error {
	var values [][]any
	for _, p := range list {
		values = append(values, append([]any{p.ID}, newPromise(p)...))
	}
	from, args := tx.dialect.table(values)
	return tx.run(`INSERT INTO promises (id, `+newPromiseCols+`) `+from, args...)
}

func (tx *Tx) saveConversations(list []kept.Conversation) error {
	var (
		set    []string
		values [][]any
	)
	for i, col := range savedCols { // column1 is the id
		set = append(set, fmt.Sprintf("%s = v.column%d", col, i+2))
	}
	for _, c := range list {
		values = append(values, saved(c))
	}
	from, args := tx.dialect.table(values)
	return tx.run(`UPDATE conversations SET `+strings.Join(set, ", ")+` FROM (`+from+`) AS v WHERE id = v.column1`, args...)
}
