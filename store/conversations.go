package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
)

const conversationCols = `c.id, c.inbox_id, c.contact_id, c.subject, c.status, c.turn, c.priority, c.assignee_id, c.language, c.created_at,
	c.queue_due, c.queue_promise, c.our_turn_since, c.touched_at, c.last_inbound_at, c.last_outbound_at, c.last_words, c.last_by,
	c.chases, c.second_time, c.snoozed_until, c.solved_at, c.confirmed_at, c.closed_at,
	c.team_id, c.tags, c.disputed_at, c.workaround_at, c.senior_at, c.need, c.merged_into`

func conversationDest(c *kept.Conversation) []any {
	return []any{
		&c.ID, &c.Inbox, &c.Contact, &c.Subject, &c.Status, &c.Turn, &c.Priority, &c.Assignee, &c.Language,
		micros{&c.CreatedAt},
		micros{&c.QueueDue},
		&c.QueuePromise,
		micros{&c.OurTurnSince},
		micros{&c.TouchedAt},
		micros{&c.LastInboundAt},
		micros{&c.LastOutboundAt},
		&c.LastWords, &c.LastBy,
		&c.Chases,
		flagOf{&c.SecondTime},
		micros{&c.SnoozedUntil},
		micros{&c.SolvedAt},
		micros{&c.ConfirmedAt},
		micros{&c.ClosedAt},
		&c.Team,
		textsOf{&c.Tags},
		micros{&c.DisputedAt},
		micros{&c.WorkaroundAt},
		micros{&c.SeniorAt},
		textOf{&c.Need},
		&c.MergedInto,
	}
}

func scanConversation(s scanner) (c kept.Conversation, err error) {
	err = s.Scan(conversationDest(&c)...)
	return c, err
}

// AddConversation writes a new conversation and returns its id.
func (tx *Tx) AddConversation(c kept.Conversation) (kept.ID, error) {
	return tx.newID(`INSERT INTO conversations (inbox_id, contact_id, subject, status, turn, priority, assignee_id, language,
			created_at, our_turn_since, touched_at, last_inbound_at, last_outbound_at, last_words, last_by, chases, second_time,
			snoozed_until, solved_at, closed_at, team_id, tags)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) RETURNING id`,
		c.Inbox, c.Contact, c.Subject, c.Status, c.Turn, c.Priority, c.Assignee, c.Language,
		us(c.CreatedAt), us(c.OurTurnSince), us(c.TouchedAt), us(c.LastInboundAt), us(c.LastOutboundAt), c.LastWords, c.LastBy, c.Chases, flag(c.SecondTime),
		us(c.SnoozedUntil), us(c.SolvedAt), us(c.ClosedAt), c.Team, listText(c.Tags))
}

// savedCols are the columns of a conversation that its verbs change.
var savedCols = []string{
	"subject", "status", "turn", "priority", "assignee_id", "language", "queue_due", "queue_promise", "our_turn_since", "touched_at",
	"last_inbound_at", "last_outbound_at", "last_words", "last_by", "chases", "second_time", "snoozed_until", "solved_at", "closed_at",
	"confirmed_at", "team_id", "tags", "disputed_at", "workaround_at", "senior_at", "need", "merged_into",
}

// saved are a conversation's id and the values of savedCols.
func saved(c kept.Conversation) []any {
	return []any{
		c.ID, c.Subject, c.Status, c.Turn, c.Priority, c.Assignee, c.Language,
		us(c.QueueDue), c.QueuePromise, us(c.OurTurnSince), us(c.TouchedAt), us(c.LastInboundAt), us(c.LastOutboundAt),
		c.LastWords, c.LastBy, c.Chases, flag(c.SecondTime), us(c.SnoozedUntil), us(c.SolvedAt), us(c.ClosedAt), us(c.ConfirmedAt),
		c.Team, listText(c.Tags), us(c.DisputedAt), us(c.WorkaroundAt), us(c.SeniorAt), needText(c.Need), c.MergedInto,
	}
}

// saveConversation writes one.
var saveConversation = func() string {
	var set []string
	for i, col := range savedCols {
		set = append(set, fmt.Sprintf("%s = $%d", col, i+2))
	}
	return `UPDATE conversations SET ` + strings.Join(set, ", ") + ` WHERE id = $1`
}()

// SaveConversation writes a conversation's state. The caller holds its lock.
func (tx *Tx) SaveConversation(c kept.Conversation) error {
	if tx.together != nil {
		return tx.together.saveConversation(tx, c)
	}
	return tx.run(saveConversation, saved(c)...)
}

// listText is a list as JSON text; empty where there is nothing in it.
func listText(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return text(list)
}

func needText(n *kept.Need) string {
	if n == nil {
		return ""
	}
	return text(n)
}

// Conversation finds a conversation by id.
func (tx *Tx) Conversation(id kept.ID) (kept.Conversation, error) {
	c, err := one(tx, scanConversation, `SELECT `+conversationCols+` FROM conversations c WHERE c.id = $1`, id)
	return found("conversation", c, err)
}

// LockConversation finds a conversation and keeps others from changing it, or its promises, until
// this transaction ends. Every verb on a conversation begins with it, so that locks have one order.
func (tx *Tx) LockConversation(id kept.ID) (kept.Conversation, error) {
	c, err := one(tx, scanConversation, `SELECT `+conversationCols+` FROM conversations c WHERE c.id = $1`+tx.dialect.forUpdate, id)
	return found("conversation", c, err)
}

// ConversationsIn loads conversations that the caller has locked.
func (tx *Tx) ConversationsIn(ids []kept.ID) ([]kept.Conversation, error) {
	args := padded(ids)
	return all(tx, scanConversation, `SELECT `+conversationCols+` FROM conversations c WHERE c.id IN `+in(1, len(args)), args...)
}

// Row is a conversation as a list shows it.
type Row struct {
	kept.Conversation
	ContactName, ContactEmail string
	InboxName                 string
	AssigneeName              string
	Next                      *kept.Promise // the promise that gives its place
}

const rowQuery = `SELECT ` + conversationCols + `, k.name, k.email, i.name, coalesce(a.name, ''), p.id IS NOT NULL,
	coalesce(p.id, 0), coalesce(p.kind, ''), coalesce(p.words, ''), coalesce(p.due, 0), coalesce(p.zone, ''), coalesce(p.by_agent, 0),
	coalesce(p.source, ''), coalesce(p.opened_at, 0), coalesce(p.told_in, 0), coalesce(p.told_at, 0), coalesce(p.warn_at, 0), coalesce(p.state, ''), coalesce(p.settled_at, 0)
	FROM conversations c JOIN contacts k ON k.id = c.contact_id JOIN inboxes i ON i.id = c.inbox_id
	LEFT JOIN agents a ON a.id = c.assignee_id LEFT JOIN promises p ON p.id = c.queue_promise `

func scanRow(s scanner) (r Row, err error) {
	var (
		has flagged
		p   kept.Promise
	)
	dest := append(conversationDest(&r.Conversation), &r.ContactName, &r.ContactEmail, &r.InboxName, &r.AssigneeName, &has,
		&p.ID, &p.Kind, &p.Words, micros{&p.Due}, &p.Zone, &p.By, &p.Source, micros{&p.OpenedAt}, &p.ToldIn, micros{&p.ToldAt}, micros{&p.WarnAt}, &p.State, micros{&p.SettledAt})
	err = s.Scan(dest...)
	if has {
		p.Conversation, p.To = r.ID, r.Contact
		r.Next = &p
	}
	return r, err
}

// flagged is a boolean expression's value: SQLite says 0 or 1, PostgreSQL false or true.
type flagged bool

// Scan takes either.
func (f *flagged) Scan(v any) error {
	switch b := v.(type) {
	case bool:
		*f = flagged(b)
	case int64:
		*f = b != 0
	}
	return nil
}

// Row finds one conversation as a list shows it.
func (tx *Tx) Row(id kept.ID) (Row, error) {
	r, err := one(tx, scanRow, rowQuery+`WHERE c.id = $1`, id)
	return found("conversation", r, err)
}

// Rows finds several, in no order.
func (tx *Tx) Rows(ids []kept.ID) ([]Row, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := padded(ids)
	return all(tx, scanRow, rowQuery+`WHERE c.id IN `+in(1, len(args)), args...)
}

// Place is where a page of a list begins: after the row with these values.
type Place struct {
	Turn int64
	At   int64 // microseconds: queue_due, or touched_at, or snoozed_until
	ID   kept.ID
}

// ListByQueue lists the conversations of one status in queue order, after a place.
func (tx *Tx) ListByQueue(status kept.Status, after Place, n int) ([]Row, error) {
	return all(tx, scanRow, rowQuery+`WHERE c.status = $1 AND (c.queue_due, c.id) > ($2, $3)
		ORDER BY c.queue_due, c.id LIMIT $4`, status, after.At, after.ID, n)
}

// ListOpen lists in queue order, after a place, where it is our turn: what is open, and what isn't although a
// promise of ours makes it our move.
func (tx *Tx) ListOpen(after Place, n int) ([]Row, error) {
	open, err := tx.ListByQueue(kept.Open, after, n)
	if err != nil {
		return nil, err
	}
	owed, err := all(tx, scanRow, rowQuery+`WHERE c.turn = 0 AND c.status <> 'open' AND (c.queue_due, c.id) > ($1, $2)
		ORDER BY c.queue_due, c.id LIMIT $3`, after.At, after.ID, n)
	return firstOf(append(open, owed...), n), err
}

// firstOf are the first rows of the queue.
func firstOf(rows []Row, n int) []Row {
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(a.QueueDue.Compare(b.QueueDue), cmp.Compare(a.ID, b.ID))
	})
	return rows[:min(n, len(rows))]
}

// ListMine lists an agent's live conversations, ours first, then in queue order. Agent zero: nobody's.
func (tx *Tx) ListMine(agent kept.ID, last kept.Turn, after Place, n int) ([]Row, error) {
	return all(tx, scanRow, rowQuery+`WHERE c.assignee_id = $1 AND c.turn < 2 AND c.turn <= $2
		AND (c.turn, c.queue_due, c.id) > ($3, $4, $5) ORDER BY c.turn, c.queue_due, c.id LIMIT $6`,
		agent, last, after.Turn, after.At, after.ID, n)
}

// ListDone lists conversations that are nobody's turn, latest touched first. The first page begins
// at the far future.
func (tx *Tx) ListDone(status kept.Status, before Place, n int) ([]Row, error) {
	return all(tx, scanRow, rowQuery+`WHERE c.status = $1 AND c.turn = 2 AND (c.touched_at, c.id) < ($2, $3)
		ORDER BY c.touched_at DESC, c.id DESC LIMIT $4`, status, before.At, before.ID, n)
}

// ListSnoozed lists what sleeps beyond now, what wakes first first.
func (tx *Tx) ListSnoozed(now time.Time, after Place, n int) ([]Row, error) {
	return all(tx, scanRow, rowQuery+`WHERE c.snoozed_until > 0 AND c.snoozed_until > $1 AND (c.snoozed_until, c.id) > ($2, $3)
		ORDER BY c.snoozed_until, c.id LIMIT $4`, us(now), after.At, after.ID, n)
}

// Count is how many rows a list has, counted up to a limit so that its cost doesn't grow with what is
// stored, and how many of the first are missed.
type Count struct {
	N      int
	Missed int
}

func (tx *Tx) count(now time.Time, query string, args ...any) (Count, error) {
	return one(tx, func(s scanner) (c Count, err error) {
		err = s.Scan(&c.N, &c.Missed)
		return c, err
	}, `SELECT count(*), coalesce(sum(CASE WHEN due > 0 AND due < $1 THEN 1 ELSE 0 END), 0) FROM (`+query+`) q`,
		append([]any{us(now)}, args...)...)
}

// CountStatus counts the conversations of a status, up to limit.
func (tx *Tx) CountStatus(status kept.Status, now time.Time, limit int) (Count, error) {
	return tx.count(now, `SELECT queue_due AS due FROM conversations WHERE status = $2 ORDER BY queue_due, id LIMIT $3`, status, limit)
}

// CountOpen counts what ListOpen lists, up to limit in each of its parts.
func (tx *Tx) CountOpen(now time.Time, limit int) (Count, error) {
	open, err := tx.CountStatus(kept.Open, now, limit)
	if err != nil {
		return Count{}, err
	}
	owed, err := tx.count(now, `SELECT queue_due AS due FROM conversations WHERE turn = 0 AND status <> 'open' ORDER BY queue_due, id LIMIT $2`, limit)
	return Count{N: open.N + owed.N, Missed: open.Missed + owed.Missed}, err
}

// CountOurs counts the conversations of an agent (zero: nobody's) in which it is our turn, up to limit.
func (tx *Tx) CountOurs(agent kept.ID, now time.Time, limit int) (Count, error) {
	return tx.count(now, `SELECT queue_due AS due FROM conversations WHERE assignee_id = $2 AND turn = 0 AND turn < 2
		ORDER BY queue_due, id LIMIT $3`, agent, limit)
}

// CountSnoozed counts what sleeps beyond now, up to limit.
func (tx *Tx) CountSnoozed(now time.Time, limit int) (Count, error) {
	return tx.count(now, `SELECT CAST(0 AS BIGINT) AS due FROM conversations WHERE snoozed_until > 0 AND snoozed_until > $2 LIMIT $3`, us(now), limit)
}

// ListTeams lists what some teams have to take: nobody's conversations in which it is our turn, in queue order.
func (tx *Tx) ListTeams(teams []kept.ID, after Place, n int) ([]Row, error) {
	var rows []Row
	for _, team := range teams {
		got, err := all(tx, scanRow, rowQuery+`WHERE c.assignee_id = 0 AND c.turn < 2 AND c.team_id = $1 AND c.turn = 0
			AND (c.queue_due, c.id) > ($2, $3) ORDER BY c.queue_due, c.id LIMIT $4`, team, after.At, after.ID, n)
		if err != nil {
			return nil, err
		}
		rows = append(rows, got...)
	}
	return firstOf(rows, n), nil
}

// CountTeams counts what some teams have to take, up to limit in each.
func (tx *Tx) CountTeams(teams []kept.ID, now time.Time, limit int) (c Count, err error) {
	for _, team := range teams {
		n, err := tx.count(now, `SELECT queue_due AS due FROM conversations WHERE assignee_id = 0 AND turn < 2 AND team_id = $2
			AND turn = 0 ORDER BY queue_due, id LIMIT $3`, team, limit)
		if err != nil {
			return c, err
		}
		c.N, c.Missed = c.N+n.N, c.Missed+n.Missed
	}
	return c, nil
}

// NextFor lists the first conversations of the queue that are the agent's, or nobody's of some teams (zero:
// of no team), awake, and our turn. Where the customer has said that it works, what is owed waits until it is due before
// the end of the agent's day. The caller takes the first that nobody is working on.
func (tx *Tx) NextFor(agent kept.ID, teams []kept.ID, now, over time.Time, n int) ([]kept.ID, error) {
	type place struct {
		id  kept.ID
		due int64
	}
	scan := func(s scanner) (p place, err error) {
		err = s.Scan(&p.id, &p.due)
		return p, err
	}
	places, err := all(tx, scan, `SELECT id, queue_due FROM conversations WHERE assignee_id = $1 AND turn = 0 AND turn < 2 AND snoozed_until <= $2
		AND (confirmed_at = 0 OR queue_due < $3) ORDER BY queue_due, id LIMIT $4`, agent, us(now), us(over), n)
	if err != nil {
		return nil, err
	}
	for _, team := range teams {
		got, err := all(tx, scan, `SELECT id, queue_due FROM conversations WHERE assignee_id = 0 AND turn < 2 AND team_id = $1 AND turn = 0
			AND snoozed_until <= $2 AND (confirmed_at = 0 OR queue_due < $3) ORDER BY queue_due, id LIMIT $4`, team, us(now), us(over), n)
		if err != nil {
			return nil, err
		}
		places = append(places, got...)
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.id, b.id)) })
	var ids []kept.ID
	for _, p := range places {
		ids = append(ids, p.id)
	}
	return ids, nil
}

// MergedInto lists the conversations that go on in another.
func (tx *Tx) MergedInto(conversation kept.ID) ([]kept.ID, error) {
	return all(tx, scanOf[kept.ID], `SELECT id FROM conversations WHERE merged_into > 0 AND merged_into = $1 ORDER BY id`, conversation)
}

// EarlierOf lists a contact's other conversations, newest first.
func (tx *Tx) EarlierOf(contact, but kept.ID, n int) ([]kept.Conversation, error) {
	return all(tx, scanConversation, `SELECT `+conversationCols+` FROM conversations c
		WHERE c.contact_id = $1 AND c.id <> $2 ORDER BY c.id DESC LIMIT $3`, contact, but, n)
}

// AddParticipants notes addresses that take part in a conversation.
func (tx *Tx) AddParticipants(conversation kept.ID, addresses []string) error {
	for _, a := range addresses {
		if err := tx.run(`INSERT INTO participants (conversation_id, address) VALUES ($1, $2)
			ON CONFLICT (conversation_id, address) DO NOTHING`, conversation, a); err != nil {
			return err
		}
	}
	return nil
}

// DropParticipants takes addresses out of a conversation again.
func (tx *Tx) DropParticipants(conversation kept.ID, addresses []string) error {
	for _, a := range addresses {
		if err := tx.run(`DELETE FROM participants WHERE conversation_id = $1 AND address = $2`, conversation, a); err != nil {
			return err
		}
	}
	return nil
}

// Participants lists the addresses that take part.
func (tx *Tx) Participants(conversation kept.ID) ([]string, error) {
	return all(tx, scanOf[string], `SELECT address FROM participants WHERE conversation_id = $1 ORDER BY address`, conversation)
}

// ConversationsByMessageIDs finds which conversations know any of these Message-IDs.
func (tx *Tx) ConversationsByMessageIDs(ids []string) ([]kept.ID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return all(tx, scanOf[kept.ID], `SELECT DISTINCT conversation_id FROM message_ids WHERE message_id IN `+in(1, len(ids))+
		` ORDER BY conversation_id`, args...)
}

// RecentOf lists a contact's conversations touched since an instant, latest first.
func (tx *Tx) RecentOf(contact kept.ID, since time.Time, n int) ([]kept.Conversation, error) {
	return all(tx, scanConversation, `SELECT `+conversationCols+` FROM conversations c
		WHERE c.contact_id = $1 AND c.touched_at > $2 ORDER BY c.id DESC LIMIT $3`, contact, us(since), n)
}
