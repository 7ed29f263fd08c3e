package desk

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

// Row is a conversation as a list shows it.
type Row struct {
	kept.Conversation
	ContactName  string        `json:"contact_name"`
	ContactEmail string        `json:"contact_email"`
	InboxName    string        `json:"inbox_name"`
	AssigneeName string        `json:"assignee_name,omitempty"`
	Next         *kept.Promise `json:"next,omitempty"` // the promise that gives its place in the queue
}

func row(r store.Row) Row {
	r.LastWords = kept.Veil(r.LastWords, noLink, nil)
	return Row{Conversation: r.Conversation, ContactName: r.ContactName, ContactEmail: r.ContactEmail, InboxName: r.InboxName, AssigneeName: r.AssigneeName, Next: r.Next}
}

// Entry is one thing in a conversation's timeline.
type Entry struct {
	At      time.Time     `json:"at"`
	Type    string        `json:"type" enum:"message,call,promise,change,chase,merge,ask"`
	Message *kept.Message `json:"message,omitempty"`
	Call    *kept.Call    `json:"call,omitempty"`
	Promise *kept.Promise `json:"promise,omitempty"` // one that was settled then
	Event   *kept.Event   `json:"event,omitempty"`
	Ask     *Ask          `json:"ask,omitempty"` // one that was asked then
}

// Earlier is another conversation with the same contact.
type Earlier struct {
	ID        kept.ID     `json:"id"`
	Subject   string      `json:"subject"`
	Status    kept.Status `json:"status"`
	CreatedAt time.Time   `json:"created_at"`
	Merged    bool        `json:"merged,omitempty"` // it goes on in another
}

// Full is a conversation with all that its screen shows.
type Full struct {
	Row
	ContactCard      kept.Contact   `json:"contact_card"`
	Record           kept.Record    `json:"record"`
	Earlier          []Earlier      `json:"earlier"`
	Merged           []kept.ID      `json:"merged,omitempty"` // the conversations that go on in this one
	Promises         []kept.Promise `json:"promises"`         // to the customer
	Asks             []Ask          `json:"asks"`             // among ourselves, about this
	Timeline         []Entry        `json:"timeline"`
	Draft            *kept.Draft    `json:"draft,omitempty"`
	OrganizationZone string         `json:"organization_zone"`
	BeganAt          time.Time      `json:"began_at" doc:"The minute in which they first wrote or called, here or in what was merged into this: a call that was over before it answers nothing here."`
	Page             string         `json:"page" doc:"The customer's page, to be looked at: what is said on it is said by the link in our mails to them."`
}

// Conversation reads one conversation whole.
func (d *Desk) Conversation(ctx context.Context, who kept.Actor, id kept.ID) (f Full, err error) {
	err = d.read(ctx, who, "read-conversation", func(tx *store.Tx) error {
		r, err := tx.Row(id)
		if err != nil {
			return err
		}
		f.Row = row(r)
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		f.OrganizationZone = h.organization.Zone
		if f.Page, err = d.viewURL(tx, h.organization, r.Conversation); err != nil {
			return err
		}
		if f.BeganAt, err = beganAt(tx, id); err != nil {
			return err
		}
		if f.ContactCard, err = tx.Contact(r.Contact); err != nil {
			return err
		}
		if f.Record, err = record(tx, f.ContactCard); err != nil {
			return err
		}
		if err := d.around(tx, who, &f); err != nil {
			return err
		}
		if f.Timeline, err = timeline(tx, id, f.Promises, f.Asks); err != nil {
			return err
		}
		view := f.Page[strings.LastIndexByte(f.Page, '/')+1:]
		for _, e := range f.Timeline {
			if e.Message != nil {
				veil(e.Message, view, d.signed(tx))
			}
		}
		return nil
	})
	return f, err
}

// around reads what stands beside the conversation.
func (d *Desk) around(tx *store.Tx, who kept.Actor, f *Full) error {
	others, err := tx.EarlierOf(f.Contact, f.ID, 10)
	if err != nil {
		return err
	}
	f.Earlier = []Earlier{}
	for _, c := range others {
		f.Earlier = append(f.Earlier, Earlier{c.ID, c.Subject, c.Status, c.CreatedAt, c.MergedInto != 0})
	}
	if f.Merged, err = tx.MergedInto(f.ID); err != nil {
		return err
	}
	all, err := tx.PromisesOf(f.ID)
	if err != nil {
		return err
	}
	if f.Asks, f.Promises, err = d.asksOf(tx, all); err != nil {
		return err
	}
	draft, ok, err := tx.Draft(who.ID, f.ID)
	if err == nil && !ok {
		draft, ok, err = tx.Draft(0, f.ID) // what was prepared for a miss
	}
	if ok {
		f.Draft = &draft
	}
	return err
}

// record is what we promised a contact before, and what became of it.
func record(tx *store.Tx, c kept.Contact) (r kept.Record, err error) {
	n, err := tx.Outcomes(c.ID)
	if err != nil {
		return r, err
	}
	r = kept.Record{Kept: n[kept.PromiseKept], Broken: n[kept.PromiseBroken], Moved: n[kept.PromiseMoved], Since: c.CreatedAt}
	if r.Recent, err = tx.LatestSettled(c.ID, 12); err != nil {
		return r, err
	}
	if r.Recent == nil {
		r.Recent = []kept.Promise{}
	}
	if r.Broken > 0 {
		p, ok, err := tx.LatestBroken(c.ID)
		if err != nil {
			return r, err
		}
		if ok {
			r.LastBroken = &p
		}
	}
	return r, nil
}

// timeline is what was said and what became of what was promised, oldest first.
func timeline(tx *store.Tx, id kept.ID, promises []kept.Promise, asks []Ask) ([]Entry, error) {
	messages, err := tx.SaidIn(id)
	if err != nil {
		return nil, err
	}
	entries := []Entry{}
	for i := range messages {
		entries = append(entries, Entry{At: messages[i].CreatedAt, Type: "message", Message: &messages[i]})
	}
	for i, p := range promises {
		if p.State != kept.PromiseOpen {
			entries = append(entries, Entry{At: p.SettledAt, Type: "promise", Promise: &promises[i]})
		}
	}
	for i, a := range asks {
		entries = append(entries, Entry{At: a.Promise.OpenedAt, Type: "ask", Ask: &asks[i]})
	}
	calls, err := tx.CallsIn(id)
	if err != nil {
		return nil, err
	}
	for i, c := range calls {
		if c.Message == 0 { // a voicemail that came by mail is told by its mail
			entries = append(entries, Entry{At: c.At, Type: "call", Call: &calls[i]})
		}
	}
	events, err := tx.EventsOf(id, kept.ConversationChanged, kept.ChaseRecorded, kept.ConversationMerged, kept.ConversationUnmerged,
		kept.PromiseEscalated, kept.PageSent, kept.PageTaken, kept.PageEnded)
	if err != nil {
		return nil, err
	}
	var paged kept.ID
	for i, e := range events {
		switch {
		case !tellsPage(e, &paged):
		case e.Type == kept.ChaseRecorded:
			entries = append(entries, Entry{At: e.At, Type: "chase", Event: &events[i]})
		case e.Type == kept.ConversationMerged || e.Type == kept.ConversationUnmerged:
			entries = append(entries, Entry{At: e.At, Type: "merge", Event: &events[i]})
		case tells(e):
			entries = append(entries, Entry{At: e.At, Type: "change", Event: &events[i]})
		}
	}
	sort.SliceStable(entries, func(i, j int) bool { return entries[i].At.Before(entries[j].At) })
	return entries, nil
}

// ReadRow reads one conversation as a list shows it.
func (d *Desk) ReadRow(ctx context.Context, who kept.Actor, id kept.ID) (out Row, err error) {
	err = d.read(ctx, who, "read-row", func(tx *store.Tx) error {
		r, err := tx.Row(id)
		out = row(r)
		return err
	})
	return out, err
}

// List names a list of conversations.
type List string

// The lists.
const (
	Mine       List = "mine"
	Unassigned List = "unassigned"
	Teams      List = "team" // nobody's, of the teams that the agent is in
	AllOpen    List = "open"
	AllPending List = "pending"
	AllSolved  List = "solved"
	AllClosed  List = "closed"
	Snoozed    List = "snoozed"
	AllSpam    List = "spam"

	AsksOfMe List = "asks" // no conversations: counted alone
)

// Page is a part of a list; Cursor is empty at the end.
type Page struct {
	Items  []Row
	Cursor string
}

// List reads a page of a list: the queue is the order of due times, and nothing else.
func (d *Desk) List(ctx context.Context, who kept.Actor, list List, cursor string, limit int) (p Page, err error) {
	after, err := readCursor(cursor)
	if err != nil {
		return p, err
	}
	limit = max(1, min(limit, 100))
	now := d.now()
	var place func(store.Row) store.Place
	err = d.read(ctx, who, "list-conversations", func(tx *store.Tx) error {
		var rows []store.Row
		byQueue := func(r store.Row) store.Place {
			return store.Place{Turn: int64(r.Turn), At: micro(r.QueueDue), ID: r.ID}
		}
		place = byQueue
		switch list {
		case Mine:
			rows, err = tx.ListMine(who.ID, kept.Theirs, after, limit+1)
		case Unassigned:
			rows, err = tx.ListMine(0, kept.Ours, after, limit+1)
		case Teams:
			h, err := d.at(tx)
			if err != nil {
				return err
			}
			if rows, err = tx.ListTeams(h.teamsOf(who.ID), after, limit+1); err != nil {
				return err
			}
		case AllOpen:
			rows, err = tx.ListOpen(after, limit+1)
		case AllPending, AllSolved:
			rows, err = tx.ListByQueue(kept.Status(list), after, limit+1)
		case Snoozed:
			rows, err = tx.ListSnoozed(now, after, limit+1)
			place = func(r store.Row) store.Place { return store.Place{At: micro(r.SnoozedUntil), ID: r.ID} }
		case AllClosed, AllSpam:
			if cursor == "" {
				after = store.Place{At: math.MaxInt64}
			}
			rows, err = tx.ListDone(kept.Status(list), after, limit+1)
			place = func(r store.Row) store.Place { return store.Place{At: micro(r.TouchedAt), ID: r.ID} }
		default:
			err = kept.Wrong("list", "There is no list %q.", list)
		}
		if err != nil {
			return err
		}
		p.Items = make([]Row, 0, len(rows))
		for _, r := range rows[:min(len(rows), limit)] {
			p.Items = append(p.Items, row(r))
		}
		if len(rows) > limit {
			p.Cursor = writeCursor(place(rows[limit-1]))
		}
		return nil
	})
	return p, err
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func writeCursor(p store.Place) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%d.%d", p.Turn, p.At, p.ID))
}

func readCursor(cursor string) (p store.Place, err error) {
	if cursor == "" {
		return store.Place{Turn: -1, At: -1}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		_, err = fmt.Sscanf(string(raw), "%d.%d.%d", &p.Turn, &p.At, &p.ID)
	}
	if err != nil {
		return p, kept.Wrong("cursor", "This cursor is none of ours; begin without one.")
	}
	return p, nil
}

// mostCounted is where counting stops, so that its cost doesn't grow with what is stored.
const mostCounted = 99

// Count is how many rows a list has, counted to 99.
type Count struct {
	N      int  `json:"n"`
	More   bool `json:"more"`   // there are more than N
	Missed int  `json:"missed"` // of these, how many wait for us beyond a promise
}

// Counts reads how many conversations the lists hold.
func (d *Desk) Counts(ctx context.Context, who kept.Actor) (map[List]Count, error) {
	out := map[List]Count{}
	now := d.now()
	err := d.read(ctx, who, "count-conversations", func(tx *store.Tx) error {
		add := func(l List, c store.Count, err error) error {
			out[l] = Count{N: min(c.N, mostCounted), More: c.N > mostCounted, Missed: min(c.Missed, mostCounted)}
			return err
		}
		const limit = mostCounted + 1
		mine, err := tx.CountOurs(who.ID, now, limit)
		if err := add(Mine, mine, err); err != nil {
			return err
		}
		nobody, err := tx.CountOurs(0, now, limit)
		if err := add(Unassigned, nobody, err); err != nil {
			return err
		}
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		teams, err := tx.CountTeams(h.teamsOf(who.ID), now, limit)
		if err := add(Teams, teams, err); err != nil {
			return err
		}
		open, err := tx.CountOpen(now, limit)
		if err := add(AllOpen, open, err); err != nil {
			return err
		}
		for _, l := range []List{AllPending, AllSolved, AllSpam} {
			c, err := tx.CountStatus(kept.Status(l), now, limit)
			if err := add(l, c, err); err != nil {
				return err
			}
		}
		asleep, err := tx.CountSnoozed(now, limit)
		if err := add(Snoozed, asleep, err); err != nil {
			return err
		}
		asked, err := tx.CountAsksOf(who.ID, h.teamsOf(who.ID), now, limit)
		return add(AsksOfMe, asked, err)
	})
	return out, err
}

// Next finds the conversation that an agent should take: the first of the queue that is theirs, or nobody's
// and of their teams or of no team, awake, and that nobody else is working on. Zero: nothing waits. After is
// left out.
func (d *Desk) Next(ctx context.Context, who kept.Actor, after kept.ID) (id kept.ID, err error) {
	now := d.now()
	err = d.read(ctx, who, "next-conversation", func(tx *store.Tx) error {
		h, err := d.at(tx)
		if err != nil {
			return err
		}
		me, err := tx.Agent(who.ID)
		if err != nil {
			return err
		}
		today, err := h.dayOf(me, now)
		if err != nil {
			return err
		}
		ids, err := tx.NextFor(who.ID, append(h.teamsOf(who.ID), 0), now, today.Over, 20)
		for _, c := range ids {
			if c != after && !d.o.Busy(c, who.ID) {
				id = c
				return nil
			}
		}
		return err
	})
	return id, err
}

// Hit is a message that a search found.
type Hit struct {
	Conversation Row       `json:"conversation"`
	Message      kept.ID   `json:"message"`
	At           time.Time `json:"at"`
	Snippet      string    `json:"snippet"` // plain text; a hit stands between U+0001 and U+0002
}

// Search finds conversations by words, newest first, each once a page.
func (d *Desk) Search(ctx context.Context, who kept.Actor, q string, before kept.ID) (hits []Hit, next kept.ID, err error) {
	terms := store.Words(q)
	hits = []Hit{}
	err = d.read(ctx, who, "search", func(tx *store.Tx) error {
		const page = 30
		ids, err := tx.Search(terms, before, page)
		if err != nil || len(ids) == 0 {
			return err
		}
		if len(ids) == page {
			next = ids[page-1]
		}
		messages, err := tx.MessagesIn(ids)
		if err != nil {
			return err
		}
		seen := map[kept.ID]int{}
		var conversations []kept.ID
		for _, m := range messages {
			if _, ok := seen[m.Conversation]; ok {
				continue
			}
			veil(&m, noLink, d.signed(tx))
			seen[m.Conversation] = len(hits)
			conversations = append(conversations, m.Conversation)
			hits = append(hits, Hit{Message: m.ID, At: m.CreatedAt, Snippet: snippet(m, terms)})
		}
		rows, err := tx.Rows(conversations)
		for _, r := range rows {
			hits[seen[r.ID]].Conversation = row(r)
		}
		return err
	})
	return hits, next, err
}

// checkZone accepts an IANA name, "UTC+05:30", or nothing.
func checkZone(zone string) error {
	if _, ok := words.Zone(zone); zone != "" && !ok {
		return kept.Wrong("zone", "%q is no time zone. Write it as Europe/Dublin or UTC+05:30.", zone)
	}
	return nil
}
