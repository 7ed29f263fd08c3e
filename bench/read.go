package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"time"

	"github.com/kept-desk/kept/bench/world"
)

// List measures the open list's first page by next promise, with the counts beside it: what an agent's
// screen asks for when it is opened.
func List(ctx context.Context, o Options) (Result, error) {
	return reading(ctx, o, "list", func(s *stand) error {
		do := func(b *world.Browser, _, _ int) error {
			if err := ok(b.Get("/api/conversations?list=open")); err != nil {
				return err
			}
			return ok(b.Get("/api/counts"))
		}
		return s.reads("list and counts", "/api/conversations?list=open", do, [2]string{
			"the first 50 rows of the index, raw",
			"SELECT id, subject, queue_due FROM conversations WHERE status = 'open' ORDER BY queue_due, id LIMIT 50",
		}, func(one, many *Line) {
			one.budget(one.whole() <= s.cpu(time.Millisecond), fmt.Sprintf("CPU ≤ %v", s.cpu(time.Millisecond)))
			one.budget(one.P99 <= 5*time.Millisecond, "p99 ≤ 5 ms")
			many.budget(many.PerSecond >= 2000, "≥ 2,000/s")
		})
	})
}

// Conversation measures reading a conversation of 30 messages whole.
func Conversation(ctx context.Context, o Options) (Result, error) {
	return reading(ctx, o, "conversation", func(s *stand) error {
		do := func(b *world.Browser, _, _ int) error {
			id := 1 + 100*rand.IntN(max(1, o.Conversations/100))
			return ok(b.Get(fmt.Sprintf("/api/conversations/%d", id)))
		}
		return s.reads("a conversation", "/api/conversations/1", do, [2]string{
			"its 30 messages, raw", "SELECT id, subject, text, html, visible FROM messages WHERE conversation_id = 1 ORDER BY id",
		}, func(one, _ *Line) {
			one.budget(one.whole() <= s.cpu(time.Millisecond), fmt.Sprintf("CPU ≤ %v", s.cpu(time.Millisecond)))
		})
	})
}

// Search measures searches as people make them: common words, rare ones, several, half a word.
func Search(ctx context.Context, o Options) (Result, error) {
	w := newWriter(1)                                                           // the writer of every seeded desk: it knows the words
	common := func() string { return w.common[30+rand.IntN(len(w.common)-30)] } // without "the" and the like
	middle := func() string { return w.rare[rand.IntN(300)] }
	rare := func() string { return w.rare[rand.IntN(len(w.rare))] }
	half := func(word string) string { return word[:max(2, len(word)/2)] }
	queries := []func() string{
		common, middle, rare,
		func() string { return common() + " " + common() },
		func() string { return common() + " " + middle() },
		func() string { return middle() + " " + middle() },
		func() string { return rare() + " " + common() },
		func() string { return half(rare()) }, // while somebody types
		func() string { return half(common()) },
		func() string { return w.first[rand.IntN(len(w.first))] + " " + w.last[rand.IntN(len(w.last))] },
	}
	return reading(ctx, o, "search", func(s *stand) error {
		do := func(b *world.Browser, _, i int) error {
			return ok(b.Get("/api/search?q=" + url.QueryEscape(queries[i%len(queries)]())))
		}
		query := `SELECT rowid FROM search WHERE search MATCH '"router"' ORDER BY rowid DESC LIMIT 30`
		if s.desk.Database != "" {
			query = `SELECT message_id FROM search WHERE words @@ to_tsquery('simple', 'router') ORDER BY message_id DESC LIMIT 30`
		}
		return s.reads("a search", "/api/search?q=router", do, [2]string{"30 hits of a common word, raw", query}, func(one, _ *Line) {
			one.budget(one.whole() <= s.cpu(10*time.Millisecond), fmt.Sprintf("CPU ≤ %v", s.cpu(10*time.Millisecond)))
			one.budget(one.P99 <= 50*time.Millisecond, "p99 ≤ 50 ms")
		})
	})
}

// cpu is a budget of CPU: with PostgreSQL's own on top of ours it may be twice as much.
func (s *stand) cpu(budget time.Duration) time.Duration {
	if s.desk.Database != "" {
		return 2 * budget
	}
	return budget
}

func reading(ctx context.Context, o Options, name string, run func(*stand) error) (Result, error) {
	desk, err := seededDesk(ctx, o)
	if err != nil {
		return Result{}, err
	}
	s, err := openStand(ctx, o, name, desk, 1)
	if err != nil {
		return Result{}, err
	}
	defer s.close()
	err = run(s)
	return s.result, err
}

// reads measures a reader at 1 and 16 clients, beside a bare handler of as many bytes and a bare query.
func (s *stand) reads(what, sample string, do func(*world.Browser, int, int) error, raw [2]string, judge func(one, many *Line)) error {
	b := world.OpenBrowser(s.house().HTTP, s.cookie)
	defer b.Close()
	a, err := b.Get(sample)
	if err := ok(a, err); err != nil {
		return err
	}
	size := len(a.Body)
	query, err := s.rawQuery(raw[0], raw[1])
	if err != nil {
		return err
	}
	bareOne, err := s.bare(size, 1)
	if err != nil {
		return err
	}
	one, err := s.load(what, 1, do)
	if err != nil {
		return err
	}
	bareMany, err := s.bare(size, 16)
	if err != nil {
		return err
	}
	many, err := s.load(what, 16, do)
	if err != nil {
		return err
	}
	one.CPU, many.CPU = one.CPU.Round(time.Microsecond), many.CPU.Round(time.Microsecond)
	one.over(query)
	many.behind(bareMany)
	judge(&one, &many)
	s.result.Lines = append(s.result.Lines, query, bareOne, one, bareMany, many)
	return nil
}
