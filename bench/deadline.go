package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/store"
)

// Deadline measures how late a promise is settled and announced, among very many that are open: many
// due at one instant, and one now and then; on one node, and on three where the database can be shared.
func Deadline(ctx context.Context, o Options) (Result, error) {
	desk, err := seeded(ctx, o, fmt.Sprintf("deadline_%d", o.Promises), fmt.Sprintf("%d open promises", o.Promises),
		func(ctx context.Context, s *seeder) error { return s.fillOpen(ctx, o.Promises) })
	if err != nil {
		return Result{}, err
	}
	nodes := []int{1}
	if desk.Database != "" {
		nodes = append(nodes, 3)
	}
	var whole Result
	for _, n := range nodes {
		r, err := deadlines(ctx, o, desk, n)
		if err != nil {
			return r, err
		}
		lines := whole.Lines
		whole = r
		whole.Lines = append(lines, r.Lines...)
	}
	return whole, nil
}

// fillOpen writes so many conversations of one short letter, each with an open promise that is due in a
// month or two.
func (s *seeder) fillOpen(ctx context.Context, promises int) error {
	const people = 1000
	for id := 1; id <= people; id++ {
		if err := s.addPerson(ctx, s.person(kept.ID(id))); err != nil {
			return err
		}
	}
	for i := range promises {
		due := s.now.AddDate(0, 1, 0).Add(time.Duration(s.teller.w.r.Int64N(int64(30 * 24 * time.Hour))))
		if err := s.openAt(ctx, kept.ID(1+i%people), due); err != nil {
			return err
		}
		if i%100_000 == 99_999 {
			s.log.Info("seeding", "promises", i+1)
		}
	}
	return s.flush(ctx)
}

// openAt writes a conversation whose one promise is due at an instant.
func (s *seeder) openAt(ctx context.Context, person kept.ID, due time.Time) error {
	return s.add(ctx, s.teller.tell(plot{
		contact: s.person(person), begins: s.now.Add(-time.Hour), until: s.now, words: 1, short: true, ends: kept.Open, due: due,
	}), false)
}

// trickle is how many promises are due one by one.
const trickle = 300

// deadlines runs so many nodes over promises that are due soon.
func deadlines(ctx context.Context, o Options, d Desk, nodes int) (Result, error) {
	s, err := openStand(ctx, o, "deadline", d, nodes)
	if err != nil {
		return Result{}, err
	}
	defer s.close()
	on := fmt.Sprintf(", %d nodes", nodes)
	if nodes == 1 {
		on = ", 1 node"
	}
	burst, err := s.deadline(ctx, fmt.Sprintf("%d due at one instant%s", o.Burst, on), o.Burst, func(base time.Time, _ int) time.Time { return base })
	if err != nil {
		return s.result, err
	}
	burst.budget(burst.Max <= 2*time.Second, "all ≤ 2 s")
	select { // what follows from a burst begins a moment after it
	case <-ctx.Done():
		return s.result, ctx.Err()
	case <-time.After(8 * time.Second):
	}
	singles, err := s.deadline(ctx, "one now and then"+on, trickle, func(base time.Time, i int) time.Time {
		return base.Add(time.Duration(i) * s.o.For / trickle)
	})
	singles.budget(singles.P99 <= 100*time.Millisecond, "p99 ≤ 100 ms")
	s.result.Lines = append(s.result.Lines, burst, singles)
	s.result.Notes = append(s.result.Notes, "Late is from a promise's due to when its event can be read in the log, looked at every 2 ms; the due instants are written half a minute ahead.")
	return s.result, err
}

// deadline writes n promises, due as when says from a moment that leaves time to write them, and
// measures how late the event of each can be read.
func (s *stand) deadline(ctx context.Context, what string, n int, when func(base time.Time, i int) time.Time) (Line, error) {
	db, err := s.desk.on(ctx)
	if err != nil {
		return Line{}, err
	}
	defer db.Close()                    //nolint:errcheck // it only looked
	if err := s.rest(ctx); err != nil { // what followed from the promises before: drafts, words to leads, pages
		return Line{}, err
	}
	base := micro(time.Now().Add(8*time.Second + time.Duration(n)*time.Millisecond))
	for _, h := range s.houses { // rows that are written past the verbs wake nobody: the nodes find them at their start
		if err := h.Stop(); err != nil {
			return Line{}, err
		}
	}
	first, err := s.writeDue(ctx, db, n, func(i int) time.Time { return when(base, i) })
	if err != nil {
		return Line{}, err
	}
	for _, h := range s.houses {
		if _, err := h.Start(ctx); err != nil {
			return Line{}, err
		}
	}
	if err := s.rest(ctx); err != nil {
		return Line{}, err
	}
	if time.Now().After(base) {
		return Line{}, fmt.Errorf("writing %d promises took longer than until they are due; the machine is too busy to measure", n)
	}
	select { // a profile is of the sweep, not of the wait
	case <-ctx.Done():
		return Line{}, ctx.Err()
	case <-time.After(time.Until(base) - time.Second):
	}
	profiled := s.profile(what, n)
	before, err := s.cost()
	if err != nil {
		return Line{}, err
	}
	late, err := readLate(ctx, db, first, n)
	if err != nil {
		return Line{}, err
	}
	l := lineOf(what, late)
	err = s.cpuSince(before, &l)
	profiled()
	return l, err
}

// writeDue writes promises past the verbs, with the rows that the verbs write. It returns the first
// promise's id.
func (s *stand) writeDue(ctx context.Context, db *store.DB, n int, due func(i int) time.Time) (kept.ID, error) {
	to, err := openBulk(ctx, s.desk)
	if err != nil {
		return 0, err
	}
	seed := &seeder{desk: s.desk, to: to, now: time.Now().UTC(), log: s.o.Log}
	if seed.teller, err = tellerOn(ctx, db); err != nil {
		return 0, err
	}
	if err := seed.resume(ctx); err != nil {
		return 0, err
	}
	first := seed.teller.promise + 1
	for i := range n {
		if err := seed.openAt(ctx, kept.ID(1+i%1000), due(i)); err != nil {
			return 0, err
		}
	}
	if err := seed.flush(ctx); err != nil {
		return 0, err
	}
	return first, to.done(ctx, false)
}

// tellerOn tells stories of a desk that is there already.
func tellerOn(ctx context.Context, db *store.DB) (*teller, error) {
	t := &teller{w: newWriter(3), zone: "Europe/Berlin"}
	err := db.Read(ctx, func(tx *store.Tx) error {
		boxes, err := tx.Inboxes()
		if err != nil {
			return err
		}
		policies, err := tx.Policies()
		if err != nil {
			return err
		}
		t.inbox, t.policy = boxes[0], policies[0].ID
		t.agents, err = tx.Agents()
		return err
	})
	return t, err
}

// readLate follows the log until n promises from the first on are broken, and says how late each was.
func readLate(ctx context.Context, db *store.DB, first kept.ID, n int) ([]time.Duration, error) {
	at, err := db.LastPosition(ctx)
	if err != nil {
		return nil, err
	}
	var late []time.Duration
	for began := time.Now(); len(late) < n; {
		events, _, err := db.EventsAfter(ctx, at, 1000)
		if err != nil {
			return nil, err
		}
		now := time.Now()
		for _, e := range events {
			at = e.Position
			if e.Type == kept.PromiseWasBroken && e.Promise >= first && e.Promise < first+kept.ID(n) {
				late = append(late, now.Sub(e.At)) // it happened at its due
			}
		}
		if len(events) > 0 {
			continue
		}
		if time.Since(began) > 5*time.Minute {
			return nil, fmt.Errorf("%d of %d promises were never settled", n-len(late), n)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
	}
	return late, nil
}
