package desk

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"
	"time"

	"github.com/kept-desk/kept/kept"
	"github.com/kept-desk/kept/rules/promise"
	"github.com/kept-desk/kept/store"
)

// tells reports whether a change of a conversation is worth a line in its timeline. The data is our own
// JSON, in which a quote stands around a key or is escaped: it needn't be read to find one.
func tells(e kept.Event) bool {
	for _, key := range [][]byte{[]byte(`"status":`), []byte(`"assignee":`), []byte(`"priority":`)} {
		if bytes.Contains(e.Data, key) {
			return true
		}
	}
	return e.Type != kept.ConversationChanged
}

// tellsPage reports whether an event of an escalation or a page is worth a line: a page to another person than the one
// before is, its repetition isn't; nor is a step that reached nobody, or that the page tells. Paged is whom the
// page before went to. Other events pass.
func tellsPage(e kept.Event, paged *kept.ID) bool {
	switch e.Type {
	case kept.PromiseEscalated:
		var to Escalated
		return json.Unmarshal(e.Data, &to) == nil && len(to.Agents) > 0 && to.Page == 0
	case kept.PageSent:
		var to Paged
		if json.Unmarshal(e.Data, &to) != nil || to.Agent == *paged {
			return false
		}
		*paged = to.Agent
	case kept.PageTaken, kept.PageEnded:
		*paged = 0
	}
	return true
}

// snippet cuts the part of a message around the first word found, and marks the words.
func snippet(m kept.Message, terms []string) string {
	text := []rune(strings.Join(strings.Fields(m.Visible), " "))
	if len(text) == 0 {
		text = []rune(strings.Join(strings.Fields(m.Text), " "))
	}
	const width = 160
	plain := store.Fold(text)
	start := 0
	for _, t := range terms {
		if i := indexWord(plain, []rune(t)); i >= 0 {
			start = max(0, i-width/4)
			break
		}
	}
	end := min(len(text), start+width)
	var b strings.Builder
	if start > 0 {
		b.WriteString("… ")
	}
	for i := start; i < end; {
		n := 0
		for _, t := range terms {
			r := []rune(t)
			if startsWord(plain, i) && hasPrefix(plain[i:], r) {
				n = max(n, len(r))
			}
		}
		if n == 0 {
			b.WriteRune(text[i])
			i++
			continue
		}
		n = min(n, end-i)
		b.WriteString("\u0001" + string(text[i:i+n]) + "\u0002")
		i += n
	}
	if end < len(text) {
		b.WriteString(" …")
	}
	return b.String()
}

func indexWord(text, word []rune) int {
	for i := range text {
		if startsWord(text, i) && hasPrefix(text[i:], word) {
			return i
		}
	}
	return -1
}

func startsWord(text []rune, i int) bool { return i == 0 || !store.InWord(text[i-1]) }

func hasPrefix(text, word []rune) bool {
	if len(word) == 0 || len(text) < len(word) {
		return false
	}
	for i, r := range word {
		if text[i] != r {
			return false
		}
	}
	return true
}

// proposals are times to offer for the next word: soon, at the end of the day, tomorrow.
func proposals(now time.Time, t kept.Times, cal promise.Calendar, zoneName string) ([]Proposal, error) {
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		zone = time.UTC
	}
	var out []Proposal
	add := func(label string, due time.Time) {
		due = due.Truncate(time.Minute)
		for _, p := range out {
			if p.Due.Equal(due) {
				return
			}
		}
		if due.After(now.Add(5 * time.Minute)) {
			out = append(out, Proposal{label, due.UTC()})
		}
	}
	for _, p := range []struct {
		label string
		after kept.Span
	}{{"in_1_hour", kept.Span{Minutes: 60}}, {"in_2_hours", kept.Span{Minutes: 120}}, {"cadence", t.Update}} {
		if p.after.Zero() {
			continue
		}
		due, err := cal.Add(now, p.after)
		if err != nil {
			return nil, err
		}
		add(p.label, roundUp(due))
	}
	local := now.In(zone)
	for _, p := range []struct {
		label     string
		day, hour int
	}{{"today_end", 0, 17}, {"tomorrow_noon", 1, 12}, {"tomorrow_end", 1, 17}} {
		at := time.Date(local.Year(), local.Month(), local.Day()+p.day, p.hour, 0, 0, 0, zone)
		if cal.Between(at.Add(-time.Minute), at) > 0 {
			add(p.label, at)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Due.Before(out[j].Due) })
	return out, nil
}

// roundUp goes to the next quarter of an hour: people say 14:15, not 14:07.
func roundUp(t time.Time) time.Time {
	q := 15 * time.Minute
	if r := t.Truncate(q); !r.Equal(t) {
		return r.Add(q)
	}
	return t
}
