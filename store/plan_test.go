package store_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/storetest"
)

// crowd fills a database with enough rows that a planner thinks about them, most of them settled.
func crowd(t *testing.T, db *store.DB) {
	t.Helper()
	const n = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) `
	statements := []string{
		`INSERT INTO inboxes (name, channel, address, from_name, signature) VALUES ('Help', 'email', 'help@x.test', 'X', '')`,
		`INSERT INTO contacts (name, email, company, created_at) ` + n + `SELECT 'A', 'a', 'C' || i, 1 FROM n`,
		`INSERT INTO contact_addresses (address, contact_id) ` + n + `SELECT 'a' || i, i FROM n`,
		`INSERT INTO conversations (inbox_id, contact_id, subject, status, turn, priority, assignee_id, created_at, queue_due, touched_at, snoozed_until) ` + n +
			`SELECT 1, i, 's', CASE i % 20 WHEN 0 THEN 'open' WHEN 1 THEN 'pending' WHEN 2 THEN 'solved' WHEN 3 THEN 'spam' ELSE 'closed' END,
				CASE i % 20 WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 1 ELSE 2 END, 'normal', i % 3, i, i, i, CASE i % 50 WHEN 0 THEN i ELSE 0 END FROM n`,
		`INSERT INTO participants (conversation_id, address) ` + n + `SELECT i, 'a' FROM n`,
		`INSERT INTO messages (conversation_id, kind, author_kind, author_id, author_name, subject, text, html, visible, quoted, sender, recipients, cc,
				message_id, in_reply_to, refs, source, created_at) ` + n +
			`SELECT i, 'inbound', 'contact', i, 'A', 's', 't', '', 't', '', 'a', '[]', '[]', 'm' || i, '', '', 'mail ' || i, i FROM n`,
		`INSERT INTO message_ids (message_id, conversation_id, message) ` + n + `SELECT 'm' || i, i, i FROM n`,
		`INSERT INTO attachments (message_id, name, type, size, sha256, inline, cid, created_at) ` + n + `SELECT i, 'f', 't', 1, 'x', 0, '', 1 FROM n`,
		`INSERT INTO promises (conversation_id, contact_id, kind, words, due, zone, source, opened_at, wake_at, state, settled_at) ` + n +
			`SELECT i, i, 'reply', '', i, 'UTC', 'policy', 1, i, CASE i % 20 WHEN 0 THEN 'open' ELSE 'kept' END, CASE i % 20 WHEN 0 THEN 0 ELSE i END FROM n`,
		`INSERT INTO promises (conversation_id, contact_id, kind, words, due, zone, source, opened_at, wake_at, state, settled_at, by_agent, to_agent) ` + n +
			`SELECT i % 3, 0, 'ask', '', i, 'UTC', 'agent', 1, i, CASE i % 50 WHEN 0 THEN 'open' ELSE 'kept' END, CASE i % 50 WHEN 0 THEN 0 ELSE i END, i % 7, i % 5 FROM n`,
		`INSERT INTO asks (promise_id, question) SELECT id, '?' FROM promises WHERE kind = 'ask'`,
		`INSERT INTO agents (email, name, role, zone, language, password, created_at) VALUES ('a', 'A', 'agent', 'UTC', 'en', '', 1)`,
		`INSERT INTO notices (agent_id, promise_id, subject, text, message_id, created_at) ` + n + `SELECT 1, i, 's', 't', 'n' || i, 1 FROM n`,
		`INSERT INTO gatherings (agent_id, medium, begun_at, closed_at) ` + n + `SELECT 1, 'mail', i, i FROM n`,
		`INSERT INTO gathered (gathering_id, promise_id, level) ` + n + `SELECT 1 + i / 100, i, 'lead' FROM n WHERE i < 20000`,
		`INSERT INTO events (at, type, actor, conversation_id, message_id, promise_id, data) ` + n + `SELECT i, 'conversation.changed', '{}', i, 0, 0, '{}' FROM n`,
		`INSERT INTO jobs (kind, args, unique_key, next_at, dead_at) ` + n + `SELECT 'close', '{}', 'k' || i, i, CASE i % 3 WHEN 0 THEN 1 ELSE 0 END FROM n`,
		`INSERT INTO mails (received_at, sender, rcpts, remote, size, sha256, state) ` + n + `SELECT i, 'a', '[]', '', 1, 'x', 'received' FROM n`,
		`INSERT INTO drafts (agent_id, conversation_id, html, note, saved_at) ` + n + `SELECT 1, i, '', 0, 1 FROM n`,
	}
	statements = append(statements,
		`INSERT INTO hand_overs (conversation_id, from_agent, to_agent, note, state, offered_at, left_at, settled_at) `+n+
			`SELECT i, i % 40, 1, '', CASE i % 400 WHEN 0 THEN 'offered' ELSE 'accepted' END, i, CASE i % 3 WHEN 0 THEN i ELSE 0 END, CASE i % 400 WHEN 0 THEN 0 ELSE i END FROM n`,
		`INSERT INTO calls (conversation_id, direction, by_kind, by_id, number, at, outcome, logged_at) `+n+`SELECT i, 'out', 'agent', i % 40, '', i, 'reached', i FROM n`,
		`INSERT INTO sign_offs (agent_id, day, at, clear) `+n+`SELECT i % 40, 'd' || i, i, 1 FROM n`,
	)
	if db.Driver() == "postgres" {
		statements = append(statements, "ANALYZE")
	}
	for _, s := range statements {
		if err := db.ForTest(s); err != nil {
			t.Fatalf("%v in %.60s", err, s)
		}
	}
}

// planned are the queries whose cost must not grow with what is stored, with what each plan must say
// (the index that it uses, and how, as a regular expression); empty means any index.
var planned = []struct {
	name, says string
	run        func(tx *store.Tx) error
}{
	{"the open list", "conversations_queue", ask(func(tx *store.Tx) (any, error) { return tx.ListByQueue(kept.Open, store.Place{At: -1}, 51) })},
	{"a later page of it", "conversations_queue", ask(func(tx *store.Tx) (any, error) { return tx.ListByQueue(kept.Open, store.Place{At: 4000, ID: 4000}, 51) })},
	{"what is ours in it though not open", "conversations_owed", ask(func(tx *store.Tx) (any, error) { return tx.ListOpen(store.Place{At: -1}, 51) })},
	{"the pending list", "conversations_queue", ask(func(tx *store.Tx) (any, error) { return tx.ListByQueue(kept.Pending, store.Place{At: -1}, 51) })},
	{"the solved list", "conversations_queue", ask(func(tx *store.Tx) (any, error) { return tx.ListByQueue(kept.Solved, store.Place{At: -1}, 51) })},
	{"my list", "conversations_mine", ask(func(tx *store.Tx) (any, error) { return tx.ListMine(2, kept.Theirs, store.Place{Turn: -1}, 51) })},
	{"a later page of mine", "conversations_mine", ask(func(tx *store.Tx) (any, error) {
		return tx.ListMine(2, kept.Theirs, store.Place{Turn: 1, At: 4000, ID: 4000}, 51)
	})},
	{"nobody's list", "conversations_mine", ask(func(tx *store.Tx) (any, error) { return tx.ListMine(0, kept.Ours, store.Place{Turn: -1}, 51) })},
	{"the closed list", "conversations_done", ask(func(tx *store.Tx) (any, error) { return tx.ListDone(kept.Closed, store.Place{At: 1 << 60}, 51) })},
	{"the spam", "conversations_done", ask(func(tx *store.Tx) (any, error) { return tx.ListDone(kept.Spam, store.Place{At: 1 << 60}, 51) })},
	{"the snoozed list", "conversations_snoozed", ask(func(tx *store.Tx) (any, error) { return tx.ListSnoozed(at(1), store.Place{At: -1}, 51) })},
	{"what Next takes", "conversations_mine", ask(func(tx *store.Tx) (any, error) { return tx.NextFor(2, []kept.ID{3, 0}, at(90000), at(99000), 20) })},
	{"what Next takes of the teams", "conversations_team", ask(func(tx *store.Tx) (any, error) { return tx.NextFor(2, []kept.ID{3, 0}, at(90000), at(99000), 20) })},
	{"the teams' list", "conversations_team", ask(func(tx *store.Tx) (any, error) { return tx.ListTeams([]kept.ID{0, 3}, store.Place{At: -1}, 51) })},
	{"a later page of theirs", "conversations_team", ask(func(tx *store.Tx) (any, error) {
		return tx.ListTeams([]kept.ID{0, 3}, store.Place{At: 4000, ID: 4000}, 51)
	})},
	{"the count of the teams'", "conversations_team", ask(func(tx *store.Tx) (any, error) { return tx.CountTeams([]kept.ID{0, 3}, at(1), 100) })},
	{"what was merged into it", "conversations_merged", ask(func(tx *store.Tx) (any, error) { return tx.MergedInto(20) })},
	{"when a matter began", "(?s)conversations.*calls_conversation", ask(func(tx *store.Tx) (any, error) { return tx.BeganAt(20) })},
	{"whether a company was failed before", "contacts_company", ask(func(tx *store.Tx) (any, error) {
		return tx.BrokenSince(kept.Contact{ID: 20, Company: "C20"}, at(1))
	})},
	{"the count of open", "conversations_queue", ask(func(tx *store.Tx) (any, error) { return tx.CountStatus(kept.Open, at(1), 100) })},
	{"the count of what is ours though not open", "conversations_owed", ask(func(tx *store.Tx) (any, error) { return tx.CountOpen(at(1), 100) })},
	{"the count of spam", "conversations_", ask(func(tx *store.Tx) (any, error) { return tx.CountStatus(kept.Spam, at(1), 100) })},
	{"the count of mine", "conversations_mine", ask(func(tx *store.Tx) (any, error) { return tx.CountOurs(2, at(1), 100) })},
	{"the count of the snoozed", "conversations_snoozed", ask(func(tx *store.Tx) (any, error) { return tx.CountSnoozed(at(1), 100) })},

	{"who waits for me", "(?s)conversations_mine.*messages_conversation.*calls_conversation.*promises_seniors", ask(func(tx *store.Tx) (any, error) {
		rows, _, err := tx.WaitingFor(2, at(90000), at(99000), 201)
		return rows, err
	})},
	{"what I have not answered", "promises_unanswered", ask(func(tx *store.Tx) (any, error) { return tx.AskedOf(2, 201) })},
	{"what is offered", "hand_overs_open", ask(func(tx *store.Tx) (any, error) { return tx.OpenHandOvers() })},
	{"what I offer", "hand_overs_from", ask(func(tx *store.Tx) (any, error) { return tx.HandOversOf(2, at(90000)) })},
	{"what was left", "hand_overs_", ask(func(tx *store.Tx) (any, error) { return tx.LeftBy(2, at(90000)) })},
	{"the days that ended clear", "sign_offs", ask(func(tx *store.Tx) (any, error) { return tx.ClearDays(2) })},

	{"the earliest due", "promises_wake", ask(func(tx *store.Tx) (any, error) { return tx.NextPromiseAt() })},
	{"what is due", "promises_wake", ask(func(tx *store.Tx) (any, error) { return tx.DueConversations(at(100), 500) })},
	{"breaking it", "promises_", ask(func(tx *store.Tx) (any, error) { return tx.BreakDue([]kept.ID{20, 40}, at(100)) })},
	{"warning of it", "promises_", ask(func(tx *store.Tx) (any, error) { return tx.Warn([]kept.ID{20, 40}, at(100)) })},
	{"what leads a conversation", "promises_conversation", ask(func(tx *store.Tx) (any, error) { return tx.Leading(20) })},
	{"the board", "promises_due[^$]*promises_missed", ask(func(tx *store.Tx) (any, error) {
		return tx.Board(store.Whose{Everybody: true}, store.Place{At: -1}, 51)
	})},
	{"a later page of the board", "promises_due", ask(func(tx *store.Tx) (any, error) {
		return tx.Board(store.Whose{Everybody: true}, store.Place{At: 4000, ID: 4000}, 51)
	})},
	{"my board", "conversations_mine[^$]*promises_seniors", ask(func(tx *store.Tx) (any, error) {
		return tx.Board(store.Whose{Agents: []kept.ID{2}}, store.Place{At: -1}, 51)
	})},
	{"my team's board", "conversations_mine[^$]*conversations_team", ask(func(tx *store.Tx) (any, error) {
		return tx.Board(store.Whose{Agents: []kept.ID{1, 2}, Teams: []kept.ID{3}}, store.Place{At: -1}, 51)
	})},
	{"what I was asked", "promises_asked", ask(func(tx *store.Tx) (any, error) { return tx.Asked(2, store.Place{At: -1}, 51) })},
	{"the latest promises", "", ask(func(tx *store.Tx) (any, error) { return tx.PastBefore(1<<60, 50) })},
	{"what lies ahead", "promises_missed[^$]*promises_due", ask(func(tx *store.Tx) (any, error) { return tx.Ahead(50) })},
	{"who wrote messages", "", ask(func(tx *store.Tx) (any, error) { return tx.WrittenBy([]kept.ID{20, 40}) })},
	{"what is due alone", "promises_alone", ask(func(tx *store.Tx) (any, error) { return tx.DueAlone(at(100), 500) })},
	{"what is asked of me", "promises_ask_(by_)?waits", ask(func(tx *store.Tx) (any, error) { return tx.AsksOf(2, []kept.ID{1, 3}, store.Place{At: -1}, 51) })},
	{"whether a team is asked", "promises_ask_(by_)?waits", ask(func(tx *store.Tx) (any, error) { return tx.TeamIsAsked(3) })},
	{"the list of what I ask", "promises_ask_by_waits", ask(func(tx *store.Tx) (any, error) { return tx.AsksBy(2, store.Place{At: 4000, ID: 4000}, 51) })},
	{"the list of what I answered", "promises_ask_of", ask(func(tx *store.Tx) (any, error) { return tx.AsksDoneOf(2, store.Place{At: 1 << 60}, 51) })},
	{"the list of what I was answered", "promises_ask_by", ask(func(tx *store.Tx) (any, error) { return tx.AsksDoneBy(2, store.Place{At: 1 << 60}, 51) })},
	{"the count of what is asked of me", "promises_ask_(by_)?waits", ask(func(tx *store.Tx) (any, error) { return tx.CountAsksOf(2, []kept.ID{1}, at(1), 100) })},
	{"the mail of an ask", "notices_of_promise", ask(func(tx *store.Tx) (any, error) { _, _, err := tx.FirstNotice(20, 2); return nil, err })},
	{"the word that takes in breaks", "gatherings_open", ask(func(tx *store.Tx) (any, error) { _, _, err := tx.Gathering(1, kept.ByMail); return nil, err })},
	{"what it took in", "gathered_pkey|sqlite_autoindex_gathered_1", ask(func(tx *store.Tx) (any, error) { return tx.Gathered(20) })},
	{"what stands beside asks", "", ask(func(tx *store.Tx) (any, error) { return tx.AskedIn([]kept.ID{20, 40}) })},
	{"due jobs", "jobs_next", ask(func(tx *store.Tx) (any, error) { return tx.DueJobs(store.Claim{Now: at(100), Most: 16}) })},
	{"due jobs of some kinds", "jobs_kind", ask(func(tx *store.Tx) (any, error) {
		return tx.DueJobs(store.Claim{Now: at(100), Most: 16, Only: []string{"close", "send"}})
	})},
	{"the next job of some kinds", "jobs_kind", ask(func(tx *store.Tx) (any, error) { return tx.NextJobAt("close", "send") })},
	{"the next job", "jobs_next", ask(func(tx *store.Tx) (any, error) { return tx.NextJobAt() })},
	{"what happened since", `events_position|PRIMARY KEY \(rowid>\?\)`, ask(func(tx *store.Tx) (any, error) { return tx.EventsAfter(1<<60, 0) })},
	{"whether there is more", `events_position|PRIMARY KEY`, ask(func(tx *store.Tx) (any, error) { return tx.AnyAfter(1<<60, 0) })},
	{"whether there is more behind the beginning", `events_position|PRIMARY KEY`, ask(func(tx *store.Tx) (any, error) { return tx.AnyAfter(0, 0) })},

	{"a row of a list", "", ask(func(tx *store.Tx) (any, error) { return tx.Row(20) })},
	{"a conversation's messages", "messages_conversation", ask(func(tx *store.Tx) (any, error) { return tx.MessagesOf(20) })},
	{"its promises", "promises_conversation", ask(func(tx *store.Tx) (any, error) { return tx.PromisesOf(20) })},
	{"its changes", "events_conversation", ask(func(tx *store.Tx) (any, error) { return tx.EventsOf(20, kept.ConversationChanged, kept.ChaseRecorded) })},
	{"a contact's other conversations", "conversations_contact", ask(func(tx *store.Tx) (any, error) { return tx.EarlierOf(20, 1, 10) })},
	{"our record with a contact", "promises_contact", ask(func(tx *store.Tx) (any, error) { return tx.Outcomes(20) })},
	{"the latest outcomes", "promises_contact", ask(func(tx *store.Tx) (any, error) { return tx.LatestSettled(20, 12) })},
	{"who writes", "contact_addresses", ask(func(tx *store.Tx) (any, error) { _, _, err := tx.ContactByAddress("a20"); return nil, err })},
	{"the same mail again", "messages_source", ask(func(tx *store.Tx) (any, error) { _, _, err := tx.MessageBySource("mail 20"); return nil, err })},
	{"whose answer it is", "message_ids", ask(func(tx *store.Tx) (any, error) { return tx.ConversationsByMessageIDs([]string{"m20", "m40"}) })},
	{"automatic mails of a day", "conversations_contact", ask(func(tx *store.Tx) (any, error) { return tx.AutomaticSince(20, at(1)) })},
	{"a contact's recent matters", "conversations_contact", ask(func(tx *store.Tx) (any, error) { return tx.RecentOf(20, at(1), 20) })},
}

// ask makes a query of a reader whose answer doesn't matter.
func ask(f func(*store.Tx) (any, error)) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		_, err := f(tx)
		return err
	}
}

func at(us int64) time.Time { return time.UnixMicro(us).UTC() }

// A whole table is read: SQLite says "SCAN c" without an index, PostgreSQL "Seq Scan on promises p". The
// tables that stay small may be, as may what a query has made itself.
var (
	readWhole = regexp.MustCompile(`(?m)^\s*(?:->\s*)?(?:SCAN (\w+)$|.*Seq Scan on (\w+))`)
	small     = regexp.MustCompile(`^(i|a|q|d|inboxes|agents|settings)$`)
	sorted    = regexp.MustCompile(`USE TEMP B-TREE FOR ORDER BY|(?m)^\s*(?:->\s*)?Sort `)
)

func TestEveryListCountAndDeadlineUsesItsIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		crowd(t, db)
		for _, p := range planned {
			plans, err := db.Plans(t.Context(), p.run)
			if err != nil {
				t.Fatalf("%s: %v", p.name, err)
			}
			all := ""
			for _, plan := range plans {
				all += plan.Steps + "\n"
				for _, hit := range readWhole.FindAllStringSubmatch(plan.Steps, -1) {
					if table := hit[1] + hit[2]; !small.MatchString(table) {
						t.Errorf("%s reads %s whole:\n%s\n%s", p.name, table, plan.Query, plan.Steps)
					}
				}
				lists := strings.Contains(p.name, "list") || strings.Contains(p.name, "page") || p.name == "what Next takes"
				if lists && sorted.MatchString(plan.Steps) {
					t.Errorf("%s sorts what an index has in order:\n%s\n%s", p.name, plan.Query, plan.Steps)
				}
			}
			if !regexp.MustCompile(p.says).MatchString(all) {
				t.Errorf("%s does not use %s:\n%s", p.name, p.says, all)
			}
		}
	})
}

func TestAPlanThatReadsATableWholeIsNoticed(t *testing.T) {
	for _, steps := range []string{"SCAN c", "Seq Scan on promises p  (cost=0.00..1.00)", "  ->  Parallel Seq Scan on events"} {
		hit := readWhole.FindStringSubmatch(steps)
		if hit == nil || small.MatchString(hit[1]+hit[2]) {
			t.Errorf("%q passes: %s", steps, fmt.Sprint(hit))
		}
	}
}
