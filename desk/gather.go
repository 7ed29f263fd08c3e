package desk

import (
	"cmp"
	"context"
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

// atOnce is a tell's later where nobody may wait.
func atOnce(store.Telling, kept.ID) (bool, error) { return false, nil }

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
	id, ok, err := h.tx.Gathering(t.Agent, t.By)
	if err != nil {
		return false, err
	}
	if !ok {
		if id, err = h.tx.AddGathering(store.Gathering{Agent: t.Agent, By: t.By, BegunAt: h.now}); err != nil {
			return false, err
		}
		if err := h.tx.AddJob(JobGather, Of{id}, fmt.Sprintf("%s %d", JobGather, id), since.Add(spell)); err != nil {
			return false, err
		}
	}
	return true, h.tx.Gather(id, p, t.Level)
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
// log has it for each break.
func (d *Desk) Gather(ctx context.Context, id kept.ID) error {
	now := d.now()
	return d.db.Write(ctx, func(tx *store.Tx) error {
		g, ok, err := tx.CloseGathering(id, now)
		if err != nil || !ok {
			return err // it has gone
		}
		a, err := tx.Agent(g.Agent)
		if err != nil || !a.GoneAt.IsZero() {
			return err
		}
		if ok, err = goes(tx, a.ID, g.By, now); err != nil || !ok {
			return err
		}
		missed, err := tx.Gathered(id)
		if err != nil || len(missed) == 0 {
			return err
		}
		house, err := d.at(tx)
		if err != nil {
			return err
		}
		h := alone(d, tx, house, kept.System, now)
		n, err := h.gatheredNotice(a, missed, map[kept.Medium]lines{kept.ByMail: mailLines, kept.ByPush: pushLines}[g.By])
		if err != nil {
			return err
		}
		if err := h.reach(a, []kept.Medium{g.By}, n); err != nil {
			return err
		}
		for _, p := range missed {
			e := event(now, h.who, kept.PromiseEscalated, p.Conversation, Escalated{
				To: p.Level, Agents: []kept.ID{a.ID}, By: []kept.Medium{g.By}, Gathering: g.ID,
			})
			e.Promise = p.ID
			h.events = append(h.events, e)
		}
		return h.put()
	})
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
