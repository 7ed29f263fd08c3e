package e2e

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kept-desk/kept/bench/world"
)

// storm is mail pouring in and answers going out while the house is killed, and what those outside
// know of it.
type storm struct {
	t      *testing.T
	h      *world.House
	d      *dice
	sink   *world.Sink
	cookie string

	mu       sync.Mutex
	letters  int
	accepted map[string]bool // Message-IDs that were answered with 250
	again    int             // how often a mail was sent again, as nobody knew whether it was taken
	answers  int
	answered map[string]bool // marks of answers that the API has confirmed
}

// next hands out a number.
func (s *storm) next(n *int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	*n++
	return *n
}

// writeMails writes letters, one after the other, each until it is accepted, as mail servers do.
func (s *storm) writeMails(going context.Context) {
	var line *world.Line
	for going.Err() == nil {
		n := s.next(&s.letters)
		id := fmt.Sprintf("letter-%d@storm.test", n)
		from := fmt.Sprintf("customer-%d@storm.test", n%200)
		raw := s.letter(n, id, from)
		for {
			if line == nil {
				line = s.call()
			}
			if line == nil {
				if going.Err() != nil {
					return // never accepted: it may be there or not
				}
				continue
			}
			maybe, err := line.Send(from, inbox, raw)
			s.mu.Lock()
			if err == nil {
				s.accepted[id] = true
			} else if maybe {
				s.again++
			}
			s.mu.Unlock()
			if err == nil {
				break
			}
			line.Close()
			line = nil
		}
		time.Sleep(s.d.between(0, 25*time.Millisecond)) // the pace of the world
	}
	if line != nil {
		line.Close()
	}
}

// call connects to the house; nil where it is dead just now.
func (s *storm) call() *world.Line {
	line, err := world.Call(s.h.SMTP)
	if err != nil {
		time.Sleep(5 * time.Millisecond)
		return nil
	}
	return line
}

// letter is one in four an answer to an earlier one of the same customer.
func (s *storm) letter(n int, id, from string) []byte {
	head := fmt.Sprintf("From: Customer %d <%s>\nTo: %s\nSubject: Letter %d\nMessage-ID: <%s>\nDate: %s\n",
		n%200, from, inbox, n, id, time.Now().Format(time.RFC1123Z))
	if n > 200 && s.d.n(4) == 0 {
		head += fmt.Sprintf("In-Reply-To: <letter-%d@storm.test>\n", n-200)
	}
	return []byte(head + "\nThe line is down again. " + strings.Repeat("Please look into it. ", s.d.n(200)) + "\n")
}

// answerMails answers open conversations, one after the other: some with a promise that is due soon.
func (s *storm) answerMails(going context.Context) {
	b := world.OpenBrowser(s.h.HTTP, s.cookie)
	defer b.Close()
	for going.Err() == nil {
		if id, seen, ok := s.open(b); ok {
			s.answer(going, b, id, seen)
		} else {
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// open finds a conversation that waits for us and its latest message; false where the house is dead.
func (s *storm) open(b *world.Browser) (id, seen int64, ok bool) {
	var page struct {
		Items []struct {
			ID int64 `json:"id"`
		} `json:"items"`
	}
	if !s.get(b, "/api/conversations?list=open&limit=50", &page) || len(page.Items) == 0 {
		return 0, 0, false
	}
	id = page.Items[s.d.n(len(page.Items))].ID
	var full struct {
		Timeline []struct {
			Message struct {
				ID int64 `json:"id"`
			} `json:"message"`
		} `json:"timeline"`
	}
	ok = s.get(b, fmt.Sprintf("/api/conversations/%d", id), &full)
	for _, e := range full.Timeline {
		seen = max(seen, e.Message.ID)
	}
	return id, seen, ok
}

func (s *storm) get(b *world.Browser, path string, to any) bool {
	a, err := b.Get(path)
	return err == nil && a.Status == 200 && json.Unmarshal(unpacked(s.t, a.Body), to) == nil
}

// answer sends one answer; where the line broke, it sends it once more, as a person would. What the
// writer has seen makes sure that it isn't said twice.
func (s *storm) answer(going context.Context, b *world.Browser, id, seen int64) {
	mark := fmt.Sprintf("(answer %d)", s.next(&s.answers))
	body := map[string]any{"html": "<p>We are on it. " + mark + "</p>", "then": []string{"wait", "solve", "ours"}[s.d.n(3)], "seen": seen}
	if body["then"] == "ours" {
		body["next"] = map[string]any{"words": "We call you", "due": time.Now().Add(s.d.between(300*time.Millisecond, 2*time.Second)).UTC()}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	for range 2 {
		a, err := b.Do("POST", fmt.Sprintf("/api/conversations/%d/reply", id), raw)
		if err != nil {
			if going.Err() != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
			continue
		}
		switch a.Status {
		case 200:
			s.mu.Lock()
			s.answered[mark] = true
			s.mu.Unlock()
		case 409, 422: // said already, or crossed by the customer; or its time has passed meanwhile
		default:
			s.t.Errorf("an answer was answered with %d %.300s", a.Status, unpacked(s.t, a.Body))
		}
		return
	}
}

// settle waits until the house has understood and sent everything.
func (s *storm) settle() {
	s.t.Helper()
	db := look(s.t, s.h)
	wait(s.t, s.h, time.Minute, func() bool {
		return number(s.t, db, "SELECT count(*) FROM mails WHERE state = 'stored'") == 0 &&
			number(s.t, db, "SELECT count(*) FROM jobs WHERE kind IN ('receive', 'deliver', 'notice') AND dead_at = 0") == 0
	})
}

// busy reports whether enough has happened for so many kills.
func (s *storm) busy(kills int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.accepted) >= kills && len(s.answered) >= kills
}

// verify holds what is stored against what those outside know.
func (s *storm) verify(kills int) {
	s.t.Helper()
	db := look(s.t, s.h)
	s.verifyMails(db)
	s.verifyAnswers(db)
	s.verifySent(db)
	taken, twice := s.sink.Taken()
	s.t.Logf("%d kills: %d mails accepted (%d sent again in doubt), %d answers confirmed, %d mails sent, %d of them twice and marked so, %d promises settled",
		kills, len(s.accepted), s.again, len(s.answered), taken, twice, number(s.t, db, "SELECT count(*) FROM promises WHERE state <> 'open'"))
	if !s.busy(kills) {
		s.t.Error("too little happened to show anything")
	}
	if n := number(s.t, db, "SELECT count(*) FROM jobs WHERE dead_at > 0"); n > 0 {
		s.t.Errorf("%d jobs were given up", n)
	}
}

// verifyMails: every mail that was answered with 250 is there once; none is there twice.
func (s *storm) verifyMails(db *sql.DB) {
	s.t.Helper()
	there := map[string]int{}
	s.each(db, "SELECT message_id FROM messages WHERE kind = 'inbound'", func(v ...string) { there[v[0]]++ }, 1)
	for id := range s.accepted {
		if there[id] != 1 {
			s.t.Errorf("%s was accepted and is there %d times", id, there[id])
		}
	}
	for id, n := range there {
		if n > 1 {
			s.t.Errorf("%s is there %d times", id, n)
		}
	}
}

// verifyAnswers: every answer that was confirmed is there once; none is there twice.
func (s *storm) verifyAnswers(db *sql.DB) {
	s.t.Helper()
	said := map[string]int{}
	s.each(db, "SELECT visible FROM messages WHERE kind = 'outbound' AND automatic = 0", func(v ...string) {
		said[v[0][strings.Index(v[0], "(answer"):]]++
	}, 1)
	for mark := range s.answered {
		if said[mark] != 1 {
			s.t.Errorf("%s was confirmed and is there %d times", mark, said[mark])
		}
	}
	for mark, n := range said {
		if n > 1 {
			s.t.Errorf("%s was said %d times", mark, n)
		}
	}
}

// verifySent: every mail of ours was accepted by the relay; what went twice is marked as perhaps so.
func (s *storm) verifySent(db *sql.DB) {
	s.t.Helper()
	ours := map[string]bool{}
	s.each(db, "SELECT message_id, delivery, trouble FROM messages WHERE kind = 'outbound'", func(v ...string) {
		id, delivery, trouble := v[0], v[1], v[2]
		ours[id] = true
		n := s.sink.Times(id)
		if delivery != "accepted" || n == 0 {
			s.t.Errorf("%s is %s (%s) and arrived %d times", id, delivery, trouble, n)
		}
		if n > 1 && !strings.Contains(trouble, "twice") {
			s.t.Errorf("%s arrived %d times, and nobody is told", id, n)
		}
	}, 3)
	// Mails to our own people are told of in the same way.
	s.each(db, "SELECT message_id, sent_at > 0, trouble FROM notices", func(v ...string) {
		id, sent, trouble := v[0], v[1], v[2]
		ours[id] = true
		n := s.sink.Times(id)
		if n == 0 {
			s.t.Errorf("the notice %s (sent: %s, %s) never arrived", id, sent, trouble)
		}
		if n > 1 && !strings.Contains(trouble, "twice") {
			s.t.Errorf("the notice %s arrived %d times, and nobody is told", id, n)
		}
	}, 3)
	for _, id := range s.sink.All() {
		if !ours[id] {
			s.t.Errorf("%s arrived, and we know nothing of it", id)
		}
	}
}

// each reads rows of texts.
func (s *storm) each(db *sql.DB, query string, f func(v ...string), columns int) {
	s.t.Helper()
	rows, err := db.QueryContext(s.t.Context(), query)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		v := make([]string, columns)
		to := make([]any, columns)
		for i := range v {
			to[i] = &v[i]
		}
		if err := rows.Scan(to...); err != nil {
			s.t.Fatal(err)
		}
		f(v...)
	}
	if err := rows.Err(); err != nil {
		s.t.Fatal(err)
	}
}
