package bench

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kept-desk/kept/bench/world"
	"github.com/kept-desk/kept/desk"
	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/mail"
	"github.com/kept-desk/kept/store"
	"github.com/kept-desk/kept/store/blob"
)

// The people and the inbox of every seeded desk.
const (
	owner    = "ada@bench.test"
	password = "a lamp in every window"
	inbox    = "help@bench.test"
	agents   = 20
)

// seedVersion changes when seeded desks of before are no longer what this program would write.
const seedVersion = 3

// Desk is a seeded desk that a house can be started on.
type Desk struct {
	Name     string // of its folder or database: "desk-100000-1000000"
	Data     string
	Database string // empty: SQLite in Data
	Said     string // what it holds, for people
}

// house is the program on this desk; the caller starts it.
func (d Desk) house(o Options, flags ...string) *world.House {
	return &world.House{Bin: o.Bin, Data: d.Data, Database: d.Database, Flags: append([]string{"--requests-per-second=-1"}, flags...)}
}

// url is the desk's database, for store.Open.
func (d Desk) url() string {
	if d.Database != "" {
		return d.Database
	}
	return filepath.Join(d.Data, "kept.db")
}

// on opens the desk's database beside the running house, to look and to prepare.
func (d Desk) on(ctx context.Context) (*store.DB, error) { return store.Open(ctx, d.url()) }

// seededDesk finds the desk of conversations that the options ask for, or seeds it.
func seededDesk(ctx context.Context, o Options) (Desk, error) {
	name := fmt.Sprintf("desk_%d_%d", o.Conversations, o.Messages)
	said := fmt.Sprintf("%d conversations, %d messages", o.Conversations, o.Messages)
	return seeded(ctx, o, name, said, func(ctx context.Context, s *seeder) error { return s.fill(ctx, o.Conversations, o.Messages) })
}

// seeded finds a desk by name, or makes it: set up as a person would, and filled.
func seeded(ctx context.Context, o Options, name, said string, fill func(context.Context, *seeder) error) (Desk, error) {
	name = fmt.Sprintf("%s_v%d", name, seedVersion)
	d := Desk{Name: name, Said: said, Data: filepath.Join(o.Data, name)}
	making := d
	if o.Database != "" {
		database, err := sibling(o.Database, "kept_bench_"+name)
		if err != nil {
			return d, err
		}
		d.Data = filepath.Join(o.Data, name+"_postgres")
		d.Database, making = database, d
		making.Database = database
		if ok, err := prepareDatabase(ctx, o.Database, "kept_bench_"+name, d.url()); err != nil || ok {
			return d, err
		}
	} else {
		if _, err := os.Stat(d.Data); err == nil {
			return d, nil
		}
		making.Data = d.Data + ".unfinished"
		if err := os.RemoveAll(making.Data); err != nil {
			return d, err
		}
	}
	o.Log.Info("seeding a desk; it is kept for the next time", "desk", name, "where", d.Data)
	began := time.Now()
	if err := makeDesk(ctx, o, making, fill); err != nil {
		return d, fmt.Errorf("seed %s: %w", name, err)
	}
	o.Log.Info("seeded", "desk", name, "took", time.Since(began).Round(time.Second))
	if making.Data != d.Data {
		return d, os.Rename(making.Data, d.Data)
	}
	return d, nil
}

// sibling is another database on the same server.
func sibling(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

const settingSeeded = "bench_seeded"

// prepareDatabase reports whether a database is there and seeded whole; else it makes it empty. Its
// name is one that only this program uses.
func prepareDatabase(ctx context.Context, server, name, url string) (ok bool, err error) {
	if c, err := pgx.Connect(ctx, url); err == nil {
		var version string
		err := c.QueryRow(ctx, "SELECT value FROM settings WHERE name = $1", settingSeeded).Scan(&version)
		c.Close(ctx) //nolint:errcheck // it only looked
		if err == nil && version == fmt.Sprint(seedVersion) {
			return true, nil
		}
	}
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return false, err
	}
	defer c.Close(ctx) //nolint:errcheck // the server keeps what it was told
	if _, err = c.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err == nil {
		_, err = c.Exec(ctx, "CREATE DATABASE "+name)
	}
	return false, err
}

// makeDesk sets a desk up through its verbs and fills it.
func makeDesk(ctx context.Context, o Options, d Desk, fill func(context.Context, *seeder) error) error {
	db, err := d.on(ctx)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // what was written is committed
	t, err := setUp(ctx, db, d)
	if err != nil {
		return err
	}
	s := &seeder{desk: d, teller: t, now: time.Now().UTC(), log: o.Log}
	if s.to, err = openBulk(ctx, d); err != nil {
		return err
	}
	again, err := s.to.drop(ctx)
	if err != nil {
		return err
	}
	if err := fill(ctx, s); err != nil {
		return err
	}
	o.Log.Info("all rows are written; making the indexes")
	if err := again(); err != nil {
		return err
	}
	if err := s.to.done(ctx, true); err != nil {
		return err
	}
	return db.Write(ctx, func(tx *store.Tx) error { return tx.PutSetting(settingSeeded, fmt.Sprint(seedVersion)) })
}

func openBulk(ctx context.Context, d Desk) (bulk, error) {
	if d.Database != "" {
		return openPostgresBulk(ctx, d.Database)
	}
	return openSQLiteBulk(ctx, d.url())
}

// setUp makes the organization, its people, inbox, calendar and policy, as a first start does.
func setUp(ctx context.Context, db *store.DB, d Desk) (*teller, error) {
	blobs, err := blob.OpenFolder(filepath.Join(d.Data, "files"))
	if err != nil {
		return nil, err
	}
	verbs, err := desk.New(ctx, db, desk.Options{
		Now: time.Now, Blobs: blobs, SafeHTML: func(html string) string { return mail.Sanitise(html, mail.Options{}) },
		TextFromHTML: mail.TextFromHTML, HTMLFromText: mail.HTMLFromText, Language: mail.Language,
	})
	if err != nil {
		return nil, err
	}
	t := &teller{w: newWriter(1), zone: "Europe/Berlin"}
	_, err = verbs.SetUp(ctx, desk.Setup{
		Organization: kept.Organization{Name: "Bench Broadband", Zone: t.zone, Language: "en"},
		Owner:        desk.NewAgent{Email: owner, Name: "Ada Brandt", Password: password},
		Inbox:        kept.Inbox{Name: "Help", Address: inbox},
	})
	if err != nil {
		return nil, err
	}
	for i := range agents {
		first, last := t.w.name()
		a, err := verbs.AddAgent(ctx, kept.System, desk.NewAgent{Email: fmt.Sprintf("agent%d@bench.test", i), Name: first + " " + last, Role: kept.RoleAgent})
		if err != nil {
			return nil, err
		}
		t.agents = append(t.agents, a)
	}
	boxes, err := verbs.Inboxes(ctx, kept.System)
	if err != nil {
		return nil, err
	}
	policies, err := verbs.Policies(ctx, kept.System)
	t.inbox, t.policy = boxes[0], policies[0].ID
	return t, err
}

// seeder fills a desk with stories.
type seeder struct {
	desk   Desk
	to     bulk
	teller *teller
	now    time.Time
	log    *slog.Logger

	contacts kept.ID
	batch    map[string]*rows
	order    []string
	waiting  int
}

// fill writes so many conversations with so many messages in all: most closed, the latest still live.
// Every hundredth has 30 messages, if there are enough of them.
func (s *seeder) fill(ctx context.Context, conversations, messages int) error {
	if conversations <= 0 || messages < conversations {
		return errors.New("a desk has at least one conversation, and a conversation at least one message")
	}
	people := max(1, conversations/3)
	for id := 1; id <= people; id++ {
		if err := s.addPerson(ctx, s.person(kept.ID(id))); err != nil {
			return err
		}
	}
	left := messages
	for i := range conversations {
		rest := conversations - i
		n := s.length(i, rest, left)
		left -= n
		p := s.plot(i, conversations, n)
		p.contact = s.person(kept.ID(1 + s.teller.w.r.IntN(people)))
		if err := s.add(ctx, s.teller.tell(p), true); err != nil {
			return err
		}
		if i%10_000 == 9_999 {
			s.log.Info("seeding", "conversations", i+1, "messages", messages-left)
		}
	}
	return s.flush(ctx)
}

// length is how many messages the next conversation has, so that the sum comes out.
func (s *seeder) length(i, rest, left int) int {
	if rest == 1 {
		return left
	}
	mean := left / rest
	n := 1 + s.teller.w.r.IntN(max(1, 2*mean-1))
	if i%100 == 0 {
		n = 30
	}
	return max(1, min(n, left-(rest-1)))
}

// plot decides how a conversation of n messages goes: the later it began, the likelier it is live.
func (s *seeder) plot(i, of, n int) plot {
	r := s.teller.w.r
	soon := s.now.Add(2*time.Hour + time.Duration(r.Int64N(int64(5*24*time.Hour))))
	p := plot{words: n, ends: kept.Closed, due: soon}
	age := time.Duration(float64(365*24*time.Hour) * float64(of-i) / float64(of))
	long := time.Duration(n) * (20*time.Minute + time.Duration(r.Int64N(int64(4*time.Hour))))
	p.until = s.now.Add(-age - 5*time.Hour)
	p.begins = p.until.Add(-long)
	if i > of*84/100 {
		p.ends = []kept.Status{kept.Open, kept.Open, kept.Open, kept.Pending, kept.Pending, kept.Pending, kept.Pending, kept.Solved, kept.Solved, kept.Solved, kept.Solved, kept.Solved, kept.Solved, kept.Solved, kept.Spam}[r.IntN(15)]
	}
	if n < 3 && p.ends != kept.Closed && p.ends != kept.Spam {
		p.ends = kept.Open
	}
	p.broken = p.ends == kept.Open && r.IntN(12) == 0
	return p
}

// person is a customer by id, always the same.
func (s *seeder) person(id kept.ID) kept.Contact {
	w := s.teller.w
	first, last := w.first[int(id)%len(w.first)], w.last[int(id)/len(w.first)%len(w.last)]
	return kept.Contact{
		ID: id, Name: first + " " + last, Email: fmt.Sprintf("%s.%s.%d@example.test", strings.ToLower(first), strings.ToLower(last), id),
		Language: "en", CreatedAt: micro(s.now.AddDate(-2, 0, 0)),
	}
}

// text is a value as the store keeps it.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own words always marshal
	}
	return string(b)
}

func us(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// put adds a row to the batch; columns are the same for a table at each call.
func (s *seeder) put(table string, columns []string, values ...any) {
	if s.batch == nil {
		s.batch = map[string]*rows{}
	}
	r, ok := s.batch[table]
	if !ok {
		r = &rows{table: table, columns: columns}
		s.batch[table] = r
		s.order = append(s.order, table)
	}
	r.values = append(r.values, values)
	s.waiting++
}

// flush writes what waits, a table after the one that it refers to.
func (s *seeder) flush(ctx context.Context) error {
	var batch []rows
	for _, table := range s.order {
		batch = append(batch, *s.batch[table])
	}
	s.batch, s.order, s.waiting = nil, nil, 0
	return s.to.write(ctx, batch)
}

var errPast = errors.New("the desk's newest row could not be read")

// resume lets a seeder go on where the desk's ids end.
func (s *seeder) resume(ctx context.Context) error {
	driver := "sqlite"
	if s.desk.Database != "" {
		driver = "pgx"
	}
	db, err := sql.Open(driver, s.desk.url())
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // it only looked
	for table, id := range map[string]*kept.ID{
		"conversations": &s.teller.conversation, "messages": &s.teller.message, "promises": &s.teller.promise, "contacts": &s.contacts,
	} {
		if err := db.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM "+table).Scan(id); err != nil {
			return errors.Join(errPast, err)
		}
	}
	return nil
}
