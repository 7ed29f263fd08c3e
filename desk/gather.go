package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/rules/words"
	"github.com/kept-desk/kept/store"
)

// When very much breaks at once (a cable, a night without the server), the first few words to somebody say all that
// they have to know to look; ten thousand more would hide them.
const (
	toldAlone = 5                // words that go each by itself, to one person at one level by one medium
	spell     = 10 * time.Minute // within this; what breaks beyond them goes in one word at its end
)

// lines are how many breaks a gathered word names, and with how many letters: a push service takes little.
type lines struct{ most, who, about int }

var (
	mailLines = lines{10, 80, 120}
	pushLines = lines{3, 40, 60}
)

// gather puts a break into the one word that its reader gets at the end of the spell, where they had as many as go
// each by itself; false where it goes at once.
func (h *hand) gather(t store.Telling, p kept.ID) (bool, error) {
	goes, err := goes(h.tx, t.Agent, t.By, h.now)
	if err != nil || !goes {
		return false, err
	}
	since, n, err := h.tx.Told(t)
	if err != nil {
		return false, err
	}
	over := h.now.Add(-spell)
	if n < toldAlone || !since.After(over) {
		ok, err := h.tx.CountTold(t, over, h.now, toldAlone)
		if err != nil || ok {
			return false, err
		}
		since = h.now // another counted to the end at this moment
	}
	return true, h.gatherUntil(since.Add(spell), t, p)
}

// gatherUntil puts a break into the one word that its reader gets next; where none is begun, one that goes then.
func (h *hand) gatherUntil(then time.Time, t store.Telling, p kept.ID) error {
	id, ok, err := h.tx.Gathering(t.Agent, t.By)
	if err != nil {
		return err
	}
	if !ok {
		if id, err = h.tx.AddGathering(store.Gathering{Agent: t.Agent, By: t.By, BegunAt: h.now}); err != nil {
			return err
		}
		if err := h.tx.AddJob(JobGather, Of{id}, fmt.Sprintf("%s %d", JobGather, id), then); err != nil {
			return err
		}
	}
	return h.tx.Gather(id, p, t.Level)
}

// goes reports whether anything goes to somebody by a medium.
func goes(tx *store.Tx, agent kept.ID, by kept.Medium, now time.Time) (bool, error) {
	if by != kept.ByPush {
		return by == kept.ByMail, nil // a webhook is a rotation's
	}
	browsers, err := tx.SubscriptionsOf(agent, now)
	return len(browsers) > 0, err
}

// Gather lets a gathered word go: from now on it takes in no more, and what breaks is told each by itself again. The
// log has it for each break. Whom it can't reach any more, others are told for.
func (d *Desk) Gather(ctx context.Context, id kept.ID) error {
	now := d.now()
	return d.db.Write(ctx, func(tx *store.Tx) error {
		g, ok, err := tx.CloseGathering(id, now)
		if err != nil || !ok {
			return err // it has gone
		}
		missed, err := tx.Gathered(id)
		if err != nil || len(missed) == 0 {
			return err
		}
		if err := tx.DropGathered(id); err != nil {
			return err
		}
		a, err := tx.Agent(g.Agent)
		if err != nil {
			return err
		}
		goes, err := goes(tx, a.ID, g.By, now)
		if err != nil {
			return err
		}
		house, err := d.at(tx)
		if err != nil {
			return err
		}
		h := alone(d, tx, house, kept.System, now)
		if !goes || !a.GoneAt.IsZero() {
			for _, p := range missed {
				if err := h.passOn(a, g.By, p); err != nil {
					return err
				}
			}
			return h.put()
		}
		size := mailLines
		if g.By == kept.ByPush {
			size = pushLines
		}
		n, err := h.gatheredNotice(a, missed, size)
		if err != nil {
			return err
		}
		if err := h.reach(a, []kept.Medium{g.By}, n); err != nil {
			return err
		}
		for _, p := range missed {
			h.noteGathered(p, Escalated{To: p.Level, Agents: []kept.ID{a.ID}, By: []kept.Medium{g.By}, Gathering: g.ID})
		}
		return h.put()
	})
}

// passOn gathers anew a break that somebody can't be told of any more: for those who have its level now and haven't
// heard of it, where they left; for themselves by mail, where no browser of theirs is left and nobody mailed them.
func (h *hand) passOn(a kept.Agent, by kept.Medium, p store.Gathered) error {
	c, err := h.tx.Conversation(p.Conversation)
	if err != nil || !promise.Stands(p.Promise, c) {
		return err
	}
	of := alone(h.d, h.tx, h.house, h.who, h.now)
	of.is = c
	people, known := []kept.Agent{a}, false
	if a.GoneAt.IsZero() {
		if of.whose, err = h.house.whose(h.tx, c.Contact); err != nil {
			return err
		}
		_, t, _ := of.times()
		if slices.ContainsFunc(t.Escalation, func(s kept.Escalate) bool { return s.To == p.Level && slices.Contains(s.By, kept.ByMail) }) {
			return nil
		}
	} else if people, known, err = of.heirs(p); err != nil {
		return err
	}
	if known && len(people) == 0 {
		return nil
	}
	told := Escalated{To: p.Level, Agents: []kept.ID{}}
	for _, b := range people {
		t := store.Telling{Agent: b.ID, Level: p.Level, By: by}
		if ok, err := goes(h.tx, b.ID, by, h.now); err != nil {
			return err
		} else if !ok {
			t.By = kept.ByMail
		}
		if err := h.gatherUntil(h.now, t, p.ID); err != nil {
			return err
		}
		told.Later = append(told.Later, b.ID)
	}
	h.noteGathered(p, told)
	return nil
}

// heirs are who has a break's level now, and by its log was not told of it at that level, nor will be. Known is
// whether somebody who has the level was, or will be.
func (h *hand) heirs(p store.Gathered) (people []kept.Agent, known bool, err error) {
	if people, err = h.level(p.Promise, p.Level); err != nil {
		return nil, false, err
	}
	n := len(people)
	events, err := h.tx.EventsOf(p.Conversation, kept.PromiseEscalated)
	if err != nil {
		return nil, false, err
	}
	for _, e := range events {
		var told Escalated
		if err := json.Unmarshal(e.Data, &told); err != nil {
			return nil, false, err
		}
		if e.Promise == p.ID && told.To == p.Level {
			people = slices.DeleteFunc(people, func(a kept.Agent) bool {
				return slices.Contains(told.Agents, a.ID) || slices.Contains(told.Later, a.ID)
			})
		}
	}
	return people, len(people) < n, nil
}

// noteGathered writes into the log who hears of a break that was gathered.
func (h *hand) noteGathered(p store.Gathered, told Escalated) {
	e := event(h.now, h.who, kept.PromiseEscalated, p.Conversation, told)
	e.Promise = p.ID
	h.events = append(h.events, e)
}

// gatheredNotice tells one of ours of many breaks, in their language and time: how many there are, and the most
// pressing of those that nobody has made good meanwhile.
func (h *hand) gatheredNotice(a kept.Agent, missed []store.Gathered, size lines) (notice, error) {
	levels := map[kept.Level]bool{}
	for _, p := range missed {
		levels[p.Level] = true
	}
	slices.SortFunc(missed, pressing)
	each := slices.CompactFunc(slices.Clone(missed), func(a, b store.Gathered) bool { return a.ID == b.ID })
	since := slices.MinFunc(each, func(a, b store.Gathered) int { return a.SettledAt.Compare(b.SettledAt) }).SettledAt
	stand := slices.DeleteFunc(slices.Clone(each), func(p store.Gathered) bool {
		return !promise.Stands(p.Promise, kept.Conversation{Status: p.Status})
	})

	r := words.For(a.Language, a.Zone, h.house.organization.Zone, h.now)
	n := notice{Title: r.Say("notice.gathered", "n", len(each), "since", r.Since(since))}
	text := []string{r.Say("notice.gathered_what", "n", len(each), "since", r.Since(since))}
	if good := len(each) - len(stand); good > 0 {
		text = append(text, r.Say("notice.gathered_good", "n", good))
	}
	first, err := h.gatheredLines(r, stand, size)
	if err != nil {
		return n, err
	}
	text = append(text, first...)
	board := "all"
	if level := missed[0].Level; len(levels) == 1 {
		board = cmp.Or(map[kept.Level]string{kept.LevelOwner: "mine", kept.LevelTeam: "team"}[level], board)
		if len(stand) > 0 {
			text = append(text, "", r.Say("notice.gathered_for."+string(level)))
		}
	}
	n.URL = h.d.base(h.house.organization) + "/promises?whose=" + board
	n.Text = strings.Join(append(text, "", r.Say("notice.gathered_board")), "\n")
	return n, nil
}

// gatheredLines are the first of the breaks that stand, and how many more there are.
func (h *hand) gatheredLines(r words.Reader, stand []store.Gathered, size lines) (text []string, err error) {
	if len(stand) == 0 {
		return nil, nil
	}
	first := stand[:min(size.most, len(stand))]
	var ids []kept.ID
	for _, p := range first {
		ids = append(ids, p.Conversation)
	}
	rows, err := h.tx.Rows(ids)
	if err != nil {
		return nil, err
	}
	text = append(text, "")
	for _, p := range first {
		i := slices.IndexFunc(rows, func(r store.Row) bool { return r.ID == p.Conversation })
		if i < 0 {
			return nil, fmt.Errorf("promise %d is of conversation %d, which isn't there", p.ID, p.Conversation)
		}
		who, about := words.Line(row(rows[i]).called(), size.who), words.Line(rows[i].Subject, size.about)
		text = append(text, r.Say("notice.gathered_line", "who", who, "about", about, "when", r.When(p.Due)))
	}
	if more := len(stand) - len(first); more > 0 {
		text = append(text, r.Say("notice.gathered_more", "n", more))
	}
	return text, nil
}

// pressing orders breaks: what is urgent first, then what was due first.
func pressing(a, b store.Gathered) int {
	rank := func(g store.Gathered) int { return slices.Index(kept.Priorities, g.Priority) }
	return cmp.Or(cmp.Compare(rank(b), rank(a)), a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID))
}
