package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/kept-desk/kept/cmd/kept/story"
)

// waiting is a customer who wrote since the demo was started and may write again.
type waiting struct {
	letter
	root   string
	wrote  time.Time
	chased bool
}

// mailboxes opens the customers' mailboxes.
func (d *demo) mailboxes() *mailboxes {
	return &mailboxes{outbox: d.app.outbox, seen: map[string]bool{}}
}

// goOn lets mail keep arriving at a human pace until ctx ends: new matters, answers to what an agent
// sends, chases of what nobody answers.
func (d *demo) goOn(ctx context.Context) error {
	a, err := d.arrivals()
	if err != nil {
		return err
	}
	for {
		// Each arrival has its own dice, so that a restart goes on as if there had been none.
		dice := rand.New(rand.NewPCG(d.seed, uint64(d.folder.Arrived))) //nolint:gosec // a story, no secret
		if !pause(ctx, d.waitFor(dice)) {
			return nil
		}
		if err := a.arrive(dice); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("a mail of the demo: %w", err)
		}
		d.folder.Arrived++
		if err := d.folder.save(); err != nil {
			return err
		}
	}
}

// waitFor is how long until the next mail: 40 seconds to 2 minutes.
func (d *demo) waitFor(dice *rand.Rand) time.Duration {
	if d.pace != nil {
		return d.pace(d.folder.Arrived)
	}
	return 40*time.Second + time.Duration(dice.Int64N(int64(80*time.Second)))
}

// pause waits, or says false where ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// arrivals is what goes on in the customers' heads.
type arrivals struct {
	*demo
	cast     story.Cast
	boxes    *mailboxes
	answered map[string]bool // Message-IDs of ours that need no answer any more
	people   []waiting
}

// arrivals begins with what has been said up to now, which nobody answers any more.
func (d *demo) arrivals() (*arrivals, error) {
	cast, err := story.Arrivals()
	if err != nil {
		return nil, err
	}
	a := &arrivals{demo: d, cast: cast, boxes: d.mailboxes(), answered: map[string]bool{}}
	if err := a.boxes.fetch(); err != nil {
		return nil, err
	}
	for _, r := range a.boxes.mails {
		a.answered[r.id] = true
	}
	return a, nil
}

// arrive lets one mail come.
func (a *arrivals) arrive(dice *rand.Rand) error {
	if err := a.boxes.fetch(); err != nil {
		return err
	}
	if r := a.unanswered(); r != nil {
		a.answered[r.id] = true
		if dice.IntN(3) > 0 { // two of three answer
			return a.answers(dice, *r)
		}
	}
	if w := a.impatient(dice); w != nil {
		return a.chases(dice, w)
	}
	return a.begins()
}

// unanswered is an agent's mail, sent since the start, that nobody has answered.
func (a *arrivals) unanswered() *received {
	for i, r := range a.boxes.mails {
		if r.automatic || a.answered[r.id] {
			a.answered[r.id] = true
			continue
		}
		return &a.boxes.mails[i]
	}
	return nil
}

// answers is a customer answering an agent.
func (a *arrivals) answers(dice *rand.Rand, r received) error {
	who := a.cast.Person(r.to)
	l := letter{
		from: who, subject: r.subject, body: a.cast.Answer(dice, who.Language), answers: &r,
		id: messageID(fmt.Sprint("answer ", a.seed, a.folder.Arrived), r.to), at: a.app.clock.Now(),
	}
	root := r.id
	return a.writes(l, &root)
}

// impatient is a customer who has waited without a word from a person, sometimes.
func (a *arrivals) impatient(dice *rand.Rand) *waiting {
	if dice.IntN(5) > 0 {
		return nil
	}
	for i := range a.people {
		w := &a.people[i]
		heard := a.boxes.last(w.from.Email, func(r received) bool { return r.about(w.root) && !r.automatic })
		if !w.chased && heard == nil && a.app.clock.Now().Sub(w.wrote) > 4*time.Minute {
			return w
		}
	}
	return nil
}

func (a *arrivals) chases(dice *rand.Rand, w *waiting) error {
	w.chased = true
	l := w.letter
	l.files, l.html = nil, false
	l.body, l.at = a.cast.Chase(dice, w.from.Language), a.app.clock.Now()
	l.answers = a.boxes.last(w.from.Email, func(r received) bool { return r.about(w.root) })
	l.id = messageID(fmt.Sprint("chase ", a.seed, a.folder.Arrived), w.from.Email)
	if l.answers == nil {
		l.subject = reply(l.subject)
	}
	return a.writes(l, &w.root)
}

// begins is a customer with a new matter.
func (a *arrivals) begins() error {
	who, matter := a.cast.Next(a.seed, a.folder.Arrived)
	first, _, _ := strings.Cut(who.Name, " ")
	l := letter{
		from: who, to: matter.Inbox + "@northlight.test", subject: matter.Subject, body: matter.Body + "\n\n" + first,
		id: messageID(fmt.Sprint("begins ", a.seed, a.folder.Arrived), who.Email), at: a.app.clock.Now(),
	}
	root := ""
	if err := a.writes(l, &root); err != nil {
		return err
	}
	a.people = append(a.people, waiting{letter: l, root: root, wrote: l.at})
	return nil
}
